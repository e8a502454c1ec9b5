/** Options of collection properties in $select (Protocol 4.01 section 11.2.5.1), `$it` within $expand (URL 5.1.1.14.1). */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROWS, startSmallFeed, USAGE, type SmallFeed } from './small-feed.js';

let feed: SmallFeed;
beforeAll(async () => {
  const tags = ['Sanctioned', 'crm', 'Beta', 'alpha'];
  feed = await startSmallFeed({
    rows: {
      ...ROWS,
      DiscoveredApps: USAGE.map((row, index) => ({ ...row, tags: index < 2 ? tags : [] })),
      AppTags: tags
        .flatMap((tag) =>
          ['1000', '1001', '1002'].map((id) => ({
            tenantId: 'contoso',
            appId: id,
            tag,
            appKey: `contoso:${id}`,
          })),
        )
        .sort((left, right) => (left.appId + left.tag < right.appId + right.tag ? -1 : 1)),
    },
  });
});
afterAll(() => feed.close());

type Row = Readonly<Record<string, unknown>>;

const get = async (query: string, accept = 'application/json') => {
  const response = await fetch(`${feed.root}${query}`, { headers: { Accept: accept } });
  return (await response.json()) as Row & { readonly value: readonly Row[] };
};

const tagsOf = async (options: string) =>
  (await get(`DiscoveredApps?$top=1&$select=id,tags(${options})`)).value[0]!.tags;

describe('options of a collection property in $select', () => {
  it.each([
    ["$filter=contains($this,'a')", ['Sanctioned', 'Beta', 'alpha']],
    ['$filter=$this eq $it/category', []],
    ['$filter=$this ne $it/displayName and length($this) lt 5', ['crm', 'Beta']],
    ['$orderby=$this', ['Beta', 'Sanctioned', 'alpha', 'crm']],
    ['$orderby=length($this) desc,$this', ['Sanctioned', 'alpha', 'Beta', 'crm']],
    ['$skip=1;$top=2', ['crm', 'Beta']],
    ['$top=0', []],
    ['$search=BETA OR alpha', ['Beta', 'alpha']],
    ["$filter=contains($this,@part);@part='et'", ['Beta']],
    ['top=1;orderby=$this desc', ['crm']],
  ])('%s', async (options, expected) => {
    expect(await tagsOf(options)).toEqual(expected);
  });

  it('counts before $skip and $top, just in front of the values', async () => {
    const response = await fetch(
      `${feed.root}DiscoveredApps?$top=1&$select=tags($count=true;$top=1;$filter=length($this) gt 3)`,
    );
    expect(await response.text()).toContain('"tags@odata.count":3,"tags":["Sanctioned"]');
    const ieee = await get(
      'DiscoveredApps?$top=1&$select=tags($count=true)',
      'application/json;IEEE754Compatible=true',
    );
    expect(ieee.value[0]).toMatchObject({ 'tags@odata.count': '4' });
  });

  it('works beside *, for one entity, within $expand and in CSV', async () => {
    const all = (await get('DiscoveredApps?$top=1&$select=*,tags($top=1)')).value[0]!;
    expect(all).toMatchObject({ id: '1000', displayName: 'App 0', tags: ['Sanctioned'] });
    const one = await get(
      "DiscoveredApps(tenantId='contoso',streamId='s1',id='1001')?$select=tags($top=1;$skip=3)",
    );
    expect(one.tags).toEqual(['alpha']);
    const [stream] = (
      await get('Streams?$top=1&$expand=discoveredApps($top=1;$select=id,tags($orderby=$this;$top=1))')
    ).value;
    expect(stream!.discoveredApps).toEqual([expect.objectContaining({ id: '1000', tags: ['Beta'] })]);
    const csv = await fetch(
      `${feed.root}DiscoveredApps?$select=id,tags($top=1)&$format=csv&$filter=id eq '1000'`,
    );
    expect(await csv.text()).toContain('Sanctioned');
  });

  it('has an entity tag of its own', async () => {
    const tag = async (query: string) =>
      (await fetch(`${feed.root}DiscoveredApps?$select=${query}`)).headers.get('etag');
    expect(await tag('tags($top=1)')).not.toBe(await tag('tags($top=2)'));
  });
});

describe('$it within $expand', () => {
  const FIRST = "DiscoveredApps?$filter=id le '1002'&$select=id";

  it('is the row of the request itself', async () => {
    const { value } = await get(`${FIRST}&$expand=appTags($select=tag;$filter=tag eq $it/category)`);
    expect(value.map(({ appTags }) => (appTags as Row[]).map(({ tag }) => tag))).toEqual([[], [], ['crm']]);
  });

  it('stays that row in deeper levels', async () => {
    const { value } = await get(
      `${FIRST}&$expand=app($select=id;$expand=appTags($select=tag;$filter=length(tag) eq length($it/category)))`,
    );
    const tags = value.map(({ app }) => ((app as Row).appTags as Row[]).map(({ tag }) => tag));
    expect(tags).toEqual([[], [], ['crm']]);
  });

  it('counts and orders too', async () => {
    const { value } = await get(`${FIRST}&$expand=appTags/$count($filter=tag eq $it/category)`);
    expect(value.map((row) => row['appTags@odata.count'])).toEqual([0, 0, 1]);
    const ordered = await get(
      `${FIRST}&$expand=appTags($select=tag;$orderby=tag eq $it/category desc,tag;$top=1)`,
    );
    expect(ordered.value.map(({ appTags }) => (appTags as Row[])[0]!.tag)).toEqual(['Beta', 'Beta', 'crm']);
  });
});
