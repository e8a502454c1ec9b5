import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { IncomingMessage, RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Agent, ProxyAgent } from 'undici';
import { createPace } from '../../src/graph/pace.js';
import { backOffMs, Patience, retryAfterMs } from '../../src/graph/retry.js';
import { startConnectProxy } from '../identity/connect-proxy.js';
import { anyGraph, failureOf, NEVER, triedClient } from './graph-fixture.js';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function graph(listener: RequestListener): Promise<string> {
  const started = await anyGraph(listener);
  closers.push(() => started.close());
  return started.baseUrl;
}

describe('One GET', () => {
  it('carries the token and asks for JSON with new enum members', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const baseUrl = await graph((request, response) => {
      seen.push(request.headers);
      response.end('{"value":[]}');
    });
    expect(await triedClient({ baseUrl }).client.get(`${baseUrl}/x`, NEVER)).toEqual({ value: [] });
    expect(seen[0]).toMatchObject({
      authorization: 'Bearer token-1',
      accept: 'application/json',
      prefer: 'include-unknown-enum-members',
      'client-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('keeps integers beyond 2^53 exact', async () => {
    const baseUrl = await graph((_request, response) => response.end('{"n":9007199254740993,"m":7}'));
    expect(await triedClient({ baseUrl }).client.get(`${baseUrl}/x`, NEVER)).toEqual({
      n: 9007199254740993n,
      m: 7,
    });
  });

  const encodings: [encoding: string, encode: (text: string) => Buffer][] = [
    ['gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', (text) => Buffer.from(text)],
  ];
  it.each(encodings)('reads a body in %s', async (encoding, encode) => {
    const baseUrl = await graph((_request, response) => {
      response.setHeader('Content-Encoding', encoding);
      response.end(encode('{"name":"Café"}'));
    });
    expect(await triedClient({ baseUrl }).client.get(`${baseUrl}/x`, NEVER)).toEqual({ name: 'Café' });
  });

  const unreadable: [title: string, listener: RequestListener][] = [
    ['a body beyond the limit', (_request, response) => response.end(`"${'x'.repeat(2_000_000)}"`)],
    [
      'a body beyond the limit, inflated',
      (_request, response) => {
        response.setHeader('Content-Encoding', 'gzip');
        response.end(gzipSync(`"${'x'.repeat(2_000_000)}"`));
      },
    ],
    [
      'an endless body',
      (_request, response) => {
        const chunk = Buffer.alloc(65_536, ' ');
        const more = () => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on('drain', more);
        more();
      },
    ],
    [
      'an encoding that was not offered',
      (_request, response) => {
        response.setHeader('Content-Encoding', 'zstd');
        response.end('{}');
      },
    ],
    ['bytes that are not UTF-8', (_request, response) => response.end(Buffer.from([0x22, 0xff, 0x22]))],
    ['204 without a body', (_request, response) => response.writeHead(204).end()],
    [
      'a redirect on the same host',
      (_request, response) => response.writeHead(307, { location: '/beta/y' }).end(),
    ],
  ];
  it.each(unreadable)('gives up on %s after three attempts', async (_title, listener) => {
    let requests = 0;
    const baseUrl = await graph((request, response) => {
      requests += 1;
      listener(request, response);
    });
    const { client } = triedClient({ baseUrl, maxBodyBytes: 1_048_576 });
    expect((await failureOf(client.get(`${baseUrl}/x`, NEVER))).code).toBe('GRAPH_UNREADABLE');
    expect(requests).toBe(3);
  });

  it('never takes the token elsewhere', async () => {
    let requests = 0;
    const baseUrl = await graph((_request, response) => {
      requests += 1;
      response.end('{}');
    });
    const { client } = triedClient({ baseUrl });
    const { host } = new URL(baseUrl);
    for (const url of [
      'https://graph.microsoft.com/beta/x',
      `https://${host}/beta/x`,
      `http://${host}/v1.0/x`,
      `http://${host}/betamax/x`,
      `http://${host}/beta/../v1.0/x`,
      `http://${host}/beta/%2e%2e/v1.0/x`,
      `http://me@${host}/beta/x`,
      `http://${host}@evil.example/beta/x`,
    ]) {
      expect((await failureOf(client.get(url, NEVER))).code).toBe('GRAPH_NEXT_LINK_REFUSED');
    }
    expect(requests).toBe(0);
  });

  it('to a host that cannot be reached names the reason', async () => {
    const gone = await anyGraph(() => undefined);
    await gone.close();
    const { baseUrl } = gone;
    const error = await failureOf(triedClient({ baseUrl }).client.get(`${baseUrl}/x`, NEVER));
    expect(error).toMatchObject({
      code: 'GRAPH_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('to a name that does not exist is given up as unavailable', async () => {
    const baseUrl = 'https://graph.invalid/beta';
    const error = await failureOf(triedClient({ baseUrl }).client.get(`${baseUrl}/x`, NEVER));
    expect(error.code).toBe('GRAPH_UNAVAILABLE');
  });

  it('goes through the proxy of its dispatcher', async () => {
    const baseUrl = await graph((_request, response) => response.end('{"through":"proxy"}'));
    const proxy = await startConnectProxy();
    const dispatcher = new ProxyAgent({ uri: proxy.url, proxyTunnel: true });
    closers.push(
      () => dispatcher.destroy(),
      () => proxy.close(),
    );
    const { client } = triedClient({ baseUrl, dispatcher });
    expect(await client.get(`${baseUrl}/x`, NEVER)).toEqual({ through: 'proxy' });
    expect(proxy.tunnels).toEqual([new URL(baseUrl).host]);
  });

  it('is not sent for a run that is cancelled already', async () => {
    const baseUrl = await graph((_request, response) => response.end('{}'));
    const { client } = triedClient({ baseUrl });
    expect((await failureOf(client.get(`${baseUrl}/x`, AbortSignal.abort()))).code).toBe('REFRESH_ABORTED');
    expect(client.counters.requests).toBe(0);
  });

  it('leaves no listener behind on the run’s signal', async () => {
    const baseUrl = await graph((_request, response) => response.end('{}'));
    const dispatcher = new Agent();
    closers.push(() => dispatcher.destroy());
    const { client } = triedClient({ baseUrl, dispatcher });
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listeners += 1;
      add(...given);
    };
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...given);
    };
    for (let i = 0; i < 5; i += 1) await client.get(`${baseUrl}/x`, signal);
    expect(listeners).toBe(0);
  });
});

