/**
 * Compiles bound expressions to closures over columns, once per read: `(row) => value`.
 *
 * What looks at one dictionary only runs once per distinct value (per-value.ts); the rest runs per row.
 */
import type { Expr } from '../../query/ast.js';
import { compileArithmetic, compileNegation } from './arithmetic.js';
import { compileCast, compileIsof } from './cast.js';
import { compileComparison, compileIn, compileLogic } from './compare.js';
import { compileCall } from './functions.js';
import { compileCount, compileInCollection, compileLambda } from './members.js';
import { perValue } from './per-value.js';
import { placed } from './placed.js';
import { compileSearch } from './search.js';
import { placeOf, type Evaluator, type Scope } from './scope.js';
import { operandsOf, sourceName } from './source.js';

type OfKind<Kind extends Expr['kind']> = Extract<Expr, { kind: Kind }>;

const COMPILERS: { readonly [Kind in Expr['kind']]: (expr: OfKind<Kind>, scope: Scope) => Evaluator } = {
  literal:
    ({ value }) =>
    () =>
      value,
  property: compileProperty,
  variable: compileVariable,
  call: compileCall,
  binary: compileBinary,
  not({ operand }, scope) {
    const evaluate = scope.compile(operand);
    return (row) => {
      const value = evaluate(row);
      return value === null ? null : value !== true;
    };
  },
  negate: ({ operand }, scope) => compileNegation(scope.compile(operand)),
  in: ({ operand, values }, scope) => compileIn(scope.compile(operand), values),
  inCollection: compileInCollection,
  lambda: compileLambda,
  count: compileCount,
  search: compileSearch,
  case: compileCase,
  cast: ({ operand, type }, scope) => compileCast(scope.compile(operand), operand.type, type),
  isof: ({ operand, of }, scope) => compileIsof(scope.compile(operand), operand.type, of),
};

/** Compiles an expression in a scope. */
export function compile(expr: Expr, scope: Scope): Evaluator {
  if (expr.kind === 'literal' || expr.kind === 'property' || expr.kind === 'variable')
    return compileNode(expr, scope);
  return perValue(expr, scope, (inner) => compileNode(expr, inner)) ?? compileNode(expr, scope);
}

function compileNode<Kind extends Expr['kind']>(expr: OfKind<Kind>, scope: Scope): Evaluator {
  const compileKind = COMPILERS[expr.kind] as (expr: OfKind<Kind>, scope: Scope) => Evaluator;
  return compileKind(expr, scope);
}

function compileProperty(expr: OfKind<'property'>, scope: Scope): Evaluator {
  const { inHand } = scope;
  if (inHand !== undefined && sourceName(expr) === inHand.source)
    return () => inHand.dictionary.value(inHand.cell.at);
  const { table, rowOf } = placeOf(scope, expr.variable, expr.path);
  const column = table.column(expr.property.name);
  if (rowOf === undefined) return (row) => column.value(row);
  return (row) => {
    const at = rowOf(row);
    return at < 0 ? null : column.value(at);
  };
}

function compileVariable(expr: OfKind<'variable'>, scope: Scope): Evaluator {
  const binding = scope.binding(expr.variable);
  if (binding.kind === 'row') throw new RangeError(`The variable ${expr.variable} stands for a row`);
  // In hand or not: while a value is in hand, it is the one that `inHand` points to.
  const { dictionary, cell } = scope.inHand ?? binding;
  return () => dictionary.value(cell.at);
}

function compileCase(expr: OfKind<'case'>, scope: Scope): Evaluator {
  const branches = expr.branches.map(({ when, then }) => [scope.compile(when), scope.compile(then)] as const);
  return (row) => {
    for (const [when, then] of branches) if (when(row) === true) return then(row);
    return null;
  };
}

function compileBinary(expr: OfKind<'binary'>, scope: Scope): Evaluator {
  const { operator, left, right } = expr;
  switch (operator) {
    case 'and':
    case 'or':
      return compileLogic(
        operandsOf(expr).map((operand) => scope.compile(operand)),
        operator,
      );
    case 'eq':
    case 'ne':
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      return compileComparison(operator, [left, right], scope);
    default:
      return placed(
        compileArithmetic(operator, expr.type, [scope.compile(left), scope.compile(right)]),
        expr.place,
      );
  }
}
