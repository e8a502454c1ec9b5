/** Tables: the rows of one entity set of one generation, as columns and as stored text, in key order. */
import { LRUCache } from 'lru-cache';
import type { EntitySet } from '../../model/edm.js';
import { compareValues, type EdmValue } from '../../model/edm-value.js';
import type { PackedRows } from '../store.js';
import { memberWriter, type BytesWriter } from './column-bytes.js';
import type { Column } from './columns.js';
import { KeptRows } from './kept-rows.js';
import type { RowBlocks } from './row-blocks.js';

/** Selections of which rows are kept. */
const MOST_SELECTIONS = 3;

const OPEN = 0x7b;
const CLOSE = 0x7d;

/** What a table is made of. */
export interface TableParts {
  readonly columns: readonly Column[];
  readonly rows: number;
  /** The same rows as stored; absent where these are not all of them, or in another order. */
  readonly blocks?: RowBlocks;
  /** By property: 1 in rows that lack it; properties that are not there stand in every row. */
  readonly absent?: ReadonlyMap<string, Uint8Array>;
}

/** All rows of one entity set. Immutable; a row is addressed by its index in key order. */
export class Table {
  /** Number of rows. */
  readonly rows: number;
  readonly #columns: ReadonlyMap<string, Column>;
  readonly #blocks: RowBlocks | undefined;
  readonly #absent: ReadonlyMap<string, Uint8Array>;
  #whole: BytesWriter | undefined;
  readonly #kept = new LRUCache<string, KeptRows>({ max: MOST_SELECTIONS });

  constructor(
    readonly set: EntitySet,
    { columns, rows, blocks, absent = new Map<string, Uint8Array>() }: TableParts,
  ) {
    this.#columns = new Map(columns.map((column) => [column.property.name, column]));
    this.#blocks = blocks;
    this.rows = rows;
    this.#absent = absent;
  }

  /** The row as stored, as far as the set has its properties: JSON object text in UTF-8, without a line end. */
  json(row: number): Uint8Array {
    if (row >= this.rows) throw new RangeError(`Table ${this.set.name} has no row ${row}`);
    this.#whole ??= this.writer(this.set.type.properties.map(({ name }) => name));
    return oneRow(this.#whole, row);
  }

  /** Writes members of a row as stored, in the order in which they are named: `"a":1,"b":2`. */
  writer(properties: readonly string[]): BytesWriter {
    const writers = properties.map((name, at) =>
      memberWriter(`${at === 0 ? '' : ','}"${name}":`, this.column(name)),
    );
    return (row, target, at) => {
      let end = at;
      for (const write of writers) end = write(row, target, end);
      return end;
    };
  }

  /** The same for many rows: copies those that it wrote before with the same properties, as far as they were kept. */
  keepingWriter(properties: readonly string[]): BytesWriter {
    const selection = properties.join();
    let kept = this.#kept.get(selection);
    if (kept === undefined) {
      kept = new KeptRows(this.rows, this.writer(properties));
      this.#kept.set(selection, kept);
    }
    return kept.touch().write;
  }

  /** Those of some rows that lie in memory as compressed text. @param rows in the order of an answer */
  packed(rows: ArrayLike<number>): Iterable<PackedRows> {
    return this.#blocks?.packed(rows) ?? [];
  }

  /** Whether there is a column of this name. */
  has(property: string): boolean {
    return this.#columns.has(property);
  }

  /** The column of a declared property. */
  column(property: string): Column {
    const column = this.#columns.get(property);
    if (column === undefined) throw new RangeError(`Table ${this.set.name} has no column ${property}`);
    return column;
  }

  /**
   * The table of some rows, in their order, and of the properties that `set` still has: nothing else of this table can
   * be reached through it. Stored text stays behind: where blocks end tells how many bytes of other rows lie before.
   */
  part(set: EntitySet, rows: Uint32Array): Table {
    const columns = set.type.properties.map(({ name }) => this.column(name).reordered(rows));
    return new Table(set, { columns, rows: rows.length });
  }

  /** By row: 1 where the row lacks the property; `undefined` when every row has it. */
  absentIn(property: string): Uint8Array | undefined {
    return this.#absent.get(property);
  }

  /** Row of a complete key, by binary search; `undefined` when there is none. */
  find(key: ReadonlyMap<string, EdmValue>): number | undefined {
    const wanted = this.set.type.key.map((property) => key.get(property) ?? null);
    const end = this.upperBound(wanted);
    return end > 0 && this.#compareKey(end - 1, wanted) === 0 ? end - 1 : undefined;
  }

  /** Number of rows whose key is not greater than `key` (values in the order of the type's key). */
  upperBound(key: readonly EdmValue[]): number {
    let low = 0;
    let high = this.rows;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compareKey(middle, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compareKey(row: number, key: readonly EdmValue[]): number {
    for (const [at, property] of this.set.type.key.entries()) {
      const order = compareValues(this.column(property).value(row), key[at] ?? null);
      if (order !== 0) return order;
    }
    return 0;
  }
}

const FIRST_ROOM = 4096;

/** A row by itself; it grows until all of it fits. */
function oneRow(write: BytesWriter, row: number): Uint8Array {
  for (let room = FIRST_ROOM; ;) {
    const bytes = Buffer.allocUnsafe(room);
    bytes[0] = OPEN;
    const end = write(row, bytes, 1);
    if (end < room) {
      bytes[end] = CLOSE;
      return bytes.subarray(0, end + 1);
    }
    room = end + 1;
  }
}

/** The rows of a transformed result: columns without stored bytes, and no key. */
export function derivedTable(
  set: EntitySet,
  columns: readonly { readonly column: Column; readonly absent?: Uint8Array }[],
  rows: number,
): Table {
  const absent = columns.flatMap(({ column, absent: lacking }) =>
    lacking === undefined ? [] : [[column.property.name, lacking] as const],
  );
  return new Table(set, {
    columns: columns.map(({ column }) => column),
    rows,
    absent: new Map(absent),
  });
}
