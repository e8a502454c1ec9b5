/** Bound expressions in one line each, for tables of tests. */
import type { EntitySet, PrimitiveType } from '../../../src/model/edm.js';
import type { EdmValue } from '../../../src/model/edm-value.js';
import type { BinaryOperator, CollectionRef, Expr, ExprType } from '../../../src/query/ast.js';
import { FUNCTIONS, type FunctionName } from '../../../src/query/functions.js';
import { setOf } from '../../../src/model/catalog.js';

type Path = readonly string[];

function walk(set: EntitySet, path: Path) {
  let here = set;
  const hops = path.map((name) => {
    const navigation = here.type.navigationProperty(name)!;
    here = setOf(navigation.target as 'Apps');
    return navigation;
  });
  return { hops, end: here };
}

/** A property of the row that `variable` stands for, after hops: `prop('stream/displayName')`. */
export function prop(path: string, set: EntitySet = setOf('DiscoveredApps'), variable = '$it'): Expr {
  const names = path.split('/');
  const { hops, end } = walk(set, names.slice(0, -1));
  const property = end.type.property(names.at(-1)!)!;
  const type: ExprType = property.collection ? `Collection(${property.type})` : property.type;
  return { kind: 'property', type, variable, path: hops, property };
}

export function lit(value: EdmValue, type?: ExprType): Expr {
  return { kind: 'literal', type: type ?? typeOf(value), value };
}

function typeOf(value: EdmValue): ExprType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'Collection(Edm.String)';
  if (typeof value === 'string') return 'Edm.String';
  if (typeof value === 'boolean') return 'Edm.Boolean';
  return typeof value === 'number' && !Number.isInteger(value) ? 'Edm.Decimal' : 'Edm.Int64';
}

/** A literal or expression. */
export type Part = Expr | EdmValue;
const isExpr = (part: Part): part is Expr =>
  typeof part === 'object' && part !== null && !Array.isArray(part) && 'kind' in part;
export const toExpr = (part: Part): Expr => (isExpr(part) ? part : lit(part));

/** `left operator right`; the type of arithmetic is Int64 unless given. */
export function op(left: Part, operator: BinaryOperator, right: Part, type?: ExprType): Expr {
  const arithmetic = ['add', 'sub', 'mul', 'div', 'divby', 'mod'].includes(operator);
  return {
    kind: 'binary',
    type: type ?? (arithmetic ? 'Edm.Int64' : 'Edm.Boolean'),
    operator,
    left: toExpr(left),
    right: toExpr(right),
  };
}

export const not = (operand: Part): Expr => ({ kind: 'not', type: 'Edm.Boolean', operand: toExpr(operand) });

export function call(name: FunctionName, ...args: readonly Part[]): Expr {
  const exprs = args.map(toExpr);
  const isItems = exprs[0]?.type.startsWith('Collection') ?? false;
  const overload = FUNCTIONS[name].find(
    ({ args: types }) =>
      types.length === exprs.length && (types[0]?.startsWith('Collection') ?? false) === isItems,
  );
  return { kind: 'call', type: overload!.result, name, args: exprs };
}

export const isIn = (operand: Part, values: readonly EdmValue[]): Expr => ({
  kind: 'in',
  type: 'Edm.Boolean',
  operand: toExpr(operand),
  values,
});

export const cast = (operand: Part, type: PrimitiveType): Expr => ({
  kind: 'cast',
  type,
  operand: toExpr(operand),
});
export const isof = (operand: Part, of: PrimitiveType): Expr => ({
  kind: 'isof',
  type: 'Edm.Boolean',
  operand: toExpr(operand),
  of,
});

/** The collection property or to-many navigation that a path ends with. */
export function members(
  path: string,
  set: EntitySet = setOf('DiscoveredApps'),
  variable = '$it',
): CollectionRef {
  const names = path.split('/');
  const last = names.at(-1)!;
  const { hops, end } = walk(set, names.slice(0, -1));
  const property = end.type.property(last);
  if (property !== undefined) return { kind: 'values', variable, path: hops, property };
  const navigation = end.type.navigationProperty(last)!;
  return { kind: 'rows', variable, path: [...hops, navigation], set: setOf(navigation.target as 'Apps') };
}

export function lambda(
  collection: CollectionRef,
  operator: 'any' | 'all',
  variable = 'x',
  predicate?: Part,
): Expr {
  return {
    kind: 'lambda',
    type: 'Edm.Boolean',
    operator,
    collection,
    variable,
    ...(predicate === undefined ? {} : { predicate: toExpr(predicate) }),
  };
}

export const count = (collection: CollectionRef, predicate?: Part): Expr => ({
  kind: 'count',
  type: 'Edm.Int64',
  collection,
  variable: '$this',
  ...(predicate === undefined ? {} : { predicate: toExpr(predicate) }),
});

/** A lambda variable over text. */
export const variable = (name: string): Expr => ({ kind: 'variable', type: 'Edm.String', variable: name });
