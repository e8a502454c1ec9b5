/**
 * `aggregate`: many rows become one that holds their sums, counts, extremes.
 * Spec: Data Aggregation 4.0, 3.2.1.
 */
import type { EntitySet } from '../model/edm.js';
import type { Expr, ExprType } from './ast.js';
import { checkAlias, dynamicProperty } from './bind-compute.js';
import type { Aggregate } from './plan.js';
import { isCollection, isNumeric } from './promote.js';
import { queryError, quoted, unsupported } from './query-error.js';
import { placeOf, type Scope } from './scope.js';
import type { Shape } from './shape.js';
import { didYouMean } from './suggest.js';
import type { NameSyntax, Syntax } from './syntax.js';
import type { AggregateItemSyntax } from './syntax-apply.js';

type Method = Exclude<Aggregate['method'], 'count'>;

/** Type of each method's result; `undefined` when it does not take values of that type. */
const METHODS: Readonly<Record<Method, (type: ExprType) => ExprType | undefined>> = {
  // Wider than the values: sums of Int64 leave Int64.
  sum: (type) =>
    isFloating(type) ? 'Edm.Double' : isNumeric(type) || type === 'null' ? 'Edm.Decimal' : undefined,
  min: (type) => type,
  max: (type) => type,
  average: (type) => (isNumeric(type) || type === 'null' ? 'Edm.Double' : undefined),
  countdistinct: () => 'Edm.Decimal',
};

const isFloating = (type: ExprType) => type === 'Edm.Double' || type === 'Edm.Single';

/** Binds the items of one `aggregate`. @throws FeedError QUERY_*, each with the place */
export function bindAggregates(
  items: readonly AggregateItemSyntax[],
  shape: Shape,
  scope: Scope,
): Aggregate[] {
  const aggregates = new Map<string, Aggregate>();
  for (const item of items) {
    const aggregate = bindAggregate(item, shape, scope);
    const alias = item.alias ?? { name: '', position: item.position };
    checkAlias(alias, shape.base, aggregates, scope);
    checkAlias(alias, shape.set, shape.computed, scope);
    aggregates.set(alias.name, aggregate);
  }
  return [...aggregates.values()];
}

function bindAggregate(item: AggregateItemSyntax, shape: Shape, scope: Scope): Aggregate {
  const { expression, method, from, alias } = item;
  if (from !== undefined) throw unsupported("the keyword 'from'", placeOf(scope, { position: from }));
  if (expression === undefined)
    return { property: dynamicProperty(alias?.name ?? '', 'Edm.Decimal'), method: 'count' };
  if (method === undefined) throw withoutMethod(expression, shape, scope);
  const name = methodOf(method, scope);
  refuseCollections(expression, shape.set, scope);
  const expr = scope.bind(expression, scope);
  const type = isCollection(expr.type) ? undefined : METHODS[name](expr.type);
  if (type === undefined) throw misfit(name, expr, expression, scope);
  return { property: dynamicProperty(alias?.name ?? '', type), method: name, expr };
}

function methodOf(method: NameSyntax, scope: Scope): Method {
  if (Object.hasOwn(METHODS, method.name)) return method.name as Method;
  const place = placeOf(scope, method);
  if (method.name.includes('.')) throw unsupported(`the aggregation method ${quoted(method.name)}`, place);
  const names = Object.keys(METHODS);
  const hint = didYouMean(method.name, names, `The methods are ${names.join(', ')}.`);
  throw queryError('QUERY_SYNTAX', `Unknown aggregation method ${quoted(method.name)}`, place, hint);
}

/** Only custom aggregates go without a method, and the model has none. */
function withoutMethod(expression: Syntax, { set }: Shape, scope: Scope): Error {
  const place = placeOf(scope, expression);
  const last = expression.kind === 'path' ? expression.segments.at(-1) : undefined;
  if (last?.kind === 'count')
    return unsupported('$count of a path in aggregate', place, 'Write tags/$count with sum as Total.');
  const unknown = last?.kind === 'name' && set.type.property(last.name) === undefined;
  if (unknown) return unsupported(`custom aggregates, ${quoted(last.name)}`, place);
  const hint = 'Write for example userCount with sum as Total.';
  return queryError('QUERY_SYNTAX', 'Expected with and an aggregation method after what stands', place, hint);
}

/** A path through a collection counts each related row once; expressions over it are legal, and not done. */
function refuseCollections(expression: Syntax, start: EntitySet, scope: Scope): void {
  if (expression.kind !== 'path' || expression.head !== undefined) return;
  let set = start;
  for (const [index, segment] of expression.segments.entries()) {
    const navigation = segment.kind === 'name' ? set.type.navigationProperty(segment.name) : undefined;
    if (navigation === undefined) return;
    const next = expression.segments[index + 1];
    if (navigation.collection && (next === undefined || next.kind === 'name'))
      throw unsupported(
        `aggregation over the collection ${quoted(navigation.name)}`,
        placeOf(scope, segment),
      );
    set = set.target(navigation);
  }
}

function misfit(method: Method, expr: Expr, expression: Syntax, scope: Scope): Error {
  const wanted = method === 'sum' || method === 'average' ? 'numbers' : 'single values';
  const what = `'${method}' needs ${wanted}, but found ${expr.type}`;
  return queryError('QUERY_TYPE', what, placeOf(scope, expression));
}
