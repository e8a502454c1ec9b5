import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/load-config.js';
import { startServer } from '../../src/server.js';
import { RunningFeed } from '../feed/running-feed.js';
import { samples, sum, type Sample } from './scrape.js';

const KEY = 'an-api-key-that-must-never-be-seen';
const NARROW = 'another-api-key-that-must-never-be-seen';
const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');

let feed: RunningFeed;
beforeAll(async () => {
  feed = await RunningFeed.start({
    sample: { apps: 100, today: new Date() },
    env: {
      API_KEYS: `bi:${sha256(KEY)},narrow:${sha256(NARROW)}`,
      TRUSTED_PROXIES: '127.0.0.1',
    },
    settings: {
      grants: [
        { to: ['key:narrow'], grants: { id: 'narrow', sets: new Set(['Tenants']) } },
        { to: ['key:bi'], grants: { id: 'all' } },
      ],
    },
  });
});
afterAll(() => feed.close());

const asked = (path: string, headers: Record<string, string> = {}) =>
  feed.read(path, { headers: { 'x-api-key': KEY, ...headers } });

async function scrape(): Promise<Sample[]> {
  const answer = await asked('/metrics');
  expect([answer.status, answer.header('content-type')]).toEqual([
    200,
    expect.stringContaining('text/plain'),
  ]);
  return samples(answer.text);
}

/** What the metrics gained while something was done. The scrape itself is of another route. */
async function gained(
  act: () => Promise<unknown>,
): Promise<(name: string, labels?: Record<string, string>) => number> {
  const before = await scrape();
  await act();
  const after = await scrape();
  return (name, labels) =>
    sum(after, `discovery_feed_${name}`, labels) - sum(before, `discovery_feed_${name}`, labels);
}

describe('/metrics beside the feed', () => {
  it('asks who reads: nobody without a credential, nobody whom a grant restricts', async () => {
    expect((await feed.read('/metrics')).status).toBe(401);
    const narrow = await feed.read('/metrics', { headers: { 'x-api-key': NARROW } });
    expect([narrow.status, narrow.text]).toEqual([403, expect.stringContaining('AUTH_NOT_GRANTED')]);
    expect((await asked('/metrics')).status).toBe(200);
  });

  it('counts answers by kind and status, with their rows and bytes', async () => {
    const more = await gained(async () => {
      await asked('/odata/DiscoveredApps?$top=7');
      await asked('/odata/DiscoveredApps?$top=3&$filter=nope%20eq%201');
      await asked('/odata/$metadata');
      await asked('/live');
    });
    expect(more('requests_total', { route: 'collection', status: '200' })).toBe(1);
    expect(more('requests_total', { route: 'metadata', status: '200' })).toBe(1);
    expect(more('requests_total', { route: 'health', status: '200' })).toBe(1);
    expect(more('requests_total', { status: '400' })).toBe(1);
    expect(more('rows_total')).toBe(7);
    expect(more('set_reads_total', { set: 'DiscoveredApps' })).toBe(1);
    expect(more('response_bytes_total', { route: 'collection' })).toBeGreaterThan(1000);
    expect(more('request_duration_seconds_count', { route: 'collection' })).toBe(1);
  });

  it('counts each request of a batch in the rows of the batch', async () => {
    const body = JSON.stringify({
      requests: [
        { id: '1', method: 'GET', url: 'DiscoveredApps?$top=2' },
        { id: '2', method: 'GET', url: 'Apps?$top=3' },
      ],
    });
    const more = await gained(() =>
      fetch(`${feed.origin}/odata/$batch`, {
        method: 'POST',
        body,
        headers: { 'x-api-key': KEY, 'Content-Type': 'application/json' },
      }).then((answer) => answer.text()),
    );
    expect(more('requests_total', { route: 'batch', status: '200' })).toBe(1);
    expect(more('rows_total')).toBe(5);
  });

  it('counts a refused sign-in, but not the question which kinds there are', async () => {
    const more = await gained(async () => {
      await feed.read('/odata/');
      await feed.read('/odata/', { headers: { Authorization: 'Bearer' } });
      await feed.read('/odata/', { headers: { Authorization: 'Bearer wrong' } });
      await feed.read('/odata/?key=wrong');
      await feed.read('/odata/', { headers: { 'x-api-key': 'wrong' } });
    });
    expect(more('requests_total', { status: '401' })).toBe(5);
    expect(more('sign_ins_refused_total')).toBe(3);
  });

  it('tells what the feed holds and how fresh it is', async () => {
    const { tenantId } = feed.sample.credentials;
    const now = await scrape();
    const { text } = await asked('/odata/DiscoveredApps/$count');
    expect(sum(now, 'discovery_feed_generation_rows', { set: 'DiscoveredApps' })).toBe(Number(text));
    for (const moment of ['generation', 'last_success'])
      expect(
        Math.abs(sum(now, `discovery_feed_${moment}_timestamp_seconds`) * 1000 - Date.now()),
      ).toBeLessThan(600_000);
    expect(
      sum(now, 'discovery_feed_refreshes_total', { tenant: tenantId, status: 'succeeded' }),
    ).toBeGreaterThan(0);
    expect(sum(now, 'discovery_feed_store_bytes')).toBeGreaterThanOrEqual(
      sum(now, 'discovery_feed_generation_bytes'),
    );
    expect(sum(now, 'discovery_feed_generation_bytes')).toBeGreaterThan(1000);
    expect(sum(now, 'discovery_feed_stale_streams', { tenant: tenantId })).toBe(0);
    expect(sum(now, 'discovery_feed_ready')).toBe(1);
    expect(now.some(({ name }) => name === 'nodejs_eventloop_lag_p99_seconds')).toBe(true);
    expect(now.some(({ name }) => name === 'process_start_time_seconds')).toBe(true);
  });

  it('tells of streams that show older rows, and of failed runs', async () => {
    const [stream] = feed.sample.tenant.streams;
    feed.sample.graph.inject({ fault: 'valueNotArray', on: 'usage', streamId: stream!.id, times: 1000 });
    const more = await gained(() => feed.refresh().catch(() => undefined));
    expect(more('stale_streams')).toBe(1);
    expect(more('refreshes_total', { status: 'partial' })).toBe(1);
    expect(more('last_success_timestamp_seconds')).toBe(0);
  });

  it('takes no label from a request, and never a key', async () => {
    for (const path of [
      '/x-one',
      '/x-two',
      '/odata/XThree',
      '/odata/DiscoveredApps?$filter=displayName%20eq%20%27x-four%27',
    ])
      await asked(path);
    await feed.read(`/odata/?key=${KEY}`);
    const { text } = await asked('/metrics');
    expect(text).not.toMatch(/x-one|x-two|XThree|x-four|an-api-key|key:bi/);
    const routes = new Set(samples(text).map(({ labels }) => labels.route));
    expect([...routes].filter((route) => route !== undefined).sort()).toEqual(
      ['batch', 'collection', 'count', 'health', 'metadata', 'metrics', 'other', 'refused', 'service'].sort(),
    );
  });
});

