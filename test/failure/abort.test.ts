import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Observation } from '../../src/observe/observation.js';
import { createSampleTenant } from '../../src/sample-tenant/tenant.js';
import { startSampleTenant, type RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';
import { refreshAll } from '../../src/write-line.js';
import { expectedUsage } from '../refresh/expected-rows.js';
import { expectRows, Feed, temporaryFolder } from '../refresh/polled-sample.js';
import {
  MONDAY,
  polled,
  SETTINGS,
  SHORT_CALENDAR_MS,
  TUESDAY,
  type Connection,
} from '../refresh/polled-tenant.js';

/** One listing and two pages for each of three streams. */
const TENANT = { seed: 14, apps: 104, streams: 3 };
const REQUESTS = 7;

/** When a run is cancelled: `prepare` is called before it. */
interface Moment {
  readonly title: string;
  readonly prepare: (sample: RunningSampleTenant, cancel: () => void) => Connection | undefined;
  /** Cancels at an observation of the run. */
  readonly on?: (observation: Observation) => boolean;
}

const MOMENTS: readonly Moment[] = [
  {
    title: 'before it begins',
    prepare: (_sample, cancel) => {
      cancel();
      return undefined;
    },
  },
  { title: 'as it begins', prepare: () => undefined, on: ({ kind }) => kind === 'refreshStarted' },
  ...Array.from({ length: REQUESTS }, (_, index) => ({
    title: `while request ${index + 1} of ${REQUESTS} is answered`,
    prepare: (sample: RunningSampleTenant, cancel: () => void) => {
      const tenant = createSampleTenant({ ...TENANT, today: TUESDAY });
      let requests = 0;
      sample.graph.setTenant(() => {
        requests += 1;
        if (requests === index + 1) cancel();
        return tenant;
      });
      return undefined;
    },
  })),
  {
    title: 'while Graph does not answer',
    prepare: (sample, cancel) => {
      sample.graph.inject({ fault: 'hang', on: 'usage' });
      const before = sample.graph.requestCount;
      const timer = setInterval(() => {
        if (sample.graph.requestCount < before + 2) return;
        clearInterval(timer);
        cancel();
      }, 5);
      return { graph: { timeoutMs: 60_000 } };
    },
  },
  {
    title: 'while it waits as Graph asked for',
    prepare: (sample, cancel) => {
      sample.graph.inject({ fault: 'throttle429', on: 'usage', retryAfterSeconds: 120 });
      const sleep = async (ms: number, signal?: AbortSignal) => {
        setImmediate(cancel);
        await delay(ms, undefined, signal && { signal });
      };
      return { graph: { sleep, retryBudgetMs: 600_000 } };
    },
  },
  {
    title: 'while it waits to sign in again',
    prepare: (sample, cancel) => {
      sample.entra.fail({ status: 503, times: 3 });
      const sleep = async (ms: number, signal?: AbortSignal) => {
        setImmediate(cancel);
        await delay(ms, undefined, signal && { signal });
      };
      return { tokens: { retry: { sleep } } };
    },
  },
  { title: 'after a stream was read', prepare: () => undefined, on: ({ kind }) => kind === 'streamEnded' },
  {
    title: 'after everything was read, before it is published',
    prepare: () => undefined,
    on: (observation) => observation.kind === 'refreshProgress' && observation.done === observation.total,
  },
];

describe('a run that is cancelled', () => {
  const monday = createSampleTenant({ ...TENANT, today: MONDAY });
  const tuesday = createSampleTenant({ ...TENANT, today: TUESDAY });
  let sample: RunningSampleTenant;
  let prepared: { path: string; remove: () => Promise<void> };

  beforeAll(async () => {
    sample = await startSampleTenant({ ...TENANT, today: MONDAY });
    const feed = await openFeed();
    await feed.poll(polled(sample));
    await feed.store.close();
    prepared = await temporaryFolder(feed.folder);
    await feed.close();
    sample.setToday(TUESDAY);
  });
  afterAll(async () => {
    await prepared.remove();
    await sample.close();
  });

  async function openFeed(copyOf?: string): Promise<Feed> {
    const feed = await Feed.open([monday.tenantId], copyOf);
    feed.settings = { ...SETTINGS, periods: ['P90D'] };
    feed.clockMs = SHORT_CALENDAR_MS + (copyOf === undefined ? 0 : 3_600_000);
    return feed;
  }

  const rowsOn = (tenant: typeof monday) =>
    [...tenant.streams]
      .sort((left, right) => (left.id < right.id ? -1 : 1))
      .flatMap((stream) => expectedUsage(tenant, stream, 'P90D'));

  it.each(MOMENTS)(
    '$title publishes nothing, leaves nothing behind, and the next one works',
    async (moment) => {
      const sample = await startSampleTenant({ ...TENANT, today: TUESDAY });
      const feed = await openFeed(prepared.path);
      try {
        const before = { files: await feed.files(), generation: feed.store.current()?.id };
        const controller = new AbortController();
        const cancel = () => {
          controller.abort();
        };
        const connection = moment.prepare(sample, cancel);
        feed.onObservation = (observation) => {
          if (moment.on?.(observation) === true) cancel();
        };
        await expect(feed.poll(polled(sample, connection), controller.signal)).rejects.toMatchObject({
          code: 'REFRESH_ABORTED',
        });

        expect(feed.published).toEqual([]);
        expect(feed.store.current()?.id).toBe(before.generation);
        expect(await feed.files()).toEqual(before.files);
        expectRows(await feed.rows('DiscoveredApps'), rowsOn(monday));
        expect(feed.observed.filter(({ kind }) => kind === 'refreshEnded')).toMatchObject([
          { status: 'failed', error: { code: 'REFRESH_ABORTED' } },
        ]);

        sample.graph.clearFaults();
        delete feed.onObservation;
        await feed.poll(polled(sample));
        const run = await feed.lastRun();
        expect(run.refresh.status).toBe('succeeded');
        expectRows(run.usage, rowsOn(tuesday));
      } finally {
        await feed.close();
        await sample.close();
      }
    },
  );

  it('on the very first run leaves a run that the next one reports as cut off', async () => {
    const feed = await openFeed();
    const controller = new AbortController();
    feed.onObservation = ({ kind }) => {
      if (kind === 'streamEnded') controller.abort();
    };
    await expect(feed.poll(polled(sample), controller.signal)).rejects.toMatchObject({
      code: 'REFRESH_ABORTED',
    });
    expect(await feed.rows('Refreshes')).toMatchObject([{ status: 'running', endDateTime: null }]);
    expect(await feed.unfinishedFiles()).toEqual([]);

    delete feed.onObservation;
    await feed.poll(polled(sample));
    expect(await feed.rows('Refreshes')).toMatchObject([
      { status: 'failed', errorCode: 'REFRESH_ABORTED' },
      { status: 'succeeded', errorCode: null },
    ]);
    expectRows(await feed.rows('DiscoveredApps'), rowsOn(tuesday));
    await feed.close();
  });

  it('over several tenants asks none of those that are left', async () => {
    const samples = await Promise.all(
      [1, 2].map((seed) => startSampleTenant({ seed, apps: 10, today: MONDAY })),
    );
    const feed = await Feed.open(samples.map(({ tenant }) => tenant.tenantId));
    feed.clockMs = SHORT_CALENDAR_MS;
    const controller = new AbortController();
    feed.onObservation = ({ kind }) => {
      if (kind === 'streamEnded') controller.abort();
    };
    const tenants = samples.map((sample) => polled(sample));
    const { reports, error } = await refreshAll(tenants, feed.deps, 'command', controller.signal);
    expect(reports).toEqual([]);
    expect(error).toMatchObject({ code: 'REFRESH_ABORTED' });
    expect(samples[1]?.graph.requestCount).toBe(0);

    delete feed.onObservation;
    const next = await refreshAll(tenants, feed.deps, 'command', new AbortController().signal);
    expect(next.error).toBeUndefined();
    expect(next.reports.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
    await feed.close();
    for (const sample of samples) await sample.close();
  });
});
