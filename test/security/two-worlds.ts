/**
 * Two feeds that are the same for one reader, and differ in everything that this reader may not see: another tenant's
 * rows, rows outside its filters, hidden properties and what shows the same, sets without a grant.
 */
import type { JsonRow } from '../../src/model/edm.js';
import type { Rows } from '../odata/small-feed.js';

/** The tenant that is granted, and the one that is not. */
export const ALPHA = '11111111-2222-3333-4444-555555555555';
export const BETA = '99999999-8888-7777-6666-555555555555';

/** Of the worlds, one has a few hidden rows, the other more than this. */
const MANY = 100;

/** What the reader `restricted` is granted, as the configuration says it. */
export const RESTRICTED = {
  to: ['key:restricted'],
  tenants: [ALPHA],
  sets: [
    'DiscoveredApps',
    'DiscoveredAppsByPeriod',
    'Apps',
    'AppCategories',
    'RiskLevels',
    'Dates',
    'Tenants',
    'Streams',
    'AppDomains',
    'Refreshes',
  ],
  hide: ['DiscoveredApps/userCount', 'Apps/tags', 'Streams/displayName', 'Refreshes/errorMessage'],
  rows: {
    DiscoveredApps: "streamId ne 'vault' and (category eq null or category ne 'health')",
    DiscoveredAppsByPeriod:
      "stream/logDataProvider ne 'VAULT' and (category eq null or category ne 'health')",
    Apps: "category eq null or category ne 'health'",
    AppDomains: "not (app/category eq 'health')",
    Streams: "id ne 'vault'",
    // Over a property that is hidden, and divided by what is zero in hidden rows.
    Refreshes: 'errorMessage eq null and 100 div retryCount ge 20',
  },
};

/** What differs between the worlds. */
interface Secrets {
  /** Apps that only the hidden tenant, the hidden stream and the hidden category have. */
  readonly hiddenApps: number;
  readonly users: (app: number) => number | bigint | null;
  readonly tags: (app: number) => string[];
  readonly streamName: string;
  /** In hidden rows of columns that are readable. */
  readonly risk: number | null;
  readonly transactions: number | bigint;
  readonly category: string;
  readonly firstSeen: string;
  readonly domain: string;
  readonly refreshes: number;
}

const PERIODS = ['P30D', 'P90D'];
const VISIBLE_APPS = 14;

const dateKey = (moment: string) => Number(moment.slice(0, 10).replaceAll('-', ''));

interface Usage {
  readonly tenantId: string;
  readonly streamId: string;
  readonly id: string;
  readonly at: number;
  readonly own: JsonRow;
}

function usage({ tenantId, streamId, id, at, own }: Usage, secrets: Secrets): JsonRow {
  const tags = secrets.tags(at);
  const seen = `2025-${String(1 + (at % 12)).padStart(2, '0')}-10T00:00:00Z`;
  const row: JsonRow = {
    displayName: at === 5 ? null : `App ${at} ü`,
    description: `What app ${at} does`,
    category: at % 4 === 0 ? null : 'crm',
    categoryName: at % 4 === 0 ? null : 'CRM',
    riskScore: at === 6 ? null : 1 + (at % 9),
    riskLevel: at === 6 ? null : at % 9 < 3 ? 'high' : 'medium',
    domains: [`app${at}.example`, 'shared.example'],
    domainsText: `app${at}.example; shared.example`,
    deviceCount: at,
    transactionCount: 10 * at,
    uploadNetworkTrafficInBytes: 1000 + at,
    downloadNetworkTrafficInBytes: 7,
    totalNetworkTrafficInBytes: 1007 + at,
    firstSeenDateTime: seen,
    lastSeenDateTime: seen,
    firstSeenDateKey: dateKey(seen),
    lastSeenDateKey: dateKey(seen),
    isGlobalReport: false,
    ...own,
    tenantId,
    streamId,
    id,
    userCount: secrets.users(at),
    tags,
    tagsText: tags.join('; '),
    isSanctioned: tags.includes('Sanctioned'),
    isUnsanctioned: tags.includes('Unsanctioned'),
    streamName: secrets.streamName,
    appKey: `${tenantId}:${id}`,
    streamKey: `${tenantId}:${streamId}`,
  };
  return row;
}

