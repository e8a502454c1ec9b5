import { afterEach, beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { createGunzip } from 'node:zlib';
import type { FaultRule } from '../../src/sample-tenant/fault-queue.js';
import { FAULT_NAMES, FAULTS, type FaultName } from '../../src/sample-tenant/faults.js';
import { startSampleTenant, type RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';
import { tokenOf } from './token-client.js';

const STREAMS = '/security/dataDiscovery/cloudAppDiscovery/uploadedStreams';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** What arrived before the end, the cut or the time-out, as sent (not inflated). */
  readonly bytes: Buffer;
  readonly end: 'complete' | 'cut' | 'timeout';
}

type Row = Record<string, unknown>;
interface Body {
  readonly value: Row[];
  readonly '@odata.nextLink'?: string;
}

let sample: RunningSampleTenant;
let token: string;
let usage: string;

beforeAll(async () => {
  sample = await startSampleTenant({ seed: 7, apps: 400, today: new Date('2026-03-01') });
  token = await tokenOf(sample);
  usage = `${sample.graphBaseUrl}${STREAMS}/${sample.tenant.streams[0]!.id}/aggregatedAppsDetails(period=duration'P90D')`;
});
afterEach(() => {
  sample.graph.clearFaults();
});
afterAll(() => sample.close());

function get(url = usage, patienceMs = 60_000): Promise<Answer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let status = 0;
    let headers: Answer['headers'] = {};
    const finish = (end: Answer['end']) => {
      clearTimeout(timer);
      outgoing.destroy();
      resolve({ status, headers, bytes: Buffer.concat(parts), end });
    };
    const timer = setTimeout(() => {
      finish('timeout');
    }, patienceMs);
    const outgoing = request(url, {
      headers: { Authorization: `Bearer ${token}`, 'Accept-Encoding': 'gzip' },
    });
    outgoing.on('error', () => {
      finish('cut');
    });
    outgoing.on('response', (response) => {
      status = response.statusCode ?? 0;
      headers = response.headers;
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        finish('complete');
      });
      response.on('error', () => {
        finish('cut');
      });
    });
    outgoing.end();
  });
}

async function read(url = usage): Promise<Body> {
  return (await (await fetch(url, { headers: { Authorization: `Bearer ${token}` } })).json()) as Body;
}

async function struck(
  fault: FaultName,
  rule: Omit<FaultRule, 'fault'> = {},
  patienceMs?: number,
): Promise<Answer> {
  sample.graph.inject({ fault, ...rule });
  return get(usage, patienceMs);
}

async function bent(fault: FaultName, url = usage): Promise<Body> {
  sample.graph.inject({ fault });
  return read(url);
}

async function inflatedBytes(bytes: Buffer): Promise<number> {
  let total = 0;
  const gunzip = createGunzip();
  gunzip.end(bytes);
  for await (const part of gunzip) total += (part as Buffer).length;
  return total;
}

const text = (answer: Answer) => answer.bytes.toString();

