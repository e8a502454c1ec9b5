/**
 * Computed properties: a name for an expression. Wherever the name stands, the expression is used in its place, so
 * nothing is worked out for rows that no one looks at.
 *
 * Spec: Protocol 4.01, 11.2.5.3; URL Conventions 4.01, 5.1.2 ($compute); Data Aggregation 4.0, 3.4.2 (compute).
 */
import type { EntitySet, PrimitiveType, Property } from '../model/edm.js';
import type { ExprType } from './ast.js';
import { MAX_COMPUTED } from './limits.js';
import { isCollection } from './promote.js';
import { queryError, quoted, tooComplex } from './query-error.js';
import { placeOf, type Computed, type Scope } from './scope.js';
import type { ComputeItemSyntax, NameSyntax } from './syntax.js';

/** Computed properties by name. */
export type ComputedByName = ReadonlyMap<string, Computed>;

/** How a scope is made once some properties are computed: each item sees those before it. */
export type ScopeWith = (computed: ComputedByName) => Scope;

/**
 * The computed properties of a list, together with those that are there already.
 *
 * @throws FeedError QUERY_VALUE when a name is taken, QUERY_TOO_COMPLEX, and what binding an expression throws
 */
export function bindCompute(
  items: readonly ComputeItemSyntax[],
  set: EntitySet,
  known: ComputedByName,
  scopeWith: ScopeWith,
): ComputedByName {
  const computed = new Map(known);
  for (const { expression, name } of items) {
    const scope = scopeWith(computed);
    const place = placeOf(scope, name);
    if (computed.size >= MAX_COMPUTED)
      throw tooComplex(`The limit of computed properties, ${MAX_COMPUTED}`, place);
    checkAlias(name, set, computed, scope);
    const { budget } = scope;
    const before = budget.nodes;
    budget.deepest = budget.depth;
    const expr = scope.bind(expression, scope);
    computed.set(name.name, {
      property: dynamicProperty(name.name, expr.type),
      expr,
      nodes: budget.nodes - before,
      height: budget.deepest - budget.depth,
    });
  }
  return computed;
}

/** Refuses a name that a property of the rows has. @throws FeedError QUERY_VALUE */
export function checkAlias(
  { name, position }: NameSyntax,
  { type }: EntitySet,
  taken: Pick<ReadonlySet<string>, 'has'>,
  scope: Scope,
): void {
  const declared = type.property(name) !== undefined || type.navigationProperty(name) !== undefined;
  if (!declared && !taken.has(name)) return;
  const what = `The name ${quoted(name)} is taken${declared ? ` by a property of ${type.name}` : ''}`;
  throw queryError('QUERY_VALUE', what, placeOf(scope, { position }), 'Choose another name after as.');
}

/** A property that $metadata does not know; nullable, because any expression can be null. */
export function dynamicProperty(name: string, type: ExprType): Property {
  const collection = isCollection(type);
  const single = collection ? type.slice('Collection('.length, -1) : type;
  return {
    name,
    type: single === 'null' ? 'Edm.String' : (single as PrimitiveType),
    collection,
    nullable: true,
    description: '',
    dynamic: true,
  };
}
