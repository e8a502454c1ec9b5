import { describe, expect, it } from '@jest/globals';
import { setOf, type SetName } from '../../../src/model/catalog.js';
import type { EdmValue } from '../../../src/model/edm-value.js';
import type { ExpandPlan, PathStep, ReadPlan } from '../../../src/query/plan.js';
import type { MemorySnapshot } from '../../../src/store/memory/snapshot.js';
import type { Page, Position } from '../../../src/store/store.js';
import { call, count, members, op, prop, type Part } from './exprs.js';
import { ordered, readPlan, rowsPlan, snapshotOf, type PartialRow } from './tables.js';

const app = (streamId: string, id: string, more: PartialRow = {}): PartialRow => ({
  tenantId: 't',
  streamId,
  id,
  ...more,
});
const snapshot = snapshotOf({
  DiscoveredApps: [
    app('p', '1', { riskScore: 5, userCount: 7, displayName: 'b' }),
    app('p', '2', { displayName: 'a' }),
    app('p', '3', { riskScore: 1, userCount: 9007199254740993n, displayName: 'b' }),
    app('q', '1', { riskScore: 5, userCount: 9007199254740992, displayName: 'B' }),
    app('q', '4', { riskScore: 10 }),
  ],
  Streams: [
    { tenantId: 't', id: 'p', displayName: 'Proxy' },
    { tenantId: 't', id: 'q', displayName: 'Queue' },
    { tenantId: 't', id: 'r', displayName: 'Rest' },
  ],
  Tenants: [{ id: 't', displayName: 'Contoso' }],
  AppTags: [
    { tenantId: 't', appId: '1', tag: 'HR' },
    { tenantId: 't', appId: '1', tag: 'IT' },
    { tenantId: 't', appId: '1', tag: 'Sanctioned' },
    { tenantId: 't', appId: '3', tag: 'HR' },
  ],
});

const key = (values: Readonly<Record<string, EdmValue>>) => new Map(Object.entries(values));
const ids = (page: Page) =>
  page.rows.map((row) => `${String(row.value('streamId'))}${String(row.value('id'))}`);
const by = (expr: Part, descending = false) =>
  ordered('DiscoveredApps', [{ expr: expr as ReturnType<typeof prop>, descending }]);
const step = (from: SetName, name: string, keyValues?: Readonly<Record<string, EdmValue>>): PathStep => {
  const navigation = setOf(from).type.navigationProperty(name)!;
  const set = setOf(navigation.target as SetName);
  return { navigation, set, ...(keyValues ? { key: key(keyValues) } : {}) };
};

/** All pages of a read; `top` shrinks from page to page as the page token has it. */
function readAll(from: MemorySnapshot, plan: ReadPlan): string[][] {
  const pages: string[][] = [];
  let after: Position | undefined;
  let rest = plan;
  do {
    const page = from.execute(rest, after);
    pages.push(ids(page));
    const top = rest.top === undefined ? {} : { top: rest.top - page.rows.length };
    rest = { ...rest, skip: 0, ...top };
    after = page.next;
  } while (after !== undefined);
  return pages;
}

