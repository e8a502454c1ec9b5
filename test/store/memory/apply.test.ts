import { describe, expect, it } from '@jest/globals';
import { planned, read } from './reading.js';
import { snapshotOf, type PartialRow } from './tables.js';

const app = (streamId: string, id: string, more: PartialRow): PartialRow => ({
  tenantId: 't',
  streamId,
  id,
  ...more,
});
const snapshot = snapshotOf({
  DiscoveredApps: [
    app('p', '1', { category: 'crm', userCount: 4, riskScore: 1, displayName: 'Box', tags: ['a'] }),
    app('p', '2', { category: 'crm', userCount: 9007199254740993n, riskScore: 4, displayName: 'Box' }),
    app('p', '3', { category: null, userCount: null, riskScore: 4, displayName: 'Zoom' }),
    app('q', '1', {
      category: 'mail',
      userCount: 2,
      riskScore: null,
      lastSeenDateTime: '2026-02-01T00:00:00Z',
    }),
    app('q', '2', { category: 'crm', userCount: 1, riskScore: 8, lastSeenDateTime: '2026-01-01T00:00:00Z' }),
    app('gone', '9', { category: 'mail', userCount: 0, riskScore: 2 }),
  ],
  Streams: [
    { tenantId: 't', id: 'p', displayName: 'Proxy', logFileCount: 10 },
    { tenantId: 't', id: 'q', displayName: 'Queue', logFileCount: 20 },
  ],
  Tenants: [{ id: 't', displayName: 'Contoso' }],
});
const rows = (apply: string, options = '') => read(snapshot, `DiscoveredApps?$apply=${apply}${options}`);

describe('Data Aggregation 3.2.1, aggregate', () => {
  it.each([
    ['userCount with sum as X', { X: 9007199254741000n }],
    ['userCount with average as X', { X: 1801439850948200 }],
    ['userCount with max as X', { X: 9007199254740993n }],
    ['userCount with min as X', { X: 0 }],
    ['userCount mul 2 with sum as X', { X: 18014398509482000n }],
    ['riskScore with sum as X,riskScore with average as Y', { X: 19, Y: 3.8 }],
    ['$count as X', { X: 6 }],
    ['displayName with countdistinct as X,category with countdistinct as Y', { X: 2, Y: 2 }],
    ['riskScore with countdistinct as X', { X: 4 }],
    ['lastSeenDateTime with max as X', { X: '2026-02-01T00:00:00Z' }],
    ['lastSeenDateTime with min as X', { X: '2026-01-01T00:00:00Z' }],
    ['displayName with min as X', { X: 'Box' }],
    [
      'deviceCount with sum as X,deviceCount with average as Y,deviceCount with max as Z',
      { X: null, Y: null, Z: null },
    ],
    ['deviceCount with countdistinct as X', { X: 0 }],
    ['stream/displayName with max as X,stream/logFileCount with sum as Y', { X: 'Queue', Y: 70 }],
    ['stream/displayName with countdistinct as X', { X: 2 }],
    ['tags/$count with sum as X', { X: 1 }],
    ['riskScore divby 4 with sum as X', { X: 4.75 }],
    ['isSanctioned with max as X', { X: null }],
  ])('aggregate(%s)', (items, row) => {
    expect(rows(`aggregate(${items})`)).toEqual([row]);
  });

  it('makes one row of no rows', () => {
    expect(rows('filter(false)/aggregate(userCount with sum as X,$count as N)')).toEqual([{ X: null, N: 0 }]);
  });
});

describe('Data Aggregation 3.2.3, groupby', () => {
  it.each([
    ['groupby((category))', [{ category: 'mail' }, { category: 'crm' }, { category: null }]],
    [
      'groupby((category),aggregate(userCount with sum as Total,$count as N))',
      [
        { category: 'mail', Total: 2, N: 2 },
        { category: 'crm', Total: 9007199254740998n, N: 3 },
        { category: null, Total: null, N: 1 },
      ],
    ],
    [
      'groupby((stream/displayName,category),aggregate($count as N))',
      [
        { 'stream/displayName': null, category: 'mail', N: 1 },
        { 'stream/displayName': 'Proxy', category: 'crm', N: 2 },
        { 'stream/displayName': 'Proxy', category: null, N: 1 },
        { 'stream/displayName': 'Queue', category: 'mail', N: 1 },
        { 'stream/displayName': 'Queue', category: 'crm', N: 1 },
      ],
    ],
    ['groupby((riskScore))/aggregate($count as N)', [{ N: 5 }]],
    [
      'groupby((streamId),topcount(1,userCount))/groupby((streamId,id))',
      [
        { streamId: 'gone', id: '9' },
        { streamId: 'p', id: '2' },
        { streamId: 'q', id: '1' },
      ],
    ],
    [
      'groupby((streamId),filter(userCount gt 1)/aggregate($count as N))',
      [
        { streamId: 'gone', N: 0 },
        { streamId: 'p', N: 2 },
        { streamId: 'q', N: 1 },
      ],
    ],
    [
      'groupby((streamId),groupby((category),aggregate($count as N))/topcount(1,N))',
      [
        { streamId: 'gone', category: 'mail', N: 1 },
        { streamId: 'p', category: 'crm', N: 2 },
        { streamId: 'q', category: 'mail', N: 1 },
      ],
    ],
    [
      'compute(length(displayName) as n)/groupby((n),aggregate($count as N))',
      [
        { n: null, N: 3 },
        { n: 3, N: 2 },
        { n: 4, N: 1 },
      ],
    ],
    [
      'groupby((category),aggregate(userCount with sum as T))/filter(T ne null)/groupby((category),aggregate(T with max as M))/compute(M add 1 as P)/orderby(P desc)/top(1)',
      [{ category: 'crm', M: 9007199254740998n, P: 9007199254740999n }],
    ],
  ])('%s', (apply, expected) => {
    expect(rows(apply)).toEqual(expected);
  });

  it('rolls up from fine to coarse; rows lack what is rolled up (3.2.3.2)', () => {
    const plan = planned(
      'DiscoveredApps?$apply=groupby((rollup(tenantId,streamId),category),aggregate($count as N))',
    );
    const result = snapshot.execute(plan).rows;
    expect(
      result.map((row) =>
        plan.select.filter(({ name }) => row.has!(name)).map(({ name }) => row.value(name)),
      ),
    ).toEqual([
      ['t', 'gone', 'mail', 1],
      ['t', 'p', 'crm', 2],
      ['t', 'p', null, 1],
      ['t', 'q', 'mail', 1],
      ['t', 'q', 'crm', 1],
      ['t', 'mail', 2],
      ['t', 'crm', 3],
      ['t', null, 1],
    ]);
    expect([...plan.apply!.optional]).toEqual(['streamId']);
  });
});