/** What each fault must do; the type makes the compiler ask for the missing ones. */
const EXPECTED: Readonly<Record<FaultName, () => Promise<void>>> = {
  throttle429: async () => {
    const { status, headers } = await struck('throttle429', { retryAfterSeconds: 9 });
    expect([status, headers['retry-after']]).toEqual([429, '9']);
  },
  'throttle429-no-retry-after': async () => {
    const { status, headers } = await struck('throttle429-no-retry-after');
    expect([status, headers['retry-after']]).toEqual([429, undefined]);
  },
  'throttle429-garbage': async () => {
    const { status, headers } = await struck('throttle429-garbage');
    expect([status, Number.isNaN(Date.parse(String(headers['retry-after'])))]).toEqual([429, true]);
    expect(Number.isNaN(Number(headers['retry-after']))).toBe(true);
  },
  'throttle429-http-date': async () => {
    const before = Date.now();
    const { status, headers } = await struck('throttle429-http-date', { retryAfterSeconds: 5 });
    expect(status).toBe(429);
    expect(headers['retry-after']).toMatch(/GMT$/);
    expect(Date.parse(String(headers['retry-after']))).toBeGreaterThanOrEqual(before + 5000 - 1);
  },
  error500: () => expectStatus('error500', 500),
  error503: async () => {
    const { status, headers } = await struck('error503', { retryAfterSeconds: 4 });
    expect([status, headers['retry-after']]).toEqual([503, '4']);
  },
  error504: () => expectStatus('error504', 504),
  error509: () => expectStatus('error509', 509),
  badRequest400: () => expectStatus('badRequest400', 400),
  unauthorized401: () => expectStatus('unauthorized401', 401),
  forbidden403: () => expectStatus('forbidden403', 403),
  notFound404: () => expectStatus('notFound404', 404),
  redirect302: async () => {
    const { status, headers } = await struck('redirect302');
    expect([status, headers.location]).toEqual([302, 'http://evil.example/beta/security']);
  },
  html200: async () => {
    const answer = await struck('html200');
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text(answer)).toMatch(/^<!DOCTYPE html>/);
  },
  notJson: async () => {
    const answer = await struck('notJson');
    expect(answer.status).toBe(200);
    expect(() => JSON.parse(text(answer)) as unknown).toThrow(SyntaxError);
  },
  emptyBody: async () => {
    const { status, bytes, end } = await struck('emptyBody');
    expect([status, bytes.length, end]).toEqual([200, 0, 'complete']);
  },
  valueNotArray: async () => {
    expect(Array.isArray((await bent('valueNotArray')).value)).toBe(false);
  },
  truncatedJson: async () => {
    const answer = await struck('truncatedJson');
    expect([answer.status, answer.end]).toEqual([200, 'complete']);
    expect(answer.bytes.length).toBeGreaterThan(1000);
    expect(() => JSON.parse(text(answer)) as unknown).toThrow(SyntaxError);
  },
  deepJson: async () => {
    expect(text(await struck('deepJson'))).toMatch(/^\{"value":\[{200000}\]{200000}\}$/);
  },
  cutChunk: async () => {
    const { status, bytes, end } = await struck('cutChunk');
    expect([status, end]).toEqual([200, 'cut']);
    expect(bytes.length).toBeGreaterThan(1000);
  },
  resetConnection: async () => {
    const { status, bytes, end } = await struck('resetConnection');
    expect([status, bytes.length, end]).toEqual([0, 0, 'cut']);
  },
  slowDrip: async () => {
    const { status, bytes, end } = await struck('slowDrip', { dripMs: 20 }, 600);
    expect([status, end]).toEqual([200, 'timeout']);
    expect(bytes.length).toBeLessThan(100);
    expect('{"@odata.context":"'.startsWith(bytes.toString().slice(0, 10))).toBe(true);
  },
  hang: async () => {
    const { status, bytes, end } = await struck('hang', {}, 300);
    expect([status, bytes.length, end]).toEqual([0, 0, 'timeout']);
  },
  gzipBomb: async () => {
    const { bytes, headers } = await struck('gzipBomb');
    expect(headers['content-encoding']).toBe('gzip');
    expect(bytes.length).toBeLessThan(1024 * 1024);
    expect(await inflatedBytes(bytes)).toBeGreaterThan(200 * 1024 * 1024);
  },
  falseGzip: async () => {
    const { bytes, headers } = await struck('falseGzip');
    expect(headers['content-encoding']).toBe('gzip');
    await expect(inflatedBytes(bytes)).rejects.toThrow('incorrect header check');
  },
  endlessNextLink: async () => {
    const links = new Set<string>();
    let page = await bent('endlessNextLink');
    for (let i = 0; i < 20; i += 1) {
      expect(page.value).toHaveLength(100);
      links.add(page['@odata.nextLink']!);
      page = await read(page['@odata.nextLink']);
    }
    expect(links.size).toBe(20);
  },
  loopNextLink: async () => {
    const first = await bent('loopNextLink');
    expect(first['@odata.nextLink']).toBe(usage);
    expect((await read())['@odata.nextLink']).toBe(usage);
  },
  foreignNextLink: async () => {
    const page = await bent('foreignNextLink');
    expect(page.value).toHaveLength(100);
    expect(new URL(page['@odata.nextLink']!).host).toBe('evil.example');
  },
  emptyPageWithLink: async () => {
    const first = await bent('emptyPageWithLink');
    const second = await read(first['@odata.nextLink']);
    expect([first.value, second.value]).toEqual([[], []]);
    expect(second['@odata.nextLink']).not.toBe(first['@odata.nextLink']);
  },
  emptyAnswer: async () => {
    const page = await bent('emptyAnswer');
    expect([page.value, '@odata.nextLink' in page]).toEqual([[], false]);
  },
  halfRows: async () => {
    const all = await crawl();
    sample.graph.inject({ fault: 'halfRows' });
    const fewer = await crawl();
    expect(fewer).toEqual(all.slice(0, Math.floor(all.length * 0.45)));
  },
  duplicateRows: async () => {
    const all = await crawl();
    sample.graph.inject({ fault: 'duplicateRows' });
    const more = await crawl();
    expect(more.length).toBe(all.length + 10 * Math.ceil(all.length / 100));
    expect(new Set(more)).toEqual(new Set(all));
  },
  missingField: async () => {
    const { value } = await bent('missingField');
    expect(value.filter((row) => !('id' in row)).length).toBeGreaterThan(3);
    expect(value.filter((row) => !('displayName' in row)).length).toBeGreaterThan(3);
    expect(value.filter((row) => 'id' in row && 'displayName' in row).length).toBeGreaterThan(50);
  },
  wrongType: async () => {
    const { value } = await bent('wrongType');
    expect(value.filter((row) => row.userCount === 'many' && row.riskScore === 'x')).toHaveLength(20);
  },
  impossibleCounts: async () => {
    const { value } = await bent('impossibleCounts');
    expect(value.filter((row) => row.userCount === -1 && row.deviceCount === 1.5)).toHaveLength(20);
  },
  unknownEnum: async () => {
    const { value } = await bent('unknownEnum');
    expect(value.filter((row) => row.category === 'telepathy')).toHaveLength(20);
  },
  poisonedKeys: async () => {
    const { value } = await bent('poisonedKeys');
    expect(
      value.filter((row) => Object.hasOwn(row, '__proto__') && Object.hasOwn(row, 'constructor')),
    ).toHaveLength(20);
  },
};

