import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSampleTenant, type SampleTenant } from '../../src/sample-tenant/tenant.js';
import { startSampleTenant, type RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';
import type { JsonRow } from '../../src/model/edm.js';
import type { PolledTenant } from '../../src/refresh/run.js';
import { defaultRules, expectedUsage } from './expected-rows.js';
import { expectRows, Feed, temporaryFolder, type LastRun } from './polled-sample.js';
import { MONDAY, polled, SETTINGS, SHORT_CALENDAR_MS } from './polled-tenant.js';

const DAY_MS = 86_400_000;

/** What upstream does with one stream in one poll. */
type Upstream =
  | 'well'
  | 'at 60 %'
  | 'at 45 %'
  | 'empty'
  | 'refused'
  | 'in circles'
  | 'unlisted'
  | 'alone unlisted'
  | 'listing refused'
  | 'listing without ids'
  | 'listing empty';

/** What the feed must make of it. `-` is no row in StreamRefreshes. */
type Outcome = 'renewed' | 'heldBack' | 'failed' | 'retired' | '-';

type Step = readonly [upstream: Upstream, outcome: Outcome];

const SCENARIOS: readonly { readonly title: string; readonly steps: readonly Step[] }[] = [
  {
    title: 'a stream that loses more than half is held back twice and believed the third time',
    steps: [
      ['at 45 %', 'heldBack'],
      ['at 45 %', 'heldBack'],
      ['at 45 %', 'renewed'],
      ['at 45 %', 'renewed'],
    ],
  },
  {
    title: 'a stream that comes back empty is held back twice and believed the third time',
    steps: [
      ['empty', 'heldBack'],
      ['empty', 'heldBack'],
      ['empty', 'renewed'],
      ['empty', 'renewed'],
      ['well', 'renewed'],
    ],
  },
  {
    title: 'a smaller drop is real at once',
    steps: [
      ['at 60 %', 'renewed'],
      ['well', 'renewed'],
    ],
  },
  {
    title: 'polls that are suspicious in different ways agree that something is gone',
    steps: [
      ['at 45 %', 'heldBack'],
      ['empty', 'heldBack'],
      ['at 45 %', 'renewed'],
    ],
  },
  {
    title: 'one good poll begins the count again',
    steps: [
      ['at 45 %', 'heldBack'],
      ['at 45 %', 'heldBack'],
      ['well', 'renewed'],
      ['at 45 %', 'heldBack'],
      ['empty', 'heldBack'],
      ['empty', 'renewed'],
    ],
  },
  {
    title: 'a failed poll in between neither counts nor begins again',
    steps: [
      ['empty', 'heldBack'],
      ['refused', 'failed'],
      ['refused', 'failed'],
      ['empty', 'heldBack'],
      ['in circles', 'failed'],
      ['empty', 'renewed'],
    ],
  },
  {
    title: 'a failed listing in between neither counts nor begins again',
    steps: [
      ['empty', 'heldBack'],
      ['listing refused', '-'],
      ['empty', 'heldBack'],
      ['listing refused', '-'],
      ['empty', 'renewed'],
    ],
  },
  {
    title: 'a stream that fails keeps its rows however often it fails',
    steps: [
      ['refused', 'failed'],
      ['refused', 'failed'],
      ['refused', 'failed'],
      ['refused', 'failed'],
      ['well', 'renewed'],
    ],
  },
  {
    title: 'incomplete paging keeps the rows however often it happens',
    steps: [
      ['in circles', 'failed'],
      ['in circles', 'failed'],
      ['in circles', 'failed'],
      ['in circles', 'failed'],
      ['well', 'renewed'],
    ],
  },
  {
    title: 'a stream is retired by the third listing without it, and comes back when it is listed again',
    steps: [
      ['unlisted', 'heldBack'],
      ['unlisted', 'heldBack'],
      ['unlisted', 'retired'],
      ['unlisted', '-'],
      ['well', 'renewed'],
    ],
  },
  {
    title: 'one listing with the stream begins the count of its absences again',
    steps: [
      ['unlisted', 'heldBack'],
      ['unlisted', 'heldBack'],
      ['well', 'renewed'],
      ['unlisted', 'heldBack'],
      ['unlisted', 'heldBack'],
      ['well', 'renewed'],
    ],
  },
  {
    title: 'a failed listing is no listing without the stream',
    steps: [
      ['unlisted', 'heldBack'],
      ['listing refused', '-'],
      ['listing refused', '-'],
      ['unlisted', 'heldBack'],
      ['listing refused', '-'],
      ['unlisted', 'retired'],
    ],
  },
  {
    title: 'a listing with a row that cannot be read is no complete listing',
    steps: [
      ['listing without ids', 'heldBack'],
      ['listing without ids', 'heldBack'],
      ['listing without ids', 'heldBack'],
      ['listing without ids', 'heldBack'],
      ['well', 'renewed'],
    ],
  },
  {
    title: 'absences and small answers are counted apart',
    steps: [
      ['unlisted', 'heldBack'],
      ['unlisted', 'heldBack'],
      ['empty', 'heldBack'],
      ['unlisted', 'heldBack'],
      ['empty', 'heldBack'],
      ['empty', 'renewed'],
    ],
  },
  {
    title: 'a tenant whose listing comes back empty loses its streams by the third one only',
    steps: [
      ['listing empty', 'heldBack'],
      ['listing empty', 'heldBack'],
      ['listing empty', 'retired'],
      ['listing empty', '-'],
      ['well', 'renewed'],
    ],
  },
];

describe('never replace good data with less', () => {
  let sample: RunningSampleTenant;
  let seed: SampleTenant;
  let prepared: { path: string; remove: () => Promise<void> };

  beforeAll(async () => {
    sample = await startSampleTenant({ seed: 3, apps: 40, today: MONDAY });
    seed = createSampleTenant({ seed: 3, apps: 40, today: MONDAY });
    const feed = await Feed.open([seed.tenantId]);
    feed.settings = { ...SETTINGS, periods: ['P90D'] };
    feed.clockMs = SHORT_CALENDAR_MS;
    await feed.poll(polled(sample));
    await feed.store.close();
    prepared = await temporaryFolder(feed.folder);
    await feed.close();
  });
  afterAll(async () => {
    await prepared.remove();
    await sample.close();
  });

  it.each(SCENARIOS)('$title', async ({ steps }) => {
    const victim = inKeyOrder(seed)[0]!.id;
    const feed = await Feed.open([seed.tenantId], prepared.path);
    feed.settings = { ...SETTINGS, periods: ['P90D'] };
    feed.clockMs = SHORT_CALENDAR_MS + DAY_MS;
    const tenant = polled(sample);
    let shown = new Map(seed.streams.map(({ id }) => [id, usageOf(seed, id)]));
    for (const [day, [upstream, outcome]] of steps.entries()) {
      const now = new Date(MONDAY.getTime() + (day + 1) * DAY_MS);
      const data = arrange(sample, seed.on(now), victim, upstream);
      await feed.poll(tenant);
      sample.graph.clearFaults();

      const run = await feed.lastRun();
      const status = (id: string) => run.statuses[`${id} P90D`];
      expect({ day, upstream, outcome: status(victim) ?? '-' }).toEqual({ day, upstream, outcome });
      shown = new Map(
        [...shown].map(([id, rows]) => {
          if (status(id) === 'renewed') return [id, usageOf(data, id)];
          return [id, status(id) === 'retired' ? [] : rows];
        }),
      );
      expectRows(
        run.usage,
        inKeyOrder(seed).flatMap(({ id }) => shown.get(id)!),
      );
      if (!upstream.startsWith('listing')) {
        const others = seed.streams.filter(({ id }) => id !== victim);
        expect(others.map(({ id }) => status(id))).toEqual(others.map(() => 'renewed'));
      }
      expectItToBeSaid(run, victim, outcome, upstream);
    }
    sample.graph.setTenant(() => sample.tenant);
    await feed.close();
  });
});

function expectItToBeSaid(run: LastRun, victim: string, outcome: Outcome, upstream: Upstream): void {
  const wasKept = outcome === 'heldBack' || outcome === 'failed' || upstream === 'listing refused';
  if (wasKept) {
    const isTotal = upstream === 'listing refused' || upstream === 'listing empty';
    expect(run.refresh.status).toBe(isTotal ? 'failed' : 'partial');
    expect(run.refresh.errorCode).toMatch(/^(GRAPH|REFRESH)_/);
  } else {
    expect(run.refresh).toMatchObject({ status: 'succeeded', errorCode: null });
  }
  const stream = run.streams.find(({ id }) => id === victim);
  const isGone = outcome === 'retired' || (outcome === '-' && !wasKept);
  if (isGone) expect(stream).toBeUndefined();
  else expect(stream).toMatchObject({ isStale: wasKept });
  if (wasKept) expect(stream?.staleReason).toMatch(/\w{3}/);
  const part = run.parts.find(({ streamId }) => streamId === victim);
  if (outcome === 'heldBack') expect(part).toMatchObject({ errorCode: 'REFRESH_HELD_BACK' });
  if (part !== undefined && wasKept) expect(part.servedRowCount).toBe(stream?.appCount);
}

/** Makes upstream behave so in the next poll; returns the tenant that it then shows. */
function arrange(
  sample: RunningSampleTenant,
  today: SampleTenant,
  victim: string,
  upstream: Upstream,
): SampleTenant {
  const left: Partial<Record<Upstream, number>> = { 'at 60 %': 0.6, 'at 45 %': 0.45, empty: 0 };
  const isGone = upstream === 'unlisted';
  const wireRows: SampleTenant['wireRows'] = (streamId, period) => {
    const rows = today.wireRows(streamId, period);
    return streamId === victim ? rows.slice(0, Math.floor(rows.length * (left[upstream] ?? 1))) : rows;
  };
  const data: SampleTenant = {
    ...today,
    streams: today.streams.filter(({ id }) => !(isGone && id === victim) && upstream !== 'listing empty'),
    wireRows,
    usage: (streamId, period) => wireRows(streamId, period).map(({ app }) => app),
  };
  sample.graph.setTenant(data);
  if (upstream === 'refused') sample.graph.inject({ fault: 'badRequest400', streamId: victim });
  if (upstream === 'in circles') sample.graph.inject({ fault: 'loopNextLink', streamId: victim });
  if (upstream === 'listing refused') sample.graph.inject({ fault: 'badRequest400', on: 'streams' });
  if (upstream === 'listing without ids') {
    // The fault takes the id of the first row of the listing: the victim must be that one.
    const first = data.streams.find(({ id }) => id === victim)!;
    const streams = [first, ...data.streams.filter(({ id }) => id !== victim)];
    sample.graph.setTenant({ ...data, streams });
    sample.graph.inject({ fault: 'missingField', on: 'streams' });
  }
  return data;
}

function usageOf(tenant: SampleTenant, streamId: string): JsonRow[] {
  const stream = tenant.streams.find(({ id }) => id === streamId);
  return stream === undefined ? [] : expectedUsage(tenant, stream, 'P90D');
}

function inKeyOrder(tenant: SampleTenant): SampleTenant['streams'] {
  return [...tenant.streams].sort((left, right) => (left.id < right.id ? -1 : 1));
}

describe('a change of settings', () => {
  let sample: RunningSampleTenant;
  let tenant: PolledTenant;
  let feed: Feed;

  beforeAll(async () => {
    sample = await startSampleTenant({ seed: 3, apps: 60, today: MONDAY });
    tenant = polled(sample);
    feed = await Feed.open([sample.tenant.tenantId]);
    feed.clockMs = SHORT_CALENDAR_MS;
    await feed.poll(tenant);
  });
  afterAll(async () => {
    await feed.close();
    await sample.close();
  });

  it('of the risk bands renews every row', async () => {
    feed.settings = { ...SETTINGS, riskBands: { highMax: 5, mediumMax: 8 } };
    await feed.poll(tenant);
    const rules = { ...defaultRules(sample.tenant), bands: [5, 8] as const };
    expectRows(
      await feed.rows('DiscoveredApps'),
      inKeyOrder(sample.tenant).flatMap((stream) => expectedUsage(sample.tenant, stream, 'P90D', rules)),
    );
    expect(await feed.rows('RiskLevels')).toMatchObject([
      { id: 'high', minRiskScore: 0, maxRiskScore: 5 },
      { id: 'low', minRiskScore: 9, maxRiskScore: 10 },
      { id: 'medium', minRiskScore: 6, maxRiskScore: 8 },
    ]);
  });

  it('is not held back: rows of the old settings are no better', async () => {
    const [victim] = sample.tenant.streams;
    feed.settings = { ...SETTINGS, riskBands: { highMax: 2, mediumMax: 8 } };
    sample.graph.inject({ fault: 'halfRows', on: 'usage', streamId: victim!.id, period: 'P90D' });
    await feed.poll(tenant);
    sample.graph.clearFaults();
    expect((await feed.lastRun()).statuses[`${victim!.id} P90D`]).toBe('renewed');
  });

  it('that failed to renew everything leaves the tenant without a last success, so a start polls at once', async () => {
    feed.settings = SETTINGS;
    sample.graph.inject({ fault: 'badRequest400', on: 'usage', times: 1 });
    await feed.poll(tenant);
    expect(feed.store.current()?.poller.lastSuccess).toEqual({});
    await feed.poll(tenant);
    expect(Object.keys(feed.store.current()?.poller.lastSuccess ?? {})).toEqual([sample.tenant.tenantId]);
  });

  it('of the main period moves DiscoveredApps to it', async () => {
    feed.settings = { ...SETTINGS, mainPeriod: 'P7D' };
    await feed.poll(tenant);
    expectRows(
      await feed.rows('DiscoveredApps'),
      inKeyOrder(sample.tenant).flatMap((stream) => expectedUsage(sample.tenant, stream, 'P7D')),
    );
    feed.settings = SETTINGS;
    await feed.poll(tenant);
  });

  it('of the periods takes away the rows of a period that is no longer read', async () => {
    feed.settings = { ...SETTINGS, periods: ['P90D', 'P7D'] };
    await feed.poll(tenant);
    const periods = (await feed.rows('DiscoveredAppsByPeriod')).map(({ period }) => period);
    expect(new Set(periods)).toEqual(new Set(['P7D', 'P90D']));
  });
});

describe('a tenant without any stream', () => {
  it('has empty sets, and fills them when its first stream appears', async () => {
    const sample = await startSampleTenant({ seed: 3, apps: 30, streams: 0, today: MONDAY });
    const feed = await Feed.open([sample.tenant.tenantId]);
    feed.clockMs = SHORT_CALENDAR_MS;
    const tenant = polled(sample);
    await feed.poll(tenant);
    const sets = new Set(feed.store.current()?.partitions.map(({ set }) => set));
    expect(sets.size).toBe(12);
    for (const set of ['DiscoveredApps', 'DiscoveredAppsByPeriod', 'Apps', 'Streams', 'AppTags'] as const) {
      expect(await feed.rows(set)).toEqual([]);
    }
    expect(await feed.lastRun()).toMatchObject({
      refresh: { status: 'succeeded', streamCount: 0, rowCount: 0 },
      parts: [],
    });
    const grown = createSampleTenant({ seed: 3, apps: 30, streams: 1, today: MONDAY });
    sample.graph.setTenant(grown);
    await feed.poll(tenant);
    expectRows(await feed.rows('DiscoveredApps'), expectedUsage(grown, grown.streams[0]!, 'P90D'));
    const named = feed.store.current()?.partitions.filter(({ set }) => set.startsWith('DiscoveredApps'));
    expect(new Set(named?.map(({ streamId }) => streamId))).toEqual(new Set([grown.streams[0]!.id]));
    await feed.close();
    await sample.close();
  });
});

describe('runs close together', () => {
  it.each([
    ['in one second', 0],
    ['while the clock is set back', -3_600_000],
  ])('are all kept in Refreshes when they begin %s', async (_when, stepMs) => {
    const sample = await startSampleTenant({ seed: 3, apps: 10, streams: 1, today: MONDAY });
    const feed = await Feed.open([sample.tenant.tenantId]);
    feed.clockMs = SHORT_CALENDAR_MS;
    feed.stepMs = stepMs;
    const reports = [];
    for (let run = 0; run < 5; run += 1) reports.push(await feed.poll(polled(sample)));
    const ids = (await feed.rows('Refreshes')).map(({ id }) => id);
    expect([...ids].sort()).toEqual(reports.map(({ id }) => id).sort());
    expect(await feed.rows('StreamRefreshes')).toHaveLength(15);
    await feed.close();
    await sample.close();
  });
});