describe('Collections', () => {
  it.each<[string, Partial<ReadPlan>, string[][]]>([
    ['everything in key order', {}, [['p1', 'p2', 'p3', 'q1', 'q4']]],
    ['pages in key order', { pageSize: 2 }, [['p1', 'p2'], ['p3', 'q1'], ['q4']]],
    ['no page after a last full one', { pageSize: 5 }, [['p1', 'p2', 'p3', 'q1', 'q4']]],
    ['$top', { top: 2 }, [['p1', 'p2']]],
    ['$top beyond a page', { top: 3, pageSize: 2 }, [['p1', 'p2'], ['p3']]],
    ['$top of exactly a page', { top: 2, pageSize: 2 }, [['p1', 'p2']]],
    ['$top=0', { top: 0 }, [[]]],
    ['$skip', { skip: 3 }, [['q1', 'q4']]],
    ['$skip and $top over pages', { skip: 1, top: 3, pageSize: 2 }, [['p2', 'p3'], ['q1']]],
    ['$skip beyond the end', { skip: 9 }, [[]]],
    ['$filter', { filter: op(prop('riskScore'), 'eq', 5) }, [['p1', 'q1']]],
    ['$filter over pages', { filter: op(prop('riskScore'), 'eq', 5), pageSize: 1 }, [['p1'], ['q1']]],
    ['a filter that is null keeps nothing', { filter: call('contains', prop('category'), 'a') }, [[]]],
    [
      'nulls first ascending, ties by key',
      { orderBy: by(prop('riskScore')) },
      [['p2', 'p3', 'p1', 'q1', 'q4']],
    ],
    [
      'nulls last descending, ties by key',
      { orderBy: by(prop('riskScore'), true) },
      [['q4', 'p1', 'q1', 'p3', 'p2']],
    ],
    [
      'text by code unit, nulls first',
      { orderBy: by(prop('displayName')) },
      [['q4', 'q1', 'p2', 'p1', 'p3']],
    ],
    [
      'text descending over pages',
      { orderBy: by(prop('displayName'), true), pageSize: 2 },
      [['p1', 'p3'], ['p2', 'q1'], ['q4']],
    ],
    [
      'Int64 beyond 2^53 over pages',
      { orderBy: by(prop('userCount'), true), pageSize: 1 },
      [['p3'], ['q1'], ['p1'], ['p2'], ['q4']],
    ],
    [
      'an expression over pages',
      { orderBy: by(call('tolower', prop('displayName'))), pageSize: 1 },
      [['q4'], ['p2'], ['p1'], ['p3'], ['q1']],
    ],
    [
      'a key property descending over pages',
      { orderBy: by(prop('id'), true), pageSize: 2 },
      [['q4', 'p3'], ['p2', 'p1'], ['q1']],
    ],
    [
      'the key in another order',
      {
        orderBy: ordered(
          'DiscoveredApps',
          ['id', 'streamId', 'tenantId'].map((name) => ({ expr: prop(name), descending: false })),
        ),
        pageSize: 2,
      },
      [['p1', 'q1'], ['p2', 'p3'], ['q4']],
    ],
    [
      'a hop',
      { orderBy: by(prop('stream/displayName'), true), pageSize: 2 },
      [['q1', 'q4'], ['p1', 'p2'], ['p3']],
    ],
    [
      '$count of related rows',
      { orderBy: by(count(members('appTags')), true), pageSize: 2 },
      [['p1', 'q1'], ['p3', 'p2'], ['q4']],
    ],
    [
      'order, skip and top over pages',
      { orderBy: by(prop('riskScore')), skip: 1, top: 3, pageSize: 2 },
      [['p3', 'p1'], ['q1']],
    ],
  ])('%s', (_title, plan, expected) => {
    expect(readAll(snapshot, readPlan('DiscoveredApps', plan))).toEqual(expected);
  });

  it('counts matches before skip and top, on every page', () => {
    const filter = op(prop('riskScore'), 'gt', 1);
    const first = snapshot.execute(readPlan('DiscoveredApps', { filter, count: true, pageSize: 1, skip: 1 }));
    expect(first.total).toBe(3);
    expect(
      snapshot.execute(readPlan('DiscoveredApps', { filter, count: true, pageSize: 1 }), first.next).total,
    ).toBe(3);
    expect(snapshot.execute(readPlan('DiscoveredApps', { count: true, top: 0 })).total).toBe(5);
    expect(snapshot.execute(readPlan('DiscoveredApps', {}))).not.toHaveProperty('total');
  });

  it('answers /$count without rows', () => {
    const page = snapshot.execute(
      readPlan('DiscoveredApps', { countOnly: true, filter: op(prop('riskScore'), 'gt', 1) }),
    );
    expect(page).toEqual({ exists: true, length: 0, rows: [], total: 3 });
  });

  it('says which set has no rows yet', () => {
    expect(() => snapshot.execute(readPlan('Apps'))).toThrow(
      expect.objectContaining({
        code: 'STORE_EMPTY',
        retryAfterSeconds: 10,
        message: expect.stringContaining('Apps'),
      }),
    );
  });

  it('refuses a position of another order', () => {
    expect(() => snapshot.execute(readPlan('DiscoveredApps'), ['t'])).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_PAGE_INVALID' }),
    );
  });
});