async function expectStatus(fault: FaultName, status: number): Promise<void> {
  const answer = await struck(fault);
  const { error } = JSON.parse(text(answer)) as { error: { code: string; innerError: object } };
  expect(answer.status).toBe(status);
  expect(error.code).not.toBe('');
  expect(error.innerError).toHaveProperty('request-id');
}

/** Ids of all pages, as a trusting client would collect them. */
async function crawl(): Promise<unknown[]> {
  const ids: unknown[] = [];
  for (let next: string | undefined = usage; next !== undefined;) {
    const page: Body = await read(next);
    ids.push(...page.value.map((row) => row.id));
    next = page['@odata.nextLink'];
  }
  return ids;
}

describe('each fault does what it says', () => {
  it('knows at least 25', () => {
    expect(FAULT_NAMES.length).toBeGreaterThanOrEqual(25);
    expect(Object.keys(FAULTS).sort()).toEqual([...FAULT_NAMES].sort());
  });

  it.each(FAULT_NAMES.map((name) => [name, FAULTS[name].about] as const))('%s: %s', async (name) => {
    await EXPECTED[name]();
  });
});

describe('a rule says when its fault strikes', () => {
  async function statuses(count: number, url?: string): Promise<number[]> {
    const seen = [];
    for (let i = 0; i < count; i += 1) seen.push((await get(url)).status);
    return seen;
  }

  it.each<[string, Omit<FaultRule, 'fault'>, number[]]>([
    ['once, on the next request', {}, [500, 200, 200, 200]],
    ['on the n-th', { onRequest: 3 }, [200, 200, 500, 200]],
    ['several times', { times: 2 }, [500, 500, 200, 200]],
    ['on every n-th', { onRequest: 2, every: 2, times: Infinity }, [200, 500, 200, 500]],
    ['for another kind of request never', { on: 'streams' }, [200, 200, 200, 200]],
    ['for another period never', { period: 'P7D' }, [200, 200, 200, 200]],
    ['for this period', { period: 'P90D' }, [500, 200, 200, 200]],
    ['for another stream never', { streamId: 'other' }, [200, 200, 200, 200]],
    ['for another page never', { skip: 100 }, [200, 200, 200, 200]],
  ])('%s', async (_, rule, expected) => {
    sample.graph.inject({ fault: 'error500', ...rule });
    expect(await statuses(4)).toEqual(expected);
  });

  it('in the middle of paging', async () => {
    sample.graph.inject({ fault: 'unauthorized401', skip: 200 });
    expect(await statuses(1, `${usage}?$skip=100`)).toEqual([200]);
    expect(await statuses(2, `${usage}?$skip=200`)).toEqual([401, 200]);
  });

  it('several rules strike in the order in which they were given', async () => {
    sample.graph.inject({ fault: 'error503' });
    sample.graph.inject({ fault: 'error504', times: 2 });
    expect(await statuses(4)).toEqual([503, 504, 504, 200]);
  });

  it('closing the fake cuts hanging answers', async () => {
    const hanging = await startSampleTenant({ apps: 1 });
    hanging.graph.inject({ fault: 'hang' });
    const answer = get(`${hanging.graphBaseUrl}${STREAMS}`);
    while (hanging.graph.requestCount === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await hanging.close();
    expect((await answer).end).toBe('cut');
  });
});
