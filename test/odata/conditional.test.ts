import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { expectODataError } from './expect-odata-error.js';
import { FIRST_APP, startSmallFeed, type SmallFeed } from './small-feed.js';

let feed: SmallFeed;
beforeAll(async () => {
  feed = await startSmallFeed();
});
afterAll(() => feed.close());

const get = (path: string) => request(feed.server).get(`/odata${path}`);
/** The generation of the small feed is published at 04:05:06 that day. */
const BEFORE = 'Mon, 23 Nov 2026 04:05:05 GMT';
const SAME = 'Mon, 23 Nov 2026 04:05:06 GMT';
const AFTER = 'Tue, 24 Nov 2026 00:00:00 GMT';

const DATA = [
  '/DiscoveredApps',
  '/DiscoveredApps?$filter=riskScore%20gt%201',
  `/${FIRST_APP}`,
  `/${FIRST_APP}/displayName`,
  `/${FIRST_APP}/displayName/$value`,
  '/DiscoveredApps/$count',
];

describe('If-None-Match (RFC 9110 13.1.2, Protocol 4.01 8.2.5)', () => {
  it.each(['/', '/$metadata', ...DATA])(
    'GET %s answers 304 to its tag, weak or not, in a list, and to *',
    async (path) => {
      const { etag } = (await get(path)).headers;
      expect(etag).toMatch(/^W\/"/);
      for (const header of [etag!, etag!.slice(2), `"other", ${etag!}`, `W/"a,b" ,${etag!}`, '*', ' * ']) {
        const answer = await get(path).set('If-None-Match', header);
        expect({ header, status: answer.status, text: answer.text }).toEqual({
          header,
          status: 304,
          text: '',
        });
        expect(answer.headers.etag).toBe(etag);
        expect(answer.headers['content-type']).toBeUndefined();
      }
      expect((await get(path).set('If-None-Match', '"other"')).status).toBe(200);
    },
  );

  it('answers 304 to the tag of a next page', async () => {
    const link = new URL(((await get('/DiscoveredApps')).body as Record<string, string>)['@odata.nextLink']!);
    const page = () => request(feed.server).get(link.pathname + link.search);
    expect((await page().set('If-None-Match', (await page()).headers.etag!)).status).toBe(304);
  });

  it('never hides that a resource is not there', async () => {
    for (const path of ['/Nope', "/Tenants('none')", "/Tenants('none')/displayName"])
      expect((await get(path).set('If-None-Match', '*')).status).toBe(404);
  });

  it('works with HEAD', async () => {
    const head = await request(feed.server).head('/odata/DiscoveredApps').set('If-None-Match', '*');
    expect(head.status).toBe(304);
  });
});

describe('If-Modified-Since (RFC 9110 13.1.3)', () => {
  it.each(DATA)('GET %s', async (path) => {
    expect((await get(path)).headers['last-modified']).toBe(SAME);
    expect((await get(path).set('If-Modified-Since', BEFORE)).status).toBe(200);
    expect((await get(path).set('If-Modified-Since', SAME)).status).toBe(304);
    expect((await get(path).set('If-Modified-Since', AFTER)).status).toBe(304);
    expect((await get(path).set('If-Modified-Since', 'yesterday')).status).toBe(200);
  });

  it('counts only without If-None-Match', async () => {
    const answer = await get('/DiscoveredApps')
      .set('If-Modified-Since', AFTER)
      .set('If-None-Match', '"other"');
    expect(answer.status).toBe(200);
  });

  it('never hides that an entity is not there', async () => {
    expect((await get("/Tenants('none')").set('If-Modified-Since', AFTER)).status).toBe(404);
  });

  it('does not count for a query that looks at the clock', async () => {
    const answer = await get('/DiscoveredApps?$filter=lastSeenDateTime%20lt%20now()').set(
      'If-Modified-Since',
      AFTER,
    );
    expect(answer.status).toBe(200);
    expect(answer.headers['last-modified']).toBeUndefined();
  });
});

describe('If-Match and If-Unmodified-Since (RFC 9110 13.1.1, 13.1.4)', () => {
  it('hold for the tag, for * and for dates not before the generation', async () => {
    const { etag } = (await get('/DiscoveredApps')).headers;
    for (const header of [etag!, `"x", ${etag!}`, '*'])
      expect((await get('/DiscoveredApps').set('If-Match', header)).status).toBe(200);
    for (const date of [SAME, AFTER, 'never'])
      expect((await get('/DiscoveredApps').set('If-Unmodified-Since', date)).status).toBe(200);
  });

  it('answer 412 otherwise', async () => {
    for (const [name, value] of [
      ['If-Match', '"other"'],
      ['If-Unmodified-Since', BEFORE],
    ] as const)
      expectODataError(await get('/DiscoveredApps').set(name, value), {
        status: 412,
        code: 'PROTOCOL_PRECONDITION_FAILED',
        target: name,
      });
  });
});

describe('OData-Isolation (Protocol 4.01 8.2.6)', () => {
  it.each(['OData-Isolation', 'Isolation'])('%s: snapshot is honoured', async (name) => {
    for (const path of ['/', '/$metadata', ...DATA])
      expect((await get(path).set(name, 'Snapshot')).status).toBe(200);
  });

  it.each(['OData-Isolation', 'Isolation'])('%s: anything else answers 412', async (name) => {
    for (const level of ['serializable', '', 'snapshots'])
      expectODataError(await get('/DiscoveredApps').set(name, level), {
        status: 412,
        code: 'PROTOCOL_PRECONDITION_FAILED',
        message: /snapshot/,
      });
  });
});