describe('Every answer', () => {
  it('has an id, which stands in the log', async () => {
    const id = (await asked('/odata/')).header('x-request-id')!;
    expect(id).toMatch(/^[\da-f-]{36}$/);
    expect(feed.logLines.some((line) => line.includes(`"requestId":"${id}"`))).toBe(true);
  });

  it.each([
    ['X-Request-Id', { 'X-Request-Id': 'gateway-4711.a' }, 'gateway-4711.a'],
    [
      'traceparent',
      { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
      '4bf92f3577b34da6a3ce929d0e0e4736',
    ],
  ])('has the id that a trusted proxy gave: %s', async (_name, headers, id) => {
    expect((await asked('/live', headers)).header('x-request-id')).toBe(id);
  });

  it.each([
    ['too short', { 'X-Request-Id': 'abc' }],
    ['with a space', { 'X-Request-Id': 'abc def ghi jkl' }],
    ['endless', { 'X-Request-Id': 'a'.repeat(129) }],
    ['a trace of zeros', { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` }],
  ])('has an id of ours when that one is %s', async (_what, headers) => {
    expect((await asked('/live', headers)).header('x-request-id')).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
  });

  it('says how long each stage took, to readers whom no grant restricts', async () => {
    const answer = await asked('/odata/DiscoveredApps?$top=1');
    expect(answer.header('server-timing')).toMatch(
      /^auth;dur=[\d.]+, queue;dur=[\d.]+, parse;dur=[\d.]+, plan;dur=[\d.]+, execute;dur=[\d.]+, write;dur=[\d.]+$/,
    );
    for (const headers of [{}, { 'x-api-key': NARROW }])
      expect((await feed.read('/odata/', { headers })).header('server-timing')).toBeUndefined();
  });
});

describe('Health', () => {
  it.each([
    ['/live', 'live'],
    ['/startup', 'started'],
    ['/ready', 'ready'],
  ])('%s', async (path, status) => {
    const answer = await feed.read(path);
    expect([answer.status, answer.text]).toEqual([200, JSON.stringify({ status })]);
  });
});

describe('METRICS_PORT', () => {
  it('answers /metrics without a credential, and nothing else; the feed has it no more', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'metrics-'));
    const metricsPort = await freePort();
    const settings = loadConfig({
      env: { PORT: '0', METRICS_PORT: String(metricsPort), DATA_DIR: folder, SAMPLE_APPS: '20' },
    });
    const server = await startServer(settings, () => undefined);
    try {
      const get = (url: string) =>
        fetch(url).then(async (answer) => [answer.status, await answer.text()] as const);
      const [status, text] = await get(`http://127.0.0.1:${metricsPort}/metrics`);
      expect(status).toBe(200);
      expect(samples(text).some(({ name }) => name === 'discovery_feed_ready')).toBe(true);
      expect(await get(`http://127.0.0.1:${metricsPort}/odata/`)).toEqual([
        404,
        expect.stringContaining('This port has /metrics only.'),
      ]);
      expect((await get(`${new URL(server.url).origin}/metrics`))[0]).toBe(404);
    } finally {
      await server.stop('end of test');
      await rm(folder, { recursive: true, force: true });
    }
    await expect(fetch(`http://127.0.0.1:${metricsPort}/metrics`)).rejects.toThrow();
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
