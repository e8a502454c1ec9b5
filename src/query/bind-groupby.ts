/**
 * `groupby`: one group for each combination of key values, and a sequence for each group.
 * Spec: Data Aggregation 4.0, 3.2.3.
 */
import type { Property } from '../model/edm.js';
import type { Expr } from './ast.js';
import { dynamicProperty } from './bind-compute.js';
import { MAX_BRANCHES } from './limits.js';
import type { OutputColumn, Transformation } from './plan.js';
import { isCollection } from './promote.js';
import { queryError, tooComplex, unsupported } from './query-error.js';
import { placeOf, type Scope } from './scope.js';
import { columnsOf, derivedShape, type Shape } from './shape.js';
import type { Syntax } from './syntax.js';
import type { GroupElementSyntax, PathSyntax, TransformationSyntax } from './syntax-apply.js';

/** A transformation, and the shape of what it makes. */
export interface Step<Result = Transformation> {
  readonly result: Result;
  readonly shape: Shape;
}

type GroupBySyntax = Extract<TransformationSyntax, { kind: 'groupby' }>;

/** Keys by name, and the groupings that elements call for. */
interface Keys {
  readonly names: string[];
  readonly exprs: Expr[];
  readonly properties: Property[];
}

/**
 * Binds a grouping.
 *
 * @param then what is done with each group, already bound
 * @throws FeedError QUERY_*, each with the place
 */
export function bindGroupBy(
  syntax: GroupBySyntax,
  shape: Shape,
  scope: Scope,
  then: Step<readonly Transformation[]> | undefined,
): Step {
  const keys: Keys = { names: [], exprs: [], properties: [] };
  const groupings = groupingsOf(syntax.elements, keys, scope);
  if (groupings.length > MAX_BRANCHES)
    throw tooComplex(`The limit of groupings of one rollup, ${MAX_BRANCHES}`, placeOf(scope, syntax));
  const bare = { kind: 'groupby', keys: keys.exprs, groupings } as const;
  // Groups of rows that are still rows of what came in: the keys are there already.
  if (then?.shape.set === shape.set) return { result: { ...bare, then: then.result }, shape: then.shape };
  const columns = columnsWith(keys, then?.shape);
  const lacking = keys.names.filter((name, key) => {
    const rolledUp = groupings.some((grouping) => !grouping.includes(key));
    return shape.optional.has(name) || (rolledUp && columns[key]?.expr === undefined);
  });
  const optional = [...lacking, ...(then?.shape.optional ?? [])];
  const properties = columns.map(({ property }) => property);
  return {
    result: { ...bare, columns, ...(then === undefined ? {} : { then: then.result }) },
    shape: derivedShape(shape, properties, optional),
  };
}

/** The keys, then what the sequence has made; of a key that is rolled up, what the sequence has made of it stays. */
function columnsWith(keys: Keys, then: Shape | undefined): OutputColumn[] {
  const made = new Map(
    (then === undefined ? [] : columnsOf(then)).map((column) => [column.property.name, column]),
  );
  const own = keys.properties.map((property, key): OutputColumn => {
    const expr = made.get(property.name)?.expr;
    return expr === undefined ? { property, key } : { property, key, expr };
  });
  return [...own, ...[...made.values()].filter(({ property }) => !keys.names.includes(property.name))];
}

/** Every combination of one level of each rollup, finest first (3.2.3.2). */
function groupingsOf(elements: readonly GroupElementSyntax[], keys: Keys, scope: Scope): number[][] {
  let groupings: number[][] = [[]];
  for (const element of elements) {
    const choices =
      element.kind === 'path' ? [[keyOf(element.path, keys, scope)]] : levelsOf(element, keys, scope);
    groupings = groupings.flatMap((grouping) => choices.map((choice) => [...grouping, ...choice]));
    if (groupings.length > MAX_BRANCHES) break;
  }
  return groupings;
}

function levelsOf(
  element: Extract<GroupElementSyntax, { kind: 'rollup' }>,
  keys: Keys,
  scope: Scope,
): number[][] {
  if (element.levels.length < 2)
    throw unsupported('rollup of a named hierarchy', placeOf(scope, element), 'Name two or more properties.');
  const levels = element.levels.map((path) => keyOf(path, keys, scope));
  return levels.map((_, removed) => levels.slice(0, levels.length - removed));
}

/** The index of a key; a path that stands twice is one key. */
function keyOf(path: PathSyntax, keys: Keys, scope: Scope): number {
  const name = path
    .map((part) => part.name)
    .filter((part) => !part.includes('.'))
    .join('/');
  const known = keys.names.indexOf(name);
  if (known >= 0) return known;
  const syntax = pathSyntax(path);
  const expr = scope.bind(syntax, scope);
  if (isCollection(expr.type)) {
    const what = `Rows cannot be grouped by ${expr.type}`;
    throw queryError('QUERY_TYPE', what, placeOf(scope, syntax), 'Group by a single value.');
  }
  const property = expr.kind === 'property' ? { ...expr.property, name } : dynamicProperty(name, expr.type);
  keys.exprs.push(expr);
  keys.properties.push(property);
  return keys.names.push(name) - 1;
}

function pathSyntax(path: PathSyntax): Syntax {
  const segments = path.map(({ name, position }) => ({ kind: 'name' as const, name, position }));
  return { kind: 'path', position: path[0]?.position ?? 0, height: 1, segments };
}
