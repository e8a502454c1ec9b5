/**
 * All entity sets: the single source for $metadata, validation, memory columns and documentation.
 * A new set is one entry here and one declaration beside this file.
 */
import { App, AppCategory, AppDomain, AppTag, RiskLevel } from './app.js';
import { CalendarDate } from './date.js';
import { DiscoveredApp, DiscoveredAppByPeriod } from './discovered-app.js';
import type { EntitySet, EntityType, Follows } from './edm.js';
import { Refresh, Stream, StreamRefresh, Tenant } from './tenant.js';

/** Apps and their bridges are folded from usage; both usage sets hold the main period. */
const SUBJECTS: Readonly<Record<string, NonNullable<EntitySet['subject']> | undefined>> = {
  DiscoveredApps: 'usage',
  DiscoveredAppsByPeriod: 'usage',
  Apps: 'usage',
  AppTags: 'usage',
  AppDomains: 'usage',
  Refreshes: 'runs',
  StreamRefreshes: 'runs',
};

function set<Name extends string>(
  name: Name,
  type: EntityType,
  partition: EntitySet['partition'],
  description: string,
): EntitySet & { readonly name: Name } {
  const tenantProperty = partition === 'global' ? undefined : type === Tenant ? 'id' : 'tenantId';
  return {
    name,
    type,
    partition,
    description,
    ...(tenantProperty === undefined ? {} : { tenantProperty }),
    ...(SUBJECTS[name] === undefined ? {} : { subject: SUBJECTS[name] }),
    target: ({ target }) => setOf(target as SetName),
  };
}

/** Days are there from the first year in which anything was seen. */
const DAYS_SEEN: Follows = {
  kind: 'since',
  property: 'dateKey',
  sources: ['DiscoveredApps', 'DiscoveredAppsByPeriod'].flatMap((usage) => [
    [usage, 'firstSeenDateKey'] as const,
    [usage, 'lastSeenDateKey'] as const,
  ]),
};

/** Categories are there when this version knows them, or when an app is of one. */
const CATEGORIES_SEEN: Follows = {
  kind: 'values',
  property: 'id',
  always: 'isKnown',
  sources: ['Apps', 'DiscoveredApps', 'DiscoveredAppsByPeriod'].map((usage) => [usage, 'category'] as const),
};

/** The sets, in the order of the service document. */
export const ENTITY_SETS = [
  set('DiscoveredApps', DiscoveredApp, 'stream', 'Usage of cloud apps per stream, for the main period.'),
  set(
    'DiscoveredAppsByPeriod',
    DiscoveredAppByPeriod,
    'period',
    'Usage of cloud apps per stream, for every period.',
  ),
  set('Apps', App, 'tenant', 'Every discovered cloud app, once per tenant.'),
  { ...set('AppCategories', AppCategory, 'global', 'Categories of cloud apps.'), follows: CATEGORIES_SEEN },
  set('RiskLevels', RiskLevel, 'global', 'Bands of risk scores.'),
  { ...set('Dates', CalendarDate, 'global', 'Calendar days.'), follows: DAYS_SEEN },
  set('Tenants', Tenant, 'tenant', 'The tenants that the feed reads, with their freshness.'),
  set('Streams', Stream, 'tenant', 'Cloud Discovery reports, what they measure and how fresh they are.'),
  set('AppTags', AppTag, 'tenant', 'Tags of apps, a row each.'),
  set('AppDomains', AppDomain, 'tenant', 'Domains of apps, a row each.'),
  set('Refreshes', Refresh, 'tenant', 'Runs of the poller.'),
  set('StreamRefreshes', StreamRefresh, 'tenant', 'Runs of the poller, per stream and period.'),
] as const;

/** Name of an entity set. */
export type SetName = (typeof ENTITY_SETS)[number]['name'];

const SETS_BY_NAME = new Map<string, EntitySet>(ENTITY_SETS.map((entry) => [entry.name, entry]));

/** The set of that exact name, or `undefined`. */
export function findSet(name: string): EntitySet | undefined {
  return SETS_BY_NAME.get(name);
}

/** The set of a name that the compiler has checked. */
export function setOf(name: SetName): EntitySet {
  const found = SETS_BY_NAME.get(name);
  if (found === undefined) throw new Error(`The catalog has no set ${name}`);
  return found;
}
