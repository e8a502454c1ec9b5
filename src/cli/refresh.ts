/** `discovery-feed refresh`: one run over all tenants, then the end; the exit code tells how it went. */
import type { Settings } from '../config/settings.js';
import { FeedError } from '../errors.js';
import { heapKeeper } from '../heap.js';
import { observers, type Observe } from '../observe/observation.js';
import type { RunReport } from '../refresh/run-report.js';
import { refreshOnce } from '../poller.js';
import { openFeed } from '../server.js';
import { progressBar } from './progress.js';
import { rowCounts } from './summary.js';
import type { Terminal } from './terminal.js';

/**
 * Runs once. Exit codes: 0 all renewed, 70 some streams kept older rows, else that of the error that stopped it (75: a
 * server holds the writer's lock, 77: sign-in or permission).
 */
export async function refresh(settings: Settings, log: Observe, terminal: Terminal): Promise<number> {
  const watching = terminal.isWatched ? [progressBar()] : [];
  const observe = observers(log, ...watching, heapKeeper());
  const feed = await openFeed(settings, observe);
  const abort = new AbortController();
  const onSignal = () => {
    abort.abort();
  };
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    const { reports, error } = await refreshOnce(feed, settings, observe, abort.signal);
    for (const report of reports) terminal.print(describe(report));
    terminal.print(rowCounts(feed.store.current()));
    if (error !== undefined) throw error;
    return exitCodeOf(reports);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    await feed.close();
  }
}

function describe(report: RunReport): string {
  const row = report.refreshRow(undefined);
  const numbers = `${row.streamCount ?? 0} streams, ${row.pageCount ?? 0} pages, ${row.rowCount ?? 0} rows, ${row.retryCount ?? 0} retries`;
  const error = report.firstError;
  const trouble = error === undefined ? '' : `\n  ${error.code}: ${error.message}\n  ${error.hint}`;
  return `${report.tenantId} ${row.status}: ${numbers}${trouble}`;
}

function exitCodeOf(reports: readonly RunReport[]): number {
  const failed = reports.find((report) => report.status === 'failed');
  if (failed !== undefined) return failed.firstError?.exitCode ?? 70;
  const partial = reports.some((report) => report.status === 'partial');
  return partial ? new FeedError('REFRESH_INCOMPLETE', 'Some streams kept older rows.').exitCode : 0;
}
