import { describe, expect, it } from '@jest/globals';
import { setOf } from '../../../src/model/catalog.js';
import { tableOf, type PartialRow } from './tables.js';

const odd = ['plain', 'a "quoted" \\ one\\', '},{"id":"9"', '[x', ',', '', '📦 ü \u2028', '\\"'];
const rows: readonly PartialRow[] = odd.map((text, at) => ({
  tenantId: 'a',
  streamId: 's',
  id: String(at),
  displayName: text,
  description: at % 3 === 0 ? null : text.repeat(at),
  userCount: at % 2 === 0 ? 9007199254740993n : null,
  domains: at % 4 === 0 ? [] : [text, `]}${text}`],
  isSanctioned: at % 2 === 0,
}));
const { type } = setOf('DiscoveredApps');
const names = type.properties.map(({ name }) => name);
const table = tableOf('DiscoveredApps', rows);

/** Members as the columns have them: worked out on another way. */
const expected = (selected: readonly string[], row: number) =>
  selected.map((name) => `"${name}":${table.column(name).text(row)}`).join(',');

function written(selected: readonly string[], row: number): string {
  const members = table.members(selected, [row]);
  const target = Buffer.alloc((members?.sizeOf(0) ?? 0) + 2, '#');
  const end = members?.write(0, target, 1) ?? 0;
  expect(target.subarray(end).toString()).toMatch(/^#+$/);
  return target.toString('utf8', 1, end);
}

describe('The members of stored rows', () => {
  it.each<readonly [string, readonly string[]]>([
    ['every one by itself, to its end', names],
    ['first and last', [names[0] ?? '', names.at(-1) ?? '']],
    ['neighbours, as one piece', names.slice(2, 6)],
    ['every other one', names.filter((_, at) => at % 2 === 1)],
    ['in another order than they are stored', [...names].reverse()],
  ])('are copied as they stand: %s', (_title, selected) => {
    for (const [row] of rows.entries()) {
      expect(written(selected, row)).toBe(expected(selected, row));
      for (const name of selected) expect(written([name], row)).toBe(expected([name], row));
    }
  });

  it('are found in rows that are longer than two bytes can count', () => {
    const long = tableOf('DiscoveredApps', [
      { tenantId: 'a', streamId: 's', id: '1', description: 'x'.repeat(70_000), userCount: 7 },
    ]);
    const target = Buffer.alloc(80_000);
    const end = long.members(['id', 'userCount'], [0])?.write(0, target, 0);
    expect(target.toString('utf8', 0, end)).toBe('"id":"1","userCount":7');
  });

  it('are those of the rows that a part has', () => {
    const part = table.part(setOf('DiscoveredApps'), Uint32Array.of(1, 3));
    const target = Buffer.alloc(1000);
    const members = part.members(['id', 'displayName'], [0, 1]);
    const ends = [members?.write(0, target, 0) ?? 0, members?.write(1, target, 500) ?? 0];
    expect(target.toString('utf8', 0, ends[0])).toBe(expected(['id', 'displayName'], 1));
    expect(target.toString('utf8', 500, ends[1])).toBe(expected(['id', 'displayName'], 3));
  });

  it('cannot be copied where a part lacks properties: what is stored has them', () => {
    const set = setOf('DiscoveredApps');
    const properties = type.properties.filter(({ name }) => name !== 'displayName');
    const narrow = { ...set, type: { ...type, properties } };
    expect(table.part(narrow, Uint32Array.of(0)).members(['id'], [0])).toBeUndefined();
  });
});
