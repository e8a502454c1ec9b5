/**
 * What the feed must show of a tenant, worked out from upstream's own data by other means than the product's: nothing
 * of src/graph or src/refresh is used here.
 */
import type {
  Int64,
  Period,
  SampleTenant,
  UpstreamApp,
  UpstreamStream,
} from '../../src/sample-tenant/tenant.js';
import type { JsonRow } from '../../src/model/edm.js';

/** Settings that shape rows, as the tests set them. */
export interface RowRules {
  /** Highest scores of the bands high and medium. */
  readonly bands: readonly [high: number, medium: number];
  /** Id of the stream that is the Global report; `undefined` when that cannot be told. */
  readonly globalReport: string | undefined;
}

/** The rules of the default settings for a tenant whose Global report has its default name. */
export function defaultRules(tenant: SampleTenant): RowRules {
  return {
    bands: [3, 7],
    globalReport: tenant.streams.find(({ displayName }) => displayName === 'Global report')?.id,
  };
}

/** Rows of DiscoveredApps or, with `byPeriod`, of DiscoveredAppsByPeriod, for one stream and period, by id. */
export function expectedUsage(
  tenant: SampleTenant,
  stream: UpstreamStream,
  period: Period,
  rules: RowRules & { readonly byPeriod?: boolean } = defaultRules(tenant),
): JsonRow[] {
  return byText(
    tenant.usage(stream.id, period).map((app) => ({
      ...expectedRow(tenant.tenantId, stream, app, rules),
      ...(rules.byPeriod === true && { period, periodDays: Number(period.replace(/\D/g, '')) }),
    })),
    'id',
  );
}

/** All rows of DiscoveredApps: every stream over the main period. */
export function expectedDiscoveredApps(tenant: SampleTenant, rules?: RowRules): JsonRow[] {
  return tenant.streams.flatMap((stream) => expectedUsage(tenant, stream, 'P90D', rules));
}

/** All rows of DiscoveredAppsByPeriod. */
export function expectedByPeriod(
  tenant: SampleTenant,
  periods: readonly Period[] = ['P7D', 'P30D', 'P90D'],
): JsonRow[] {
  const rules = { ...defaultRules(tenant), byPeriod: true };
  return tenant.streams.flatMap((stream) =>
    periods.flatMap((period) => expectedUsage(tenant, stream, period, rules)),
  );
}

/** The columns that an app has in Apps. */
const APP_COLUMNS = [
  'tenantId',
  'id',
  'appKey',
  'displayName',
  'description',
  'category',
  'riskScore',
  'riskLevel',
  'domains',
  'domainsText',
  'tags',
  'tagsText',
  'isSanctioned',
  'isUnsanctioned',
] as const;

/** Rows of Apps: each app once, whatever the streams and periods. (No stream of a sample tenant contradicts another.) */
export function expectedApps(tenant: SampleTenant): JsonRow[] {
  const apps = new Map<unknown, JsonRow>();
  for (const row of expectedByPeriod(tenant)) {
    apps.set(row.id, Object.fromEntries(APP_COLUMNS.map((name) => [name, row[name] ?? null])));
  }
  return byText([...apps.values()], 'id');
}

/** A row of usage; `categoryName` is left out: it comes from a table of words. */
export function expectedRow(
  tenantId: string,
  stream: UpstreamStream,
  app: UpstreamApp,
  { bands, globalReport }: RowRules,
): JsonRow {
  const counts = (entity: string, count: Int64) =>
    stream.supportedEntityTypes.includes(entity) ? count : null;
  const bytes = (direction: string, count: Int64) =>
    stream.supportedTrafficTypes.includes(direction) ? count : null;
  const uploaded = bytes('uploadedBytes', app.uploadNetworkTrafficInBytes);
  const downloaded = bytes('downloadedBytes', app.downloadNetworkTrafficInBytes);
  const isEndpoint = stream.logDataProvider === 'microsoftDefenderForEndpoint';
  const domains = app.domains ?? [];
  return {
    tenantId,
    streamId: stream.id,
    id: app.id,
    displayName: app.displayName,
    description: app.description ?? null,
    category: app.category,
    riskScore: app.riskScore,
    riskLevel: band(app.riskScore, bands),
    userCount: counts('userName', app.userCount),
    deviceCount: isEndpoint ? (app.deviceCount ?? null) : null,
    ipAddressCount: counts('ipAddress', app.ipAddressCount),
    transactionCount: app.transactionCount,
    uploadNetworkTrafficInBytes: uploaded,
    downloadNetworkTrafficInBytes: downloaded,
    totalNetworkTrafficInBytes: total(uploaded, downloaded),
    ...seen('firstSeen', app.firstSeenDateTime),
    ...seen('lastSeen', app.lastSeenDateTime),
    domains,
    domainsText: domains.join('; '),
    tags: app.tags,
    tagsText: app.tags.join('; '),
    isSanctioned: app.tags.some((tag) => tag === 'Sanctioned'),
    isUnsanctioned: app.tags.some((tag) => tag === 'Unsanctioned'),
    isGlobalReport: globalReport !== undefined || isEndpoint ? stream.id === globalReport : null,
    streamName: stream.displayName,
    appKey: `${tenantId}:${app.id}`,
    streamKey: `${tenantId}:${stream.id}`,
  };
}

function band(score: number | null, [high, medium]: RowRules['bands']): string | null {
  if (score === null) return null;
  return score > medium ? 'low' : score > high ? 'medium' : 'high';
}

function total(left: Int64 | null, right: Int64 | null): Int64 | null {
  if (left === null || right === null) return null;
  const exact = BigInt(left) + BigInt(right);
  return exact > 9_007_199_254_740_991n ? exact : Number(exact);
}

/** A moment to the millisecond, no zeros, and its day as yyyymmdd. */
function seen(name: 'firstSeen' | 'lastSeen', moment: string | null | undefined): JsonRow {
  const text = moment?.replace(/(\.\d{3})\d+Z$/, '$1Z').replace('.000Z', 'Z') ?? null;
  const day = text === null ? null : Number(text.slice(0, 10).split('-').join(''));
  return { [`${name}DateTime`]: text, [`${name}DateKey`]: day };
}

/** Sorted by the UTF-16 code units of one column. */
export function byText(rows: readonly JsonRow[], column: string): JsonRow[] {
  return [...rows].sort((left, right) => (String(left[column]) < String(right[column]) ? -1 : 1));
}
