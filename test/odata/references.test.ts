/** Entity references (Protocol 4.01 section 11.2.8, JSON Format 4.01 section 14) and conditions in the path (URL 4.12). */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSmallFeed, type SmallFeed } from './small-feed.js';

let feed: SmallFeed;
beforeAll(async () => {
  feed = await startSmallFeed();
});
afterAll(() => feed.close());

interface References {
  readonly [member: string]: unknown;
  readonly value: readonly Readonly<Record<string, string>>[];
}

const json = async (url: string, headers: Readonly<Record<string, string>> = {}) => {
  const response = await fetch(url.startsWith('http') ? url : feed.root + url, { headers });
  return { status: response.status, body: (await response.json()) as References };
};

const FIRST = "DiscoveredApps(tenantId='contoso',streamId='s1',id='1000')";
const app = (id: number) => `${feed.root}DiscoveredApps(tenantId='contoso',streamId='s1',id='${id}')`;

describe('$ref', () => {
  it('of a collection: ids that lead to the entities, in the order and number that was asked for', async () => {
    const { body } = await json('DiscoveredApps/$ref?$filter=riskScore eq 10&$orderby=id desc&$count=true');
    expect(body).toEqual({
      '@odata.context': `${feed.root}$metadata#Collection($ref)`,
      '@odata.count': 2,
      value: [{ '@odata.id': app(1021) }, { '@odata.id': app(1010) }],
    });
    expect((await json(body.value[0]!['@odata.id']!)).body).toMatchObject({ id: '1021' });
  });

  it('of one entity, and of what a navigation property leads to', async () => {
    expect((await json(`${FIRST}/$ref`)).body).toEqual({
      '@odata.context': `${feed.root}$metadata#$ref`,
      '@odata.id': app(1000),
    });
    expect((await json(`${FIRST}/stream/$ref`)).body).toMatchObject({
      '@odata.id': `${feed.root}Streams(tenantId='contoso',id='s1')`,
    });
    expect(
      (await fetch(`${feed.root}DiscoveredApps(tenantId='contoso',streamId='s1',id='1009')/app/$ref`)).status,
    ).toBe(204);
    expect((await json("Tenants('nobody')/$ref")).status).toBe(404);
  });

  it('comes in pages that lead on', async () => {
    const found: string[] = [];
    let url: string | undefined = 'DiscoveredApps/$ref';
    let pages = 0;
    while (url !== undefined) {
      const { body }: { body: References } = await json(url, { Prefer: 'maxpagesize=10' });
      found.push(...body.value.map((reference) => reference['@odata.id']!));
      url = body['@odata.nextLink'] as string | undefined;
      pages += 1;
    }
    expect(pages).toBe(3);
    expect(found).toEqual(Array.from({ length: 23 }, (_, index) => app(1000 + index)));
  });

  it('within $expand, of one property and of all', async () => {
    const one = await json(`${FIRST}?$select=id&$expand=stream/$ref`);
    expect(one.body).toMatchObject({
      '@odata.context': `${feed.root}$metadata#DiscoveredApps(id,stream/$ref)/$entity`,
      stream: { '@odata.id': `${feed.root}Streams(tenantId='contoso',id='s1')` },
    });
    const { body } = await json(`${FIRST}?$select=id&$expand=*/$ref`);
    expect(body.tenant).toEqual({ '@odata.id': `${feed.root}Tenants('contoso')` });
    expect(body.appTags).toEqual([]);
  });

  it('in 4.01 with the short name, and without metadata all the same: it is the answer', async () => {
    expect((await json('Tenants/$ref?$top=1', { 'OData-MaxVersion': '4.01' })).body.value[0]).toHaveProperty([
      '@id',
    ]);
    const none = await json('Tenants/$ref?$top=1', { Accept: 'application/json;odata.metadata=none' });
    expect(none.body.value[0]).toHaveProperty(['@odata.id']);
  });
});

describe('$filter in the path', () => {
  const ids = ({ body }: { body: References }) => body.value.map(({ id }) => id);

  it('narrows what every option is about', async () => {
    const narrowed = 'DiscoveredApps/$filter(riskScore lt 2)';
    expect(ids(await json(`${narrowed}?$select=id`))).toEqual(['1000', '1001', '1011', '1012', '1022']);
    expect(ids(await json(`${narrowed}?$select=id&$filter=riskScore eq 1`))).toEqual(['1001', '1012']);
    expect(ids(await json(`${narrowed}/$filter(userCount gt 5)?$select=id&$top=1`))).toEqual(['1011']);
    expect(await (await fetch(`${feed.root}${narrowed}/$count`)).text()).toBe('5');
    expect((await json(`${narrowed}?$apply=aggregate($count as n)`)).body.value).toMatchObject([{ n: 5 }]);
    expect((await json(`${narrowed}/$ref?$top=1`)).body.value).toEqual([{ '@odata.id': app(1000) }]);
  });

  it('takes paths, quoted slashes and parentheses, and aliases', async () => {
    expect(
      ids(
        await json(
          "DiscoveredApps/$filter(stream/displayName eq 'Global report' and riskScore eq 10)?$select=id",
        ),
      ),
    ).toEqual(['1010', '1021']);
    expect(
      ids(await json("DiscoveredApps/$filter(displayName eq 'a/)b' or id eq '1003')?$select=id")),
    ).toEqual(['1003']);
    expect(ids(await json('DiscoveredApps/$filter(@f)?$select=id&@f=riskScore eq 10'))).toEqual([
      '1010',
      '1021',
    ]);
    expect(
      ids(
        await json("Streams(tenantId='contoso',id='s1')/discoveredApps/$filter(riskScore eq 10)?$select=id"),
      ),
    ).toEqual(['1010', '1021']);
  });

  it('stays in the next link', async () => {
    const first = await json('DiscoveredApps/$filter(riskScore lt 2)?$select=id', {
      Prefer: 'maxpagesize=3',
    });
    expect(ids(first)).toEqual(['1000', '1001', '1011']);
    expect(ids(await json(String(first.body['@odata.nextLink'])))).toEqual(['1012', '1022']);
  });
});