describe('Paths', () => {
  const one = (id: string) => ({
    root: setOf('DiscoveredApps'),
    key: key({ tenantId: 't', streamId: 'p', id }),
    single: true,
  });

  it('finds an entity by key, or says that it is not there', () => {
    expect(ids(snapshot.execute(readPlan('DiscoveredApps', one('3'))))).toEqual(['p3']);
    expect(snapshot.execute(readPlan('DiscoveredApps', one('9')))).toEqual({
      exists: false,
      length: 0,
      rows: [],
    });
  });

  it('follows to-one and to-many navigation', () => {
    const stream = snapshot.execute(
      readPlan('Streams', { ...one('1'), steps: [step('DiscoveredApps', 'stream')] }),
    );
    expect(stream.rows.map((row) => row.value('displayName'))).toEqual(['Proxy']);
    const apps = snapshot.execute(
      readPlan('DiscoveredApps', {
        root: setOf('Streams'),
        key: key({ tenantId: 't', id: 'q' }),
        steps: [step('Streams', 'discoveredApps')],
        pageSize: 1,
        count: true,
      }),
    );
    expect([ids(apps), apps.total]).toEqual([['q1'], 2]);
  });

  it('pages through related rows', () => {
    const plan = readPlan('DiscoveredApps', {
      root: setOf('Streams'),
      key: key({ tenantId: 't', id: 'p' }),
      steps: [step('Streams', 'discoveredApps')],
      pageSize: 2,
    });
    expect(readAll(snapshot, plan)).toEqual([['p1', 'p2'], ['p3']]);
    expect(readAll(snapshot, { ...plan, orderBy: by(prop('id'), true) })).toEqual([['p3', 'p2'], ['p1']]);
  });

  it('narrows related rows by key, which may leave out what the relationship fixes', () => {
    const at = (keyValues: Readonly<Record<string, EdmValue>>) =>
      snapshot.execute(
        readPlan('DiscoveredApps', {
          root: setOf('Tenants'),
          key: key({ id: 't' }),
          steps: [step('Tenants', 'streams', { id: 'q' }), step('Streams', 'discoveredApps', keyValues)],
          single: true,
        }),
      );
    expect(ids(at({ id: '4' }))).toEqual(['q4']);
    expect(ids(at({ tenantId: 't', streamId: 'q', id: '4' }))).toEqual(['q4']);
    expect(at({ tenantId: 't', streamId: 'p', id: '2' }).exists).toBe(false);
    expect(at({ id: '9' }).exists).toBe(false);
  });

  it('tells an empty end from a missing parent', () => {
    const orphan = snapshotOf({ DiscoveredApps: [app('none', '1')], Streams: [], Tenants: [] });
    const read = (steps: readonly PathStep[], end: SetName) =>
      orphan.execute(
        readPlan(end, {
          root: setOf('DiscoveredApps'),
          key: key({ tenantId: 't', streamId: 'none', id: '1' }),
          steps,
          single: true,
        }),
      );
    expect(read([step('DiscoveredApps', 'stream')], 'Streams')).toEqual({
      exists: true,
      length: 0,
      rows: [],
    });
    expect(read([step('DiscoveredApps', 'stream'), step('Streams', 'tenant')], 'Tenants').exists).toBe(false);
  });
});

describe('Expanded rows', () => {
  const expand = (
    name: string,
    target: SetName,
    given: Partial<ExpandPlan['rows']> = {},
    countOnly = false,
  ): ExpandPlan => ({
    navigation: setOf('DiscoveredApps').type.navigationProperty(name)!,
    rows: rowsPlan(target, given),
    countOnly,
  });
  const rowsWith = (item: ExpandPlan) =>
    snapshot.execute(readPlan('DiscoveredApps', { expand: [item] })).rows;
  const tagsOf = (page: Page) => page.rows.map((row) => row.value('tag'));
  const tag = prop('tag', setOf('AppTags'));

  it('finds the one row, or none', () => {
    const names = rowsWith(expand('stream', 'Streams')).map((row) =>
      row.expanded('stream').rows[0]?.value('displayName'),
    );
    expect(names).toEqual(['Proxy', 'Proxy', 'Proxy', 'Queue', 'Queue']);
  });

  it('filters, orders, skips, tops and counts within each row', () => {
    const rows = rowsWith(
      expand('appTags', 'AppTags', {
        filter: op(tag, 'ne', 'IT'),
        orderBy: ordered('AppTags', [{ expr: tag, descending: true }]),
        top: 1,
        count: true,
      }),
    );
    const [first, second, third] = rows.map((row) => row.expanded('appTags'));
    expect([tagsOf(first!), first!.total, first!.next]).toEqual([['Sanctioned'], 2, undefined]);
    expect([tagsOf(second!), second!.total]).toEqual([[], 0]);
    expect([tagsOf(third!), third!.total]).toEqual([['HR'], 1]);
    const skipped = rowsWith(expand('appTags', 'AppTags', { skip: 1 }))[0]!;
    expect(tagsOf(skipped.expanded('appTags'))).toEqual(['IT', 'Sanctioned']);
  });

  it('answers only the number when only that is wanted', () => {
    const [row] = rowsWith(expand('appTags', 'AppTags', {}, true));
    expect(row!.expanded('appTags')).toEqual({ exists: true, length: 0, rows: [], total: 3 });
  });

  it('expands within expanded rows', () => {
    const inner: ExpandPlan = {
      navigation: setOf('Streams').type.navigationProperty('tenant')!,
      rows: rowsPlan('Tenants'),
      countOnly: false,
    };
    const [row] = rowsWith(expand('stream', 'Streams', { expand: [inner] }));
    const tenant = row!.expanded('stream').rows[0]!.expanded('tenant').rows[0]!;
    expect(tenant.value('displayName')).toBe('Contoso');
  });

  it('refuses what the plan does not expand', () => {
    expect(() => rowsWith(expand('stream', 'Streams'))[0]!.expanded('app')).toThrow(RangeError);
  });
});
