import { FeedError } from '../../errors.js';
import type { EntitySet, JsonRow, JsonValue } from '../../model/edm.js';
import { compareValues } from '../../model/edm-value.js';
import { parseJsonLosslessly } from '../../model/lossless-json.js';
import { writeRow } from '../../model/row-json.js';
import { BlockWriter, type Origin } from './block-writer.js';
import { columnBuilder, type ColumnBuilder } from './column-builders.js';
import type { Column } from './columns.js';
import { countedRows } from './frame.js';
import type { Packing } from './packing.js';
import { RowScanner, Token } from './row-scanner.js';
import { withArraysOf } from './shared-arrays.js';
import { Table } from './table.js';
import { Vocabularies } from './vocabulary.js';

const LINE_FEED = 10;
const CLOSING_BRACE = 0x7d;
/** Room is made beforehand for so many rows at most: who says how many there will be may be wrong. */
const MOST_EXPECTED = 1_000_000;

/**
 * Builds a table from the row files of a set: linear time, each line read once, its bytes kept in compressed blocks.
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
  readonly #members: readonly Member[];
  /** Where the members of the row before begin in its row file, and where the last one ends; -1 when it was not scanned. */
  readonly #places: Int32Array;
  readonly #key: readonly ColumnBuilder[];
  readonly #integers: readonly string[];
  readonly #rows: BlockWriter;
  #inKeyOrder = true;

  /**
   * @param vocabularies those of the tables that this one is to share its values with; absent: none
   * @param rows how many there will be, if that is known
   */
  constructor(set: EntitySet, vocabularies = new Vocabularies(), rows = 0, packing?: Packing) {
    this.#rows = new BlockWriter(packing);
    const expected = Math.min(rows, MOST_EXPECTED);
    this.#set = set;
    this.#names = set.type.properties.map((property) => property.name);
    this.#columns = set.type.properties.map((property) =>
      columnBuilder(property, vocabularies.of(set, property), expected),
    );
    this.#members = this.#columns.map((column, at) => {
      return { column, opening: new Token(`${at === 0 ? '{' : ','}"${this.#names[at] ?? ''}":`) };
    });
    this.#places = new Int32Array(this.#names.length + 1);
    this.#key = set.type.key.flatMap((name) => this.#columns[this.#names.indexOf(name)] ?? []);
    this.#integers = set.type.properties.filter(({ type }) => type.includes('Int')).map(({ name }) => name);
  }

  /**
   * Appends the rows of one row file: UTF-8, one JSON object a line as `writeRow` writes it, in key order. Partitions
   * come in the order of their keys; when they do not, {@link build} sorts. The bytes are the table's from now on.
   *
   * @param origin from where the rows can be read again: then the bytes are not kept
   *
   * @throws FeedError STORE_UNAVAILABLE when a line is not JSON or a value does not fit its property's type
   */
  addRowFile(bytes: Buffer, origin?: Origin): void {
    const rows = new RowScanner(bytes);
    this.#places.fill(-1);
    while (rows.at < bytes.length) {
      const start = rows.at;
      if (this.#scan(rows)) {
        this.#rows.addInPlace(bytes, start, rows.at - 1, origin);
      } else {
        const found = bytes.indexOf(LINE_FEED, start);
        const end = found === -1 ? bytes.length : found;
        if (end > start) this.#parseLine(bytes, start, end, origin);
        rows.at = end + 1;
      }
      this.#checkOrder();
    }
    if (origin !== undefined) this.#rows.endBlock();
  }

  /** Adds the values of a row that stands as `writeRow` writes it. @returns false, and none is added, when it does not */
  #scan(row: RowScanner): boolean {
    const scanned = this.#scanMembers(row);
    if (scanned === this.#members.length && row.skipByte(CLOSING_BRACE) && row.skipByte(LINE_FEED))
      return true;
    for (const { column } of this.#members.slice(0, scanned)) column.takeBack();
    this.#places.fill(-1);
    return false;
  }

  /** Of the members of a row those that need no parser. @returns how many have been added */
  #scanMembers(row: RowScanner): number {
    let before = this.#places[0] ?? -1;
    let scanned = 0;
    for (const { column, opening } of this.#members) {
      const next = this.#places[scanned + 1] ?? -1;
      this.#places[scanned] = row.at;
      if (before >= 0 && row.skipMember(before, next)) column.repeat();
      else if (!row.skip(opening) || !column.scan(row)) return scanned;
      before = next;
      scanned++;
    }
    this.#places[scanned] = row.at;
    return scanned;
  }

  #checkOrder(): void {
    if (!this.#inKeyOrder) return;
    for (const column of this.#key) {
      const order = column.lastOrder();
      if (order !== 0) {
        this.#inKeyOrder = order < 0;
        return;
      }
    }
  }

  /**
   * Resolves once the rows so far are compressed, but for some blocks: who adds row files one after the other waits in
   * between.
   *
   * @param mostBytes of blocks that may be left; a few when absent
   */
  settled(mostBytes?: number): Promise<void> {
    return this.#rows.settled(mostBytes);
  }

  #parseLine(bytes: Buffer, start: number, end: number, origin?: Origin): void {
    const row = this.#parse(bytes.toString('utf8', start, end));
    if (this.#hasDeclaredMembers(row)) {
      this.#addToColumns(Object.values(row));
      if (end < bytes.length) this.#rows.addInPlace(bytes, start, end, origin);
      else this.#rows.add(bytes.subarray(start));
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
    this.#columns.forEach((builder, at) => {
      if (!builder.push(values[at] ?? null))
        throw this.#unreadable(`has a '${this.#names[at] ?? ''}' that does not fit its type`);
    });
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

interface Member {
  readonly column: ColumnBuilder;
  /** What stands before its value. */
  readonly opening: Token;
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
