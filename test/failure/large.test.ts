import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSampleTenant, type RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';
import { defaultRules, expectedApps, expectedUsage } from '../refresh/expected-rows.js';
import { expectRows, Feed, type LastRun } from '../refresh/polled-sample.js';
import { MONDAY, polled, SHORT_CALENDAR_MS } from '../refresh/polled-tenant.js';

const THROTTLE_EVERY = 7;
const BEYOND_DOUBLE = 9_007_199_254_740_993n;
const PERIODS = ['P30D', 'P7D', 'P90D'] as const;

describe('a tenant of 5,000 apps, 3 streams and 3 periods, with a 429 on every seventh request', () => {
  let sample: RunningSampleTenant;
  let feed: Feed;
  let run: LastRun;
  const waits: number[] = [];

  beforeAll(async () => {
    sample = await startSampleTenant({
      seed: 12,
      apps: 5000,
      today: MONDAY,
      throttleEvery: THROTTLE_EVERY,
      throttleSeconds: 1,
    });
    feed = await Feed.open([sample.tenant.tenantId]);
    feed.clockMs = SHORT_CALENDAR_MS;
    const sleep = (ms: number) => {
      waits.push(ms);
      return Promise.resolve();
    };
    await feed.poll(polled(sample, { graph: { sleep, retryBudgetMs: 600_000, timeoutMs: 30_000 } }));
    run = await feed.lastRun();
  });
  afterAll(async () => {
    await feed.close();
    await sample.close();
  });

  const streams = () => [...sample.tenant.streams].sort((left, right) => (left.id < right.id ? -1 : 1));

  it('is polled to the end, with each wait as long as Graph asked for', () => {
    expect(run.refresh).toMatchObject({ status: 'succeeded', errorCode: null, rejectedRowCount: 0 });
    const refused = sample.graph.requests.filter(({ status }) => status === 429).length;
    expect(refused).toBeGreaterThan(30);
    expect(refused).toBe(Math.floor(sample.graph.requestCount / THROTTLE_EVERY));
    expect(waits).toEqual(Array(refused).fill(1000));
    expect(run.refresh.retryCount).toBe(refused);
  });

  it('has in DiscoveredApps each row of upstream, equal in every value', () => {
    const expected = streams().flatMap((stream) => expectedUsage(sample.tenant, stream, 'P90D'));
    expect(expected.length).toBeGreaterThan(10_000);
    expectRows(run.usage, expected);
    const exact = run.usage.filter((row) => row.uploadNetworkTrafficInBytes === BEYOND_DOUBLE);
    expect(exact).toHaveLength(3);
  });

  it('has in DiscoveredAppsByPeriod each row of every period, equal in every value', async () => {
    const rules = { ...defaultRules(sample.tenant), byPeriod: true };
    const expected = streams().flatMap((stream) =>
      PERIODS.flatMap((period) => expectedUsage(sample.tenant, stream, period, rules)),
    );
    expect(expected.length).toBeGreaterThan(25_000);
    expectRows(await feed.rows('DiscoveredAppsByPeriod'), expected);
    expect(run.refresh.rowCount).toBe(expected.length);
  });

  it('has in Apps every app once', async () => {
    expectRows(await feed.rows('Apps'), expectedApps(sample.tenant));
  });
});
