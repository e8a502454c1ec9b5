/** The end of a run, or of its first phase: everything that follows from the usage rows, then one commit. */
import type { AppRow } from '../model/app.js';
import type { SetName } from '../model/catalog.js';
import type { DateRow } from '../model/date.js';
import type { DiscoveredAppByPeriodRow } from '../model/discovered-app.js';
import type { JsonRow } from '../model/edm.js';
import type { PartitionKey } from '../model/generation.js';
import type { RefreshRow, StreamRefreshRow, TenantRow } from '../model/tenant.js';
import type { Draft } from '../store/store.js';
import { calendarRows } from './calendar.js';
import { categoryRows, domainRows, earlier, foldDimensions, tagRows } from './dimensions.js';
import { riskLevelRows } from './risk-bands.js';
import { KEPT_REFRESHES } from './run-report.js';
import type { Run } from './run.js';
import { pollerStateAfter } from './poller-state.js';
import { streamRows } from './stream-rows.js';

/**
 * Publishes the draft of a run as a generation and opens the next draft for what follows in the same run.
 * @throws FeedError STORE_UNAVAILABLE, STORE_LOCKED: the feed keeps serving the generation before
 */
export async function publish(run: Run): Promise<void> {
  run.signal.throwIfAborted();
  await keepSetsOfNoStreams(run);
  const streams = await streamRows(run);
  let appCount: number | undefined;
  if (usageKeys(run).length > 0) {
    appCount = await replaceDimensions(run);
    await replaceMine(run, 'Streams', streams);
  }
  await replaceReports(run);
  const counts = appCount === undefined ? undefined : { appCount, streamCount: streams.length };
  await replaceMine(run, 'Tenants', [await tenantRow(run, counts)]);
  await run.draft.replace({ set: 'RiskLevels' }, riskLevelRows(run.deps.settings.riskBands));
  run.draft.setPoller(pollerStateAfter(run));
  await run.draft.commit();
  if (run.report.status === 'running') run.draft = await run.deps.store.draft();
}

function isUsage(set: SetName): boolean {
  return set === 'DiscoveredApps' || set === 'DiscoveredAppsByPeriod';
}

/** @returns the number of rows */
async function replaceMine(
  run: Run,
  set: SetName,
  rows: Iterable<JsonRow> | AsyncIterable<JsonRow>,
): Promise<number> {
  const written = await run.draft.replace({ set, tenantId: run.tenant.tenantId }, rows);
  return written.rows;
}

/** The run's tenant's row files of usage in the draft. */
function usageKeys({ draft, tenant }: Run): readonly PartitionKey[] {
  return draft.partitions().filter(({ set, tenantId }) => isUsage(set) && tenantId === tenant.tenantId);
}

/** Stands in for a stream id in the empty row files of a tenant that has no stream. */
const NO_STREAM = 'none';

/** A tenant that has no stream, or lost its last one, has empty sets, not missing ones. */
async function keepSetsOfNoStreams(run: Run): Promise<void> {
  const { draft, report } = run;
  const tenantId = run.tenant.tenantId;
  const keys = usageKeys(run);
  const standIns = keys.filter(({ streamId }) => streamId === NO_STREAM);
  if (keys.length > standIns.length) {
    for (const key of standIns) draft.drop(key);
  } else if (report.streamCount === 0 || draft.partitions().some((key) => isStreamsOf(key, tenantId))) {
    const key = { tenantId, streamId: NO_STREAM };
    await draft.replace({ set: 'DiscoveredApps', ...key }, []);
    await draft.replace({ set: 'DiscoveredAppsByPeriod', ...key, period: run.deps.settings.mainPeriod }, []);
  }
}

function isStreamsOf(key: PartitionKey, tenantId: string): boolean {
  return key.set === 'Streams' && key.tenantId === tenantId;
}

