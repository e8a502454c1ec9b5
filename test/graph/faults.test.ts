import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphClientOptions } from '../../src/graph/graph-client.js';
import { normaliseApp } from '../../src/graph/normalise.js';
import type { Measures } from '../../src/graph/upstream.js';
import type { FaultRule } from '../../src/sample-tenant/fault-queue.js';
import { FAULT_NAMES, FAULTS, type FaultName } from '../../src/sample-tenant/faults.js';
import { startSampleTenant, type RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';
import { clientOf, collect, failureOf, NEVER, usageIds } from './graph-fixture.js';
import { cloudDiscovery } from '../../src/graph/cloud-discovery.js';

/** How the reading of a stream ends when a fault strikes its second page. */
type Outcome =
  /** All rows come; the waits in milliseconds at the longest jitter. */
  | { readonly recovers: readonly number[] }
  /** The reading fails, though the fault strikes for ever. */
  | { readonly fails: string; readonly requests?: number }
  /** Has a test of its own below: the rows are bent, or the wait depends on the clock. */
  | 'bent';

interface Row {
  readonly fault: FaultName;
  readonly outcome: Outcome;
  readonly rule?: Partial<FaultRule>;
  readonly client?: Partial<GraphClientOptions>;
}

const FOREVER = { times: 1e9 };
const ONE = 1000;
const HASTY = { timeoutMs: 150 };

const TABLE: readonly Row[] = [
  { fault: 'throttle429', outcome: { recovers: [7000] }, rule: { retryAfterSeconds: 7 } },
  { fault: 'throttle429', outcome: { recovers: [300_000] }, rule: { retryAfterSeconds: 86_400 } },
  { fault: 'throttle429', outcome: { recovers: [ONE] }, rule: { retryAfterSeconds: 0 } },
  { fault: 'throttle429', outcome: { fails: 'GRAPH_THROTTLED', requests: 8 }, rule: FOREVER },
  { fault: 'throttle429-no-retry-after', outcome: { recovers: [ONE, 2000, 4000] }, rule: { times: 3 } },
  { fault: 'throttle429-garbage', outcome: { recovers: [ONE] } },
  { fault: 'error500', outcome: { recovers: [ONE] } },
  { fault: 'error500', outcome: { fails: 'GRAPH_UNAVAILABLE', requests: 8 }, rule: FOREVER },
  { fault: 'error503', outcome: { recovers: [7000] }, rule: { retryAfterSeconds: 7 } },
  { fault: 'error504', outcome: { recovers: [ONE] } },
  { fault: 'error509', outcome: { recovers: [ONE] } },
  { fault: 'badRequest400', outcome: { fails: 'GRAPH_REFUSED', requests: 1 }, rule: FOREVER },
  { fault: 'unauthorized401', outcome: { recovers: [] } },
  { fault: 'unauthorized401', outcome: { fails: 'GRAPH_UNAUTHORIZED', requests: 2 }, rule: FOREVER },
  { fault: 'forbidden403', outcome: { fails: 'GRAPH_CONSENT_MISSING', requests: 1 }, rule: FOREVER },
  { fault: 'notFound404', outcome: { fails: 'GRAPH_NOT_FOUND', requests: 1 }, rule: FOREVER },
  { fault: 'redirect302', outcome: { fails: 'GRAPH_UNREADABLE', requests: 3 }, rule: FOREVER },
  { fault: 'html200', outcome: { recovers: [ONE] } },
  { fault: 'html200', outcome: { fails: 'GRAPH_UNREADABLE', requests: 3 }, rule: FOREVER },
  { fault: 'notJson', outcome: { fails: 'GRAPH_UNREADABLE', requests: 3 }, rule: FOREVER },
  { fault: 'emptyBody', outcome: { recovers: [ONE] } },
  { fault: 'emptyBody', outcome: { fails: 'GRAPH_UNREADABLE', requests: 3 }, rule: FOREVER },
  { fault: 'valueNotArray', outcome: { fails: 'GRAPH_UNREADABLE', requests: 1 }, rule: FOREVER },
  { fault: 'truncatedJson', outcome: { recovers: [ONE] } },
  { fault: 'truncatedJson', outcome: { fails: 'GRAPH_UNREADABLE', requests: 3 }, rule: FOREVER },
  { fault: 'cutChunk', outcome: { recovers: [ONE, 2000] }, rule: { times: 2 } },
  { fault: 'resetConnection', outcome: { recovers: [ONE] } },
  { fault: 'resetConnection', outcome: { fails: 'GRAPH_UNAVAILABLE', requests: 8 }, rule: FOREVER },
  { fault: 'slowDrip', outcome: { fails: 'GRAPH_UNAVAILABLE' }, rule: FOREVER, client: HASTY },
  { fault: 'hang', outcome: { fails: 'GRAPH_UNAVAILABLE', requests: 8 }, rule: FOREVER, client: HASTY },
  { fault: 'gzipBomb', outcome: { recovers: [ONE] } },
  { fault: 'gzipBomb', outcome: { fails: 'GRAPH_UNREADABLE', requests: 3 }, rule: FOREVER },
  { fault: 'falseGzip', outcome: { recovers: [ONE] } },
  { fault: 'endlessNextLink', outcome: { fails: 'GRAPH_NEXT_LINK_REFUSED' } },
  { fault: 'loopNextLink', outcome: { fails: 'GRAPH_NEXT_LINK_REFUSED', requests: 1 } },
  { fault: 'foreignNextLink', outcome: { fails: 'GRAPH_NEXT_LINK_REFUSED', requests: 1 } },
  { fault: 'emptyPageWithLink', outcome: { fails: 'GRAPH_NEXT_LINK_REFUSED', requests: 1 } },
  { fault: 'throttle429-http-date', outcome: 'bent' },
  { fault: 'deepJson', outcome: 'bent' },
  { fault: 'emptyAnswer', outcome: 'bent' },
  { fault: 'halfRows', outcome: 'bent' },
  { fault: 'duplicateRows', outcome: { recovers: [] } },
  { fault: 'missingField', outcome: 'bent' },
  { fault: 'wrongType', outcome: 'bent' },
  { fault: 'impossibleCounts', outcome: 'bent' },
  { fault: 'unknownEnum', outcome: { recovers: [] } },
  { fault: 'poisonedKeys', outcome: { recovers: [] } },
];

let sample: RunningSampleTenant;
let streamId: string;
beforeAll(async () => {
  sample = await startSampleTenant({ seed: 7, apps: 420, today: new Date('2026-03-01') });
  streamId = sample.tenant.streams[0]!.id;
});
afterEach(() => {
  sample.graph.clearFaults();
});
afterAll(() => sample.close());

function expectedIds(): string[] {
  return sample.tenant.usage(streamId, 'P90D').map(({ id }) => id);
}

function strike(fault: FaultName, rule: Partial<FaultRule> = {}): void {
  sample.graph.inject({ fault, on: 'usage', skip: 100, ...rule });
}

describe('A stream whose second page meets', () => {
  const named = TABLE.flatMap(({ outcome, ...row }) =>
    outcome === 'bent'
      ? []
      : [[`${FAULTS[row.fault].about} (${JSON.stringify(row.rule ?? {})})`, { ...row, outcome }] as const],
  );

  it.each(named)('%s', async (_title, { fault, outcome, rule, client: options }) => {
    const { client, waits, observed } = clientOf(sample, options);
    strike(fault, rule);
    const before = sample.graph.requestCount;
    const reading = usageIds(client, streamId, 'P90D');
    if ('recovers' in outcome) {
      expect(await reading).toEqual(expectedIds());
      expect(waits).toEqual(outcome.recovers);
      const retries = observed.filter(({ kind }) => kind === 'graphRetry');
      expect(retries).toHaveLength(waits.length);
    } else {
      const error = await failureOf(reading);
      expect(error.code).toBe(outcome.fails);
      // one request for the first page
      if (outcome.requests !== undefined)
        expect(sample.graph.requestCount - before).toBe(outcome.requests + 1);
    }
    expect(client.counters.requests).toBe(sample.graph.requestCount - before);
  });

  it('covers every fault that there is', () => {
    expect(FAULT_NAMES.filter((name) => !TABLE.some(({ fault }) => fault === name))).toEqual([]);
  });
});

describe('A client', () => {
  it('waits until the moment that an HTTP-date names', async () => {
    const { client, waits } = clientOf(sample);
    strike('throttle429-http-date', { retryAfterSeconds: 60 });
    expect(await usageIds(client, streamId, 'P90D')).toEqual(expectedIds());
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThan(50_000);
    expect(waits[0]).toBeLessThanOrEqual(61_000);
  });

  it('tells what Graph said, with its request id', async () => {
    strike('badRequest400', FOREVER);
    const error = await failureOf(usageIds(clientOf(sample).client, streamId, 'P90D'));
    expect(error.message).toMatch(
      /^Graph answered 400: BadRequest: Injected by the fake.*request-id [0-9a-f-]{36}\)\.$/,
    );
    expect(error.target).toContain('/uploadedStreams/');
  });

  it('stops waiting when the budget of the run is spent', async () => {
    strike('throttle429', { ...FOREVER, retryAfterSeconds: 40 });
    const { client, waits } = clientOf(sample, { retryBudgetMs: 100_000 });
    expect((await failureOf(usageIds(client, streamId, 'P90D'))).code).toBe('GRAPH_THROTTLED');
    expect(waits).toEqual([40_000, 40_000]);
    expect((await failureOf(usageIds(client, streamId, 'P90D'))).code).toBe('GRAPH_THROTTLED');
    expect(waits).toHaveLength(2);
  });

  it('asks for a fresh token once when a token dies in the middle of paging', async () => {
    const before = sample.entra.tokenRequests;
    strike('unauthorized401');
    const { client } = clientOf(sample);
    expect(await usageIds(client, streamId, 'P90D')).toEqual(expectedIds());
    expect(sample.entra.tokenRequests - before).toBe(2);
    expect(client.counters.retries).toBe(1);
  });

  it('reads all pages while every third request is throttled', async () => {
    const { client, waits } = clientOf(sample);
    sample.graph.inject({ fault: 'throttle429', every: 3, times: 1000 });
    expect(await usageIds(client, streamId, 'P90D')).toEqual(expectedIds());
    expect(waits.length).toBeGreaterThan(0);
  });

  it('ends a wait and a hanging request at once when the run is cancelled', async () => {
    for (const fault of ['throttle429', 'hang', 'slowDrip'] as const) {
      const abort = new AbortController();
      const { client } = clientOf(sample, {
        ...{ timeoutMs: 600_000, retryBudgetMs: 1e9 },
        sleep: async (ms, signal) => {
          abort.abort();
          await delay(ms, undefined, signal && { signal });
        },
      });
      sample.graph.inject({ fault, on: 'streams', retryAfterSeconds: 250 });
      const listing = collect(cloudDiscovery(client, { maxPages: 9 }).listStreams(abort.signal));
      if (fault !== 'throttle429') {
        setTimeout(() => {
          abort.abort();
        }, 300);
      }
      expect((await failureOf(listing)).code).toBe('REFRESH_ABORTED');
    }
  });
});

