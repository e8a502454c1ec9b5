/** Joins: which rows of one table belong to a row of another along a navigation property. */
import type { NavigationProperty } from '../../model/edm.js';
import type { EdmValue } from '../../model/edm-value.js';
import type { Column } from './columns.js';
import type { Table } from './table.js';

const NONE = -1;
const UNASKED = -2;

/** Related rows for every row of one table: an array look-up each, once built (linear in both tables). */
export class JoinIndex {
  constructor(
    readonly target: Table,
    /** By row here: its group of related rows, or -1. */
    private readonly groups: Int32Array,
    /** By group: where it begins in `members`. */
    private readonly offsets: Uint32Array,
    /** Rows there, ascending within each group. */
    private readonly members: Uint32Array,
  ) {}

  /** Related rows in key order; a view, not a copy. */
  rows(row: number): Uint32Array {
    const group = this.groups[row] ?? NONE;
    if (group === NONE) return this.members.subarray(0, 0);
    return this.members.subarray(this.offsets[group], this.offsets[group + 1]);
  }

  /** The related row of a to-one navigation property, or -1. */
  first(row: number): number {
    const group = this.groups[row] ?? NONE;
    return group === NONE ? NONE : (this.members[this.offsets[group] ?? 0] ?? NONE);
  }
}

/** The joins of one snapshot, each built when first used. */
export class Joins {
  readonly #indexes = new Map<string, JoinIndex>();
  readonly #table: (set: string) => Table;

  /** @param table finds the table of a set; throws STORE_EMPTY when there is none */
  constructor(table: (set: string) => Table) {
    this.#table = table;
  }

  /** The index of a navigation property of `from`'s type. */
  along(from: Table, navigation: NavigationProperty): JoinIndex {
    const name = `${from.set.name}/${navigation.name}`;
    let index = this.#indexes.get(name);
    if (index === undefined) {
      index = buildIndex(from, this.#table(navigation.target), navigation);
      this.#indexes.set(name, index);
    }
    return index;
  }
}

function buildIndex(from: Table, target: Table, navigation: NavigationProperty): JoinIndex {
  let here = new Int32Array(from.rows);
  let there = new Int32Array(target.rows);
  let groups = 1;
  for (const [local, foreign] of navigation.on) {
    const digits = new Map<EdmValue, number>();
    const thereDigits = digitsOf(target.column(foreign), target.rows, (value) => assign(digits, value));
    const hereDigits = digitsOf(from.column(local), from.rows, (value) => digits.get(value) ?? NONE);
    const combined = new Map<number, number>();
    // Exact: fewer groups than rows, times fewer distinct values than rows, stays far below 2^53.
    const key = (group: number, digit: number) =>
      group === NONE || digit === NONE ? NONE : group * digits.size + digit;
    there = there.map((group, row) => assign(combined, key(group, thereDigits[row] ?? NONE)));
    here = here.map((group, row) => combined.get(key(group, hereDigits[row] ?? NONE)) ?? NONE);
    groups = combined.size;
  }
  return new JoinIndex(target, here, ...membersByGroup(there, groups));
}

/** The number of a key, the next free one for a new key; null and -1 belong to no group. */
function assign<Key extends EdmValue>(numbers: Map<Key, number>, key: Key): number {
  if (key === null || key === NONE) return NONE;
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}

/** By row: the number of its value; a dictionary asks once per distinct value. */
function digitsOf(column: Column, rows: number, digitOf: (value: EdmValue) => number): Int32Array {
  const digits = new Int32Array(rows);
  if (column.kind === 'dictionary') {
    const { dictionary } = column;
    const byCode = Int32Array.from({ length: dictionary.size }, () => UNASKED);
    for (let row = 0; row < rows; row++) {
      const code = column.codes[row] ?? 0;
      if (byCode[code] === UNASKED) byCode[code] = digitOf(dictionary.value(code));
      digits[row] = byCode[code] ?? NONE;
    }
  } else {
    for (let row = 0; row < rows; row++) digits[row] = digitOf(column.value(row));
  }
  return digits;
}

function membersByGroup(groupOf: Int32Array, groups: number): [offsets: Uint32Array, members: Uint32Array] {
  const offsets = new Uint32Array(groups + 1);
  for (const group of groupOf) if (group !== NONE) offsets[group + 1] = (offsets[group + 1] ?? 0) + 1;
  for (let group = 0; group < groups; group++)
    offsets[group + 1] = (offsets[group + 1] ?? 0) + (offsets[group] ?? 0);
  const next = offsets.slice();
  const members = new Uint32Array(offsets[groups] ?? 0);
  groupOf.forEach((group, row) => {
    if (group === NONE) return;
    const at = next[group] ?? 0;
    members[at] = row;
    next[group] = at + 1;
  });
  return [offsets, members];
}
