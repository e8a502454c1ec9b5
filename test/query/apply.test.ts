/** $apply: what transformations are bound to, the shapes between them, what is refused. */
import { describe, expect, it } from '@jest/globals';
import { explain } from '../../src/query/explain.js';
import { errorOf, planOf } from './understanding.js';

const apply = (text: string) => planOf(`DiscoveredApps?$apply=${text}`);
const columns = (text: string) => apply(text).select.map(({ name, type }) => `${name} ${type.slice(4)}`);
const lines = (url: string) =>
  explain(url)
    .split('\n')
    .filter((line) => line.startsWith('apply'))
    .map((line) => line.slice(10));

describe('Data Aggregation 3, transformations one after another', () => {
  it.each([
    ['filter(riskScore gt 3)/top(5)/skip(1)', ['filter (riskScore gt 3:Edm.Int32)', 'top 5', 'skip 1']],
    ['search("a b" OR c)', ["filter (search('a b') or search('c'))"]],
    ['orderby(userCount desc,id)', ['orderby userCount desc, id']],
    [
      'topcount(2,userCount)/bottompercent(50.5,riskScore)',
      ['topcount 2 of userCount', 'bottompercent 50.5 of riskScore'],
    ],
    ['identity', []],
    ['compute(userCount mul 2 as x)/filter(x gt 5)', ['filter ((userCount mul 2:Edm.Int32) gt 5:Edm.Int64)']],
    [
      'aggregate(userCount with sum as Total,$count as N)',
      ['aggregate userCount with sum as Total: Edm.Decimal, $count as N: Edm.Decimal'],
    ],
    [
      "groupby((category,stream/displayName),aggregate($count as N))/filter(stream/displayName eq 'x' and N gt 2)",
      [
        'groupby (category, stream/displayName) → category, stream/displayName, N',
        '  aggregate $count as N: Edm.Decimal',
        "filter ((stream/displayName eq 'x') and (N gt 2:Edm.Decimal))",
      ],
    ],
    [
      'groupby((rollup(tenantId,streamId,category),riskLevel))',
      [
        'groupby (tenantId, streamId, category, riskLevel) and (tenantId, streamId, riskLevel) and (tenantId, riskLevel) → tenantId, streamId, category, riskLevel',
      ],
    ],
    ['concat(top(1),identity)', ['concat branch 1', '  top 1', 'concat branch 2']],
    ['filter(riskScore gt @p)&@p=3', ['filter (riskScore gt 3:Edm.Int32)']],
  ])('%s', (text, expected) => {
    expect(lines(`DiscoveredApps?$apply=${text}`)).toEqual(expected);
  });
});

describe('Data Aggregation 3.1.1, shapes', () => {
  it.each([
    ['aggregate(userCount with sum as X)', ['X Decimal']],
    ['aggregate(riskScore with average as X)', ['X Double']],
    ['aggregate(lastSeenDateTime with max as X,riskScore with min as Y)', ['X DateTimeOffset', 'Y Int32']],
    ['aggregate(userCount divby 2 with sum as X)', ['X Decimal']],
    ['aggregate(cast(userCount,Edm.Double) with sum as X)', ['X Double']],
    ['aggregate(displayName with countdistinct as X,$count as Y)', ['X Decimal', 'Y Decimal']],
    ['groupby((category))', ['category String']],
    ['groupby((category,category))', ['category String']],
    ['groupby((DefenderDiscoveryFeed.DiscoveredApp/category))', ['category String']],
    ['groupby((stream/tenant/id,app/riskScore))', ['stream/tenant/id String', 'app/riskScore Int32']],
    ['groupby((category),compute(1 as one)/aggregate(one with sum as S))', ['category String', 'S Decimal']],
    ['groupby((category),groupby((riskScore)))', ['category String', 'riskScore Int32']],
    [
      'groupby((category),aggregate($count as N))/compute(N add 1 as M)',
      ['category String', 'N Decimal', 'M Decimal'],
    ],
    ['concat(aggregate($count as N),groupby((category)))', ['N Decimal', 'category String']],
  ])('%s has %j', (text, expected) => {
    expect(columns(text)).toEqual(expected);
  });

  it('keeps entities, their keys and navigation while rows are only chosen', () => {
    for (const text of [
      'filter(true)/top(5)',
      'concat(top(1),skip(1))',
      'groupby((category),topcount(1,userCount))',
    ]) {
      const plan = planOf(`DiscoveredApps?$apply=${text}&$expand=stream&$filter=stream/displayName eq 'x'`);
      expect(plan.apply).toMatchObject({ entities: true, optional: new Set() });
      expect(plan.selectsAll).toBe(true);
    }
  });

  it('knows which properties some rows lack', () => {
    expect(apply('groupby((rollup(tenantId,streamId)))').apply!.optional).toEqual(new Set(['streamId']));
    const mixed = apply('concat(groupby((category)),aggregate($count as N))');
    expect(mixed.apply!.optional).toEqual(new Set(['category', 'N']));
    expect(apply('concat(groupby((category)),groupby((category)))').apply!.optional).toEqual(new Set());
  });

  it('binds the other options against the result', () => {
    const text = 'groupby((category,stream/displayName),aggregate(userCount with sum as Total))';
    const plan = planOf(
      `DiscoveredApps?$apply=${text}&$compute=Total div 2 as Half&$filter=Half gt 1&$orderby=Total desc&$select=category,stream/displayName,Half`,
    );
    expect(plan.select.map(({ name }) => name)).toEqual(['category', 'stream/displayName', 'Half']);
    expect(plan.orderBy).toHaveLength(1);
    expect(planOf(`DiscoveredApps?$apply=${text}&$select=stream`).select.map(({ name }) => name)).toEqual([
      'stream/displayName',
    ]);
    expect(planOf(`DiscoveredApps/$count?$apply=${text}&$filter=Total gt 1`).countOnly).toBe(true);
  });
});