describe('Rows of several shapes', () => {
  const present = (apply: string) => {
    const plan = planned(`DiscoveredApps?$apply=${apply}`);
    return snapshot
      .execute(plan)
      .rows.map((row) =>
        Object.fromEntries(
          plan.select.flatMap(({ name }) => (row.has!(name) ? [[name, row.value(name)] as const] : [])),
        ),
      );
  };

  it('group what is absent apart from what is null (3.1.2)', () => {
    const apply =
      'concat(groupby((category)),aggregate(userCount with min as Min))/groupby((category),aggregate($count as N))';
    expect(present(apply)).toEqual([
      { category: 'mail', N: 1 },
      { category: 'crm', N: 1 },
      { category: null, N: 1 },
      { N: 1 },
    ]);
  });

  it('keep of a key that is rolled up what the sequence has made of it', () => {
    const apply = 'groupby((rollup(tenantId,streamId)),groupby((streamId),aggregate($count as N)))';
    expect(present(apply)).toHaveLength(6);
    expect(present(apply).every((row) => 'streamId' in row)).toBe(true);
  });

  it('hold collections, moments and exact integers as they were', () => {
    const [row, total] = present(
      "concat(filter(id eq '1' and streamId eq 'p'),aggregate(userCount with max as Max))",
    );
    expect(row).toMatchObject({ tags: ['a'], userCount: 4, lastSeenDateTime: null });
    expect(total).toEqual({ Max: 9007199254740993n });
  });
});

describe('Data Aggregation 3.3, subsets', () => {
  const ids = (apply: string, options = '') =>
    rows(apply, options).map(({ streamId, id }) => `${String(streamId)}${String(id)}`);
  it.each([
    ['filter(riskScore gt 3)', ['p2', 'p3', 'q2']],
    ['search(zoom)', ['p3']],
    ['orderby(userCount desc)', ['p2', 'p1', 'q1', 'q2', 'gone9', 'p3']],
    ['orderby(category,userCount)', ['p3', 'q2', 'p1', 'p2', 'gone9', 'q1']],
    ['orderby(userCount)/skip(1)/top(2)', ['gone9', 'q2']],
    ['top(0)', []],
    ['skip(5)', ['q2']],
    ['topcount(2,userCount)', ['p1', 'p2']],
    ['bottomcount(2,userCount)', ['gone9', 'p3']],
    ['bottomcount(3,category)', ['p1', 'p2', 'p3']],
    ['topcount(2,displayName)', ['p1', 'p3']],
    ['topcount(99,riskScore)', ['gone9', 'p1', 'p2', 'p3', 'q1', 'q2']],
    ['filter(userCount lt 9)/topsum(5,userCount)', ['p1', 'q1']],
    ['filter(userCount lt 9)/topsum(4,userCount)', ['p1']],
    ['filter(userCount lt 9)/bottomsum(3,userCount)', ['gone9', 'q1', 'q2']],
    ['filter(userCount lt 9)/topsum(0,userCount)', []],
    ['filter(userCount lt 9)/toppercent(50,userCount)', ['p1']],
    ['filter(userCount lt 9)/toppercent(80,userCount)', ['p1', 'q1']],
    ['filter(userCount lt 9)/bottompercent(50,userCount)', ['gone9', 'p1', 'q1', 'q2']],
    ["concat(filter(id eq '1'),filter(id eq '1'))", ['p1', 'q1', 'p1', 'q1']],
    ['identity', ['gone9', 'p1', 'p2', 'p3', 'q1', 'q2']],
    ['groupby((category),top(1))', ['gone9', 'p1', 'p3']],
  ])('%s', (apply, expected) => {
    expect(ids(apply)).toEqual(expected);
  });
});
