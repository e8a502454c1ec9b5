import { describe, expect, it } from '@jest/globals';
import { KeptRows } from '../../../src/store/memory/kept-rows.js';

/** Rows that say which they are, and a count of how often they were written. */
function counted(lengthOf: (row: number) => number) {
  const calls = new Map<number, number>();
  const textOf = (row: number) => `${row}:`.padEnd(lengthOf(row), 'x');
  const kept = new KeptRows(1000, (row, target, at) => {
    calls.set(row, (calls.get(row) ?? 0) + 1);
    const bytes = Buffer.from(textOf(row));
    if (at + bytes.length <= target.length) target.set(bytes, at);
    return at + bytes.length;
  });
  const read = (row: number, room = 2 ** 20) => {
    const target = Buffer.alloc(room, '#');
    const end = kept.touch().write(row, target, 3);
    return end > room ? undefined : target.toString('utf8', 3, end);
  };
  return { calls, textOf, read };
}

describe('Rows as they were written', () => {
  it('are copied from the third time on, and are the same', () => {
    const { calls, textOf, read } = counted((row) => 10 + row);
    for (let time = 1; time <= 5; time++)
      for (const row of [7, 0, 500, 999]) expect(read(row)).toBe(textOf(row));
    expect([...calls.values()]).toEqual([2, 2, 2, 2]);
  });

  it('say where they would end when there is no room, kept or not', () => {
    const { textOf, read } = counted(() => 100);
    for (let time = 1; time <= 4; time++) {
      expect(read(5, 102)).toBeUndefined();
      expect(read(5, 103)).toBe(textOf(5));
    }
  });

  it('are written again once others have taken their place', () => {
    const first = counted(() => 200_000);
    const others = counted(() => 200_000);
    for (let time = 1; time <= 3; time++) first.read(1);
    expect(first.calls.get(1)).toBe(2);
    for (let row = 0; row < 200; row++) for (let time = 1; time <= 3; time++) others.read(row);
    expect(first.read(1)).toBe(first.textOf(1));
    expect(first.calls.get(1)).toBe(3);
    for (let time = 1; time <= 3; time++) expect(first.read(1)).toBe(first.textOf(1));
    expect(first.calls.get(1)).toBe(3);
  });

  it('are not kept when one alone is too long', () => {
    const { calls, textOf, read } = counted(() => 700_000);
    for (let time = 1; time <= 3; time++) expect(read(2)).toBe(textOf(2));
    expect(calls.get(2)).toBe(3);
  });
});