describe('Rows that a fault has bent', () => {
  const ALL: Measures = { users: true, devices: true, ipAddresses: true, upload: true, download: true };

  async function readBent(fault: FaultName) {
    strike(fault);
    const { client } = clientOf(sample);
    const discovery = cloudDiscovery(client, { maxPages: 50 });
    const pages = await collect(discovery.aggregatedApps(streamId, 'P90D', NEVER));
    const rows = pages.flatMap((page) => page.rows.map((raw) => normaliseApp(raw, ALL)));
    const kept = rows.flatMap((row) => ('row' in row ? [row.row] : []));
    const drift = new Set(rows.flatMap((row) => row.drift));
    const duplicates = pages.reduce((sum, page) => sum + page.duplicates, 0);
    return { kept, drift: [...drift], duplicates, rejected: rows.length - kept.length };
  }

  it('are dropped and counted when they repeat', async () => {
    expect(await readBent('duplicateRows')).toMatchObject({ duplicates: 10, rejected: 0 });
  });

  it('are rejected without an id and kept without a name', async () => {
    const { kept, drift, rejected } = await readBent('missingField');
    expect(rejected).toBe(8);
    expect(kept.filter(({ displayName }) => displayName === null)).toHaveLength(7);
    expect(drift).toContain('missing discoveredCloudAppDetail.displayName');
  });

  it('are kept with null for values of the wrong type', async () => {
    const { kept, drift, rejected } = await readBent('wrongType');
    expect(rejected).toBe(0);
    expect(kept).toHaveLength(expectedIds().length);
    expect(drift).toEqual(
      expect.arrayContaining([
        'value of discoveredCloudAppDetail.userCount',
        'value of discoveredCloudAppDetail.riskScore',
        'value of discoveredCloudAppDetail.tags',
        'value of discoveredCloudAppDetail.lastSeenDateTime',
      ]),
    );
  });

  it('are kept with null for impossible counts', async () => {
    const { kept, rejected } = await readBent('impossibleCounts');
    expect(rejected).toBe(0);
    const bent = kept.filter(({ userCount }) => userCount === null);
    expect(bent).toHaveLength(20);
    expect(
      new Set(bent.flatMap(({ transactionCount, deviceCount }) => [transactionCount, deviceCount])),
    ).toEqual(new Set([null]));
  });

  it('keep a category that nobody knows, and report it', async () => {
    const { kept, drift } = await readBent('unknownEnum');
    expect(kept.filter(({ category }) => category === 'telepathy').length).toBeGreaterThan(0);
    expect(drift).toContain('member appCategory.telepathy');
  });

  it('poison no prototype', async () => {
    const { rejected } = await readBent('poisonedKeys');
    expect(rejected).toBe(0);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('are rejected one by one when they are no objects', async () => {
    expect((await readBent('deepJson')).rejected).toBe(1);
  });

  it.each(['emptyAnswer', 'halfRows'] as const)(
    '%s is a complete answer: refresh decides about it',
    async (fault) => {
      expect((await readBent(fault)).rejected).toBe(0);
    },
  );
});
