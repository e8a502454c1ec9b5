import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { expectODataError } from './expect-odata-error.js';
import { ROWS, startSmallFeed, USAGE, type SmallFeed } from './small-feed.js';

let feed: SmallFeed;
beforeEach(async () => {
  feed = await startSmallFeed();
});
afterEach(() => feed.close());

interface PageBody {
  readonly '@odata.count'?: number;
  readonly '@odata.nextLink'?: string;
  readonly value: readonly { readonly id: string; readonly userCount?: number }[];
}

const ALL = USAGE.map((row) => String(row.id));

/** Follows next links to the end; `between` runs before every page but the first. */
async function read(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  between: () => unknown = () => undefined,
): Promise<PageBody[]> {
  const pages: PageBody[] = [];
  for (let url: string | undefined = `/odata/${path}`; url !== undefined; between()) {
    const answer = await request(feed.server)
      .get(url)
      .set(pages.length === 0 ? headers : {});
    expect({ status: answer.status, text: answer.status === 200 ? '' : answer.text }).toEqual({
      status: 200,
      text: '',
    });
    pages.push(answer.body as PageBody);
    const next = pages.at(-1)?.['@odata.nextLink'];
    expect(next ?? feed.root).toMatch(new RegExp(`^${feed.root.replaceAll('.', '\\.')}`));
    url = next?.slice(feed.root.length - '/odata/'.length);
  }
  return pages;
}

const ids = (pages: readonly PageBody[]) => pages.flatMap((page) => page.value.map((row) => row.id));
const sizes = (pages: readonly PageBody[]) => pages.map((page) => page.value.length);

describe('server-driven paging (Protocol 11.2.6.7)', () => {
  it.each([
    ['DiscoveredApps', [10, 10, 3], ALL],
    ['DiscoveredApps?$select=id', [10, 10, 3], ALL],
    ['DiscoveredApps?$top=15', [10, 5], ALL.slice(0, 15)],
    ['DiscoveredApps?$top=20', [10, 10], ALL.slice(0, 20)],
    ['DiscoveredApps?$top=10', [10], ALL.slice(0, 10)],
    ['DiscoveredApps?$top=0', [0], []],
    ['DiscoveredApps?$skip=8', [10, 5], ALL.slice(8)],
    ['DiscoveredApps?$skip=8&$top=12', [10, 2], ALL.slice(8, 20)],
    ['DiscoveredApps?$skip=100', [0], []],
    ['DiscoveredApps?$orderby=id%20desc', [10, 10, 3], [...ALL].reverse()],
    ["Streams(tenantId='contoso',id='s1')/discoveredApps", [10, 10, 3], ALL],
  ])('%s comes in pages of %j', async (path, expectedSizes, expectedIds) => {
    const pages = await read(path);
    expect(sizes(pages)).toEqual(expectedSizes);
    expect(ids(pages)).toEqual(expectedIds);
  });

  it('neither repeats nor loses a row when what it is ordered by ties, is null or is beyond 2^53', async () => {
    for (const orderby of ['riskScore', 'category desc', 'userCount desc', 'tags/$count,displayName'])
      expect([...ids(await read(`DiscoveredApps?$orderby=${encodeURIComponent(orderby)}`))].sort()).toEqual(
        ALL,
      );
  });

  it('keeps to maxpagesize, on later pages too although Prefer is not sent again', async () => {
    const pages = await read('DiscoveredApps', { Prefer: 'odata.maxpagesize=7' });
    expect(sizes(pages)).toEqual([7, 7, 7, 2]);
  });

  it('never exceeds the page size, whatever maxpagesize says', async () => {
    const first = await request(feed.server).get('/odata/DiscoveredApps').set('Prefer', 'maxpagesize=1000');
    expect((first.body as PageBody).value).toHaveLength(10);
    expect(first.headers['preference-applied']).toBe('maxpagesize=10');
  });

  it('counts the whole collection on every page', async () => {
    const pages = await read('DiscoveredApps?$count=true&$filter=userCount%20ne%203');
    expect(pages.map((page) => page['@odata.count'])).toEqual([22, 22, 22]);
  });

  it('serves every page from the generation of the first', async () => {
    let published = 0;
    const pages = await read('DiscoveredApps?$orderby=riskScore', {}, () => {
      published += 1;
      feed.store.publish({ ...ROWS, DiscoveredApps: USAGE.slice(published) });
    });
    expect([...ids(pages)].sort()).toEqual(ALL);
  });

  it('keeps now() of the first page', async () => {
    let now = Date.parse('2026-11-13T00:00:00Z');
    await feed.close();
    feed = await startSmallFeed({ pageSize: 4, now: () => now });
    const pages = await read('DiscoveredApps?$filter=lastSeenDateTime%20lt%20now()', {}, () => {
      now += 86_400_000;
    });
    expect(ids(pages)).toEqual(ALL.slice(0, 12));
  });

  it('answers 410 when the generation is gone', async () => {
    const first = (await request(feed.server).get('/odata/DiscoveredApps')).body as PageBody;
    feed.store.forget('1-abcdef');
    feed.store.publish(ROWS);
    const answer = await request(feed.server).get(
      new URL(first['@odata.nextLink']!).pathname + new URL(first['@odata.nextLink']!).search,
    );
    expectODataError(answer, { status: 410, code: 'PROTOCOL_PAGE_EXPIRED', message: /Refresh again/ });
  });

  it('never carries the API key on', async () => {
    const { text } = await request(feed.server).get(
      '/odata/DiscoveredApps?key=SECRET&$select=id&k%65y=SECRET',
    );
    expect(text).toContain('@odata.nextLink');
    expect(text).not.toContain('SECRET');
  });

  it.each([
    ['another set', (token: string) => `/odata/Tenants?$skiptoken=${token}`],
    [
      'another filter',
      (token: string) => `/odata/DiscoveredApps?$filter=riskScore%20gt%201&$skiptoken=${token}`,
    ],
    ['another $top', (token: string) => `/odata/DiscoveredApps?$top=3&$skiptoken=${token}`],
    ['a changed token', (token: string) => `/odata/DiscoveredApps?$skiptoken=x${token}`],
    ['half a token', (token: string) => `/odata/DiscoveredApps?$skiptoken=${token.slice(0, -9)}`],
  ])('refuses the token with %s', async (_title, url) => {
    const first = (await request(feed.server).get('/odata/DiscoveredApps')).body as PageBody;
    const token = new URL(first['@odata.nextLink']!).searchParams.get('$skiptoken')!;
    expectODataError(await request(feed.server).get(url(token)), {
      status: 400,
      code: 'PROTOCOL_PAGE_INVALID',
    });
  });
});
