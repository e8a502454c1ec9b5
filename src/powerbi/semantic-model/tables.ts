/** The tables of the semantic model: which set each loads, what of it, and the names that a report author sees. */
import type { SetName } from '../../model/catalog.js';

/** One table. Property names are those of the set's entity type. */
export interface TableSpec {
  readonly name: string;
  readonly set: SetName;
  /** What to load; absent: everything that loads. */
  readonly only?: readonly string[];
  /** Names of columns where the property's own does not read well. */
  readonly names?: Readonly<Record<string, string>>;
  /** Loaded for relationships, sorting and measures; not for the eyes. Keys are hidden anyway. */
  readonly hidden?: readonly string[];
  /** Keys that people look at nevertheless. */
  readonly shown?: readonly string[];
  /** Columns whose order is that of another. */
  readonly sortBy?: Readonly<Record<string, string>>;
  /** The property that holds the day, in the table that time intelligence works on. */
  readonly day?: string;
}

const COUNTS = {
  userCount: 'User count',
  deviceCount: 'Device count',
  ipAddressCount: 'IP address count',
  transactionCount: 'Transaction count',
  uploadNetworkTrafficInBytes: 'Upload bytes',
  downloadNetworkTrafficInBytes: 'Download bytes',
  totalNetworkTrafficInBytes: 'Total bytes',
};
const STAR_KEYS = ['appKey', 'streamKey', 'category', 'riskLevel'];
const STAR_NAMES = {
  category: 'Category ID',
  riskLevel: 'Risk level ID',
  isGlobalReport: 'Is Global report',
};

/** A fact holds keys, counts and moments; what describes an app or a stream stands in the dimensions, once. */
const FACTS: readonly TableSpec[] = [
  {
    name: 'App usage',
    set: 'DiscoveredApps',
    only: [
      ...STAR_KEYS,
      ...Object.keys(COUNTS),
      ...['firstSeenDateTime', 'lastSeenDateTime', 'firstSeenDateKey', 'lastSeenDateKey'],
      'isGlobalReport',
    ],
    names: { ...COUNTS, ...STAR_NAMES, firstSeenDateTime: 'First seen', lastSeenDateTime: 'Last seen' },
    hidden: [...STAR_KEYS, ...Object.keys(COUNTS)],
  },
  {
    name: 'App usage by period',
    set: 'DiscoveredAppsByPeriod',
    only: [...STAR_KEYS, 'period', 'periodDays', ...Object.keys(COUNTS), 'isGlobalReport'],
    names: { ...COUNTS, ...STAR_NAMES, periodDays: 'Days' },
    hidden: [...STAR_KEYS, ...Object.keys(COUNTS)],
    shown: ['period'],
    sortBy: { period: 'periodDays' },
  },
];

const DIMENSIONS: readonly TableSpec[] = [
  {
    name: 'App',
    set: 'Apps',
    names: {
      id: 'App ID',
      displayName: 'App name',
      category: 'Category ID',
      categoryName: 'Category',
      domainsText: 'Domains',
      tagsText: 'Tags',
    },
    hidden: ['category'],
    shown: ['id'],
  },
  {
    name: 'Category',
    set: 'AppCategories',
    names: { id: 'Category ID', displayName: 'Category', isKnown: 'Is known to this version' },
  },
  {
    name: 'Risk level',
    set: 'RiskLevels',
    names: { id: 'Risk level ID', displayName: 'Risk level' },
    hidden: ['sortOrder'],
    sortBy: { displayName: 'sortOrder' },
  },
  {
    name: 'Stream',
    set: 'Streams',
    names: {
      id: 'Stream ID',
      displayName: 'Stream',
      isGlobalReport: 'Is Global report',
      lastDataReceivedDateTime: 'Last data received',
      supportedEntityTypesText: 'Entity types',
      supportedTrafficTypesText: 'Traffic types',
      measuresIPAddresses: 'Measures IP addresses',
      rowsDateTime: 'Rows fetched',
      appCount: 'App count',
    },
  },
  {
    name: 'Date',
    set: 'Dates',
    hidden: ['month', 'dayOfWeek'],
    sortBy: { monthName: 'month', dayName: 'dayOfWeek' },
    day: 'date',
  },
  {
    name: 'Tenant',
    set: 'Tenants',
    names: { id: 'Tenant ID', displayName: 'Tenant', appCount: 'App count' },
  },
];

const BRIDGES: readonly TableSpec[] = [
  { name: 'App tag', set: 'AppTags', only: ['appKey', 'tag'], shown: ['tag'] },
  { name: 'App domain', set: 'AppDomains', only: ['appKey', 'domain'], shown: ['domain'] },
];

const POLLER: readonly TableSpec[] = [
  { name: 'Refresh', set: 'Refreshes', names: { id: 'Refresh ID' } },
  { name: 'Stream refresh', set: 'StreamRefreshes', names: { streamName: 'Stream' }, shown: ['period'] },
];

/** All tables that load a set, in the order of the field list's file. */
export const TABLES: readonly TableSpec[] = [...FACTS, ...DIMENSIONS, ...BRIDGES, ...POLLER];

/** One relationship, by properties of the sets: many rows of `from` to one of `to`. */
export interface RelationshipSpec {
  readonly from: readonly [table: string, property: string];
  readonly to: readonly [table: string, property: string];
  /** Used by a measure that asks for it (USERELATIONSHIP). */
  readonly inactive?: true;
  /** A bridge: what is picked among tags filters the apps. */
  readonly bothDirections?: true;
}

function star(fact: string): RelationshipSpec[] {
  return [
    { from: [fact, 'appKey'], to: ['App', 'appKey'] },
    { from: [fact, 'streamKey'], to: ['Stream', 'streamKey'] },
    { from: [fact, 'category'], to: ['Category', 'id'] },
    { from: [fact, 'riskLevel'], to: ['Risk level', 'id'] },
  ];
}

/**
 * A star around each fact. A tenant reaches the facts over its streams: a second, direct way would leave Power BI two
 * to choose from, and it refuses such models.
 */
export const RELATIONSHIPS: readonly RelationshipSpec[] = [
  ...star('App usage'),
  { from: ['App usage', 'lastSeenDateKey'], to: ['Date', 'dateKey'] },
  { from: ['App usage', 'firstSeenDateKey'], to: ['Date', 'dateKey'], inactive: true },
  ...star('App usage by period'),
  { from: ['Stream', 'tenantId'], to: ['Tenant', 'id'] },
  { from: ['App tag', 'appKey'], to: ['App', 'appKey'], bothDirections: true },
  { from: ['App domain', 'appKey'], to: ['App', 'appKey'], bothDirections: true },
  { from: ['Refresh', 'tenantId'], to: ['Tenant', 'id'] },
  { from: ['Stream refresh', 'refreshId'], to: ['Refresh', 'id'] },
];
