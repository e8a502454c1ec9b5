/**
 * A tenant that never was: any number of apps, believable and odd on purpose, as Microsoft Graph would report them on
 * any day. Everything is a pure function of the options, so a test knows each value that upstream has.
 */
import { ageOn, catalogueApp, type CatalogueApp } from './catalogue.js';
import { ABSENT } from './odd-apps.js';
import { guidOf, hashText } from './random.js';
import { streamPlans, type StreamPlan } from './streams.js';
import {
  PERIODS,
  type Int64,
  type Period,
  type UpstreamApp,
  type UpstreamStream,
  type WireRow,
} from './upstream-app.js';
import { combined, talliesOf, type Tallies, type Tally } from './usage.js';

export type { Int64, Period, UpstreamApp, UpstreamStream, WireForm, WireRow } from './upstream-app.js';
export { PERIODS } from './upstream-app.js';

const MS_PER_DAY = 86_400_000;

/** What a sample tenant is made from. */
export interface SampleTenantOptions {
  /** Another seed is another tenant. Default 1. */
  readonly seed?: number;
  /** Apps in the catalogue, default 600. Some of them (about one in a hundred) are unseen in the last 90 days at any one time. */
  readonly apps?: number;
  /** The (UTC) day that the data is "as of": the last day of every period. */
  readonly today: Date;
  /** GUID; by default one that follows from the seed. */
  readonly tenantId?: string;
  /** 0 … 6: endpoint, firewall, Global report, then log streams that measure less. Default 3. */
  readonly streams?: number;
}

/** A tenant on one day. */
export interface SampleTenant {
  readonly tenantId: string;
  /** yyyy-mm-dd, UTC. */
  readonly day: string;
  readonly streams: readonly UpstreamStream[];
  /**
   * The rows of one stream and period, in the order in which they are paged; ids are unique in it.
   *
   * @throws RangeError when there is no such stream.
   */
  usage(streamId: string, period: Period): readonly UpstreamApp[];
  /** {@link SampleTenant.usage} with the form in which each row goes over the wire. */
  wireRows(streamId: string, period: Period): readonly WireRow[];
  /** The same tenant on another day. */
  on(today: Date): SampleTenant;
}

/**
 * Makes a tenant.
 *
 * @example
 * const tenant = createSampleTenant({ seed: 7, apps: 600, today: new Date('2026-03-01') });
 * const rows = tenant.usage(tenant.streams[0].id, 'P90D');
 */
export function createSampleTenant(options: SampleTenantOptions): SampleTenant {
  const { seed = 1, apps = 600, today, streams = 3 } = options;
  const tenantId = options.tenantId ?? guidOf(`sample tenant ${seed}`);
  const day = today.toISOString().slice(0, 10);
  const plans = streamPlans(tenantId, streams, day);
  const rows = new UsageRows(seed, apps, Math.floor(today.getTime() / MS_PER_DAY), plans);
  const wireRows = (streamId: string, period: Period) => rows.of(streamId, period);
  return {
    tenantId,
    day,
    streams: plans.map((plan) => plan.stream),
    usage: (streamId, period) => wireRows(streamId, period).map((row) => row.app),
    wireRows,
    on: (otherDay) => createSampleTenant({ ...options, today: otherDay }),
  };
}

/** Works rows out when they are first asked for, and keeps them. */
class UsageRows {
  readonly #rows = new Map<string, readonly WireRow[]>();
  readonly #tallies = new Map<string, readonly Tallies[]>();
  #catalogue: readonly CatalogueApp[] | undefined;

  constructor(
    readonly seed: number,
    readonly apps: number,
    readonly today: number,
    readonly plans: readonly StreamPlan[],
  ) {}

