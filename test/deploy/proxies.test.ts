import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, request } from 'undici';
import { RunningFeed } from '../feed/running-feed.js';
import { SAMPLE } from '../feed/sample.js';
import { has, PROXIES, startProxy, type RunningProxy } from './proxy.js';

const KEY = 'key-behind-a-proxy';
const SPOOFED = {
  'x-forwarded-for': '203.0.113.66',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'http',
};

const INSTALLED = { nginx: has('nginx', '-v'), caddy: has('caddy', 'version') };

describe.each(Object.keys(PROXIES) as (keyof typeof PROXIES)[])('Behind %s', (name) => {
  if (!INSTALLED[name]) {
    it.skip(`serves (needs the program ${name})`, () => undefined);
    return;
  }

  let feed: RunningFeed;
  let proxy: RunningProxy;
  let agent: Agent;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'audit-'));
    const sha256 = createHash('sha256').update(KEY).digest('hex');
    feed = await RunningFeed.start({
      sample: { ...SAMPLE, apps: 200, streams: 2 },
      env: {
        TRUSTED_PROXIES: 'loopback',
        API_KEYS: `bi:${sha256}`,
        PAGE_SIZE: '100',
        AUDIT_LOG: join(folder, 'audit.log'),
      },
    });
    proxy = await startProxy(name, feed.origin.replace('localhost', '127.0.0.1'));
    agent = new Agent({ connect: { ca: proxy.certificate } });
  });
  afterAll(async () => {
    await agent.close();
    await proxy.close();
    await feed.close();
    await rm(folder, { recursive: true, force: true });
  });

  const read = async (url: string, headers: Record<string, string> = {}) => {
    const answer = await request(url.startsWith('/') ? `${proxy.origin}${url}` : url, {
      dispatcher: agent,
      headers: { 'x-api-key': KEY, ...headers },
    });
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
  };

  it('begins every link with the address that the client typed, over https, whatever it claims', async () => {
    const rows: unknown[] = [];
    for (let url: string | undefined = '/odata/DiscoveredApps'; url !== undefined;) {
      const { status, text } = await read(url, SPOOFED);
      expect(status).toBe(200);
      const page = JSON.parse(text) as {
        value: unknown[];
        '@odata.context': string;
        '@odata.nextLink'?: string;
      };
      expect(page['@odata.context']).toBe(`${proxy.origin}/odata/$metadata#DiscoveredApps`);
      rows.push(...page.value);
      url = page['@odata.nextLink'];
      if (url !== undefined) expect(url.startsWith(`${proxy.origin}/odata/`)).toBe(true);
    }
    const count = await feed.read('/odata/DiscoveredApps/$count', { headers: { 'x-api-key': KEY } });
    expect(rows).toHaveLength(Number(count.text));
  });

  it('hands answers on as they are: gzip, entity tags, errors, key in the query', async () => {
    const packed = await read('/odata/DiscoveredApps?$top=50', { 'accept-encoding': 'gzip' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    const etag = String(packed.headers.etag);
    expect(
      (await read('/odata/DiscoveredApps?$top=50', { 'accept-encoding': 'gzip', 'if-none-match': etag }))
        .status,
    ).toBe(304);
    const wrong = await read('/odata/DiscoveredApps?$filter=riskScor%20lt%204');
    expect([wrong.status, wrong.text.includes("Did you mean 'riskScore'?")]).toEqual([400, true]);
    expect((await read(`/odata/Streams?key=${KEY}`, { 'x-api-key': '' })).status).toBe(200);
    expect((await read('/odata/Streams', { 'x-api-key': '' })).headers['www-authenticate']).toContain(
      'Bearer',
    );
  });

  it('takes URLs of 16 KiB, and 414 beyond comes from the feed', async () => {
    const filter = (length: number) => `/odata/Streams?$filter=displayName%20eq%20'${'x'.repeat(length)}'`;
    expect((await read(filter(15_000))).status).toBe(200);
    const long = await read(filter(20_000));
    expect([long.status, long.text.includes('PROTOCOL_URL_TOO_LONG')]).toEqual([414, true]);
  });

  it('is known by the address of the client, never by one that it claims', async () => {
    await read('/odata/Apps?$top=1', SPOOFED);
    const lines = (await readFile(join(folder, 'audit.log'), 'utf8')).trim().split('\n');
    const addresses = new Set(lines.map((line) => (JSON.parse(line) as { address: string }).address));
    expect([...addresses].every((address) => /^(::ffff:)?127\.0\.0\.1$|^::1$/.test(address))).toBe(true);
  });

  it('is held to https by the feed', async () => {
    expect((await read('/live')).headers['x-request-id']).toMatch(/^[\w-]{32,36}$/);
    const { text } = await read('/odata/');
    expect(text).not.toContain('http://');
  });
});
