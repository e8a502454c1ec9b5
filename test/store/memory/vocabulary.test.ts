import { describe, expect, it } from '@jest/globals';
import { setOf, type SetName } from '../../../src/model/catalog.js';
import type { DictionaryColumn, IntegerColumn } from '../../../src/store/memory/columns.js';
import { MemorySnapshot } from '../../../src/store/memory/snapshot.js';
import { TableBuilder } from '../../../src/store/memory/table-builder.js';
import type { Table } from '../../../src/store/memory/table.js';
import { Vocabularies } from '../../../src/store/memory/vocabulary.js';
import { read } from './reading.js';
import { rowFile, tableOf, type PartialRow } from './tables.js';

const names = (...given: string[]): PartialRow[] =>
  given.map((displayName, at) => ({ tenantId: 't', streamId: 's', id: String(at), displayName }));

function tableIn(vocabularies: Vocabularies, set: SetName, rows: readonly PartialRow[]): Table {
  const builder = new TableBuilder(setOf(set), vocabularies, rows.length);
  builder.addRowFile(rowFile(set, rows));
  return builder.build();
}

const dictionaryOf = (table: Table, property: string) =>
  (table.column(property) as DictionaryColumn).dictionary;

describe('Vocabularies', () => {
  it('are shared by sets that tell of usage, by the name of the property', () => {
    const shared = new Vocabularies();
    const usage = tableIn(shared, 'DiscoveredApps', names('Box', 'Zoom'));
    const apps = tableIn(shared, 'Apps', names('Zoom', 'Box'));
    expect(dictionaryOf(apps, 'displayName')).toBe(dictionaryOf(usage, 'displayName'));
    const bridge = tableIn(shared, 'AppTags', [{ tenantId: 't', appId: '1', tag: 'a' }]);
    expect(dictionaryOf(bridge, 'appId')).toBe(dictionaryOf(apps, 'id'));
  });

  it('leave other sets alone: Tenants has few ids, whatever the number of apps', () => {
    const shared = new Vocabularies();
    tableIn(shared, 'Apps', names('Box', 'Zoom'));
    expect(dictionaryOf(tableIn(shared, 'Tenants', [{ id: 't' }]), 'id').size).toBe(2);
  });

  it('keep what was worked out for a dictionary while no value is added', () => {
    const shared = new Vocabularies();
    const [first, second] = [names('b', 'a'), names('a', 'b')].map((rows) =>
      tableIn(shared, 'DiscoveredApps', rows),
    );
    expect(dictionaryOf(second!, 'displayName').ranks).toBe(dictionaryOf(first!, 'displayName').ranks);
  });

  it('rank new values among those that are ranked already', () => {
    const shared = new Vocabularies();
    const ranked = (...given: string[]) => {
      const dictionary = dictionaryOf(tableIn(shared, 'DiscoveredApps', names(...given)), 'displayName');
      return Object.fromEntries(
        [...dictionary.ranks].map((rank, code) => [String(dictionary.value(code)), rank]),
      );
    };
    expect(ranked('m', 'c')).toEqual({ null: 0, c: 1, m: 2 });
    expect(ranked('z', 'a', 'm', 'd')).toEqual({ null: 0, a: 1, c: 2, d: 3, m: 4, z: 5 });
    expect(ranked('b')).toEqual({ null: 0, a: 1, b: 2, c: 3, d: 4, m: 5, z: 6 });
  });

  it('give values that are equal one rank, whenever they came', () => {
    const shared = new Vocabularies();
    const rows = (...moments: string[]) =>
      moments.map((lastSeenDateTime, at) => ({
        tenantId: 't',
        streamId: 's',
        id: String(at),
        lastSeenDateTime,
      }));
    const ranksOf = (...moments: string[]) => {
      const table = tableIn(shared, 'DiscoveredApps', rows(...moments));
      return [...dictionaryOf(table, 'lastSeenDateTime').ranks];
    };
    expect(ranksOf('2026-02-28T00:00:00Z', '2026-01-01T00:00:00Z')).toEqual([0, 2, 1]);
    expect(ranksOf('2026-02-28T00:00:00.000Z', '2026-02-01T00:00:00Z')).toEqual([0, 3, 1, 3, 2]);
  });

  it('are replaced once they have grown to more than twice their first size', () => {
    const shared = new Vocabularies();
    const many = (from: number) => names(...Array.from({ length: 3000 }, (_, at) => `App ${from + at}`));
    const sizes = [0, 3000, 6000, 9000].map((from) => {
      const table = tableIn(shared, 'DiscoveredApps', many(from));
      shared.settle();
      return dictionaryOf(table, 'displayName').size;
    });
    expect(sizes).toEqual([3001, 6001, 9001, 3001]);
  });
});

