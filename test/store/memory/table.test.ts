import { describe, expect, it } from '@jest/globals';
import { setOf } from '../../../src/model/catalog.js';
import { writeRow } from '../../../src/model/row-json.js';
import { TableBuilder } from '../../../src/store/memory/table-builder.js';
import { rowFile, rowOf, tableOf, type PartialRow } from './tables.js';

const rows: readonly PartialRow[] = [
  {
    tenantId: 'a',
    streamId: 's',
    id: '1',
    displayName: 'Quote " \\ 📦 \u2028',
    userCount: 9007199254740993n,
    riskScore: 0,
    lastSeenDateTime: '2026-02-28T00:00:00Z',
    firstSeenDateTime: '2026-02-28T00:00:00.000Z',
    domains: ['*.a.example', 'b'],
    isSanctioned: false,
  },
  {
    tenantId: 'a',
    streamId: 's',
    id: '10',
    userCount: -1,
    deviceCount: 3,
    lastSeenDateTime: '2026-02-28T02:00:00+02:00',
  },
  { tenantId: 'a', streamId: 's', id: '2', domains: [], isSanctioned: true },
];
const { type } = setOf('DiscoveredApps');

describe('A table', () => {
  const table = tableOf('DiscoveredApps', rows);

  it('keeps the bytes of each row as they are', () => {
    const stored = rows.map((_, row) => Buffer.from(table.json(row)).toString());
    expect(stored).toEqual(rows.map((row) => writeRow(type, rowOf('DiscoveredApps', row))));
  });

  it.each(type.properties.map((property) => property.name))(
    'writes %s as it stands in the stored row',
    (name) => {
      const texts = rows.map((_, row) => `"${name}":${table.column(name).text(row)}`);
      rows.forEach((_, row) => {
        expect(Buffer.from(table.json(row)).toString()).toContain(texts[row]);
      });
    },
  );

  it('gives engine values: exact integers, milliseconds, flags, items', () => {
    const values = (name: string) => rows.map((_, row) => table.column(name).value(row));
    const midnight = Date.parse('2026-02-28T00:00:00Z');
    expect(values('userCount')).toEqual([9007199254740993n, -1, null]);
    expect(values('deviceCount')).toEqual([null, 3, null]);
    expect(values('lastSeenDateTime')).toEqual([midnight, midnight, null]);
    expect(values('isSanctioned')).toEqual([false, null, true]);
    expect(values('domains')).toEqual([['*.a.example', 'b'], [], []]);
  });

  it('finds rows by key', () => {
    const find = (id: string) =>
      table.find(
        new Map([
          ['tenantId', 'a'],
          ['streamId', 's'],
          ['id', id],
        ]),
      );
    expect(['1', '10', '2', '0', '11', '3'].map(find)).toEqual([0, 1, 2, undefined, undefined, undefined]);
  });

  it('knows no other columns', () => {
    expect(() => table.column('constructor')).toThrow(RangeError);
  });
});

describe('A table builder', () => {
  const [one, two, three] = rows as [PartialRow, PartialRow, PartialRow];

  it('puts row files together', () => {
    const table = tableOf('DiscoveredApps', [one], [two, three], []);
    expect([0, 1, 2].map((row) => table.column('id').value(row))).toEqual(['1', '10', '2']);
    expect(table.rows).toBe(3);
  });

  it('sorts rows whose files come in another order than their keys', () => {
    const table = tableOf('DiscoveredApps', [three], [one, two]);
    for (const [row, expected] of rows.entries()) {
      expect(Buffer.from(table.json(row)).toString()).toBe(writeRow(type, rowOf('DiscoveredApps', expected)));
      for (const { name } of type.properties)
        expect(Buffer.from(table.json(row)).toString()).toContain(
          `"${name}":${table.column(name).text(row)}`,
        );
    }
  });

  it('writes rows of an earlier model again, with the properties of this one', () => {
    const builder = new TableBuilder(setOf('RiskLevels'));
    builder.addRowFile(Buffer.from('{"gone":1,"id":"high"}\n'));
    const table = builder.build();
    const keys = Object.keys(JSON.parse(Buffer.from(table.json(0)).toString()) as object);
    expect(keys).toEqual(setOf('RiskLevels').type.properties.map((property) => property.name));
  });

  it('reads a file without a last line end, and an empty one', () => {
    const builder = new TableBuilder(setOf('Tenants'));
    builder.addRowFile(Buffer.alloc(0));
    builder.addRowFile(rowFile('Tenants', [{ id: 'a' }]).subarray(0, -1));
    expect(builder.build().rows).toBe(1);
  });

  it.each([
    ['is not JSON', '{"id":'],
    ['is not an object', '[1]'],
    ["'streamCount'", '{"id":"a","streamCount":"many"}'],
    ["'isSample'", '{"id":"a","isSample":1}'],
    ["'lastRefreshDateTime'", '{"id":"a","lastRefreshDateTime":"yesterday"}'],
  ])('refuses a row that %s', (message, line) => {
    const builder = new TableBuilder(setOf('Tenants'));
    expect(() => {
      builder.addRowFile(Buffer.from(line));
    }).toThrow(
      expect.objectContaining({ code: 'STORE_UNAVAILABLE', message: expect.stringContaining(message) }),
    );
  });

  it('keeps codes of more than 65,536 distinct values apart', () => {
    const many = Array.from({ length: 70_000 }, (_, at) => ({
      tenantId: 'a',
      appId: String(at).padStart(6, '0'),
      tag: `n${at % 300}`,
    }));
    const table = tableOf('AppTags', many);
    const ids = [0, 299, 65_536, 69_999].map((row) => table.column('appId').value(row));
    expect(ids).toEqual(['000000', '000299', '065536', '069999']);
    expect(table.column('tag').value(69_999)).toBe(`n${69_999 % 300}`);
  });
});
