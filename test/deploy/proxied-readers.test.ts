/** What must hold through a proxy when readers are slow, gone or strangers, or the feed is away. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Observation } from '../../src/observe/observation.js';
import { createKey } from '../../src/security/api-key.js';
import { hashPassword } from '../../src/security/password.js';
import { RunningFeed } from '../feed/running-feed.js';
import { has, PROXIES, startProxy, type RunningProxy } from './proxy.js';

const { key, sha256 } = createKey();
const BASIC = `Basic ${Buffer.from('reader:correct horse').toString('base64')}`;
/** About 40 MB: more than the sockets between a feed, a proxy and a client take in. */
const LONG = '/odata/DiscoveredApps?$expand=stream($expand=discoveredApps($top=40))';
/** Where nobody listens: the port of the discard protocol. */
const NOBODY = 'http://127.0.0.1:9';

type Headers = Readonly<Record<string, string>>;
type Answered = Extract<Observation, { kind: 'requestAnswered' }>;

/** Asks from another address of this machine than the proxy's own; the path goes out to the letter. */
async function ask(
  { origin, certificate }: RunningProxy,
  path: string,
  headers: Headers = {},
): Promise<IncomingMessage> {
  const { host, port } = new URL(origin);
  const asked = request({
    host: '127.0.0.1',
    port,
    path,
    servername: 'localhost',
    ca: certificate,
    agent: new Agent({ maxCachedSessions: 0 }),
    localAddress: '127.0.0.2',
    headers: { host, 'x-api-key': key, ...headers },
  });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.on('error', () => undefined);
  return answer;
}

async function read(proxy: RunningProxy, path: string, headers: Headers = {}) {
  const answer = await ask(proxy, path, headers);
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  return { status: answer.statusCode, headers: answer.headers, text: Buffer.concat(parts).toString() };
}

describe.each(Object.keys(PROXIES) as (keyof typeof PROXIES)[])('Readers behind %s', (name) => {
  // Another loopback address needs no set-up on Linux alone.
  if (process.platform !== 'linux' || !has(name, name === 'nginx' ? '-v' : 'version')) {
    it.skip(`are served (needs Linux and the program ${name})`, () => undefined);
    return;
  }

  let feed: RunningFeed;
  let proxy: RunningProxy;
  beforeAll(async () => {
    feed = await RunningFeed.start({
      sample: { apps: 400, today: new Date() },
      env: {
        API_KEYS: `power-bi:${sha256}`,
        BASIC_USERS: `reader:${await hashPassword('correct horse')}`,
        TRUSTED_PROXIES: '127.0.0.1',
        SLOW_READER_SECONDS: '1',
        AUDIT_LOG: 'off',
      },
    });
    proxy = await startProxy(name, feed.origin.replace('localhost', '127.0.0.1'));
  }, 120_000);
  afterAll(async () => {
    await proxy.close();
    await feed.close();
  });

  const answered = () => feed.observed.filter((seen): seen is Answered => seen.kind === 'requestAnswered');

  /** The first that fits; observations come a little after what the client sees. */
  const observed = async <T extends Observation>(fits: (seen: Observation) => seen is T): Promise<T> => {
    for (;;) {
      const found = feed.observed.find(fits);
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  it('are logged with their own address, not the proxy’s, nor one that they claim', async () => {
    const { headers } = await read(proxy, '/odata/Streams', {
      'x-forwarded-for': '203.0.113.9',
      forwarded: 'for=203.0.113.9;host=evil.example',
    });
    const seen = answered().find(({ requestId }) => requestId === headers['x-request-id']);
    expect(seen).toMatchObject({ address: '127.0.0.2', principal: 'key:power-bi' });
    expect(feed.logLines.join('')).not.toContain('203.0.113.9');
  });

  it('may send passwords, because the proxy says https', async () => {
    expect(await read(proxy, '/odata/Streams', { 'x-api-key': '', authorization: BASIC })).toMatchObject({
      status: 200,
    });
  });

  it('do not reach the feed by another host name', async () => {
    const before = answered().length;
    const other = await read(proxy, '/odata/Streams', { host: 'evil.example' });
    expect([name, other.status, other.text.length < 500]).toEqual([name, name === 'nginx' ? 421 : 200, true]);
    expect(answered().length).toBe(before);
  });

  it('that stop reading stop the feed, which cuts them off; those that read get the whole', async () => {
    const answer = await ask(proxy, LONG);
    await once(answer, 'data');
    answer.pause();
    await observed(
      (seen): seen is Extract<Observation, { kind: 'slowReaderCut' }> => seen.kind === 'slowReaderCut',
    );
    answer.destroy();
    const whole = await read(proxy, LONG);
    const direct = await feed.read(LONG, { headers: { 'x-api-key': key } });
    // Compared as a whole: a difference of 40 MB is nothing to print.
    expect(whole.text === direct.text.replaceAll(feed.origin, proxy.origin)).toBe(true);
  }, 120_000);

  it('that go away end the work of the feed', async () => {
    feed.observed.length = 0;
    const answer = await ask(proxy, LONG);
    await once(answer, 'data');
    answer.destroy();
    const gone = await observed((seen): seen is Answered => seen.kind === 'requestAnswered');
    expect(gone.complete).toBe(false);
  });

  it('find their keys in no log, whatever way they send them, the feed up or away', async () => {
    const lonely = await startProxy(name, NOBODY);
    for (const headers of [
      {},
      { authorization: `Bearer ${key}` },
      { 'x-api-key': '', authorization: BASIC },
    ]) {
      expect((await read(proxy, `/odata/Streams?key=${key}`, headers)).status).toBe(200);
      expect((await read(lonely, `/odata/Streams?key=${key}`, headers)).status).toBe(502);
    }
    const logs = `${await proxy.logged()}${await lonely.logged()}`;
    await lonely.close();
    if (name === 'caddy') expect(logs).toContain('/odata/Streams');
    for (const secret of [key, BASIC.slice('Basic '.length)]) expect(logs).not.toContain(secret);
  });
});
