/** The second half of a run: the usage rows of one stream and period. */
import { FeedError, asFeedError } from '../errors.js';
import type { Period } from '../graph/cloud-discovery.js';
import { normaliseApp } from '../graph/normalise.js';
import type { UpstreamApp, UpstreamStream } from '../graph/upstream.js';
import type { DiscoveredAppByPeriodRow, DiscoveredAppRow } from '../model/discovered-app.js';
import { isGlobalReport } from './global-report.js';
import { noCounts, type PartCounts, type PartOutcome } from './run-report.js';
import { rowSettingsOf, rowsOf, type Run } from './run.js';
import { SortedRuns } from './sorted-runs.js';
import { usageRow, withPeriod, type StreamContext } from './usage-rows.js';
import { judge } from './validate.js';

type Ending = Pick<PartOutcome, 'status' | 'served'> & { readonly error?: FeedError };

/**
 * Reads, judges and drafts the rows of one stream and period; whatever goes wrong upstream, the last good rows stay.
 * @returns the error that kept the rows from being renewed, if any; it also stands in the run's report
 * @throws FeedError STORE_* and REFRESH_ABORTED: nothing of upstream
 */
export async function renewUsage(
  run: Run,
  stream: UpstreamStream,
  period: Period,
): Promise<FeedError | undefined> {
  const startedAt = run.deps.now();
  const counts = noCounts();
  const retriesBefore = run.upstream.counters.retries;
  const ending = await attempt(run, stream, period, counts);
  counts.retries = run.upstream.counters.retries - retriesBefore;
  const warning = warningOf(run, stream, counts);
  const part: PartOutcome = {
    streamId: stream.id,
    streamName: stream.displayName,
    period,
    startedAt,
    endedAt: run.deps.now(),
    counts,
    ...ending,
    ...(warning === undefined ? {} : { warning }),
  };
  run.report.parts.push(part);
  announce(run, part);
  return ending.error;
}

async function attempt(
  run: Run,
  stream: UpstreamStream,
  period: Period,
  counts: PartCounts,
): Promise<Ending> {
  const lastGood = rowsOf(run, stream.id, period);
  try {
    const apps = await readApps(run, stream, period, counts);
    const verdict = judge(
      apps.size,
      settingsAreSame(run) ? lastGood : undefined,
      heldBackOf(run, stream.id, period),
      counts.rejected,
    );
    if (verdict.kind === 'holdBack') {
      const error = new FeedError('REFRESH_HELD_BACK', verdict.reason, { target: stream.id });
      return { status: 'heldBack', served: lastGood ?? null, error };
    }
    await draftRows(run, contextOf(run, stream), period, apps);
    return { status: 'renewed', served: apps.size };
  } catch (thrown) {
    const error = asFeedError(thrown);
    if (!/^(GRAPH|IDENTITY)_/.test(error.code)) throw thrown;
    return { status: 'failed', served: lastGood ?? null, error };
  }
}

/** Apps by id, each once: paging over live data repeats rows. */
async function readApps(
  run: Run,
  stream: UpstreamStream,
  period: Period,
  counts: PartCounts,
): Promise<SortedRuns<UpstreamApp>> {
  const apps = new SortedRuns<UpstreamApp>();
  for await (const page of run.upstream.discovery.aggregatedApps(stream.id, period, run.signal)) {
    counts.pages += 1;
    counts.duplicates += page.duplicates;
    for (const raw of page.rows) {
      const normalised = normaliseApp(raw, stream.measures);
      for (const drift of normalised.drift) run.report.drift.add(drift);
      if (!('row' in normalised)) counts.rejected += 1;
      else await apps.add(normalised.row);
    }
  }
  counts.rows = apps.size;
  return apps;
}

async function draftRows(
  run: Run,
  context: StreamContext,
  period: Period,
  apps: AsyncIterable<UpstreamApp>,
): Promise<void> {
  const { tenantId, streamId } = context;
  await run.draft.replace(
    { set: 'DiscoveredAppsByPeriod', tenantId, streamId, period },
    withPeriods(usageRows(apps, context), period),
  );
  if (period !== run.deps.settings.mainPeriod) return;
  await run.draft.replace({ set: 'DiscoveredApps', tenantId, streamId }, usageRows(apps, context));
}

async function* usageRows(
  apps: AsyncIterable<UpstreamApp>,
  context: StreamContext,
): AsyncGenerator<DiscoveredAppRow> {
  for await (const app of apps) yield usageRow(app, context);
}

async function* withPeriods(
  rows: AsyncIterable<DiscoveredAppRow>,
  period: Period,
): AsyncGenerator<DiscoveredAppByPeriodRow> {
  for await (const row of rows) yield withPeriod(row, period);
}

function contextOf(run: Run, stream: UpstreamStream): StreamContext {
  const { riskBands } = run.deps.settings;
  return {
    tenantId: run.tenant.tenantId,
    streamId: stream.id,
    streamName: stream.displayName,
    isGlobalReport: globalReportOf(run, stream),
    riskBands,
  };
}

/** Whether a stream is the Global report, by the run's settings and the other streams of the tenant. */
export function globalReportOf(run: Run, stream: UpstreamStream): boolean | null {
  const rule = run.deps.settings.globalReport;
  return isGlobalReport(
    stream,
    rule,
    run.streams.some((other) => other.displayName === rule.name),
  );
}

function settingsAreSame(run: Run): boolean {
  return run.draft.base?.poller.rowSettings[run.tenant.tenantId] === rowSettingsOf(run.deps.settings);
}

function heldBackOf(run: Run, streamId: string, period: Period): number {
  return run.draft.base?.poller.heldBack[`${run.tenant.tenantId}|${streamId}|${period}`] ?? 0;
}

function warningOf(run: Run, stream: UpstreamStream, counts: PartCounts): string | undefined {
  const warnings: string[] = [];
  if (globalReportOf(run, stream) === null) {
    warnings.push(
      'It is not known whether this stream is the Global report: set GLOBAL_REPORT_STREAM_IDS so that isGlobalReport can be told.',
    );
  }
  if (counts.rejected > 0) warnings.push(`${counts.rejected} rows were put aside: they have no usable id.`);
  return warnings.length === 0 ? undefined : warnings.join(' ');
}

function announce(run: Run, part: PartOutcome): void {
  const { error, warning } = part;
  run.deps.observe({
    kind: 'streamEnded',
    refreshId: run.report.id,
    tenantId: run.tenant.tenantId,
    streamId: part.streamId,
    period: part.period,
    status: part.status,
    rows: part.counts.rows,
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message, hint: error.hint } }),
    ...(warning === undefined ? {} : { warning }),
  });
}
