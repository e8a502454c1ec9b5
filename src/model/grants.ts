/**
 * Grants: what of the feed one reader may read. The floor type between who asks (security) and what is answered
 * (query, store): it names sets, properties and tenants, and knows nothing of principals.
 */
import { createHash } from 'node:crypto';
import { ENTITY_SETS, findSet } from './catalog.js';
import type { EntitySet, Property } from './edm.js';

/** What one reader may read. Members that are absent restrict nothing. */
export interface Grants {
  /**
   * Short text that is equal for equal grants, also after a restart: part of entity tags, page tokens and the keys of
   * caches. `all` for {@link EVERYTHING}.
   */
  readonly id: string;
  /** Rows of other tenants are not there. */
  readonly tenants?: ReadonlySet<string>;
  /** Other sets are withheld. */
  readonly sets?: ReadonlySet<string>;
  /** Facts that nothing may show, as {@link Property.shows} names them. */
  readonly hiddenFacts?: ReadonlySet<string>;
  /** By set: an OData filter, as written in the configuration; rows for which it is not true are not there. */
  readonly rows?: ReadonlyMap<string, string>;
}

/** Who gets which grants. */
export interface GrantRule {
  /** `key:<name>`, `basic:<name>`, `entra:<object id>`, `role:…`, `scope:…`, `group:<object id>`, `anonymous`, `*`. */
  readonly to: readonly string[];
  readonly grants: Grants;
}

/** The grants of whoever may read all of it. */
export const EVERYTHING: Grants = { id: 'all' };

/** Grants with the id that belongs to them. */
export function grantsOf(parts: Omit<Grants, 'id'>): Grants {
  const { tenants, sets, hiddenFacts, rows } = parts;
  const lists = [tenants, sets, hiddenFacts].map((names) => (names === undefined ? null : [...names].sort()));
  const filters = [...(rows ?? [])].sort(([left], [right]) => (left < right ? -1 : 1));
  if (lists.every((list) => list === null) && filters.length === 0) return EVERYTHING;
  const hash = createHash('sha256').update(JSON.stringify([lists, filters]));
  return { id: hash.digest('base64url').slice(0, 12), ...parts };
}

/** Whether grants withhold nothing at all. */
export function readsEverything(grants: Grants): boolean {
  return grants.id === EVERYTHING.id;
}

/** Whether a property may be read: none of the facts that it shows is hidden. */
export function readsProperty({ hiddenFacts }: Grants, { shows = [] }: Property): boolean {
  return hiddenFacts === undefined || !shows.some((fact) => hiddenFacts.has(fact));
}

/** Whether a set may be read: it is granted, and its key, without which there are no rows, shows nothing hidden. */
export function readsSet(grants: Grants, set: EntitySet): boolean {
  if (grants.sets !== undefined && !grants.sets.has(set.name)) return false;
  return set.type.key.every((name) => {
    const property = set.type.property(name);
    return property !== undefined && readsProperty(grants, property);
  });
}

/** Properties that identify and join rows: `Set/property` of one of them cannot be hidden without breaking the set. */
export function isHideable(set: EntitySet, property: string): boolean {
  const joins = ENTITY_SETS.some((from) =>
    from.type.navigation.some(
      ({ target, on }) =>
        (from.name === set.name && on.some(([local]) => local === property)) ||
        (target === set.name && on.some(([, foreign]) => foreign === property)),
    ),
  );
  return !joins && !set.type.key.includes(property);
}

/** Other sets in which hidden rows of a set show all the same. */
export function setsThatShow(name: string): readonly EntitySet[] {
  const subject = findSet(name)?.subject;
  if (subject === undefined) return [];
  return ENTITY_SETS.filter((set: EntitySet) => set.name !== name && set.subject === subject);
}
