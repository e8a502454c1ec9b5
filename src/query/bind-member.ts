/**
 * Member paths against the model: properties, to-one hops, lambdas, `$count`.
 * Spec: URL Conventions 4.01, 5.1.1.15 (path expressions), 5.1.1.13 (lambda operators).
 */
import { NAMESPACE } from '../model/namespace.js';
import type { EntitySet, EntityType, NavigationProperty, Property } from '../model/edm.js';
import type { Expr, VariableName } from './ast.js';
import { ofCollection } from './bind-collection.js';
import { queryError, quoted, unsupported } from './query-error.js';
import { charge, placeOf, type Scope, type Variable } from './scope.js';
import { didYouMean } from './suggest.js';
import type { SegmentSyntax, Syntax } from './syntax.js';
import { withheldProperty } from './withheld.js';

type PathSyntax = Extract<Syntax, { kind: 'path' }>;

/** Names of the longest path that a grouping can leave. */
const MAX_NESTED_NAMES = 10;

/** How far a path has come: at a row that hangs on `variable` by to-one hops. */
interface Walk {
  readonly variable: VariableName;
  readonly set: EntitySet;
  readonly hops: readonly NavigationProperty[];
}

/**
 * Binds a path.
 *
 * @param ends whether a path may end at an entity that a navigation property leads to: its key then stands for it
 * @throws FeedError QUERY_UNKNOWN_PROPERTY with the nearest name, QUERY_TYPE, QUERY_UNSUPPORTED
 */
export function bindPath(
  syntax: PathSyntax,
  scope: Scope,
  ends: 'at values' | 'entities too' = 'at values',
): Expr {
  const { variable: name, segments } = startOf(syntax, scope);
  const variable = scope.variables.get(name);
  if (variable === undefined) throw unsupported(`${name} within $expand`, placeOf(scope, syntax));
  const computed = computedOf(variable, segments, scope);
  if (computed !== undefined) return computed;
  if (variable.kind === 'row')
    return walk({ variable: name, set: variable.set, hops: [] }, segments, scope, { syntax, ends });
  const [more] = segments;
  if (more === undefined) return { kind: 'variable', type: variable.type, variable: name };
  throw queryError(
    'QUERY_UNKNOWN_PROPERTY',
    `${quoted(name)} is a ${variable.type} and has no members`,
    placeOf(scope, more),
  );
}

/** The expression that a computed property stands for. */
function computedOf(
  variable: Variable,
  [first, more]: readonly SegmentSyntax[],
  scope: Scope,
): Expr | undefined {
  if (variable.kind !== 'row' || first?.kind !== 'name' || first.args !== undefined) return undefined;
  const computed = variable.computed?.get(first.name);
  if (computed === undefined) return undefined;
  if (more !== undefined)
    throw unsupported(`a path that goes on after the computed ${quoted(first.name)}`, placeOf(scope, more));
  charge(scope.budget, computed, placeOf(scope, first));
  return computed.expr;
}

/** The variable that a path starts from, and what of the path is left. */
function startOf(
  syntax: PathSyntax,
  scope: Scope,
): { variable: VariableName; segments: readonly SegmentSyntax[] } {
  const { head, segments } = syntax;
  if (head === '$root') throw unsupported('$root', placeOf(scope, syntax));
  if (typeof head === 'object') return startOf(throughAlias(syntax, head.alias, scope), scope);
  if (head === '$it') return { variable: scope.it, segments };
  if (head === '$this') return { variable: scope.variables.has('$this') ? '$this' : '$it', segments };
  const [first, ...rest] = segments;
  if (first?.kind === 'name' && first.args === undefined && scope.variables.has(first.name)) {
    return { variable: first.name, segments: rest };
  }
  return { variable: scope.implicit, segments };
}

/** `@row/name` with `@row=$this/stream` is `$this/stream/name`. */
function throughAlias(syntax: PathSyntax, name: string, scope: Scope): PathSyntax {
  const alias = scope.aliases.get(name)?.syntax;
  if (alias?.kind !== 'path' || typeof alias.head === 'object') {
    throw unsupported(`a path that begins with the alias ${quoted(name)}`, placeOf(scope, syntax));
  }
  return { ...alias, segments: [...alias.segments, ...syntax.segments] };
}