describe('Retry-After', () => {
  const NOW = Date.parse('2026-03-01T12:00:00Z');
  it.each([
    ['7', 7000],
    [' 7 ', 7000],
    ['1.5', 1500],
    ['0', undefined],
    ['-3', undefined],
    ['soon; maybe', undefined],
    ['', undefined],
    ['1e3', undefined],
    ['2026', 300_000],
    ['99999999999999999999', 300_000],
    ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
    ['Sunday, 01-Mar-26 12:00:30 GMT', 30_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', undefined],
    ['Sun, 01 Mar 2027 12:00:00 GMT', 300_000],
    ['2026-03-01T12:00:30Z', undefined],
  ])('%j asks for %s ms', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });

  it('that is absent asks for nothing', () => {
    expect(retryAfterMs(undefined, NOW)).toBeUndefined();
  });
});

describe('Back-off', () => {
  it('doubles up to a minute and spreads over its whole range', () => {
    expect([1, 2, 3, 6, 7, 20].map((attempt) => backOffMs(attempt, 1))).toEqual([
      1000, 2000, 4000, 32_000, 60_000, 60_000,
    ]);
    expect(backOffMs(3, 0)).toBe(400);
    expect(backOffMs(3, 0.5)).toBe(2200);
  });
});

describe('The pause after a 429', () => {
  it('holds every other request of the tenant back, also when it is prolonged', async () => {
    const sleeps: (() => void)[] = [];
    const patience = new Patience(1e6, () => new Promise((resolve) => sleeps.push(resolve)));
    const first = patience.pauseAll(1000, NEVER);
    let isCalm = false;
    const other = patience.calm().then(() => (isCalm = true));
    const second = patience.pauseAll(5000, NEVER);
    sleeps[0]!();
    await first;
    await new Promise(setImmediate);
    expect(isCalm).toBe(false);
    sleeps[1]!();
    await second;
    await other;
    expect(isCalm).toBe(true);
  });

  it('ends for the others when the request that caused it is cancelled', async () => {
    const patience = new Patience(1e6, () => Promise.reject(new Error('cancelled')));
    await expect(patience.pauseAll(1000, NEVER)).rejects.toThrow('cancelled');
    await patience.calm();
  });
});

describe('The pace', () => {
  it('spreads requests evenly and saves nothing up', async () => {
    const waits: number[] = [];
    let now = 1000;
    const sleep = (ms: number) => Promise.resolve(void waits.push(ms));
    const pace = createPace({ requestsPerSecond: 2, sleep, now: () => now });
    for (let i = 0; i < 3; i += 1) await pace.turn(NEVER);
    expect(waits).toEqual([500, 1000]);
    now = 60_000;
    await pace.turn(NEVER);
    await pace.turn(NEVER);
    expect(waits).toEqual([500, 1000, 500]);
  });

  it('holds for a Graph that is not on loopback, and not for one that is', async () => {
    const baseUrl = await graph((_request, response) => response.end('{}'));
    const near = triedClient({ baseUrl, requestsPerSecond: 1 });
    for (let i = 0; i < 3; i += 1) await near.client.get(`${baseUrl}/x`, NEVER);
    expect(near.waits).toEqual([]);

    const far = triedClient({ baseUrl: 'http://graph.invalid/beta', requestsPerSecond: 0.001 });
    await failureOf(far.client.get('http://graph.invalid/beta/x', NEVER));
    expect(far.waits.filter((ms) => ms > 900_000).length).toBeGreaterThan(0);
  });
});