  of(streamId: string, period: Period): readonly WireRow[] {
    const plan = this.plans.find(({ stream }) => stream.id === streamId);
    if (plan === undefined) throw new RangeError(`There is no stream '${streamId}' in the sample tenant`);
    const key = `${streamId} ${period}`;
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const rows = this.catalogue().flatMap((app, place) => {
      const tally = this.#talliesOf(plan)[place]?.[period];
      return tally === undefined
        ? []
        : [{ app: upstreamApp(app, plan, tally, this.today), form: formOf(app) }];
    });
    this.#rows.set(key, rows);
    return rows;
  }

  catalogue(): readonly CatalogueApp[] {
    this.#catalogue ??= Array.from({ length: this.apps }, (_, index) => catalogueApp(this.seed, index));
    return this.#catalogue;
  }

  #talliesOf(plan: StreamPlan): readonly Tallies[] {
    const known = this.#tallies.get(plan.stream.id);
    if (known !== undefined) return known;
    const streamKey = hashText(plan.stream.displayName);
    const tallies =
      plan.kind === 'global'
        ? this.#globalTallies()
        : this.catalogue().map((app) => talliesOf(app, plan, streamKey, this.today));
    this.#tallies.set(plan.stream.id, tallies);
    return tallies;
  }

  /** The Global report holds the log streams' apps, not the endpoints' (graph documentation of Cloud Discovery). */
  #globalTallies(): readonly Tallies[] {
    const logs = this.plans.filter(({ kind }) => kind === 'log').map((plan) => this.#talliesOf(plan));
    return this.catalogue().map((app, place) => {
      const byPeriod: Partial<Record<Period, Tally>> = {};
      for (const period of PERIODS) {
        const tally = combined(
          app,
          logs.flatMap((tallies) => tallies[place]?.[period] ?? []),
          period,
        );
        if (tally !== undefined) byPeriod[period] = tally;
      }
      return byPeriod;
    });
  }
}

function formOf(app: CatalogueApp): WireRow['form'] {
  return app.oddity.form ?? (app.key % 41 === 0 ? 'preview2023' : 'documented');
}

function dayText(day: number): string {
  return `${new Date(day * MS_PER_DAY).toISOString().slice(0, 10)}T00:00:00Z`;
}

function int64(value: bigint): Int64 {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

function upstreamApp(app: CatalogueApp, plan: StreamPlan, tally: Tally, today: number): UpstreamApp {
  const { supportedEntityTypes: entities, supportedTrafficTypes: traffic } = plan.stream;
  const endpoint = plan.kind === 'endpoint';
  return {
    ...(endpoint && { '@odata.type': '#microsoft.graph.security.endpointDiscoveredCloudAppDetail' }),
    id: app.id,
    displayName: app.displayName,
    ...(app.description !== undefined && { description: app.description }),
    category: app.category,
    riskScore: app.riskScore,
    tags: app.tags,
    ...(app.domains !== undefined && { domains: app.domains }),
    userCount: entities.includes('userName') ? tally.users : 0,
    ipAddressCount: entities.includes('ipAddress') ? tally.ipAddresses : 0,
    transactionCount: tally.transactions,
    uploadNetworkTrafficInBytes: traffic.includes('uploadedBytes') ? int64(tally.uploaded) : 0,
    downloadNetworkTrafficInBytes: traffic.includes('downloadedBytes') ? int64(tally.downloaded) : 0,
    ...seen(app, tally, today),
    ...(endpoint && { deviceCount: tally.devices }),
  };
}

function seen(
  app: CatalogueApp,
  tally: Tally,
  today: number,
): Pick<UpstreamApp, 'firstSeenDateTime' | 'lastSeenDateTime'> {
  const last =
    app.oddity.lastSeenDateTime ?? (app.oddity.lastSeenDateTime === null ? null : dayText(tally.lastDay));
  const hasFirst = app.oddity.firstSeenDateTime !== ABSENT && app.key % 17 !== 0;
  return {
    ...(hasFirst && { firstSeenDateTime: dayText(today - ageOn(app, today)) }),
    ...(last !== ABSENT && { lastSeenDateTime: last }),
  };
}
