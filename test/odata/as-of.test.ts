import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { expectODataError } from './expect-odata-error.js';
import { FIRST_APP, ROWS, startSmallFeed, USAGE, type SmallFeed } from './small-feed.js';

let feed: SmallFeed;
let first: string;
beforeEach(async () => {
  feed = await startSmallFeed();
  first = (await get('/DiscoveredApps/$count')).headers['feed-generation']!;
  feed.store.publish({
    ...ROWS,
    DiscoveredApps: USAGE.slice(5).map((row) => ({ ...row, displayName: 'new' })),
  });
});
afterEach(() => feed.close());

const get = (path: string) => request(feed.server).get(`/odata${path}`);

describe('asof=<generation> (custom query option, Protocol 4.01 11.2.1.3)', () => {
  it.each([
    ['/DiscoveredApps/$count', '18', '23'],
    [`/DiscoveredApps?$select=id&$top=1`, '"id":"1005"', '"id":"1000"'],
    ["/DiscoveredApps(tenantId='contoso',streamId='s1',id='1006')?$select=displayName", 'new', 'App 6'],
    ["/DiscoveredApps(tenantId='contoso',streamId='s1',id='1006')/displayName", 'new', 'App 6'],
    ["/DiscoveredApps(tenantId='contoso',streamId='s1',id='1006')/displayName/$value", 'new', 'App 6'],
    ["/Streams(tenantId='contoso',id='s1')/discoveredApps/$count", '18', '23'],
  ])('pins GET %s', async (path, newest, pinned) => {
    const separator = path.includes('?') ? '&' : '?';
    const now = await get(path);
    const then = await get(`${path}${separator}asof=${first}`);
    expect(now.text).toContain(newest);
    expect(then.text).toContain(pinned);
    expect(then.text).not.toContain(newest);
    expect([now.headers['feed-generation'], then.headers['feed-generation']]).toEqual(['2-abcdef', first]);
  });

  it('is found in any case, and finds what has gone meanwhile', async () => {
    expect((await get(`/${FIRST_APP}`)).status).toBe(404);
    expect((await get(`/${FIRST_APP}?AsOf=${first}`)).status).toBe(200);
  });

  it('is kept by next links', async () => {
    const page = await get(`/DiscoveredApps?asof=${first}&$select=id`);
    const link = new URL((page.body as Record<string, string>)['@odata.nextLink']!);
    expect(link.searchParams.get('asof')).toBe(first);
    const next = await request(feed.server).get(link.pathname + link.search);
    expect(next.headers['feed-generation']).toBe(first);
    expect((next.body as { value: unknown[] }).value[0]).toMatchObject({ id: '1010' });
  });

  it('refuses a next page of another generation', async () => {
    const page = await get('/DiscoveredApps?$select=id');
    const link = new URL((page.body as Record<string, string>)['@odata.nextLink']!);
    expectODataError(await request(feed.server).get(`${link.pathname}${link.search}&asof=${first}`), {
      status: 400,
      code: 'PROTOCOL_PAGE_INVALID',
      message: /another generation/,
    });
  });

  it.each(['7-abcdef', '999999-000000'])('answers 410 to asof=%s, which is not kept', async (id) => {
    for (const path of [
      '/DiscoveredApps',
      '/DiscoveredApps/$count',
      `/${FIRST_APP}`,
      `/${FIRST_APP}/id/$value`,
    ])
      expectODataError(await get(`${path}?asof=${id}`), {
        status: 410,
        code: 'PROTOCOL_PAGE_EXPIRED',
        target: 'asof',
        message: /Feed-Generation/,
      });
  });

  it.each(['', '1', 'latest', '1-ABCDEF', '1-abcdef-', '../1-abcdef', '__proto__', '2026-11-23'])(
    'answers 400 to asof=%s, which is malformed',
    async (id) => {
      expectODataError(await get(`/DiscoveredApps?asof=${encodeURIComponent(id)}`), {
        status: 400,
        code: 'QUERY_VALUE',
        target: 'asof',
      });
    },
  );

  it('answers 400 when it stands twice', async () => {
    expectODataError(await get(`/DiscoveredApps?asof=${first}&ASOF=2-abcdef`), {
      status: 400,
      code: 'QUERY_OPTION_NOT_ALLOWED',
    });
  });

  it('means nothing to the service document and $metadata, which are no data', async () => {
    for (const path of ['/', '/$metadata'])
      expect((await get(`${path}?asof=${first}`)).headers['feed-generation']).toBeUndefined();
  });
});
