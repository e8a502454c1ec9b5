/**
 * The write line: fetch → normalise → validate → generation → commit → announce, for one tenant.
 *
 * The first run of a tenant publishes the main period of all streams before it reads the other periods. One stream's
 * failure never stops the others; only a failed sign-in, a missing consent, or a store that cannot be written does.
 */
import { FeedError, type ErrorCode } from '../errors.js';
import type { Period } from '../graph/cloud-discovery.js';
import { publish } from './publish.js';
import { readStreams } from './read-streams.js';
import { renewUsage } from './renew-usage.js';
import { RunReport, type Trigger } from './run-report.js';
import type { PolledTenant, RefreshDeps, Run } from './run.js';

/**
 * Runs once for one tenant and publishes what came of it, a failure too.
 * @returns the report of the run: never throws for what upstream does
 * @throws FeedError STORE_* when nothing can be published, REFRESH_ABORTED when `signal` fired (nothing is published)
 */
export async function refreshTenant(
  tenant: PolledTenant,
  deps: RefreshDeps,
  trigger: Trigger,
  signal: AbortSignal,
): Promise<RunReport> {
  const report = new RunReport(tenant.tenantId, trigger, deps.now());
  const upstream = tenant.upstream();
  const draft = await deps.store.draft();
  const run: Run = { tenant, deps, report, upstream, signal, draft, streams: [], absent: {} };
  deps.observe({ kind: 'refreshStarted', refreshId: report.id, tenantId: tenant.tenantId, trigger });
  try {
    if (isFirstRun(run)) await publish(run);
    await readAll(run);
    report.end(deps.now());
    await publish(run);
  } catch (thrown) {
    await run.draft.discard();
    const error = signal.aborted ? new FeedError('REFRESH_ABORTED', 'The run was cancelled.') : thrown;
    report.abandon(error, deps.now());
    throw error;
  } finally {
    announceEnd(run);
  }
  return report;
}

async function readAll(run: Run): Promise<void> {
  try {
    run.streams = await readStreams(run);
    for (const [phase, periods] of phases(run).entries()) {
      if (phase > 0) await publish(run);
      for (const period of periods) await renewPeriod(run, period);
    }
  } catch (thrown) {
    if (!isUpstreamError(thrown)) throw thrown;
    run.report.fail(thrown);
  }
  dropUnreadPeriods(run);
}

/** Rows of a period that the settings no longer name would grow old unnoticed; they go once the main period is there. */
function dropUnreadPeriods({ draft, tenant, deps }: Run): void {
  const { mainPeriod, periods } = deps.settings;
  const mine = draft
    .partitions()
    .filter(({ set, tenantId }) => set === 'DiscoveredAppsByPeriod' && tenantId === tenant.tenantId);
  const replaced = new Set(
    mine.filter(({ period }) => period === mainPeriod).map(({ streamId }) => streamId),
  );
  for (const key of mine) {
    if (!periods.some((period) => period === key.period) && replaced.has(key.streamId)) draft.drop(key);
  }
}

async function renewPeriod(run: Run, period: Period): Promise<void> {
  for (const stream of run.streams) {
    const error = await renewUsage(run, stream, period);
    if (error !== undefined && ENDS_THE_RUN.has(error.code)) throw error;
    announceProgress(run, `${stream.displayName ?? stream.id}, ${period}`);
  }
}

/** Which periods are read before the next publication: on the first run the main one alone comes first. */
function phases(run: Run): readonly (readonly Period[])[] {
  const { mainPeriod, periods } = run.deps.settings;
  const others = periods.filter((period) => period !== mainPeriod);
  return isFirstRun(run) && others.length > 0 ? [[mainPeriod], others] : [[mainPeriod, ...others]];
}

function isFirstRun(run: Run): boolean {
  const mine =
    run.draft.base?.partitions.filter((partition) => partition.tenantId === run.tenant.tenantId) ?? [];
  return !mine.some((partition) => partition.set === 'Streams');
}

/** Errors that every further request of the run would meet again. */
const ENDS_THE_RUN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'GRAPH_CONSENT_MISSING',
  'GRAPH_UNAUTHORIZED',
  'IDENTITY_SECRET_WRONG',
  'IDENTITY_SECRET_EXPIRED',
  'IDENTITY_CERTIFICATE_REFUSED',
  'IDENTITY_APP_UNKNOWN',
  'IDENTITY_TENANT_UNKNOWN',
  'IDENTITY_UNAVAILABLE',
  'IDENTITY_REFUSED',
]);

function isUpstreamError(thrown: unknown): boolean {
  return thrown instanceof FeedError && /^(GRAPH|IDENTITY)_/.test(thrown.code);
}

function announceProgress(run: Run, what: string): void {
  run.deps.observe({
    kind: 'refreshProgress',
    refreshId: run.report.id,
    tenantId: run.tenant.tenantId,
    done: run.report.parts.filter((part) => run.streams.some(({ id }) => id === part.streamId)).length,
    total: run.streams.length * run.deps.settings.periods.length,
    rows: run.report.parts.reduce((sum, part) => sum + part.counts.rows, 0),
    what,
  });
}

function announceEnd({ deps, report, tenant }: Run): void {
  const row = report.refreshRow(deps.nextRun());
  const error = report.firstError;
  if (report.drift.size > 0) {
    deps.observe({ kind: 'schemaDrift', tenantId: tenant.tenantId, drift: [...report.drift].sort() });
  }
  deps.observe({
    kind: 'refreshEnded',
    refreshId: report.id,
    tenantId: tenant.tenantId,
    status: row.status,
    durationMs: deps.now().getTime() - report.startedAt.getTime(),
    pages: row.pageCount ?? 0,
    rows: Number(row.rowCount ?? 0),
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message, hint: error.hint } }),
  });
}
