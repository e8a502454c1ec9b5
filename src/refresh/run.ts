/** One run of the poller for one tenant: what every step of it needs. */
import type { CloudDiscovery, Period } from '../graph/cloud-discovery.js';
import type { UpstreamStream } from '../graph/upstream.js';
import type { Observe } from '../observe/observation.js';
import type { Draft, Store } from '../store/store.js';
import type { GlobalReportRule } from './global-report.js';
import type { RiskBands } from './risk-bands.js';
import type { RunReport } from './run-report.js';

/** The tenant as the write line needs it. */
export interface PolledTenant {
  readonly tenantId: string;
  readonly displayName: string;
  readonly isSample: boolean;
  /** This tenant's Graph; a new one for each run, so that counters and the retry budget are the run's own. */
  readonly upstream: () => Upstream;
}

/** Cloud Discovery of one tenant, for one run. */
export interface Upstream {
  readonly discovery: CloudDiscovery;
  /** Live. */
  readonly counters: { readonly requests: number; readonly retries: number };
}

/** Settings that shape the run and its rows. */
export interface RefreshSettings {
  readonly mainPeriod: Period;
  /** All periods that are read, the main one among them: P7D, P30D, P90D. */
  readonly periods: readonly Period[];
  readonly riskBands: RiskBands;
  readonly globalReport: GlobalReportRule;
}

/** What a run needs from its surroundings. */
export interface RefreshDeps {
  readonly store: Store;
  readonly settings: RefreshSettings;
  readonly observe: Observe;
  readonly now: () => Date;
  /** When the next run is due; `undefined` when none is scheduled. */
  readonly nextRun: () => Date | undefined;
}

/** A run under way. */
export interface Run {
  readonly tenant: PolledTenant;
  readonly deps: RefreshDeps;
  readonly report: RunReport;
  readonly upstream: Upstream;
  readonly signal: AbortSignal;
  /** The next generation; a new one after each publication. */
  draft: Draft;
  /** Streams that upstream lists now; empty until they were read. */
  streams: readonly UpstreamStream[];
  /** Streams of the feed that are missing from this and the last listings: id → listings in a row. */
  absent: Readonly<Record<string, number>>;
}

/** The settings that shape rows, as text: when it changes, rows of the old settings are due for renewal. */
export function rowSettingsOf(settings: RefreshSettings): string {
  const { mainPeriod, periods, riskBands, globalReport } = settings;
  return JSON.stringify({ mainPeriod, periods: [...periods].sort(), riskBands, globalReport });
}

/** Rows that the feed shows of one stream and period; `undefined` when it shows none yet. */
export function rowsOf(run: Run, streamId: string, period: string): number | undefined {
  return run.draft.base?.partitions.find(
    (partition) =>
      partition.set === 'DiscoveredAppsByPeriod' &&
      partition.tenantId === run.tenant.tenantId &&
      partition.streamId === streamId &&
      partition.period === period,
  )?.rows;
}
