/** Tables: the rows of one entity set of one generation, as stored bytes and as columns, in key order. */
import type { EntitySet } from '../../model/edm.js';
import { compareValues, type EdmValue } from '../../model/edm-value.js';
import type { Column } from './columns.js';
import type { StoredMembers } from '../store.js';
import { permuted } from './growing.js';
import { RowMembers } from './row-members.js';

/** Where the stored rows lie in the bytes of their row files: by row, three numbers. */
export interface RowBytes {
  readonly files: readonly Uint8Array[];
  /** Index into `files`. */
  readonly file: Uint32Array;
  readonly start: Uint32Array;
  readonly length: Uint32Array;
}

/** All rows of one entity set. Immutable; a row is addressed by its index in key order. */
export class Table {
  readonly #columns: ReadonlyMap<string, Column>;
  readonly #bytes: RowBytes;
  #members: RowMembers | undefined;
  readonly #absent: ReadonlyMap<string, Uint8Array>;

  /** @param absent by property: 1 in rows that lack it; properties that are not there stand in every row */
  constructor(
    readonly set: EntitySet,
    columns: readonly Column[],
    bytes: RowBytes,
    absent: ReadonlyMap<string, Uint8Array> = new Map(),
  ) {
    this.#absent = absent;
    this.#columns = new Map(columns.map((column) => [column.property.name, column]));
    this.#bytes = bytes;
  }

  /** Number of rows. */
  get rows(): number {
    return this.#bytes.start.length;
  }

  /** The row as stored: JSON object text in UTF-8, without a line end. A view of the row file's bytes, no copy. */
  json(row: number): Uint8Array {
    const start = this.#bytes.start[row] ?? 0;
    const file = this.#bytes.files[this.#bytes.file[row] ?? 0];
    if (file === undefined) throw new RangeError(`Table ${this.set.name} has no row ${row}`);
    return file.subarray(start, start + (this.#bytes.length[row] ?? 0));
  }

  /**
   * Members of some rows as they stand in their bytes, in the order in which they are named; `undefined` when the rows
   * have no stored bytes, or may not be read as stored.
   */
  members(properties: readonly string[], rows: ArrayLike<number>): StoredMembers | undefined {
    if (this.#bytes.files.length === 0) return undefined;
    this.#members ??= new RowMembers(this.set, this.#bytes);
    return this.#members.select(properties, rows);
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
   * be reached through it.
   */
  part(set: EntitySet, rows: Uint32Array): Table {
    const columns = set.type.properties.map(({ name }) => this.column(name).reordered(rows));
    const { files, file, start, length } = this.#bytes;
    const bytes = {
      files,
      file: permuted(file, rows),
      start: permuted(start, rows),
      length: permuted(length, rows),
    };
    return columns.length === this.#columns.size
      ? new Table(set, columns, bytes)
      : new NarrowTable(set, columns, { ...bytes, files: [] });
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

/** A table that lacks properties of the stored rows: its rows are written anew. */
class NarrowTable extends Table {
  readonly #members = this.set.type.properties.map(({ name }, at) => ({
    before: `${at === 0 ? '{' : ','}"${name}":`,
    column: this.column(name),
  }));

  override json(row: number): Uint8Array {
    let json = '';
    for (const { before, column } of this.#members) json += before + column.text(row);
    return Buffer.from(`${json}}`);
  }
}

/** The rows of a transformed result: columns without stored bytes, and no key. */
export function derivedTable(
  set: EntitySet,
  columns: readonly { readonly column: Column; readonly absent?: Uint8Array }[],
  rows: number,
): Table {
  const none = new Uint32Array();
  const absent = columns.flatMap(({ column, absent: lacking }) =>
    lacking === undefined ? [] : [[column.property.name, lacking] as const],
  );
  return new Table(
    set,
    columns.map(({ column }) => column),
    { files: [], file: none, start: new Uint32Array(rows), length: none },
    new Map(absent),
  );
}