describe('$apply that is wrong', () => {
  it.each([
    ['', 'QUERY_VALUE', 'Expected a value'],
    ['nosuch(x)', 'QUERY_SYNTAX', 'Expected a transformation'],
    ['agregate($count as N)', 'QUERY_SYNTAX', "Did you mean 'aggregate'?"],
    ['aggregate()', 'QUERY_SYNTAX', 'Expected an expression'],
    ['aggregate(userCount)', 'QUERY_SYNTAX', 'Expected with and an aggregation method'],
    ['aggregate(userCount as X)', 'QUERY_SYNTAX', 'Expected with and an aggregation method'],
    ['aggregate(userCount with sum)', 'QUERY_SYNTAX', 'Expected as and a name'],
    ['aggregate($count)', 'QUERY_SYNTAX', 'Expected as and a name'],
    ['aggregate(userCount with total as X)', 'QUERY_SYNTAX', "Unknown aggregation method 'total'"],
    ['aggregate(displayName with sum as X)', 'QUERY_TYPE', "'sum' needs numbers, but found Edm.String"],
    ['aggregate(tags with countdistinct as X)', 'QUERY_TYPE', 'single values'],
    ['aggregate(userCount with sum as userCount)', 'QUERY_VALUE', 'taken by a property'],
    ['aggregate(userCount with sum as stream)', 'QUERY_VALUE', 'taken by a property'],
    ['aggregate($count as N,$count as N)', 'QUERY_VALUE', "The name 'N' is taken"],
    ['compute(1 as N)/aggregate(N with sum as N)', 'QUERY_VALUE', "The name 'N' is taken"],
    ['groupby((category),aggregate($count as N))/compute(1 as userCount)', 'QUERY_VALUE', 'taken'],
    ['groupby((category))/filter(riskScore gt 1)', 'QUERY_UNKNOWN_PROPERTY', "'riskScore'"],
    ['aggregate($count as N)/filter(stream/displayName eq null)', 'QUERY_UNKNOWN_PROPERTY', "'stream'"],
    ['groupby(category)', 'QUERY_SYNTAX', "Expected '('"],
    ['groupby(())', 'QUERY_SYNTAX', 'Expected a property'],
    ['groupby((tags))', 'QUERY_TYPE', 'cannot be grouped by Collection'],
    ['groupby((category),)', 'QUERY_SYNTAX', 'Expected a transformation'],
    ['groupby((appTags/tag))', 'QUERY_TYPE', 'is a collection'],
    ['filter(riskScore)', 'QUERY_TYPE', 'Expected a condition'],
    ['filter(true)/', 'QUERY_SYNTAX', 'Expected a transformation'],
    ['filter(true),top(1)', 'QUERY_SYNTAX', "Expected '/' and a transformation"],
    ['top(-1)', 'QUERY_SYNTAX', 'Expected a whole number'],
    ['topcount(0,userCount)', 'QUERY_VALUE', 'a whole number from 1'],
    ['topcount(1.5,userCount)', 'QUERY_VALUE', 'a whole number from 1'],
    ['topcount(userCount,userCount)', 'QUERY_VALUE', 'as a literal'],
    ['toppercent(101,userCount)', 'QUERY_VALUE', 'up to 100'],
    ['topsum(5,displayName)', 'QUERY_TYPE', "'topsum' cannot order"],
    ['concat(identity)', 'QUERY_SYNTAX', "Expected ',' and another sequence"],
    ["concat(aggregate($count as N),compute('x' as N))", 'QUERY_TYPE', "different types in 'N'"],
    ['search()', 'QUERY_SYNTAX', 'Expected a word or phrase'],
    ['groupby((category))&$select=riskScore', 'QUERY_UNKNOWN_PROPERTY', "'riskScore'"],
    ['groupby((category))&$expand=stream', 'QUERY_UNKNOWN_PROPERTY', "'stream'"],
    ['groupby((category))&$orderby=id', 'QUERY_UNKNOWN_PROPERTY', "'id'"],
  ])('%s', (text, code, words) => {
    const error = errorOf(`DiscoveredApps?$apply=${text}`);
    expect(error).toMatchObject({ code, status: 400 });
    expect(error.text).toContain(words);
  });

  it('belongs to collections', () => {
    expect(errorOf("Tenants('x')?$apply=identity").code).toBe('QUERY_OPTION_NOT_ALLOWED');
  });
});

