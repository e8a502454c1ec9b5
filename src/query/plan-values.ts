/**
 * Options of collection properties in `$select`: `domains($filter=startswith($this,'a');$orderby=$this;$top=3)`.
 * Spec: Protocol 4.01, 11.2.5.1; URL Conventions 5.1.4.
 */
import type { EntitySet, Property } from '../model/edm.js';
import { bindCondition } from './bind-condition.js';
import { bindSearch, bothOf } from './bind-search.js';
import { countedRows } from './limits.js';
import type { ValuesPlan } from './plan.js';
import { afterType, bindOrderItems } from './plan-clauses.js';
import { queryError, quoted, unsupported } from './query-error.js';
import { placeOf, withVariable, type Scope } from './scope.js';
import type { NestedOptionsSyntax, SelectItemSyntax } from './syntax.js';
import { withheldProperty } from './withheld.js';

/**
 * What is wanted of the collection properties that carry options, by name. Names are checked elsewhere.
 *
 * @throws FeedError QUERY_OPTION_NOT_ALLOWED when a property is no collection, QUERY_UNSUPPORTED
 */
export function planValues(
  items: readonly SelectItemSyntax[],
  set: EntitySet,
  scope: Scope,
): ReadonlyMap<string, ValuesPlan> {
  const plans = new Map<string, ValuesPlan>();
  for (const { path, options, position } of items) {
    if (options === undefined) continue;
    const [{ name }] = afterType(path, set);
    const property = set.type.property(name);
    if (property?.collection !== true) throw notCollection(name, set, scope, position);
    if (plans.has(name)) {
      const hint = 'Put all its options into one pair of parentheses.';
      throw queryError(
        'QUERY_VALUE',
        `${quoted(name)} has options twice, the second time`,
        placeOf(scope, { position }),
        hint,
      );
    }
    plans.set(name, planOf(property, options, scope, position));
  }
  return plans;
}

function notCollection(name: string, set: EntitySet, scope: Scope, position: number): Error {
  const place = placeOf(scope, { position });
  const withheld = withheldProperty(name, set.type, place);
  if (withheld !== undefined) return withheld;
  if (set.type.navigationProperty(name) !== undefined)
    return unsupported(
      'options of navigation properties in $select',
      place,
      `Write them in $expand: ${name}(…).`,
    );
  const what = `Options in $select need a collection, but ${quoted(name)} is none, found them`;
  return queryError('QUERY_OPTION_NOT_ALLOWED', what, place, 'Leave the parentheses out.');
}

function planOf(
  property: Property,
  options: NestedOptionsSyntax,
  outer: Scope,
  position: number,
): ValuesPlan {
  const { filter, search, orderby, skip, top, count, aliases } = options;
  const wrong = (['select', 'compute'] as const).find((name) => options[name] !== undefined);
  if (wrong !== undefined) {
    const what = `$${wrong} needs rows, but ${quoted(property.name)} holds values of ${property.type},`;
    throw queryError('QUERY_OPTION_NOT_ALLOWED', what, placeOf(outer, { position }));
  }
  const scope = valueScope(property, outer, aliases);
  const condition = bothOf(filter && bindCondition(filter, scope), search && bindSearch(search, scope));
  return {
    ...(condition === undefined ? {} : { filter: condition }),
    orderBy: bindOrderItems(orderby ?? [], scope),
    skip: skip === undefined ? 0 : countedRows(skip.text),
    ...(top === undefined ? {} : { top: countedRows(top.text) }),
    count: count?.text.toLowerCase() === 'true',
  };
}

/** Within the parentheses `$this` is a value, and nothing has a name of its own. */
function valueScope(property: Property, outer: Scope, own: NestedOptionsSyntax['aliases']): Scope {
  const named = [...(own ?? [])].map(([name, syntax]) => [name, { syntax, option: outer.option }] as const);
  return {
    ...withVariable(outer, '$this', { kind: 'value', type: property.type }),
    implicit: '$this',
    aliases: new Map([...outer.aliases, ...named]),
  };
}
