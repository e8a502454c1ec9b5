/** The front door: resources, plans, shapes. */
import { describe, expect, it } from '@jest/globals';
import { explain } from '../../src/query/explain.js';
import { planOf, SETTINGS, understood } from './understanding.js';

const names = (members: readonly { readonly name: string }[]) => members.map(({ name }) => name);

describe('URL Conventions 4, what a path addresses', () => {
  it.each([
    ['', 'service'],
    ['/', 'service'],
    ['$metadata', 'metadata'],
    ['%24metadata?$format=xml', 'metadata'],
    ['DiscoveredApps', 'collection'],
    ['DiscoveredApps/', 'collection'],
    ['//DiscoveredApps//?$top=1', 'collection'],
    ['DiscoveredApps/DefenderDiscoveryFeed.DiscoveredApp', 'collection'],
    ["DiscoveredApps(tenantId='a',streamId='b',id='c')", 'entity'],
    ["DiscoveredApps%28id='c',tenantId='a',streamId='b'%29", 'entity'],
    ['DiscoveredApps/a/b/c', 'entity'],
    ["Tenants('a')", 'entity'],
    ["Tenants(id='a')", 'entity'],
    ['Tenants(@t)?@t=%27a%27', 'entity'],
    ["Tenants('a')/streams", 'collection'],
    ["Tenants('a')/streams/$count", 'count'],
    ["Tenants('a')/streams('s')/discoveredApps", 'collection'],
    ["Tenants('a')/streams(tenantId='a',id='s')", 'entity'],
    ['Tenants/a/streams/s/discoveredApps/x/app', 'entity'],
    ["DiscoveredApps(tenantId='a',streamId='b',id='c')/stream/displayName", 'property'],
    ["DiscoveredApps(tenantId='a',streamId='b',id='c')/stream/displayName/$value", 'value'],
    ["DiscoveredApps(tenantId='a',streamId='b',id='c')/tags", 'property'],
    ["DiscoveredApps(tenantId='a',streamId='b',id='c')/tags/$count", 'propertyCount'],
    ['Apps/$count', 'count'],
    ['Dates(20261123)', 'entity'],
    ['Dates/20261123/year/$value', 'value'],
  ])('%s: %s', (url, kind) => {
    expect(understood(url).kind).toBe(kind);
  });

  it('reads key values: quotes, slashes, percent-encoding', () => {
    expect([...(planOf("Tenants('O''Neil%2Fa%26b%20+')").key ?? [])]).toEqual([['id', "O'Neil/a&b +"]]);
    expect([...(planOf('Tenants/a%2Fb').key ?? [])]).toEqual([['id', 'a/b']]);
    expect(planOf("Apps(id='2',tenantId='1')").key).toEqual(
      new Map([
        ['tenantId', '1'],
        ['id', '2'],
      ]),
    );
  });

  it('keeps the way to the rows in steps, and takes a key without the parts that the way fixes', () => {
    const plan = planOf("Tenants('t')/streams('s')/discoveredApps");
    expect(plan.root.name).toBe('Tenants');
    expect(plan.set.name).toBe('DiscoveredApps');
    expect(plan.steps.map(({ navigation, key }) => [navigation.name, key])).toEqual([
      ['streams', new Map([['id', 's']])],
      ['discoveredApps', undefined],
    ]);
    expect(plan.single).toBe(false);
  });
});

describe('Protocol 11.2.5.1, $select', () => {
  it.each([
    ['id,displayName', ['id', 'displayName']],
    ['displayName, id ,displayName', ['id', 'displayName']],
    ['id,stream', ['id']],
    ['stream', []],
    ['DefenderDiscoveryFeed.DiscoveredApp/id', ['id']],
    ['DefenderDiscoveryFeed.*,id', ['id']],
  ])('%s', (select, selected) => {
    const plan = planOf(`DiscoveredApps?$select=${select}`);
    expect(names(plan.select)).toEqual(selected);
    expect(plan.selectsAll).toBe(false);
  });

  it.each(['', '$select=*', '$select=*,id'])('selects all with "%s"', (query) => {
    const plan = planOf(`DiscoveredApps?${query}`);
    expect(plan.selectsAll).toBe(true);
    expect(plan.select).toEqual(plan.set.type.properties);
  });
});