/** @returns the number of apps */
async function replaceDimensions(run: Run): Promise<number> {
  const { draft, tenant, deps } = run;
  const usage = rowsAs<DiscoveredAppByPeriodRow>(draft, 'DiscoveredAppsByPeriod', tenant.tenantId);
  const { apps, earliestDateKey } = await foldDimensions(usage);
  const appCount = await replaceMine(run, 'Apps', apps);
  await replaceMine(run, 'AppTags', tagRows(apps));
  await replaceMine(run, 'AppDomains', domainRows(apps));
  await draft.replace({ set: 'AppCategories' }, categoryRows(await categoriesOf(draft)));
  const earliest = earlier(earliestDateKey, await earliestOfOthers(run));
  await draft.replace({ set: 'Dates' }, calendarRows(earliest, deps.now()));
  return appCount;
}

/** Categories of the apps of all tenants. */
async function categoriesOf(draft: Draft): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for await (const { category } of rowsAs<AppRow>(draft, 'Apps')) if (category !== null) seen.add(category);
  return seen;
}

/** First day of the calendar as it is, when other tenants have rows in it: theirs are not read again for this. */
async function earliestOfOthers({ draft, tenant }: Run): Promise<number | null> {
  const others = draft.partitions().some(({ set, tenantId }) => isUsage(set) && tenantId !== tenant.tenantId);
  if (!others) return null;
  for await (const day of rowsAs<DateRow>(draft, 'Dates')) return day.dateKey;
  return null;
}

async function replaceReports(run: Run): Promise<void> {
  const { draft, report, tenant, deps } = run;
  const refreshes = await collect(rowsAs<RefreshRow>(draft, 'Refreshes', tenant.tenantId));
  const others = refreshes
    .filter((row) => row.id !== report.id)
    .map((row) => endOf(row, report.startedAt))
    .slice(1 - KEPT_REFRESHES);
  const keptIds = new Set(others.map((row) => row.id));
  const parts = await collect(rowsAs<StreamRefreshRow>(draft, 'StreamRefreshes', tenant.tenantId));
  const othersParts = parts.filter((row) => keptIds.has(row.refreshId));
  await replaceMine(
    run,
    'Refreshes',
    inOrder([...others, report.refreshRow(deps.nextRun())], (row) => row.id),
  );
  await replaceMine(
    run,
    'StreamRefreshes',
    inOrder([...othersParts, ...report.streamRefreshRows()], (row) => row.refreshId),
  );
}

/** By key, rows of equal keys as they are: ids begin with the time, but runs of one second or a clock set back mix them. */
function inOrder<Row>(rows: readonly Row[], key: (row: Row) => string): Row[] {
  return [...rows].sort((left, right) => (key(left) === key(right) ? 0 : key(left) < key(right) ? -1 : 1));
}

/** A run that an older process left as running was cut off: only one runs at a time. */
function endOf(row: RefreshRow, nextStart: Date): RefreshRow {
  if (row.status !== 'running') return row;
  return {
    ...row,
    status: 'failed',
    errorCode: 'REFRESH_ABORTED',
    errorMessage: `The run did not end: the server stopped before ${nextStart.toISOString()}.`,
    errorHint: 'Nothing to do: the next run read everything again.',
  };
}

/** @param counts absent: the tenant has no rows yet */
async function tenantRow(
  run: Run,
  counts: { readonly appCount: number; readonly streamCount: number } | undefined,
): Promise<TenantRow> {
  const { draft, tenant, report, deps } = run;
  const [before] = await collect(rowsAs<TenantRow>(draft, 'Tenants', tenant.tenantId));
  const row = report.refreshRow(deps.nextRun());
  return {
    id: tenant.tenantId,
    displayName: tenant.displayName,
    isSample: tenant.isSample,
    lastRefreshDateTime: row.endDateTime ?? before?.lastRefreshDateTime ?? null,
    lastSuccessfulRefreshDateTime:
      row.status === 'succeeded' ? row.endDateTime : (before?.lastSuccessfulRefreshDateTime ?? null),
    lastRefreshStatus: row.status,
    nextRefreshDateTime: row.nextRefreshDateTime,
    streamCount: counts?.streamCount ?? null,
    appCount: counts?.appCount ?? null,
  };
}

/** Rows of a set with their declared type: the row files were written from it. */
function rowsAs<Row>(draft: Draft, set: SetName, tenantId?: string): AsyncIterable<Row> {
  return draft.rows(set, tenantId) as unknown as AsyncIterable<Row>;
}

async function collect<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}
