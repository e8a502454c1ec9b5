/**
 * The thirteen fields of the product that the feed replaces, row by row, straight from upstream's data: plain array code
 * that shares nothing with the feed.
 */
import type { Int64, SampleTenant, UpstreamApp, UpstreamStream } from '../../src/sample-tenant/tenant.js';

/** One app in one stream over 90 days; `null` is "not measured" or "upstream does not say". */
export interface UsageRow {
  readonly streamId: string;
  readonly id: string;
  readonly displayName: string;
  readonly category: string;
  readonly riskScore: number | null;
  readonly domains: readonly string[];
  readonly tags: readonly string[];
  readonly userCount: Int64 | null;
  readonly deviceCount: Int64 | null;
  readonly ipAddressCount: Int64 | null;
  readonly transactionCount: Int64;
  readonly uploadNetworkTrafficInBytes: Int64 | null;
  readonly downloadNetworkTrafficInBytes: Int64 | null;
  /** To the millisecond at most, UTC. */
  readonly lastSeenDateTime: string | null;
}

/** All rows of DiscoveredApps, in no order that matters. */
export function usageRows(tenant: SampleTenant): UsageRow[] {
  return tenant.streams.flatMap((stream) =>
    tenant.usage(stream.id, 'P90D').map((app) => usageRow(stream, app)),
  );
}

function usageRow(stream: UpstreamStream, app: UpstreamApp): UsageRow {
  const { supportedEntityTypes: entities, supportedTrafficTypes: traffic } = stream;
  const isEndpoint = stream.logDataProvider === 'microsoftDefenderForEndpoint';
  return {
    streamId: stream.id,
    id: app.id,
    displayName: app.displayName,
    category: app.category,
    riskScore: app.riskScore,
    domains: app.domains ?? [],
    tags: app.tags,
    userCount: entities.includes('userName') ? app.userCount : null,
    deviceCount: isEndpoint ? (app.deviceCount ?? null) : null,
    ipAddressCount: entities.includes('ipAddress') ? app.ipAddressCount : null,
    transactionCount: app.transactionCount,
    uploadNetworkTrafficInBytes: traffic.includes('uploadedBytes') ? app.uploadNetworkTrafficInBytes : null,
    downloadNetworkTrafficInBytes: traffic.includes('downloadedBytes')
      ? app.downloadNetworkTrafficInBytes
      : null,
    lastSeenDateTime: app.lastSeenDateTime?.replace(/(\.\d{3})\d+Z$/, '$1Z') ?? null,
  };
}

/** The names of the fields, in no order that matters. */
export const USAGE_FIELDS = [
  'streamId',
  'id',
  'displayName',
  'category',
  'riskScore',
  'domains',
  'tags',
  'userCount',
  'deviceCount',
  'ipAddressCount',
  'transactionCount',
  'uploadNetworkTrafficInBytes',
  'downloadNetworkTrafficInBytes',
  'lastSeenDateTime',
] as const satisfies readonly (keyof UsageRow)[];

/** What a row is known by. */
export function keyOf({ streamId, id }: Pick<UsageRow, 'streamId' | 'id'>): string {
  return `${streamId} ${id}`;
}

/** One text a row, sorted: equal lists hold the same rows with the same values, to the last byte. */
export function fingerprints(rows: readonly object[]): string[] {
  return rows
    .map((row) => USAGE_FIELDS.map((name) => textOf((row as Record<string, unknown>)[name])).join(' | '))
    .sort();
}

function textOf(value: unknown): string {
  if (value === undefined) return 'absent';
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}

/** Marks an integer that a double cannot hold while JSON.parse is at work. */
const MARK = 'exactly ';

/**
 * JSON of the feed without loss: members that a double cannot hold become bigint. (A parser that keeps every number is
 * ten times as slow; the quote before the colon cannot stand inside a JSON string unescaped.)
 */
export function exactJson(text: string): unknown {
  const marked = text.replace(/("\w+":)(-?\d{16,})(?=[,}])/g, `$1"${MARK}$2"`);
  if (marked.length === text.length) return JSON.parse(text);
  return JSON.parse(marked, (_name, value: unknown) =>
    typeof value === 'string' && value.startsWith(MARK) ? exactInteger(value.slice(MARK.length)) : value,
  );
}

function exactInteger(digits: string): number | bigint {
  return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
}