describe('$apply that is legal, and answered 501 with its name', () => {
  it.each([
    ['nest(identity as X)', "'nest'"],
    ['addnested(appTags,identity as X)', "'addnested'"],
    ['join(appTags as T)', "'join'"],
    ['outerjoin(appTags as T)', "'outerjoin'"],
    ['expand(appTags,filter(true))', "'expand'"],
    ['ancestors($root/Apps,H,id,identity)', "'ancestors'"],
    ['descendants($root/Apps,H,id,identity)', "'descendants'"],
    ['traverse($root/Apps,H,id,preorder)', "'traverse'"],
    ['groupby((rolluprecursive($root/Apps,H,id)))', "'rolluprecursive'"],
    ['groupby((rollup(Hierarchy)))', 'named hierarchy'],
    ['groupby((stream))', "the entity 'stream' as a value"],
    ['Self.Top(Count=1)', "functions as transformations, 'Self.Top'"],
    ['aggregate(userCount with sum from streamId with max as X)', "the keyword 'from'"],
    ['aggregate(userCount with Custom.median as X)', "'Custom.median'"],
    ['aggregate(Forecast)', "custom aggregates, 'Forecast'"],
    ['aggregate(appTags/tag with countdistinct as X)', "the collection 'appTags'"],
    ['aggregate(stream/discoveredApps/userCount with sum as X)', "the collection 'discoveredApps'"],
    ['aggregate(tags/$count as X)', 'Write tags/$count with sum as Total.'],
    ['topcount($these/$count div 10,userCount)', '$these'],
    ['compute(userCount div $these/aggregate(userCount with sum) as X)', '$these'],
    ['filter(appTags/aggregate(id with max) gt 1)', 'aggregate within a path'],
  ])('%s', (text, words) => {
    const error = errorOf(`DiscoveredApps?$apply=${text}`);
    expect(error).toMatchObject({ code: 'QUERY_UNSUPPORTED', status: 501 });
    expect(error.text).toContain(words);
  });

  it('within $expand', () => {
    expect(errorOf('Streams?$expand=discoveredApps($apply=identity)').text).toContain(
      '$apply within $expand',
    );
  });
});

describe('hostile $apply', () => {
  const repeat = (part: string, between: string, count: number) =>
    Array.from({ length: count }, () => part).join(between);
  it.each([
    ['a long sequence', repeat('identity', '/', 1500), 'transformations, 100'],
    ['nested concats', `${'concat(identity,'.repeat(900)}identity${')'.repeat(900)}`, 'transformations, 100'],
    [
      'nested groupings',
      `${'groupby((id),'.repeat(1200)}identity${')'.repeat(1200)}`,
      'transformations, 100',
    ],
    ['many branches', `concat(${repeat('identity', ',', 50)})`, 'branches of concat, 20'],
    ['many aggregates', `aggregate(${repeat('$count as N', ',', 1000)})`, 'aggregates or groupings, 50'],
    ['many groupings', `groupby((${repeat('id', ',', 4000)}))`, 'aggregates or groupings, 50'],
    ['many rollups', `groupby((${repeat('rollup(id,streamId)', ',', 40)}))`, 'groupings of one rollup, 20'],
    ['a deep rollup', `groupby((rollup(${repeat('id', ',', 40)})))`, 'groupings of one rollup, 20'],
    ['many order items', `orderby(${repeat('id', ',', 4000)})`, 'order items, 50'],
    [
      'many computed',
      `compute(${Array.from({ length: 900 }, (_, at) => `1 as x${at}`).join(',')})`,
      'computed properties, 100',
    ],
    ['deep expressions', `filter(${'('.repeat(3000)}`, 'nesting, 200'],
    ['deep searches', `search(${'NOT '.repeat(2000)}a)`, 'nesting, 200'],
    ['slashes after groupings', `groupby((stream${'/x'.repeat(5000)}))`, "'x'"],
    ['paths into groupings', `groupby((category))/filter(category${'/x'.repeat(4000)} eq 1)`, 'members'],
  ])('%s is refused at once', (_, text, words) => {
    const error = errorOf(`DiscoveredApps?$apply=${text}`);
    expect(error.status).toBe(400);
    expect(error.text).toContain(words);
  });
});
