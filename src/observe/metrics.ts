/** Metrics in the format of Prometheus. Events are counted as they are observed; states are asked for when they are read. */
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Observation, Observe } from './observation.js';
import { metricTable, type MetricTable } from './metric-table.js';

/** What of the running feed is asked for when the metrics are read. Times are milliseconds since 1970. */
export interface FeedState {
  readonly ready: boolean;
  readonly queue: { readonly running: number; readonly waiting: number };
  readonly generation?: {
    readonly publishedAt: number;
    readonly bytes: number;
    readonly rows: Readonly<Record<string, number>>;
  };
  readonly tenants: Readonly<
    Record<string, { readonly lastSuccess?: number; readonly staleStreams: number }>
  >;
  readonly certificateEnds?: number;
}

/** The metrics of one process. */
export interface Metrics {
  readonly observe: Observe;
  readonly contentType: string;
  /** @param state as it is now */
  text(state: FeedState): Promise<string>;
}

/** Creates the metrics, those of the process and of its event loop among them. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const table = metricTable(registry);
  return {
    contentType: registry.contentType,
    observe: (observation) => {
      count(table, observation);
    },
    text(state) {
      show(table, state);
      return registry.metrics();
    },
  };
}

function count(metrics: MetricTable, seen: Observation): void {
  switch (seen.kind) {
    case 'requestAnswered':
      countRequest(metrics, seen);
      return;
    case 'requestFailed':
      metrics.bugs.inc();
      return;
    case 'refreshEnded':
      metrics.refreshes.inc({ tenant: seen.tenantId, status: seen.status });
      metrics.refreshSeconds.observe(seen.durationMs / 1000);
      return;
    case 'schemaDrift':
      metrics.schemaDrift.inc({ tenant: seen.tenantId }, seen.drift.length);
      return;
    case 'storeMeasured':
      metrics.storeBytes.set(seen.bytes);
      return;
    default: {
      const name = COUNTED[seen.kind];
      if (name !== undefined) metrics[name].inc();
    }
  }
}

/** Observations that are no more than counted. */
const COUNTED: Partial<
  Record<
    Observation['kind'],
    | 'graphRetries'
    | 'missedRuns'
    | 'slowReaders'
    | 'connectionsRefused'
    | 'certificatesRefused'
    | 'reloadsRefused'
  >
> = {
  graphRetry: 'graphRetries',
  scheduleMissed: 'missedRuns',
  slowReaderCut: 'slowReaders',
  connectionRefused: 'connectionsRefused',
  certificateRefused: 'certificatesRefused',
  configurationRefused: 'reloadsRefused',
};

function countRequest(
  metrics: MetricTable,
  {
    route,
    status,
    sets,
    rows,
    bytes,
    complete,
    signInRefused,
    durationMs,
  }: Extract<Observation, { kind: 'requestAnswered' }>,
): void {
  metrics.requests.inc({ route, status: String(status) });
  metrics.requestSeconds.observe({ route }, durationMs / 1000);
  metrics.responseBytes.inc({ route }, bytes);
  metrics.rows.inc(rows);
  for (const set of sets) metrics.setReads.inc({ set });
  if (!complete) metrics.incomplete.inc();
  if (signInRefused) metrics.signInsRefused.inc();
}

/** How a run can end. */
const RUN_ENDS = ['succeeded', 'partial', 'failed'];

function show(metrics: MetricTable, { ready, queue, generation, tenants, certificateEnds }: FeedState): void {
  metrics.ready.set(ready ? 1 : 0);
  metrics.running.set(queue.running);
  metrics.waiting.set(queue.waiting);
  metrics.generationPublished.set((generation?.publishedAt ?? 0) / 1000);
  metrics.generationBytes.set(generation?.bytes ?? 0);
  for (const [set, rows] of Object.entries(generation?.rows ?? {})) metrics.generationRows.set({ set }, rows);
  for (const [tenant, { lastSuccess, staleStreams }] of Object.entries(tenants)) {
    metrics.lastSuccess.set({ tenant }, (lastSuccess ?? 0) / 1000);
    metrics.staleStreams.set({ tenant }, staleStreams);
    // Known from the first scrape on: an increase over a counter that was not there yet is none.
    for (const status of RUN_ENDS) metrics.refreshes.inc({ tenant, status }, 0);
    metrics.schemaDrift.inc({ tenant }, 0);
  }
  if (certificateEnds !== undefined) metrics.certificateExpiry.set(certificateEnds / 1000);
}