function hiddenUsage(
  place: Pick<Usage, 'tenantId' | 'streamId'>,
  secrets: Secrets,
  own: JsonRow = {},
): JsonRow[] {
  return Array.from({ length: secrets.hiddenApps }, (_, at) =>
    usage(
      {
        ...place,
        // Before, among and behind the ids of the rows that are granted.
        id: `${at % 3 === 0 ? '0' : at % 3 === 1 ? '105' : '9'}${String(at).padStart(5, '0')}`,
        at,
        own: {
          displayName: `Hidden ${secrets.domain} ${at}`,
          category: secrets.category,
          categoryName: secrets.category,
          riskScore: secrets.risk,
          riskLevel: null,
          transactionCount: secrets.transactions,
          domains: [secrets.domain, `h${at}.${secrets.domain}`],
          domainsText: secrets.domain,
          firstSeenDateTime: secrets.firstSeen,
          firstSeenDateKey: dateKey(secrets.firstSeen),
          ...own,
        },
      },
      secrets,
    ),
  );
}

const byKey = (key: readonly string[]) => (left: JsonRow, right: JsonRow) => {
  for (const name of key) {
    const [one, other] = [left[name] as string, right[name] as string];
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
};

/** All rows of one world. */
export function worldOf(secrets: Secrets): Rows {
  const granted = ['s1', 's2'].flatMap((streamId) =>
    Array.from({ length: VISIBLE_APPS }, (_, at) =>
      usage({ tenantId: ALPHA, streamId, id: String(1050 + at), at, own: {} }, secrets),
    ),
  );
  const discovered = [
    ...granted,
    ...hiddenUsage({ tenantId: ALPHA, streamId: 's1' }, secrets, {
      category: 'health',
      categoryName: 'Health',
    }),
    ...hiddenUsage({ tenantId: ALPHA, streamId: 'vault' }, secrets, { isGlobalReport: true }),
    ...hiddenUsage({ tenantId: BETA, streamId: 's1' }, secrets),
    // The hidden stream has seen apps that are granted, too: in one world.
    ...(secrets.hiddenApps > MANY ? granted.filter(({ streamId }) => streamId === 's1') : []).map((row) => ({
      ...row,
      streamId: 'vault',
      streamKey: `${ALPHA}:vault`,
    })),
  ].sort(byKey(['tenantId', 'streamId', 'id']));
  // The vault's apps stand in no dimension of the granted part: its category is hidden there.
  const apps = [
    ...granted.filter(({ streamId }) => streamId === 's1'),
    ...hiddenUsage({ tenantId: ALPHA, streamId: 's1' }, secrets, {
      category: 'health',
      categoryName: 'Health',
    }),
    ...hiddenUsage({ tenantId: BETA, streamId: 's1' }, secrets),
  ].sort(byKey(['tenantId', 'id']));
  const bridge = (values: 'tags' | 'domains', name: 'tag' | 'domain') =>
    apps.flatMap((row) =>
      [...new Set(row[values] as string[])]
        .sort()
        .map((value) => ({ tenantId: row.tenantId!, appId: row.id!, [name]: value, appKey: row.appKey! })),
    );
  return {
    DiscoveredApps: discovered,
    DiscoveredAppsByPeriod: discovered
      .flatMap((row) => PERIODS.map((period) => ({ ...row, period, periodDays: Number(period.slice(1, 3)) })))
      .sort(byKey(['tenantId', 'streamId', 'period', 'id'])),
    Apps: apps,
    AppTags: bridge('tags', 'tag'),
    AppDomains: bridge('domains', 'domain'),
    AppCategories: [
      { id: 'crm', displayName: 'CRM', isKnown: true },
      { id: 'health', displayName: 'Health', isKnown: true },
      ...(secrets.category === 'health'
        ? []
        : [{ id: secrets.category, displayName: secrets.category, isKnown: false }]),
    ].sort(byKey(['id'])),
    RiskLevels: [{ id: 'high', displayName: 'High', minRiskScore: 0, maxRiskScore: 3, sortOrder: 1 }],
    Dates: daysSince(Number(secrets.firstSeen.slice(0, 4))),
    Tenants: [
      { id: ALPHA, displayName: 'Alpha', isSample: false, streamCount: 2 },
      { id: BETA, displayName: `Beta ${secrets.domain}`, isSample: false, streamCount: secrets.hiddenApps },
      ...(secrets.hiddenApps > MANY ? [{ id: 'gamma', displayName: 'Gamma', isSample: false }] : []),
    ],
    Streams: [
      ...['s1', 's2', 'vault'].map((id) => stream(ALPHA, id, secrets)),
      ...['s1', 's3', ...(secrets.hiddenApps > MANY ? ['s4'] : [])].map((id) => stream(BETA, id, secrets)),
    ],
    Refreshes: [
      // The odd ones are hidden: as many as there are secrets.
      ...refreshes(ALPHA, 26, secrets).filter((_, at) => (at % 2 === 0 ? at < 6 : at < secrets.refreshes)),
      ...refreshes(BETA, secrets.refreshes, secrets),
    ].sort(byKey(['id'])),
    StreamRefreshes: refreshes(ALPHA, secrets.refreshes, secrets).map((row) => ({
      refreshId: row.id!,
      tenantId: ALPHA,
      streamId: 's1',
      period: 'P90D',
      streamName: secrets.streamName,
      rowCount: secrets.hiddenApps,
    })),
  };
}

function stream(tenantId: string, id: string, { streamName, hiddenApps, domain }: Secrets): JsonRow {
  const hidden = tenantId === BETA || id === 'vault';
  return {
    tenantId,
    id,
    streamKey: `${tenantId}:${id}`,
    displayName: `${streamName} ${id}`,
    description: hidden ? domain : 'Logs of the office',
    logDataProvider: id === 'vault' ? 'VAULT' : 'BARRACUDA',
    isGlobalReport: false,
    supportedEntityTypes: hidden ? [domain] : ['userName'],
    appCount: hidden ? hiddenApps : VISIBLE_APPS,
    logFileCount: !hidden ? 3 : hiddenApps > MANY ? 0 : 1,
  };
}

function refreshes(tenantId: string, count: number, secrets: Secrets): JsonRow[] {
  return Array.from({ length: count }, (_, at) => {
    // Of the granted tenant, the odd ones are hidden: they have an error, or divide by zero.
    const hidden = tenantId === BETA || at % 2 === 1;
    return {
      id: `2026-11-${String(10 + at)}-${tenantId.slice(0, 3)}`,
      tenantId,
      trigger: 'schedule',
      status: hidden ? secrets.domain : 'succeeded',
      startDateTime: '2026-11-10T00:00:00Z',
      retryCount: hidden ? 0 : 1 + at,
      rowCount: hidden ? secrets.hiddenApps : 28,
      errorMessage: hidden && at % 3 === 0 ? secrets.domain : null,
    };
  });
}

function daysSince(year: number): JsonRow[] {
  const days: JsonRow[] = [];
  for (let day = Date.UTC(year, 0, 1); day <= Date.UTC(2026, 11, 31); day += 86_400_000) {
    const date = new Date(day).toISOString().slice(0, 10);
    days.push({ dateKey: dateKey(date), date, year: Number(date.slice(0, 4)), monthName: 'M' });
  }
  return days;
}

/** Two worlds that the reader `restricted` must not be able to tell apart. */
export const WORLDS: readonly [Rows, Rows] = [
  worldOf({
    hiddenApps: 3,
    users: (app) => app,
    tags: () => [],
    streamName: 'Office',
    risk: 5,
    transactions: 1,
    category: 'health',
    firstSeen: '2024-02-03T00:00:00Z',
    domain: 'dull.example',
    refreshes: 2,
  }),
  worldOf({
    hiddenApps: 400,
    users: (app) => (app % 3 === 0 ? null : 9007199254740993n - BigInt(app)),
    tags: (app) => (app % 2 === 0 ? ['Sanctioned', 'M&A target'] : ['Unsanctioned']),
    streamName: 'Project Nightingale',
    risk: 0,
    transactions: 9007199254740993n,
    category: 'takeoverTargets',
    firstSeen: '2019-02-03T00:00:00Z',
    domain: 'secret.example',
    refreshes: 20,
  }),
];
