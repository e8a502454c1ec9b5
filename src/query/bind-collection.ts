/**
 * Collections within paths: lambda operators and `$count`.
 * Spec: URL Conventions 4.01, 5.1.1.13 (lambda operators), 5.1.1.14 ($count).
 */
import type { CollectionRef, Expr } from './ast.js';
import { bindCondition } from './bind-condition.js';
import { bindSearch, bothOf } from './bind-search.js';
import { queryError, quoted, unsupported, type Place } from './query-error.js';
import { placeOf, withVariable, type Scope, type Variable } from './scope.js';
import type { SegmentSyntax } from './syntax.js';

/** What follows a collection in a path: any, all, $count, or nothing. @throws FeedError QUERY_TYPE, QUERY_SYNTAX, QUERY_UNSUPPORTED */
export function ofCollection(
  collection: CollectionRef,
  rest: readonly SegmentSyntax[],
  scope: Scope,
  at: SegmentSyntax,
): Expr {
  const [operation, extra] = rest;
  const name = at.kind === 'name' ? at.name : '';
  if (operation === undefined) return wholeCollection(collection, name, placeOf(scope, at));
  if (operation.kind === 'filter')
    throw unsupported(
      '$filter within a path',
      placeOf(scope, operation),
      `Use ${name}/any(x:…) or ${name}/$count($filter=…).`,
    );
  if (operation.kind === 'annotation')
    throw unsupported('annotations in expressions', placeOf(scope, operation));
  if (operation.kind === 'name') throw throughCollection(name, operation.name, placeOf(scope, operation));
  if (extra !== undefined)
    throw queryError(
      'QUERY_SYNTAX',
      `Nothing can follow ${operation.kind === 'count' ? '$count' : `${operation.kind}(…)`}, found a path`,
      placeOf(scope, extra),
    );
  return operation.kind === 'count'
    ? countOf(collection, operation, scope)
    : lambdaOf(collection, operation, scope);
}

function wholeCollection(collection: CollectionRef, name: string, place: Place): Expr {
  if (collection.kind === 'rows') {
    throw queryError(
      'QUERY_TYPE',
      `${quoted(name)} is a collection of rows, not a value`,
      place,
      `Use ${name}/any(x:…) or ${name}/$count.`,
    );
  }
  const { variable, path, property } = collection;
  return { kind: 'property', type: `Collection(${property.type})`, variable, path, property };
}

function throughCollection(name: string, member: string, place: Place): Error {
  const hint = `Use any(): ${name}/any(x:x/${member} eq …).`;
  return queryError(
    'QUERY_TYPE',
    `${quoted(name)} is a collection, so ${quoted(member)} cannot follow it directly`,
    place,
    hint,
  );
}

function elementOf(collection: CollectionRef): Variable {
  if (collection.kind === 'rows') return { kind: 'row', set: collection.set };
  return { kind: 'value', type: collection.property.type };
}

function lambdaOf(
  collection: CollectionRef,
  segment: Extract<SegmentSyntax, { kind: 'any' | 'all' }>,
  scope: Scope,
): Expr {
  const { kind: operator, variable, predicate } = segment;
  if (variable === undefined || predicate === undefined) {
    return { kind: 'lambda', type: 'Edm.Boolean', operator, collection, variable: '' };
  }
  if (scope.variables.has(variable)) {
    throw queryError(
      'QUERY_SYNTAX',
      `The variable ${quoted(variable)} is taken already`,
      placeOf(scope, segment),
      'Give each lambda a variable of its own.',
    );
  }
  const bound = bindCondition(predicate, withVariable(scope, variable, elementOf(collection)));
  return { kind: 'lambda', type: 'Edm.Boolean', operator, collection, variable, predicate: bound };
}

/** `tags/$count`, `appTags/$count($filter=tag eq 'x';$search=y)`: within, names belong to the counted row. */
function countOf(
  collection: CollectionRef,
  segment: Extract<SegmentSyntax, { kind: 'count' }>,
  scope: Scope,
): Expr {
  const { filter, search } = segment;
  const count = { kind: 'count', type: 'Edm.Int64', collection, variable: '$this' } as const;
  const inner: Scope = { ...withVariable(scope, '$this', elementOf(collection)), implicit: '$this' };
  const predicate = bothOf(filter && bindCondition(filter, inner), search && bindSearch(search, inner));
  return predicate === undefined ? count : { ...count, predicate };
}
