import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@microsoft/microsoft-graph-client';
import { OData } from '@odata/client';
import { o } from 'odata';
import { ODataQuery } from 'ts-odata-client/index.js';
import { keysOf, risky, serveFeed, type Row, type ServedFeed } from './served-feed.js';

interface App {
  readonly tenantId: string;
  readonly streamId: string;
  readonly id: string;
  readonly displayName: string;
  readonly riskScore: number;
}

interface Page {
  readonly '@odata.count'?: number;
  readonly '@odata.nextLink'?: string;
  readonly value: readonly Row[];
}

let feed: ServedFeed;
beforeAll(async () => {
  feed = await serveFeed();
});
afterAll(() => feed.close());

const keyOf = ({ tenantId, streamId, id }: Row) =>
  `DiscoveredApps(tenantId='${String(tenantId)}',streamId='${String(streamId)}',id='${String(id)}')`;

async function follow(first: Page, next: (link: string) => Promise<Page>): Promise<Row[]> {
  const rows = [...first.value];
  for (let page = first; page['@odata.nextLink'] !== undefined;) {
    page = await next(page['@odata.nextLink']);
    rows.push(...page.value);
  }
  return rows;
}

describe('odata (o.js 2)', () => {
  const whole = { fragment: '' };

  it('reads a set, filters and selects, follows nextLink to the last row, gets an entity by its key of three parts', async () => {
    const rows = (await o(feed.root)
      .get('DiscoveredApps')
      .query({ $filter: 'riskScore le 3', $select: 'streamId,id', $top: 500 })) as Row[];
    expect(keysOf(rows)).toEqual(keysOf(risky(feed.apps)).slice(0, rows.length));
    const first = (await o(feed.root, whole).get('DiscoveredApps').query({ $count: true })) as Page;
    expect(first['@odata.count']).toBe(feed.apps.length);
    const all = await follow(first, async (link) => (await o(link, whole).get().query()) as Page);
    expect(keysOf(all)).toEqual(keysOf(feed.apps));
    const one: unknown = await o(feed.root, whole).get(keyOf(feed.apps[5]!)).query();
    expect(one).toMatchObject(feed.apps[5]!);
  });
});

describe('@odata/client 2', () => {
  it('reads a set, filters, orders, pages by $skip, counts, follows nextLink, gets an entity by key', async () => {
    const client = OData.New4({ serviceEndpoint: feed.root });
    const apps = client.getEntitySet<App>('DiscoveredApps');
    const filter = client.newFilter().property('riskScore').le(3);
    const rows = await apps.query(
      client.newOptions().filter(filter).orderby('riskScore', 'asc').top(7).skip(2),
    );
    const expected = risky(feed.apps).toSorted((a, b) => Number(a.riskScore) - Number(b.riskScore));
    expect(keysOf(rows)).toEqual(keysOf(expected.slice(2, 9)));
    expect(await apps.count(filter)).toBe(risky(feed.apps).length);
    const first = await client.newRequest<App>({ collection: 'DiscoveredApps' });
    const next = async (link: string) => (await (await fetch(link)).json()) as Page;
    expect(keysOf(await follow(first as unknown as Page, next))).toEqual(keysOf(feed.apps));
    const tenant = await client
      .getEntitySet<{ id: string; isSample: boolean }>('Tenants')
      .retrieve(feed.tenantId);
    expect(tenant).toMatchObject({ id: feed.tenantId });
  });
});

describe('ts-odata-client 2', () => {
  it('filters with functions, counts, iterates over all pages, gets an entity by key', async () => {
    const apps = () => ODataQuery.forV4<App>(`${feed.root}DiscoveredApps`);
    const found = await apps()
      .filter((app) => app.riskScore.$lessThanOrEqualTo(3).and(app.displayName.$contains('a')))
      .getManyAsync();
    const expected = risky(feed.apps).filter(
      ({ displayName }) => typeof displayName === 'string' && displayName.includes('a'),
    );
    expect(keysOf(found.value)).toEqual(keysOf(expected));
    const counted = await apps().top(1).getManyWithCountAsync();
    expect(counted['@odata.count']).toBe(feed.apps.length);
    const iterated: App[] = [];
    for await (const app of apps()) iterated.push(app);
    expect(keysOf(iterated)).toEqual(keysOf(feed.apps));
    const tenant = await ODataQuery.forV4<{ id: string }>(`${feed.root}Tenants`).getAsync(feed.tenantId);
    expect(tenant.id).toBe(feed.tenantId);
  });
});

describe('@microsoft/microsoft-graph-client 3, pointed at the feed', () => {
  it('reads a set, filters, selects, counts, expands, follows nextLink, gets an entity and understands an error', async () => {
    const client = Client.init({
      baseUrl: feed.root,
      defaultVersion: '',
      authProvider: (done) => {
        done(null, 'none');
      },
    });
    const rows = (await client
      .api('DiscoveredApps')
      .filter('riskScore le 3')
      .select(['streamId', 'id'])
      .expand('stream($select=displayName)')
      .count(true)
      .top(5)
      .get()) as Page;
    expect(rows['@odata.count']).toBe(risky(feed.apps).length);
    expect(keysOf(rows.value)).toEqual(keysOf(risky(feed.apps).slice(0, 5)));
    expect(rows.value[0]!.stream).toMatchObject({ displayName: expect.anything() });
    const first = (await client.api('DiscoveredApps').get()) as Page;
    // Its PageIterator reads https links only: the link is handed over as it is, less the root.
    const all = await follow(
      first,
      async (link) => (await client.api(link.slice(feed.root.length)).get()) as Page,
    );
    expect(keysOf(all)).toEqual(keysOf(feed.apps));
    expect(await client.api(keyOf(feed.apps[5]!)).get()).toMatchObject(feed.apps[5]!);
    await expect(client.api('DiscoveredApps').filter('riskscor le 3').get()).rejects.toMatchObject({
      statusCode: 400,
      code: 'QUERY_UNKNOWN_PROPERTY',
      message: expect.stringContaining("Did you mean 'riskScore'?"),
    });
  });
});
