import { FeedError } from '../../errors.js';
import type { EntitySet, JsonRow } from '../../model/edm.js';
import { compareValues, type EdmValue } from '../../model/edm-value.js';
import { parseJsonLosslessly } from '../../model/lossless-json.js';
import { writeRow } from '../../model/row-json.js';
import { columnBuilder, type ColumnBuilder } from './column-builders.js';
import type { Column } from './columns.js';
import { GrowingUint32, permuted } from './growing.js';
import { Table, type RowBytes } from './table.js';

const LINE_FEED = 10;

/**
 * Builds a table from the row files of a set: linear time, each line parsed once, bytes kept as they are.
 *
 * @example
 * const builder = new TableBuilder(setOf('Apps'));
 * for (const file of files) builder.addRowFile(await readFile(file));
 * const table = builder.build();
 */
export class TableBuilder {
  readonly #set: EntitySet;
  readonly #names: readonly string[];
  readonly #columns: readonly (readonly [name: string, builder: ColumnBuilder])[];
  readonly #keyAt: ReadonlyMap<string, number>;
  readonly #files: Uint8Array[] = [];
  readonly #file = new GrowingUint32();
  readonly #start = new GrowingUint32();
  readonly #length = new GrowingUint32();
  #lastKey: EdmValue[] | undefined;
  #inKeyOrder = true;

  constructor(set: EntitySet) {
    this.#set = set;
    this.#names = set.type.properties.map((property) => property.name);
    this.#columns = set.type.properties.map((property) => [property.name, columnBuilder(property)]);
    this.#keyAt = new Map(set.type.key.map((name, at) => [name, at]));
  }

  /**
   * Appends the rows of one row file: UTF-8, one JSON object a line as `writeRow` writes it, in key order. Partitions
   * come in the order of their keys; when they do not, {@link build} sorts. The buffer must not change afterwards.
   *
   * @throws FeedError STORE_UNAVAILABLE when a line is not JSON or a value does not fit its property's type
   */
  addRowFile(bytes: Buffer): void {
    const file = this.#files.push(bytes) - 1;
    let start = 0;
    while (start < bytes.length) {
      const found = bytes.indexOf(LINE_FEED, start);
      const end = found === -1 ? bytes.length : found;
      if (end > start) this.#addLine(bytes, file, [start, end]);
      start = end + 1;
    }
  }

  #addLine(bytes: Buffer, file: number, [start, end]: readonly [number, number]): void {
    const row = this.#parse(bytes.toString('utf8', start, end));
    const key = this.#addToColumns(row);
    if (this.#lastKey !== undefined && this.#inKeyOrder)
      this.#inKeyOrder = compareKeys(this.#lastKey, key) <= 0;
    this.#lastKey = key;
    if (this.#hasDeclaredMembers(row)) {
      this.#locate(file, start, end - start);
    } else {
      // A row of an earlier model: what the feed sends has every property of this one, in its order.
      const rewritten = Buffer.from(writeRow(this.#set.type, row));
      this.#locate(this.#files.push(rewritten) - 1, 0, rewritten.length);
    }
  }

  #locate(file: number, start: number, length: number): void {
    this.#file.push(file);
    this.#start.push(start);
    this.#length.push(length);
  }

  #parse(line: string): JsonRow {
    try {
      const row = parseJsonLosslessly(line);
      if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as JsonRow;
    } catch (cause) {
      throw this.#unreadable('is not JSON', cause);
    }
    throw this.#unreadable('is not an object');
  }

  #addToColumns(row: JsonRow): EdmValue[] {
    const key: EdmValue[] = [];
    for (const [name, builder] of this.#columns) {
      const json = Object.hasOwn(row, name) ? row[name] : undefined;
      const value = builder.push(json ?? (this.#set.type.property(name)?.collection ? [] : null));
      if (value === undefined) throw this.#unreadable(`has a '${name}' that does not fit its type`);
      const keyAt = this.#keyAt.get(name);
      if (keyAt !== undefined) key[keyAt] = value;
    }
    return key;
  }

  #hasDeclaredMembers(row: JsonRow): boolean {
    let at = 0;
    for (const name in row) if (name !== this.#names[at++]) return false;
    return at === this.#names.length;
  }

  #unreadable(what: string, cause?: unknown): FeedError {
    return new FeedError(
      'STORE_UNAVAILABLE',
      `Row ${this.#start.length + 1} of the stored set ${this.#set.name} ${what}.`,
      { target: this.#set.name, ...(cause === undefined ? {} : { cause }) },
    );
  }

  /** The table; the builder is spent afterwards. */
  build(): Table {
    const columns = this.#columns.map(([, builder]) => builder.finish());
    const bytes: RowBytes = {
      files: this.#files,
      file: this.#file.finish(),
      start: this.#start.finish(),
      length: this.#length.finish(),
    };
    return this.#inKeyOrder ? new Table(this.#set, columns, bytes) : this.#sorted(columns, bytes);
  }

  #sorted(columns: readonly Column[], bytes: RowBytes): Table {
    const keys = this.#set.type.key.map((name) => columns[this.#names.indexOf(name)]);
    const order = Uint32Array.from(bytes.start, (_, row) => row).sort((left, right) => {
      for (const column of keys) {
        const sign = compareValues(column?.value(left) ?? null, column?.value(right) ?? null);
        if (sign !== 0) return sign;
      }
      return left - right;
    });
    return new Table(
      this.#set,
      columns.map((column) => column.reordered(order)),
      {
        files: bytes.files,
        file: permuted(bytes.file, order),
        start: permuted(bytes.start, order),
        length: permuted(bytes.length, order),
      },
    );
  }
}

function compareKeys(left: readonly EdmValue[], right: readonly EdmValue[]): number {
  for (let at = 0; at < left.length; at++) {
    const order = compareValues(left[at] ?? null, right[at] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}
