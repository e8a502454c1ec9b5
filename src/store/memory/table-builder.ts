import { FeedError } from '../../errors.js';
import type { EntitySet, JsonRow, JsonValue } from '../../model/edm.js';
import { compareValues, type EdmValue } from '../../model/edm-value.js';
import { parseJsonLosslessly } from '../../model/lossless-json.js';
import { writeRow } from '../../model/row-json.js';
import { BlockWriter } from './block-writer.js';
import { columnBuilder, type ColumnBuilder } from './column-builders.js';
import type { Column } from './columns.js';
import { countedRows } from './frame.js';
import { withArraysOf } from './shared-arrays.js';
import { Table } from './table.js';
import { Vocabularies } from './vocabulary.js';

const LINE_FEED = 10;
/** Room is made beforehand for so many rows at most: who says how many there will be may be wrong. */
const MOST_EXPECTED = 1_000_000;

/**
 * Builds a table from the row files of a set: linear time, each line parsed once, its bytes kept in compressed blocks.
 *
 * @example
 * const builder = new TableBuilder(setOf('Apps'));
 * for (const file of files) builder.addRowFile(await readFile(file));
 * const table = builder.build();
 */
export class TableBuilder {
  readonly #set: EntitySet;
  readonly #names: readonly string[];
  readonly #columns: readonly ColumnBuilder[];
  /** By column: its place in the key, or -1. */
  readonly #keyAt: readonly number[];
  readonly #integers: readonly string[];
  readonly #rows = new BlockWriter();
  #lastKey: EdmValue[] | undefined;
  #inKeyOrder = true;

  /**
   * @param vocabularies those of the tables that this one is to share its values with; absent: none
   * @param rows how many there will be, if that is known
   */
  constructor(set: EntitySet, vocabularies = new Vocabularies(), rows = 0) {
    const expected = Math.min(rows, MOST_EXPECTED);
    this.#set = set;
    this.#names = set.type.properties.map((property) => property.name);
    this.#columns = set.type.properties.map((property) =>
      columnBuilder(property, vocabularies.of(set, property), expected),
    );
    this.#keyAt = this.#names.map((name) => set.type.key.indexOf(name));
    this.#integers = set.type.properties.filter(({ type }) => type.includes('Int')).map(({ name }) => name);
  }

  /**
   * Appends the rows of one row file: UTF-8, one JSON object a line as `writeRow` writes it, in key order. Partitions
   * come in the order of their keys; when they do not, {@link build} sorts.
   *
   * @throws FeedError STORE_UNAVAILABLE when a line is not JSON or a value does not fit its property's type
   */
  addRowFile(bytes: Buffer): void {
    let start = 0;
    while (start < bytes.length) {
      const found = bytes.indexOf(LINE_FEED, start);
      const end = found === -1 ? bytes.length : found;
      if (end > start) this.#addLine(bytes.subarray(start, end));
      start = end + 1;
    }
  }

  /**
   * Resolves once the rows so far are compressed, but for some blocks: who adds row files one after the other waits in
   * between.
   *
   * @param most blocks that may be left; a few when absent
   */
  settled(most?: number): Promise<void> {
    return this.#rows.settled(most);
  }

  #addLine(bytes: Buffer): void {
    const row = this.#parse(bytes.toString());
    if (this.#hasDeclaredMembers(row)) {
      this.#addToColumns(Object.values(row));
      this.#rows.add(bytes);
    } else {
      // A row of an earlier model: what the feed sends has every property of this one, in its order.
      const rewritten = writeRow(this.#set.type, row);
      this.#addToColumns(Object.values(this.#parse(rewritten)));
      this.#rows.add(Buffer.from(rewritten));
    }
  }

  #parse(line: string): JsonRow {
    const row = this.#readLine(line);
    if (!isObject(row)) throw this.#unreadable('is not an object');
    return row as JsonRow;
  }

  #readLine(line: string): unknown {
    try {
      const row: unknown = JSON.parse(line);
      // The native parser rounds integers beyond 2^53, but never to a safe one: then the slow parser reads the line again.
      const isRounded = isObject(row) && this.#integers.some((name) => isUnsafe(row[name]));
      return isRounded ? parseJsonLosslessly(line) : row;
    } catch (cause) {
      throw this.#unreadable('is not JSON', cause);
    }
  }

  #hasDeclaredMembers(row: JsonRow): boolean {
    const names = Object.keys(row);
    return names.length === this.#names.length && names.every((name, at) => name === this.#names[at]);
  }

  /** @param values the row's members in declared order */
  #addToColumns(values: readonly JsonValue[]): void {
    const key: EdmValue[] = [];
    this.#columns.forEach((builder, at) => {
      const value = builder.push(values[at] ?? null);
      if (value === undefined)
        throw this.#unreadable(`has a '${this.#names[at] ?? ''}' that does not fit its type`);
      const keyAt = this.#keyAt[at] ?? -1;
      if (keyAt >= 0) key[keyAt] = value;
    });
    if (this.#lastKey !== undefined && this.#inKeyOrder)
      this.#inKeyOrder = compareKeys(this.#lastKey, key) <= 0;
    this.#lastKey = key;
  }

  #unreadable(what: string, cause?: unknown): FeedError {
    return new FeedError(
      'STORE_UNAVAILABLE',
      `Row ${this.#rows.rows + 1} of the stored set ${this.#set.name} ${what}.`,
      { target: this.#set.name, ...(cause === undefined ? {} : { cause }) },
    );
  }

  /**
   * The table; the builder is spent afterwards.
   *
   * @param alike tables that may hold the same values row by row: what is equal is in memory once
   */
  build(alike: readonly Table[] = []): Table {
    const columns = this.#columns.map((builder) => shared(builder.finish(), alike));
    const blocks = this.#rows.finish();
    const { rows } = blocks;
    if (this.#inKeyOrder) return new Table(this.#set, { columns, rows, blocks });
    const order = this.#keyOrder(columns, rows);
    return new Table(this.#set, { columns: columns.map((column) => column.reordered(order)), rows });
  }

  #keyOrder(columns: readonly Column[], rows: number): Uint32Array {
    const keys = this.#set.type.key.map((name) => columns[this.#names.indexOf(name)]);
    return countedRows(rows).sort((left, right) => {
      for (const column of keys) {
        const sign = compareValues(column?.value(left) ?? null, column?.value(right) ?? null);
        if (sign !== 0) return sign;
      }
      return left - right;
    });
  }
}

function shared(own: Column, alike: readonly Table[]): Column {
  const { name } = own.property;
  return alike.reduce((column, table) => {
    return table.has(name) ? withArraysOf(table.column(name), column) : column;
  }, own);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isUnsafe = (value: unknown) => typeof value === 'number' && !Number.isSafeInteger(value);

function compareKeys(left: readonly EdmValue[], right: readonly EdmValue[]): number {
  for (let at = 0; at < left.length; at++) {
    const order = compareValues(left[at] ?? null, right[at] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}