describe('Protocol 11.2.5.2, $expand', () => {
  it('plans nested options, ordered by the key of the target', () => {
    const [stream, tags] = planOf(
      "DiscoveredApps?$expand=appTags($filter=tag ne 'x';$orderby=tag desc;$top=2;$skip=1;$count=true),stream($select=displayName;$expand=tenant)",
    ).expand;
    expect(stream?.rows.set.name).toBe('Streams');
    expect(names(stream?.rows.select ?? [])).toEqual(['displayName']);
    expect(stream?.rows.expand[0]?.rows.set.name).toBe('Tenants');
    expect(tags?.rows).toMatchObject({ top: 2, skip: 1, count: true, filter: { operator: 'ne' } });
    expect(
      tags?.rows.orderBy.map(({ expr, descending }) => [
        expr.kind === 'property' && expr.property.name,
        descending,
      ]),
    ).toEqual([
      ['tag', true],
      ['tenantId', false],
      ['appId', false],
    ]);
  });

  it('expands all with *, and named ones with their own options', () => {
    const { expand } = planOf('DiscoveredApps?$expand=*,stream($select=id)');
    expect(expand.map(({ navigation }) => navigation.name)).toEqual([
      'stream',
      'app',
      'tenant',
      'appTags',
      'appDomains',
    ]);
    expect(expand[0]?.rows.selectsAll).toBe(false);
  });

  it('counts with /$count', () => {
    const [tags] = planOf("DiscoveredApps?$expand=appTags/$count($filter=tag eq 'x')").expand;
    expect(tags).toMatchObject({ countOnly: true, rows: { filter: { operator: 'eq' } } });
  });

  it('takes aliases within its parentheses', () => {
    const [tags] = planOf("DiscoveredApps?$expand=appTags(@t='x';$filter=tag eq @t)").expand;
    expect(tags?.rows.filter).toMatchObject({ right: { value: 'x' } });
  });
});

describe('plans', () => {
  it('carry what the request is and the settings', () => {
    expect(planOf('DiscoveredApps?$top=7&$skip=3&$count=true')).toMatchObject({
      top: 7,
      skip: 3,
      count: true,
      single: false,
      countOnly: false,
      ...SETTINGS,
    });
    expect(planOf('DiscoveredApps?$count=false').count).toBe(false);
    expect(planOf('DiscoveredApps')).not.toHaveProperty('top');
  });

  it('of /$count ignore paging, order, select and expand (Protocol 11.2.10)', () => {
    const plan = planOf(
      'DiscoveredApps/$count?$filter=riskScore gt 5&$top=1&$skip=2&$orderby=nope&$expand=nope&$select=nope',
    );
    expect(plan).toMatchObject({ countOnly: true, skip: 0, expand: [], filter: { operator: 'gt' } });
    expect(plan).not.toHaveProperty('top');
  });

  it('are the same with and without $, in any case (Protocol 11.2.1)', () => {
    const query = (filter: string, top: string) => `DiscoveredApps?${filter}=riskScore gt 5&${top}=2`;
    expect(understood(query('Filter', 'top'))).toEqual(understood(query('$filter', '$TOP')));
  });

  it('of a property read that property only', () => {
    expect(names(planOf("Tenants('a')/displayName").select)).toEqual(['displayName']);
  });
});

describe('the rest of a request', () => {
  it('keeps custom options, $format and $skiptoken apart', () => {
    expect(
      understood('DiscoveredApps?asof=g1&api-version=v1.0&key=S&$format=json&$skiptoken=a%2Bb'),
    ).toMatchObject({
      custom: [
        { name: 'asof', value: 'g1' },
        { name: 'api-version', value: 'v1.0' },
        { name: 'key', value: 'S' },
      ],
      format: 'json',
      skipToken: 'a+b',
    });
  });

  it('has one shape for one query, whatever its order and encoding, and another for another', () => {
    const shape = (url: string) => understood(url).queryShape;
    const same = [
      '$top=1&$filter=riskScore gt 5',
      'filter=riskScore+gt+5&top=1',
      '$filter=riskScore%20gt%205&$top=1&key=x&$skiptoken=t&$format=json',
    ];
    expect(new Set(same.map((query) => shape(`DiscoveredApps?${query}`))).size).toBe(1);
    const different = [
      'Apps?$top=1',
      'Apps?$top=2',
      'Apps?$skip=1',
      'Apps',
      'Apps/$count',
      'Apps?$filter=@a&@a=true',
      'Apps?$filter=@a&@a=false',
    ];
    expect(new Set(different.map(shape)).size).toBe(different.length);
  });
});

describe('explain', () => {
  it('shows how a URL is parsed, bound and planned', () => {
    expect(
      explain(
        "DiscoveredApps?$filter=riskScore le 3 and tags/any(t:t eq 'x')&$top=10&$select=id&$expand=stream&key=SECRET",
      ).split('\n'),
    ).toEqual([
      'path      DiscoveredApps',
      "option    $filter = riskScore le 3 and tags/any(t:t eq 'x')",
      'option    $top = 10',
      'option    $select = id',
      'option    $expand = stream',
      'ignored   key',
      'answer    rows of DiscoveredApps',
      'from      DiscoveredApps',
      "where     ((riskScore le 3:Edm.Int32) and tags/any(t: (t eq 'x')))",
      'order     tenantId, streamId, id',
      'top       10',
      'columns   id',
      'expand    stream → Streams',
      '  order     tenantId, id',
      '  columns   all 28',
      'page      5000 rows',
      'access    scan',
    ]);
  });
});
