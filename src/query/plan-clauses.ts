/**
 * `$select` and `$orderby` as parts of a plan.
 * Spec: Protocol 4.01, 11.2.5.1 ($select), 11.2.6.2 ($orderby); URL Conventions 5.1.4, 5.1.5.
 */
import { NAMESPACE } from '../model/namespace.js';
import type { EntitySet, NavigationProperty, Property } from '../model/edm.js';
import type { Expr, OrderItem } from './ast.js';
import type { ComputedByName } from './bind-compute.js';
import { MAX_ORDER_ITEMS } from './limits.js';
import { isCollection } from './promote.js';
import { queryError, quoted, tooComplex, unsupported, type Place } from './query-error.js';
import { placeOf, type Scope } from './scope.js';
import { didYouMean } from './suggest.js';
import type { NameSyntax, OrderItemSyntax, SelectItemSyntax } from './syntax.js';
import { withheldProperty } from './withheld.js';

/** The order asked for, made total by the key properties that it does not name. */
export function planOrder(items: readonly OrderItemSyntax[], set: EntitySet, scope: Scope): OrderItem[] {
  const asked = bindOrderItems(items, scope);
  const named = new Set(asked.map(({ expr }) => ownProperty(expr)));
  const rest = set.type.key.filter((name) => !named.has(name)).map((name) => keyItem(name, set));
  return [...asked, ...rest];
}

/** The order asked for. @throws FeedError QUERY_TYPE for collections, QUERY_TOO_COMPLEX */
export function bindOrderItems(items: readonly OrderItemSyntax[], scope: Scope): OrderItem[] {
  if (items.length > MAX_ORDER_ITEMS) {
    throw tooComplex(`The limit of order items, ${MAX_ORDER_ITEMS}`, { option: scope.option, position: 0 });
  }
  return items.map(({ expression, descending }) => {
    const expr = scope.bind(expression, scope);
    if (!isCollection(expr.type)) return { expr, descending };
    const what = `Rows cannot be ordered by ${expr.type}`;
    throw queryError(
      'QUERY_TYPE',
      what,
      placeOf(scope, expression),
      'Order by a single value, for example by $count of the collection.',
    );
  });
}

function ownProperty(expr: Expr): string | undefined {
  return expr.kind === 'property' && expr.variable === '$it' && expr.path.length === 0
    ? expr.property.name
    : undefined;
}

function keyItem(name: string, set: EntitySet): OrderItem {
  const property = set.type.property(name);
  if (property === undefined) throw new Error(`${set.name} has no key property ${name}`);
  return {
    expr: { kind: 'property', type: property.type, variable: '$it', path: [], property },
    descending: false,
  };
}

/**
 * The selected properties in declared order, then the computed ones; all when nothing is selected. Navigation properties may be named (Power
 * Query repeats what it expands): they select no column.
 * `*` stands for computed properties too, and what stands beside it must exist.
 */
export function planSelect(
  items: readonly SelectItemSyntax[] | undefined,
  set: EntitySet,
  option: string,
  computed: ComputedByName = new Map(),
): Property[] {
  const { type } = set;
  const properties = [...type.properties, ...[...computed.values()].map(({ property }) => property)];
  if (items === undefined) return properties;
  const names = new Set<string>();
  for (const item of items) {
    const [name, more] = afterType(item.path, set);
    const place = { option, position: name.position };
    if (name.name === '*') {
      const others = items.filter(({ path }) => afterType(path, set)[0].name !== '*');
      planSelect(others, set, option, computed);
      return properties;
    }
    if (name.name.startsWith('@')) throw unsupported('annotations in $select', place);
    if (name.name === `${NAMESPACE}.*`) continue;
    const nested = nestedNames(item.path, properties);
    for (const each of nested) names.add(each);
    if (nested.length > 0) continue;
    const navigation = type.navigationProperty(name.name);
    if (navigation !== undefined) {
      if (more !== undefined) throw selectsThrough({ navigation, from: set }, item.path, option);
      continue;
    }
    if (!computed.has(name.name) && type.property(name.name) === undefined)
      throw unknownName(name, set, place);
    if (more !== undefined) {
      const what = `'${name.name}' has no members, so ${quoted(more.name)} cannot follow it`;
      throw queryError('QUERY_UNKNOWN_PROPERTY', what, { option, position: more.position });
    }
    names.add(name.name);
  }
  return properties.filter(({ name }) => names.has(name));
}

/** What follows a navigation property: unknown there, or to be selected within $expand. */
function selectsThrough(
  { navigation, from }: { readonly navigation: NavigationProperty; readonly from: EntitySet },
  path: readonly NameSyntax[],
  option: string,
): Error {
  const { name } = navigation;
  const [member, beyond] = path.slice(path.findIndex((segment) => segment.name === name) + 1);
  const place = { option, position: (beyond ?? member)?.position ?? 0 };
  const set = from.target(navigation);
  if (member !== undefined && set.type.property(member.name) === undefined)
    return unknownName(member, set, place);
  if (beyond !== undefined)
    return queryError('QUERY_UNKNOWN_PROPERTY', `${quoted(beyond.name)} cannot follow a property`, place);
  return unsupported(
    `paths through navigation properties in $select (use $expand=${name}($select=…))`,
    place,
  );
}

/** `stream/displayName` and `stream` where a grouping has left members of members. */
function nestedNames(path: readonly NameSyntax[], properties: readonly Property[]): string[] {
  const wanted = path.map(({ name }) => name).join('/');
  return properties
    .map(({ name }) => name)
    .filter((name) => name.includes('/') && (name === wanted || name.startsWith(`${wanted}/`)));
}

/** A path without the name of the set's own type in front. */
export function afterType(path: readonly NameSyntax[], set: EntitySet): [NameSyntax, NameSyntax | undefined] {
  const own = path.length > 1 && path[0]?.name === `${NAMESPACE}.${set.type.name}` ? path.slice(1) : path;
  const [first, second] = own;
  return [first ?? { name: '', position: 0 }, second];
}

/** The error for a name that the type of the set does not have. */
export function unknownName({ name }: NameSyntax, set: EntitySet, place: Place): Error {
  const { type } = set;
  const withheld = withheldProperty(name, type, place);
  if (withheld !== undefined) return withheld;
  const names = [...type.properties, ...type.navigation].map((member) => member.name);
  const hint = didYouMean(name, names, `See $metadata for the properties of ${type.name}.`);
  return queryError('QUERY_UNKNOWN_PROPERTY', `Unknown property ${quoted(name)}`, place, hint);
}
