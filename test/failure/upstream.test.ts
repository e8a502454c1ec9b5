import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FAULT_NAMES, FAULTS, type FaultName } from '../../src/sample-tenant/faults.js';
import { createSampleTenant, type SampleTenant } from '../../src/sample-tenant/tenant.js';
import { startSampleTenant, type RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';
import type { ErrorCode } from '../../src/errors.js';
import type { JsonRow } from '../../src/model/edm.js';
import type { PolledTenant } from '../../src/refresh/run.js';
import { expectedUsage } from '../refresh/expected-rows.js';
import { expectRows, Feed, temporaryFolder, type LastRun } from '../refresh/polled-sample.js';
import {
  MONDAY,
  noTime,
  polled,
  SETTINGS,
  SHORT_CALENDAR_MS,
  TUESDAY,
  type Connection,
} from '../refresh/polled-tenant.js';

/** Two pages a stream. */
const TENANT = { seed: 8, apps: 104, streams: 3 };

/** Time-outs of hanging answers; a good answer on a busy machine must come in time. */
const PATIENCE: Connection = { graph: { timeoutMs: 500, maxBodyBytes: 1024 * 1024 } };

/** What a run makes of a fault: which rows are shown afterwards, and what is said about it. */
type Effect =
  /** The request was repeated, or nothing was lost: today's rows, as if nothing had been. */
  | { readonly rows: 'today'; readonly says?: Readonly<Record<string, unknown>> }
  /** Today's rows, but what could not be read in the struck ones is null. */
  | { readonly rows: 'bent'; readonly bend: (row: JsonRow) => JsonRow; readonly drift: string }
  /** The struck stream keeps its rows; the others are today's. */
  | { readonly rows: 'kept'; readonly status: 'failed' | 'heldBack'; readonly error: ErrorCode }
  /** The run ends there: no further stream is asked. */
  | { readonly rows: 'ended'; readonly error: ErrorCode };

interface Expected {
  /** The fault strikes the first page of the main period, once. */
  readonly once: Effect;
  /** It strikes every page, however often they are asked for. */
  readonly always: Effect;
  /** The same on the listing of the streams. `none`: nothing is renewed. */
  readonly listing: ErrorCode | 'today' | 'kept';
}

const repeated: Effect = { rows: 'today', says: { isRepeated: true } };
const failed = (error: ErrorCode): Effect => ({ rows: 'kept', status: 'failed', error });
const ended = (error: ErrorCode): Effect => ({ rows: 'ended', error });
const heldBack: Effect = { rows: 'kept', status: 'heldBack', error: 'REFRESH_HELD_BACK' };
const passing = (error: ErrorCode): Expected => ({ once: repeated, always: failed(error), listing: error });
const lasting = (error: ErrorCode): Expected => ({
  once: failed(error),
  always: failed(error),
  listing: error,
});
const harmless = (effect: Effect): Expected => ({ once: effect, always: effect, listing: 'today' });

const UNREADABLE_TYPES = { userCount: null, riskScore: null, riskLevel: null, tags: [], tagsText: '' };
const NO_TAGS = { isSanctioned: false, isUnsanctioned: false };
const NEVER_SEEN = { lastSeenDateTime: null, lastSeenDateKey: null };

/** Every fault of the sample tenant; the type makes the compiler ask for those that are missing. */
const EXPECTED: Readonly<Record<FaultName, Expected>> = {
  throttle429: passing('GRAPH_THROTTLED'),
  'throttle429-no-retry-after': passing('GRAPH_THROTTLED'),
  'throttle429-garbage': passing('GRAPH_THROTTLED'),
  'throttle429-http-date': passing('GRAPH_THROTTLED'),
  error500: passing('GRAPH_UNAVAILABLE'),
  error503: passing('GRAPH_UNAVAILABLE'),
  error504: passing('GRAPH_UNAVAILABLE'),
  error509: passing('GRAPH_UNAVAILABLE'),
  badRequest400: lasting('GRAPH_REFUSED'),
  unauthorized401: {
    once: repeated,
    always: ended('GRAPH_UNAUTHORIZED'),
    listing: 'GRAPH_UNAUTHORIZED',
  },
  forbidden403: {
    once: ended('GRAPH_CONSENT_MISSING'),
    always: ended('GRAPH_CONSENT_MISSING'),
    listing: 'GRAPH_CONSENT_MISSING',
  },
  notFound404: lasting('GRAPH_NOT_FOUND'),
  redirect302: passing('GRAPH_UNREADABLE'),
  html200: passing('GRAPH_UNREADABLE'),
  notJson: passing('GRAPH_UNREADABLE'),
  emptyBody: passing('GRAPH_UNREADABLE'),
  valueNotArray: lasting('GRAPH_UNREADABLE'),
  truncatedJson: passing('GRAPH_UNREADABLE'),
  // It is JSON, and its value is an array: of one row that is no app.
  deepJson: { once: heldBack, always: heldBack, listing: 'kept' },
  cutChunk: passing('GRAPH_UNAVAILABLE'),
  resetConnection: passing('GRAPH_UNAVAILABLE'),
  slowDrip: passing('GRAPH_UNAVAILABLE'),
  hang: passing('GRAPH_UNAVAILABLE'),
  gzipBomb: passing('GRAPH_UNREADABLE'),
  falseGzip: passing('GRAPH_UNAVAILABLE'),
  endlessNextLink: lasting('GRAPH_NEXT_LINK_REFUSED'),
  loopNextLink: lasting('GRAPH_NEXT_LINK_REFUSED'),
  foreignNextLink: lasting('GRAPH_NEXT_LINK_REFUSED'),
  emptyPageWithLink: lasting('GRAPH_NEXT_LINK_REFUSED'),
  emptyAnswer: { once: heldBack, always: heldBack, listing: 'kept' },
  halfRows: { once: heldBack, always: heldBack, listing: 'kept' },
  duplicateRows: harmless({ rows: 'today', says: { isDuplicated: true } }),
  missingField: { once: heldBack, always: heldBack, listing: 'kept' },
  wrongType: harmless({
    rows: 'bent',
    bend: (row) => ({ ...row, ...UNREADABLE_TYPES, ...NO_TAGS, ...NEVER_SEEN }),
    drift: 'value of discoveredCloudAppDetail.userCount',
  }),
  impossibleCounts: harmless({
    rows: 'bent',
    bend: (row) => ({ ...row, userCount: null, transactionCount: null, deviceCount: null }),
    drift: 'value of discoveredCloudAppDetail.transactionCount',
  }),
  unknownEnum: harmless({
    rows: 'bent',
    bend: (row) => ({ ...row, category: 'telepathy' }),
    drift: 'member appCategory.telepathy',
  }),
  poisonedKeys: harmless({
    rows: 'bent',
    bend: (row) => row,
    drift: 'property discoveredCloudAppDetail.constructor',
  }),
};

/** The faults that bend pages strike every fifth row of a page of 100. */
const isStruck = (place: number, onlyFirstPage: boolean) =>
  (place % 100) % 5 === 0 && (!onlyFirstPage || place < 100);

const CASES = FAULT_NAMES.flatMap((fault) =>
  (['once', 'always'] as const).map((how) => ({ fault, how, about: FAULTS[fault].about })),
);

describe(`what goes wrong between the poller and Graph (${CASES.length + FAULT_NAMES.length} cases)`, () => {
  const monday = createSampleTenant({ ...TENANT, today: MONDAY });
  const tuesday = createSampleTenant({ ...TENANT, today: TUESDAY });
  const streams = inKeyOrder(tuesday);
  const victim = streams[1]!;
  let sample: RunningSampleTenant;
  let tenant: PolledTenant;
  let prepared: { path: string; remove: () => Promise<void> };

  beforeAll(async () => {
    sample = await startSampleTenant({ ...TENANT, today: MONDAY });
    tenant = polled(sample, PATIENCE);
    const feed = await openFeed();
    await feed.poll(tenant);
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
    const feed = await Feed.open([tuesday.tenantId], copyOf);
    feed.settings = { ...SETTINGS, periods: ['P90D'] };
    feed.clockMs = SHORT_CALENDAR_MS + (copyOf === undefined ? 0 : 3_600_000);
    return feed;
  }

  /** A run with the fault, a look at what it left, and (unless it needs none) the next run without it. */
  async function poll(strike: () => void, look: (run: LastRun) => void, recovers = true): Promise<void> {
    const feed = await openFeed(prepared.path);
    try {
      strike();
      await feed.poll(tenant);
      sample.graph.clearFaults();
      look(await feed.lastRun());
      expect(feed.published).toHaveLength(1);
      expect(feed.observed.filter(({ kind }) => kind === 'refreshEnded')).toHaveLength(1);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      if (!recovers) return;

      await feed.poll(tenant);
      const recovered = await feed.lastRun();
      expect(recovered.refresh).toMatchObject({ status: 'succeeded', errorCode: null });
      expect(recovered.streams.map(({ isStale }) => isStale)).toEqual([false, false, false]);
      expectRows(recovered.usage, today());
      expect(feed.store.current()?.poller).toMatchObject({ heldBack: {}, absent: {} });
      expect(await feed.unfinishedFiles()).toEqual([]);
    } finally {
      sample.graph.clearFaults();
      await feed.close();
    }
  }

  const today = () => streams.flatMap((stream) => expectedUsage(tuesday, stream, 'P90D'));
  const rowsOf = (data: SampleTenant, stream: (typeof streams)[number]) =>
    expectedUsage(data, stream, 'P90D');

  it.each(CASES)('$fault $how on one stream: $about', async ({ fault, how }) => {
    const effect = EXPECTED[fault][how];
    const rule = { fault, on: 'usage', streamId: victim.id, dripMs: 50 } as const;
    const times = how === 'always' ? Number.POSITIVE_INFINITY : FAULTS[fault].times;
    await poll(
      () => {
        sample.graph.inject({ ...rule, ...(times !== undefined && { times }) });
      },
      (run) => {
        expectEffect(run, effect, how);
        if (effect.rows === 'today' || effect.rows === 'bent') {
          expect(run.refresh).toMatchObject({ status: 'succeeded', errorCode: null });
        } else {
          expect(run.refresh).toMatchObject({ status: 'partial', errorCode: effect.error });
          expect(run.refresh.errorHint).toMatch(/\w{3}/);
        }
      },
      effect.rows !== 'today',
    );
  });

  function expectEffect(run: LastRun, effect: Effect, how: 'once' | 'always'): void {
    const [before, after] = [streams.slice(0, 1), streams.slice(2)];
    const part = run.parts.find(({ streamId }) => streamId === victim.id);
    const stream = run.streams.find(({ id }) => id === victim.id);
    const status = (one: (typeof streams)[number]) => run.statuses[`${one.id} P90D`];
    const show = (mine: readonly JsonRow[], later: SampleTenant) => {
      expectRows(run.usage, [
        ...before.flatMap((one) => rowsOf(tuesday, one)),
        ...mine,
        ...after.flatMap((one) => rowsOf(later, one)),
      ]);
    };
    expect(before.map(status)).toEqual(['renewed']);
    switch (effect.rows) {
      case 'today':
        show(rowsOf(tuesday, victim), tuesday);
        expect(part).toMatchObject({ status: 'renewed', errorCode: null, rejectedRowCount: 0 });
        if (effect.says?.isRepeated === true) expect(part?.retryCount).toBeGreaterThan(0);
        if (effect.says?.isDuplicated === true) expect(part?.duplicateRowCount).toBe(20);
        break;
      case 'bent': {
        const struck = new Set(
          tuesday
            .usage(victim.id, 'P90D')
            .filter((_app, place) => isStruck(place, how === 'once'))
            .map(({ id }) => id),
        );
        expect(struck.size).toBeGreaterThan(15);
        const mine = rowsOf(tuesday, victim);
        show(
          mine.map((row) => (struck.has(row.id as string) ? effect.bend(row) : row)),
          tuesday,
        );
        expect(part).toMatchObject({ status: 'renewed', rejectedRowCount: 0 });
        expect(run.refresh.schemaDrift).toContain(effect.drift);
        break;
      }
      case 'kept':
        show(rowsOf(monday, victim), tuesday);
        expect(part).toMatchObject({ status: effect.status, errorCode: effect.error });
        expect(part?.servedRowCount).toBe(rowsOf(monday, victim).length);
        expect(stream).toMatchObject({ isStale: true, staleReason: part?.errorMessage });
        expect(after.map(status)).toEqual(['renewed']);
        break;
      case 'ended':
        show(rowsOf(monday, victim), monday);
        expect(part).toMatchObject({ status: 'failed', errorCode: effect.error });
        expect(after.map(status)).toEqual([undefined]);
        expect(run.streams.map(({ isStale }) => isStale)).toEqual([false, true, true]);
        break;
    }
  }

  it.each(FAULT_NAMES.map((fault) => ({ fault, about: FAULTS[fault].about })))(
    '$fault on the listing of the streams: $about',
    async ({ fault }) => {
      const expected = EXPECTED[fault].listing;
      await poll(
        () => {
          const times = Number.POSITIVE_INFINITY;
          sample.graph.inject({ fault, on: 'streams', dripMs: 50, times });
        },
        (run) => {
          const isNew = (id: unknown) => run.statuses[`${String(id)} P90D`] === 'renewed';
          expectRows(
            run.usage,
            streams.flatMap((stream) => rowsOf(isNew(stream.id) ? tuesday : monday, stream)),
          );
          expect(run.streams.map(({ id }) => id)).toEqual(streams.map(({ id }) => id));
          expect(run.streams.map(({ isStale }) => isStale)).toEqual(streams.map(({ id }) => !isNew(id)));
          const renewed = streams.filter(({ id }) => isNew(id)).length;
          if (expected === 'today') {
            expect(renewed).toBe(3);
            expect(run.refresh.status).toBe('succeeded');
          } else if (expected === 'kept') {
            expect(renewed).toBeLessThan(3);
            const status = renewed > 0 ? 'partial' : 'failed';
            expect(run.refresh).toMatchObject({ status, errorCode: 'REFRESH_HELD_BACK' });
          } else {
            expect(renewed).toBe(0);
            expect(run.parts).toEqual([]);
            expect(run.refresh).toMatchObject({ status: 'failed', errorCode: expected, streamCount: null });
          }
        },
      );
    },
  );
});

interface Refusal {
  readonly title: string;
  readonly error: ErrorCode;
  readonly connection?: Connection;
  readonly arrange?: (sample: RunningSampleTenant) => void;
}

const REFUSALS: readonly Refusal[] = [
  {
    title: 'a wrong secret',
    error: 'IDENTITY_SECRET_WRONG',
    connection: { credentials: { clientSecret: 'not-the-secret' } },
  },
  {
    title: 'an expired secret',
    error: 'IDENTITY_SECRET_EXPIRED',
    arrange: (sample) => {
      register(sample, 'expiredSecret');
    },
  },
  {
    title: 'an unknown application',
    error: 'IDENTITY_APP_UNKNOWN',
    connection: { credentials: { clientId: '00000000-0000-4000-8000-000000000000' } },
  },
  {
    title: 'a missing consent',
    error: 'GRAPH_CONSENT_MISSING',
    arrange: (sample) => {
      register(sample, 'noConsent');
    },
  },
  ...([429, 500, 503, 504] as const).map((status) => ({
    title: `a sign-in service that answers ${status}`,
    error: 'IDENTITY_UNAVAILABLE' as const,
    arrange: ({ entra }: RunningSampleTenant) => {
      entra.fail({ status, times: 3 });
    },
  })),
  {
    title: 'a sign-in service that asks for ten minutes',
    error: 'IDENTITY_UNAVAILABLE',
    arrange: ({ entra }) => {
      entra.fail({ status: 429, times: 1, retryAfterSeconds: 600 });
    },
  },
  {
    title: 'a sign-in service that nobody can reach',
    error: 'IDENTITY_UNAVAILABLE',
    connection: { tokens: { authorityHost: 'http://127.0.0.1:1' } },
  },
];

function register(sample: RunningSampleTenant, state: 'ok' | 'expiredSecret' | 'noConsent'): void {
  const { clientId, clientSecret: secret } = sample.credentials;
  sample.entra.setClient({ clientId, secret, state });
}

describe(`what goes wrong at sign-in (${REFUSALS.length + 2} cases)`, () => {
  let sample: RunningSampleTenant;

  beforeAll(async () => {
    sample = await startSampleTenant({ ...TENANT, today: MONDAY });
  });
  afterAll(async () => {
    await sample.close();
  });

  it.each(REFUSALS)('$title: the run fails, the rows stay, and the next run recovers', async (refusal) => {
    const feed = await Feed.open([sample.tenant.tenantId]);
    feed.settings = { ...SETTINGS, periods: ['P90D'] };
    feed.clockMs = SHORT_CALENDAR_MS;
    sample.setToday(MONDAY);
    try {
      await feed.poll(polled(sample));
      const { usage } = await feed.lastRun();
      refusal.arrange?.(sample);
      const requests = sample.graph.requestCount;
      await feed.poll(polled(sample, refusal.connection));
      const run = await feed.lastRun();
      expect(run.refresh).toMatchObject({ status: 'failed', errorCode: refusal.error, pageCount: 0 });
      expect(run.refresh.errorHint).toMatch(/\w{3}/);
      expect(JSON.stringify(run.refresh)).not.toContain(sample.credentials.clientSecret);
      expect(JSON.stringify(run.refresh)).not.toContain('not-the-secret');
      expectRows(run.usage, usage);
      expect(run.streams.map(({ isStale }) => isStale)).toEqual([true, true, true]);
      if (refusal.error.startsWith('IDENTITY')) expect(sample.graph.requestCount).toBe(requests);

      register(sample, 'ok');
      sample.setToday(TUESDAY);
      await feed.poll(polled(sample));
      const recovered = await feed.lastRun();
      expect(recovered.refresh.status).toBe('succeeded');
      expectRows(
        recovered.usage,
        inKeyOrder(sample.tenant).flatMap((stream) => expectedUsage(sample.tenant, stream, 'P90D')),
      );
    } finally {
      register(sample, 'ok');
      await feed.close();
    }
  });

  it('an unknown tenant: its run fails, and it never shows rows of the one that is known', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    const feed = await Feed.open([nobody]);
    feed.clockMs = SHORT_CALENDAR_MS;
    await feed.poll(polled(sample, { credentials: { tenantId: nobody } }));
    const { refresh, usage } = await feed.lastRun();
    expect(refresh).toMatchObject({ status: 'failed', errorCode: 'IDENTITY_TENANT_UNKNOWN' });
    expect(usage).toEqual([]);
    expect(feed.store.current()?.partitions.some(({ set }) => set === 'DiscoveredApps')).toBe(false);
    await feed.close();
  });

  it('an application that loses its consent, or its token, between two pages: the rest of the run is left', async () => {
    const feed = await Feed.open([sample.tenant.tenantId]);
    feed.clockMs = SHORT_CALENDAR_MS;
    sample.setToday(MONDAY);
    const tenant = polled(sample);
    await feed.poll(tenant);
    const [first, second] = inKeyOrder(sample.tenant);
    sample.setToday(TUESDAY);
    const times = Number.POSITIVE_INFINITY;
    sample.graph.inject({ fault: 'unauthorized401', streamId: second!.id, skip: 100, times });
    await feed.poll(tenant);
    const { refresh, statuses, usage } = await feed.lastRun();
    expect(refresh).toMatchObject({ status: 'partial', errorCode: 'GRAPH_UNAUTHORIZED' });
    expect(statuses).toEqual({ [`${first!.id} P90D`]: 'renewed', [`${second!.id} P90D`]: 'failed' });
    const monday = createSampleTenant({ ...TENANT, today: MONDAY });
    expectRows(
      usage,
      inKeyOrder(monday).flatMap((stream) =>
        expectedUsage(stream.id === first!.id ? sample.tenant : monday, stream, 'P90D'),
      ),
    );
    sample.graph.clearFaults();
    await feed.close();
  });
});

describe('two tenants', () => {
  it('one that fails does not touch the other', async () => {
    const samples = await Promise.all(
      [21, 22].map((seed) => startSampleTenant({ seed, apps: 20, today: MONDAY })),
    );
    const [good, bad] = samples as [RunningSampleTenant, RunningSampleTenant];
    const feed = await Feed.open(samples.map(({ tenant }) => tenant.tenantId));
    feed.clockMs = SHORT_CALENDAR_MS;
    for (const sample of samples) await feed.poll(polled(sample, { graph: { sleep: noTime } }));
    for (const sample of samples) sample.setToday(TUESDAY);
    bad.graph.inject({ fault: 'error500', times: Number.POSITIVE_INFINITY });
    for (const sample of [bad, good]) await feed.poll(polled(sample));

    const of = async (sample: RunningSampleTenant) => feed.lastRun(sample.tenant.tenantId);
    const usageOn = (sample: RunningSampleTenant, day: Date) => {
      const tenant = sample.tenant.on(day);
      return inKeyOrder(tenant).flatMap((stream) => expectedUsage(tenant, stream, 'P90D'));
    };
    expect((await of(bad)).refresh).toMatchObject({ status: 'failed', errorCode: 'GRAPH_UNAVAILABLE' });
    expect((await of(good)).refresh).toMatchObject({ status: 'succeeded', errorCode: null });
    expectRows((await of(bad)).usage, usageOn(bad, MONDAY));
    expectRows((await of(good)).usage, usageOn(good, TUESDAY));
    const tenants = await feed.rows('Tenants');
    expect(tenants.map(({ id }) => id)).toEqual([...tenants.map(({ id }) => id)].sort());
    expect(new Map(tenants.map((row) => [row.id, row.lastRefreshStatus]))).toEqual(
      new Map([
        [good.tenant.tenantId, 'succeeded'],
        [bad.tenant.tenantId, 'failed'],
      ]),
    );
    await feed.close();
    for (const sample of samples) await sample.close();
  });
});

function inKeyOrder(tenant: SampleTenant): SampleTenant['streams'] {
  return [...tenant.streams].sort((left, right) => (left.id < right.id ? -1 : 1));
}
