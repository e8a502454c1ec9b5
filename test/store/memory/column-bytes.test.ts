import { describe, expect, it } from '@jest/globals';
import { setOf } from '../../../src/model/catalog.js';
import { memberWriter } from '../../../src/store/memory/column-bytes.js';
import { NumberColumn } from '../../../src/store/memory/columns.js';
import { rowOf, tableOf, type PartialRow } from './tables.js';

const odd = [
  'plain',
  'a "quoted" \\ one\\',
  '},{"id":"9"',
  '[x',
  ',',
  '',
  '📦 ü \u2028',
  '\\"',
  '\u007f',
  '\u001f',
];
const integers = [
  0,
  7,
  -7,
  10,
  999_999_999,
  1e9,
  1_000_000_001,
  2 ** 31,
  -(2 ** 31),
  2 ** 53 - 1,
  -(2 ** 53 - 1),
];
const rows: readonly PartialRow[] = Array.from({ length: 110 }, (_, at) => ({
  tenantId: 'a',
  streamId: 's',
  id: String(at).padStart(5, '0'),
  displayName: odd[at % odd.length] ?? '',
  description: at % 3 === 0 ? null : (odd[at % odd.length] ?? '').repeat(at),
  userCount: at % 7 === 0 ? 9007199254740993n : (integers[at % integers.length] ?? 0),
  transactionCount: at % 9 === 0 ? null : (integers[at % integers.length] ?? 0),
  deviceCount: at % 9 === 0 ? null : at,
  domains: at % 4 === 0 ? [] : [odd[at % odd.length] ?? '', `]}${at}`],
  isSanctioned: at % 2 === 0,
}));
const { type } = setOf('DiscoveredApps');
const names = type.properties.map(({ name }) => name);

/** More values than a small dictionary has: each is turned into JSON when it is asked for. */
const many = Array.from({ length: 5_000 }, (_, at) => ({
  ...rows[at % rows.length],
  id: String(at).padStart(5, '0'),
  displayName: `${odd[at % odd.length] ?? ''}${at}`,
}));

/** Members of a row as they stand in row files. */
function expected(selected: readonly string[], row: PartialRow): string {
  const stored = rowOf('DiscoveredApps', row);
  const text = (name: string) => {
    const value = stored[name];
    return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  };
  return selected.map((name) => `"${name}":${text(name)}`).join(',');
}

describe.each([
  ['few values', rows],
  ['many values', many],
])('Members, of %s', (_which, stored) => {
  const table = tableOf('DiscoveredApps', stored);

  function written(selected: readonly string[], row: number): string {
    const target = Buffer.alloc(20_000, '#');
    const end = table.writer(selected)(row, target, 1);
    expect(target.subarray(end).toString()).toMatch(/^#+$/);
    return target.toString('utf8', 1, end);
  }

  it.each<readonly [string, readonly string[]]>([
    ['every one by itself, to its end', names],
    ['first and last', [names[0] ?? '', names.at(-1) ?? '']],
    ['in another order than they are stored', [...names].reverse()],
  ])('are written as they are stored: %s', (_title, selected) => {
    for (const [at, row] of stored.slice(0, 220).entries()) {
      expect(written(selected, at)).toBe(expected(selected, row));
      if (at < 20) for (const name of selected) expect(written([name], at)).toBe(expected([name], row));
    }
  });

  it('say how much room a row takes where there is less', () => {
    const write = table.writer(names);
    for (const row of [0, 1, 5, 59]) {
      const whole = Buffer.alloc(20_000);
      const end = write(row, whole, 0);
      for (const room of [0, 1, 17, end - 1]) expect(write(row, Buffer.alloc(room), 0)).toBe(end);
      const enough = Buffer.alloc(end);
      expect(write(row, enough, 0)).toBe(end);
      expect(enough.equals(whole.subarray(0, end))).toBe(true);
    }
  });

  it('are those of the rows and properties that a part has', () => {
    const set = setOf('DiscoveredApps');
    const properties = type.properties.filter(({ name }) => name !== 'displayName');
    const part = table.part({ ...set, type: { ...type, properties } }, Uint32Array.of(1, 3));
    const left = properties.map(({ name }) => name);
    expect(part.rows).toBe(2);
    expect([0, 1].map((row) => Buffer.from(part.json(row)).toString())).toEqual(
      [1, 3].map((row) => `{${expected(left, stored[row] ?? {})}}`),
    );
    expect(() => part.writer(['displayName'])).toThrow(RangeError);
    expect([...part.packed([0, 1])]).toEqual([]);
  });
});

describe('Numbers', () => {
  it.each(['Edm.Double', 'Edm.Decimal', 'Edm.Int64'] as const)('are written as text has them: %s', (kind) => {
    const values = [0, -0, 0.1, -1.5, 1e21, 1e-7, 123456.789, 2 ** 53, NaN, ...integers];
    const property = { name: 'n', type: kind, nullable: true, collection: false, description: '' };
    const column = new NumberColumn(property, Float64Array.from(values), undefined);
    const write = memberWriter('"n":', column);
    for (const [row] of values.entries()) {
      const target = Buffer.alloc(60);
      expect(target.toString('utf8', 0, write(row, target, 0))).toBe(`"n":${column.text(row)}`);
    }
  });
});
