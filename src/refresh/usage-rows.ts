/** Usage rows of the feed, made from normalised upstream apps. */
import type { UpstreamApp } from '../graph/upstream.js';
import type { DiscoveredAppByPeriodRow, DiscoveredAppRow } from '../model/discovered-app.js';
import { exactInteger } from '../model/edm-value.js';
import { dateKey } from './calendar.js';
import { categoryName } from './category-names.js';
import { riskLevel, type RiskBands } from './risk-bands.js';

/** What the rows of one stream have in common. */
export interface StreamContext {
  readonly tenantId: string;
  readonly streamId: string;
  readonly streamName: string | null;
  readonly isGlobalReport: boolean | null;
  readonly riskBands: RiskBands;
}

/** Separates the items of text twins of collections (`domainsText`, `tagsText`). */
const LIST_SEPARATOR = '; ';

/** One row of DiscoveredApps. */
export function usageRow(app: UpstreamApp, stream: StreamContext): DiscoveredAppRow {
  const { tenantId, streamId, streamName, isGlobalReport, riskBands } = stream;
  return {
    tenantId,
    streamId,
    id: app.id,
    displayName: app.displayName,
    description: app.description,
    category: app.category,
    categoryName: app.category === null ? null : categoryName(app.category),
    riskScore: app.riskScore,
    riskLevel: riskLevel(app.riskScore, riskBands),
    userCount: app.userCount,
    deviceCount: app.deviceCount,
    ipAddressCount: app.ipAddressCount,
    transactionCount: app.transactionCount,
    uploadNetworkTrafficInBytes: app.uploadNetworkTrafficInBytes,
    downloadNetworkTrafficInBytes: app.downloadNetworkTrafficInBytes,
    totalNetworkTrafficInBytes: sum(app.uploadNetworkTrafficInBytes, app.downloadNetworkTrafficInBytes),
    firstSeenDateTime: app.firstSeenDateTime,
    lastSeenDateTime: app.lastSeenDateTime,
    firstSeenDateKey: dateKey(app.firstSeenDateTime),
    lastSeenDateKey: dateKey(app.lastSeenDateTime),
    domains: app.domains,
    domainsText: app.domains.join(LIST_SEPARATOR),
    tags: app.tags,
    tagsText: app.tags.join(LIST_SEPARATOR),
    isSanctioned: app.tags.includes('Sanctioned'),
    isUnsanctioned: app.tags.includes('Unsanctioned'),
    isGlobalReport,
    streamName,
    appKey: `${tenantId}:${app.id}`,
    streamKey: `${tenantId}:${streamId}`,
  };
}

/** The same row in DiscoveredAppsByPeriod. @param period P7D, P30D or P90D */
export function withPeriod(row: DiscoveredAppRow, period: string): DiscoveredAppByPeriodRow {
  return { ...row, period, periodDays: Number(period.slice(1, -1)) };
}

/** Exact sum of two counts; null when either is not measured. */
function sum(left: number | bigint | null, right: number | bigint | null): number | bigint | null {
  if (left === null || right === null) return null;
  return exactInteger(BigInt(left) + BigInt(right));
}