function walk(
  start: Walk,
  segments: readonly SegmentSyntax[],
  scope: Scope,
  { syntax, ends }: { readonly syntax: Syntax; readonly ends: 'at values' | 'entities too' },
): Expr {
  let at = start;
  for (const [index, segment] of segments.entries()) {
    const name = memberName(segment, scope);
    const rest = segments.slice(index + 1);
    const { type } = at.set;
    const nested = nestedProperty(type, segments.slice(index));
    if (nested !== undefined)
      return ofValue(at, nested, segments.slice(index + nested.name.split('/').length), scope);
    const property = type.property(name);
    if (property?.collection === true)
      return ofCollection(
        { kind: 'values', variable: at.variable, path: at.hops, property },
        rest,
        scope,
        segment,
      );
    if (property !== undefined) return ofValue(at, property, rest, scope);
    const navigation = type.navigationProperty(name);
    if (navigation === undefined) {
      if (name !== `${NAMESPACE}.${type.name}`) throw unknownProperty(name, at, scope, segment);
      continue;
    }
    const set = at.set.target(navigation);
    const hops = [...at.hops, navigation];
    if (navigation.collection)
      return ofCollection({ kind: 'rows', variable: at.variable, path: hops, set }, rest, scope, segment);
    at = { ...at, set, hops };
  }
  if (ends === 'entities too' && at.hops.length > 0) return keyOf(at);
  const what =
    at.hops.length === 0
      ? 'a whole row as a value'
      : `the entity ${quoted(at.hops.at(-1)?.name ?? '')} as a value`;
  throw unsupported(
    what,
    placeOf(scope, syntax),
    `Name one of its properties, for example its key ${quoted(at.set.type.key[0] ?? '')}.`,
  );
}

/** What is null exactly where the walk found no entity: keys are never null. */
function keyOf({ variable, set, hops }: Walk): Expr {
  const property = set.type.property(set.type.key[0] ?? '');
  if (property === undefined) throw new Error(`${set.name} has no key`);
  return { kind: 'property', type: property.type, variable, path: hops, property };
}

/** Grouping by paths leaves members of members, `stream/displayName`: properties whose name is the whole path. */
function nestedProperty(type: EntityType, rest: readonly SegmentSyntax[]): Property | undefined {
  if (type.key.length > 0) return undefined;
  const names = rest
    .slice(0, MAX_NESTED_NAMES)
    .map((segment) => (segment.kind === 'name' ? segment.name : ''));
  for (let length = names.length; length > 1; length -= 1) {
    const property = type.property(names.slice(0, length).join('/'));
    if (property !== undefined) return property;
  }
  return undefined;
}

function memberName(segment: SegmentSyntax, scope: Scope): string {
  const place = placeOf(scope, segment);
  if (segment.kind === 'annotation') throw unsupported('annotations in expressions', place);
  if (segment.kind !== 'name') {
    const wanted =
      segment.kind === 'any' || segment.kind === 'all' ? `${segment.kind}()` : `$${segment.kind}`;
    throw queryError('QUERY_TYPE', `${wanted} needs a collection before it`, place);
  }
  if (segment.args === undefined) return segment.name;
  throw unsupported(
    `${quoted(`${segment.name}(…)`)} within a path`,
    place,
    'Functions stand before their arguments: contains(displayName,…).',
  );
}

function unknownProperty(name: string, at: Walk, scope: Scope, segment: SegmentSyntax): Error {
  const { type } = at.set;
  const withheld = withheldProperty(name, type, placeOf(scope, segment));
  if (withheld !== undefined) return withheld;
  const names = [...type.properties, ...type.navigation].map((member) => member.name);
  const viaLambda = [...scope.variables].find(([variable, { kind, ...rest }]) => {
    return (
      !variable.startsWith('$') &&
      kind === 'row' &&
      'set' in rest &&
      rest.set.type.property(name) !== undefined
    );
  });
  const hint =
    viaLambda !== undefined && at.hops.length === 0
      ? `Did you mean '${viaLambda[0]}/${name}'?`
      : didYouMean(name, names, `See $metadata for the properties of ${type.name}.`);
  return queryError(
    'QUERY_UNKNOWN_PROPERTY',
    `Unknown property ${quoted(name)}`,
    placeOf(scope, segment),
    hint,
  );
}

function ofValue(at: Walk, property: Property, rest: readonly SegmentSyntax[], scope: Scope): Expr {
  const [more] = rest;
  if (more === undefined)
    return { kind: 'property', type: property.type, variable: at.variable, path: at.hops, property };
  if (more.kind === 'annotation') throw unsupported('annotations in expressions', placeOf(scope, more));
  if (more.kind === 'name')
    throw queryError(
      'QUERY_UNKNOWN_PROPERTY',
      `${quoted(property.name)} is a ${property.type} and has no members`,
      placeOf(scope, more),
    );
  throw queryError(
    'QUERY_TYPE',
    `${quoted(property.name)} is a ${property.type}, not a collection`,
    placeOf(scope, more),
  );
}