describe('a table whose vocabulary has grown since', () => {
  const shared = new Vocabularies();
  const older = tableIn(shared, 'DiscoveredApps', names('Zoom', 'Box', 'Zoom'));
  const newer = tableIn(shared, 'DiscoveredApps', names('Miro', 'Box', 'Asana'));
  const rowsOf = (table: Table, query: string) =>
    read(new MemorySnapshot(new Map([['DiscoveredApps', table]])), `DiscoveredApps?${query}`);

  it.each([
    ['$select=displayName&$orderby=displayName', ['Box', 'Zoom', 'Zoom'], ['Asana', 'Box', 'Miro']],
    ['$apply=groupby((displayName))', ['Zoom', 'Box'], ['Miro', 'Box', 'Asana']],
    ["$filter=displayName gt 'Asana'&$select=displayName", ['Zoom', 'Box', 'Zoom'], ['Miro', 'Box']],
    ['$search=zoom&$select=displayName', ['Zoom', 'Zoom'], []],
  ])('%s: only the values of its own rows', (query, before, after) => {
    const shown = (table: Table) => rowsOf(table, query).map((row) => row.displayName);
    expect(shown(older)).toEqual(before);
    expect(shown(newer)).toEqual(after);
  });

  it('counts the distinct values of its own rows', () => {
    const count = (table: Table) =>
      rowsOf(table, '$apply=aggregate(displayName with countdistinct as X,displayName with max as Y)');
    expect(count(older)).toEqual([{ X: 2, Y: 'Zoom' }]);
    expect(count(newer)).toEqual([{ X: 3, Y: 'Miro' }]);
  });
});

describe('a table that is alike another one', () => {
  const row = (id: string, more: PartialRow): PartialRow => ({ tenantId: 't', streamId: 's', id, ...more });
  const rows = [
    row('1', { displayName: 'Box', userCount: 1, domains: ['a', 'b'], uploadNetworkTrafficInBytes: 2 ** 40 }),
    row('2', { displayName: 'Zoom', userCount: 2, totalNetworkTrafficInBytes: 9007199254740993n }),
  ];
  const shared = new Vocabularies();
  const first = tableIn(shared, 'DiscoveredApps', rows);
  const builder = new TableBuilder(setOf('DiscoveredAppsByPeriod'), shared, rows.length);
  const changed = [rows[0]!, { ...rows[1]!, userCount: 3 }].map((own) => ({ ...own, period: 'P90D' }));
  builder.addRowFile(rowFile('DiscoveredAppsByPeriod', changed));
  const second = builder.build([first]);

  it.each(['id', 'displayName', 'uploadNetworkTrafficInBytes', 'totalNetworkTrafficInBytes', 'domains'])(
    'has the array of %s, which is equal',
    (name) => {
      const [own, others] = [second, first].map((table) => table.column(name));
      if (own!.kind === 'dictionary' || own!.kind === 'collection')
        expect(own!.codes).toBe((others as DictionaryColumn).codes);
      else expect(own!.values).toBe((others as IntegerColumn).values);
      expect([0, 1].map((at) => own!.value(at))).toEqual([0, 1].map((at) => others!.value(at)));
    },
  );

  it('has an array of its own where a value differs', () => {
    expect([0, 1].map((at) => second.column('userCount').value(at))).toEqual([1, 3]);
    expect([0, 1].map((at) => first.column('userCount').value(at))).toEqual([1, 2]);
  });
});

describe('whole numbers', () => {
  it('of 32 bits are kept as such, with null beside them', () => {
    const column = tableOf('DiscoveredApps', [
      { tenantId: 't', streamId: 's', id: '1', userCount: 7 },
      { tenantId: 't', streamId: 's', id: '2' },
      { tenantId: 't', streamId: 's', id: '3', userCount: -(2 ** 31) + 1 },
    ]).column('userCount') as IntegerColumn;
    expect(column.kind).toBe('integers');
    expect([0, 1, 2].map((row) => column.value(row))).toEqual([7, null, -(2 ** 31) + 1]);
  });

  it.each([
    ['the lowest of 32 bits', -(2 ** 31), 'numbers'],
    ['beyond 32 bits', 2 ** 31, 'numbers'],
    ['beyond 2^53', 9007199254740993n, 'exact'],
  ])('%s: the column has doubles, and the same values', (_, value, kind) => {
    const column = tableOf(
      'DiscoveredApps',
      [5, null, value, null, 0].map((userCount, at) => ({
        tenantId: 't',
        streamId: 's',
        id: String(at),
        userCount,
      })),
    ).column('userCount');
    expect(column.kind).toBe(kind);
    expect([0, 1, 2, 3, 4].map((row) => column.value(row))).toEqual([5, null, value, null, 0]);
    const moved = column.reordered(Uint32Array.of(2, 1));
    expect([0, 1].map((row) => moved.value(row))).toEqual([value, null]);
  });

  it.each([
    ['lt 1', ['0', '2']],
    ['le 0', ['0', '2']],
    ['gt -1', ['0']],
    ['ge -5', ['0', '2']],
    ['ne 0', ['1', '2']],
    ['eq null', ['1']],
    ['gt -2147483648', ['0', '2']],
    ['ge -2147483648', ['0', '2']],
    ['lt -2147483648', []],
    ['ne -2147483648', ['0', '1', '2']],
    ['gt -3000000000', ['0', '2']],
    ['lt 3000000000', ['0', '2']],
  ])('userCount %s: null is neither greater nor less', (condition, ids) => {
    const rows = [0, null, -5].map((userCount, at) => ({
      tenantId: 't',
      streamId: 's',
      id: String(at),
      userCount,
    }));
    const snapshot = new MemorySnapshot(new Map([['DiscoveredApps', tableOf('DiscoveredApps', rows)]]));
    const found = read(snapshot, `DiscoveredApps?$filter=userCount ${condition}&$select=id`);
    expect(found.map((row) => row.id)).toEqual(ids);
  });
});
