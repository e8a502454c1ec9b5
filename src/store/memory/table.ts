/** Tables: the rows of one entity set of one generation, as stored bytes and as columns, in key order. */
import type { EntitySet } from '../../model/edm.js';
import { compareValues, type EdmValue } from '../../model/edm-value.js';
import type { Column } from './columns.js';
import type { StoredMembers, StoredText } from '../store.js';
import type { RowBlocks } from './row-blocks.js';
import { RowMembers } from './row-members.js';

/** What a table is made of. */
export interface TableParts {
  readonly columns: readonly Column[];
  /** The stored rows; the number of rows where there are none that may be read. */
  readonly stored: RowBlocks | number;
  /** By property: 1 in rows that lack it; properties that are not there stand in every row. */
  readonly absent?: ReadonlyMap<string, Uint8Array>;
}

/** All rows of one entity set. Immutable; a row is addressed by its index in key order. */
export class Table {
  /** Number of rows. */
  readonly rows: number;
  readonly #columns: ReadonlyMap<string, Column>;
  readonly #blocks: RowBlocks | undefined;
  readonly #members: RowMembers | undefined;
  readonly #absent: ReadonlyMap<string, Uint8Array>;

  constructor(
    readonly set: EntitySet,
    { columns, stored, absent = new Map<string, Uint8Array>() }: TableParts,
  ) {
    this.#columns = new Map(columns.map((column) => [column.property.name, column]));
    this.#blocks = typeof stored === 'number' ? undefined : stored;
    this.#members = this.#blocks && new RowMembers(set, this.#blocks);
    this.rows = typeof stored === 'number' ? stored : stored.rows;
    this.#absent = absent;
  }

  /** The row as stored: JSON object text in UTF-8, without a line end. A view that must not be written to. */
  json(row: number): Uint8Array {
    if (this.#blocks === undefined) throw new RangeError(`Table ${this.set.name} has no stored rows`);
    return this.#blocks.json(row);
  }

  /**
   * Members of some rows as they stand in their bytes, in the order in which they are named; `undefined` when the rows
   * have no stored bytes, or may not be read as stored.
   */
  members(properties: readonly string[], rows: ArrayLike<number>): StoredMembers | undefined {
    return this.#members?.select(properties, rows);
  }

  /** Some rows as they are stored, one text in pieces; `undefined` like {@link members}. */
  texts(rows: ArrayLike<number>): Iterable<StoredText> | undefined {
    return this.#blocks?.texts(rows);
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
    if (columns.length < this.#columns.size || this.#blocks === undefined)
      return new NarrowTable(set, { columns, stored: rows.length });
    return new Table(set, { columns, stored: this.#blocks.reordered(rows) });
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
  const absent = columns.flatMap(({ column, absent: lacking }) =>
    lacking === undefined ? [] : [[column.property.name, lacking] as const],
  );
  return new Table(set, {
    columns: columns.map(({ column }) => column),
    stored: rows,
    absent: new Map(absent),
  });
}
