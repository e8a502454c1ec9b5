/**
 * Context URLs and canonical URLs of entities.
 *
 * Spec: Protocol 4.01 section 10 (context URL), URL Conventions 4.01 section 4.3 (canonical URL). Power Query refuses a
 * select list that names what was not selected, and empty parentheses: so an expanded navigation property appears only
 * together with its own select list.
 */
import { PRIMITIVES, type EdmValue } from '../model/edm-value.js';
import type { EntitySet } from '../model/edm.js';
import type { ApplyPlan, ExpandPlan, RowsPlan } from '../query/plan.js';
import type { ResultRow } from '../store/store.js';
import { nestedNames } from './nested-json.js';

/**
 * Context of a collection (`…#Set(a,b)`) or, when `single`, of one entity (`…#Set(a,b)/$entity`); of references
 * `…#Collection($ref)` and `…#$ref`.
 */
export function rowsContext(root: string, plan: RowsPlan, single: boolean): string {
  if (plan.references) return `${root}$metadata#${single ? '$ref' : 'Collection($ref)'}`;
  return `${root}$metadata#${plan.set.name}${selectList(plan)}${single ? '/$entity' : ''}`;
}

/** Context of a property of one entity: `…#Set(key)/property`. */
export function propertyContext(root: string, entity: string, property: string): string {
  return `${root}$metadata#${entity}/${property}`;
}

/**
 * Canonical URL of an entity, relative to the service root.
 *
 * @example entityPath(Streams, value) → "Streams(tenantId='…',id='…')"
 */
export function entityPath(set: EntitySet, value: (property: string) => EdmValue): string {
  return set.name + keyPredicate(set, value);
}

/** The same of a row of an answer. */
export function rowPath(set: EntitySet, row: ResultRow): string {
  return entityPath(set, (property) => row.value(property));
}

/** The parts of {@link entityPath} that lead to the value of each part of the key, and what stands behind the last one. */
export function entityPathParts(set: EntitySet): {
  readonly before: readonly string[];
  readonly after: string;
} {
  const { key } = set.type;
  const named = (name: string) => (key.length === 1 ? '' : `${name}=`);
  return { before: key.map((name, at) => `${at === 0 ? `${set.name}(` : ','}${named(name)}`), after: ')' };
}

/** `('a')`, or with names when the key has several parts: `(tenantId='a',id='b')`; percent-encoded. */
export function keyPredicate(set: EntitySet, value: (property: string) => EdmValue): string {
  const parts = set.type.key.map((name) => {
    const literal = keyLiteral(set, name, value(name));
    return set.type.key.length === 1 ? literal : `${name}=${literal}`;
  });
  return `(${parts.join(',')})`;
}

/** Ids, as a rule: nothing in them has to be encoded. */
const UNRESERVED = /^[\w.-]*$/;

/** By character code: whether it is one of those. */
export const UNRESERVED_CODES = Uint8Array.from({ length: 128 }, (_, code) =>
  UNRESERVED.test(String.fromCharCode(code)) ? 1 : 0,
);

/** The value of a part of a key as it stands in a URL: ASCII. */
export function keyLiteral(set: EntitySet, name: string, value: EdmValue): string {
  const type = set.type.property(name)?.type ?? 'Edm.String';
  if (typeof value === 'string' && type === 'Edm.String' && UNRESERVED.test(value)) return `'${value}'`;
  if (type === 'Edm.String') return `'${encodeURIComponent(String(value).replaceAll("'", "''"))}'`;
  return encodeURIComponent(PRIMITIVES[type].toJson(value).replaceAll('"', ''));
}

function selectList(plan: RowsPlan): string {
  if (plan.apply?.entities === false) return transientList(plan, plan.apply);
  const selected = plan.select.map((property) => property.name);
  const computed = selected.filter((name) => plan.compute?.has(name) === true);
  const all = computed.length === 0 ? [] : ['*', ...computed];
  const own = plan.selectsAll ? all : selected;
  const names = [...own, ...plan.expand.flatMap(expandedName)];
  return names.length === 0 ? '' : `(${names.join(',')})`;
}

/** Only what all rows have may be listed (Data Aggregation 4.0, 3.1.1). */
function transientList({ select }: RowsPlan, { optional }: ApplyPlan): string {
  const names = nestedNames(select.filter(({ name }) => !optional.has(name)));
  return `(${names.length === 0 ? '@Core.AnyStructure' : names.join(',')})`;
}

function expandedName(expand: ExpandPlan): string[] {
  if (expand.rows.references) return [`${expand.navigation.name}/$ref`];
  const nested = expand.countOnly ? '' : selectList(expand.rows);
  return nested === '' ? [] : [`${expand.navigation.name}${nested}`];
}
