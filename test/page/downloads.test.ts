import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, fetch } from 'undici';
import { grantsOf } from '../../src/model/grants.js';
import { RunningFeed } from '../feed/running-feed.js';
import { openWorkbook } from '../powerbi/open-workbook.js';
import { certificate } from '../tls/pem.js';
import { startHttpsProxy, type HttpsProxy } from './https-proxy.js';

const SAMPLE = { seed: 3, apps: 20, streams: 2, today: new Date('2026-03-02T12:00:00Z') } as const;
const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
const ANN = 'ann-key-0123456789';
const BOB = 'bob-key-0123456789';

/** What closes what was opened, the last first. */
const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

async function start(options: Omit<Parameters<typeof RunningFeed.start>[0], 'sample'>): Promise<RunningFeed> {
  const feed = await RunningFeed.start({ sample: SAMPLE, ...options });
  closing.push(() => feed.close());
  return feed;
}

/** The M in the workbook at a URL. */
async function queryAt(url: string, init: Parameters<typeof fetch>[1] = {}): Promise<string> {
  const answer = await fetch(url, init);
  expect(answer.headers.get('content-type')).toBe(
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  );
  const { section } = await openWorkbook(Buffer.from(await answer.arrayBuffer()));
  return section;
}

async function connectionAt(url: string, init: Parameters<typeof fetch>[1] = {}): Promise<unknown> {
  const { connections } = (await (await fetch(url, init)).json()) as {
    connections: { details: { address: { url: string } } }[];
  };
  return connections.map(({ details }) => details.address.url);
}

describe('Downloads behind an https proxy', () => {
  const HOST = 'feed.contoso.com';
  let agent: Agent;
  let proxyOf: (feed: RunningFeed) => Promise<HttpsProxy>;
  let page: string;
  beforeAll(async () => {
    const pem = await certificate();
    agent = new Agent({ connect: { ca: pem.cert } });
    closing.push(() => agent.close());
    proxyOf = async (feed) => {
      const proxy = await startHttpsProxy(feed.origin, HOST, pem);
      closing.push(() => proxy.close());
      return proxy;
    };
  });

  it.each([
    [
      'the public URL',
      { PUBLIC_URL: 'https://data.contoso.com/shadow-it' },
      'https://data.contoso.com/shadow-it/odata/',
    ],
    ['the name that a trusted proxy says', { TRUSTED_PROXIES: 'loopback' }, `https://${HOST}/odata/`],
  ])('carry %s', async (_what, env, root) => {
    const feed = await start({ env });
    const { port } = await proxyOf(feed);
    const base = `https://localhost:${port}`;
    const init = { dispatcher: agent };
    expect(await connectionAt(`${base}/downloads/DiscoveryFeed.pbids`, init)).toEqual([root]);
    const section = await queryAt(`${base}/downloads/DiscoveredApps.xlsx`, init);
    expect(section).toContain(`OData.Feed("${root}", null, [`);
    page = await (await fetch(`${base}/`, init)).text();
    expect(page).toContain(`<code id="feed-url">${root}</code>`);
    expect(page).not.toContain('localhost');
  });

  it('carry no name that just anybody says', async () => {
    const feed = await start({});
    const headers = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      host: 'evil.example',
    };
    for (const path of ['/', '/downloads/DiscoveryFeed.pbids']) {
      const { status, text } = await feed.read(path, { headers });
      expect([status, text.includes('evil.example')]).toEqual([200, false]);
    }
    const own = `${feed.origin}/downloads/DiscoveredApps.xlsx`;
    expect(await queryAt(own, { headers })).toContain(`OData.Feed("${feed.origin}/odata/", null, [`);
  });
});

describe('Downloads where readers have grants', () => {
  let feed: RunningFeed;
  beforeAll(async () => {
    feed = await start({
      env: { API_KEYS: `ann:${sha256(ANN)},bob:${sha256(BOB)}`, API_KEY_PARAMETER: 'api-token' },
      settings: {
        grants: [
          { to: ['key:ann'], grants: grantsOf({ hiddenFacts: new Set(['DiscoveredApp.userCount']) }) },
          { to: ['key:bob'], grants: grantsOf({ sets: new Set(['Apps']) }) },
        ],
      },
    });
  });

  const workbook = (headers: Record<string, string>) =>
    fetch(`${feed.origin}/downloads/DiscoveredApps.xlsx`, { headers });

  it('offer the workbook with the columns that the reader may see', async () => {
    const section = await queryAt(`${feed.origin}/downloads/DiscoveredApps.xlsx`, {
      headers: { 'x-api-key': ANN },
    });
    expect(section).toContain('ApiKeyName = "api-token"');
    expect(section).toContain('"deviceCount"');
    expect(section).not.toContain('userCount');
  });

  it('refuse it to whoever may not read its table, or has not said who they are', async () => {
    const refused = await workbook({ 'x-api-key': BOB });
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('"AUTH_NOT_GRANTED"');
    expect((await workbook({})).status).toBe(401);
  });

  it('tell a visitor without a credential no name of a table', async () => {
    const { text } = await feed.read('/');
    expect(text).toContain('sign in');
    for (const name of ['AppTags', 'Tenants', 'DiscoveredAppsByPeriod']) expect(text).not.toContain(name);
  });

  it('name the address in the .pbids file all the same, for anybody', async () => {
    const url = `${feed.origin}/downloads/DiscoveryFeed.pbids`;
    expect(await connectionAt(url)).toEqual([`${feed.origin}/odata/`]);
    expect((await fetch(url)).headers.get('content-disposition')).toBe(
      'attachment; filename="DiscoveryFeed.pbids"',
    );
  });
});
