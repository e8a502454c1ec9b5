/** Builders of columns: fed one value a row, in the order of the rows. */
import type { JsonValue, Property } from '../../model/edm.js';
import { compareValues, PRIMITIVES, type EdmValue } from '../../model/edm-value.js';
import { Coder } from './coder.js';
import {
  CollectionColumn,
  DictionaryColumn,
  ExactColumn,
  IntegerColumn,
  NULL_INTEGER,
  NumberColumn,
  type Column,
} from './columns.js';
import { GrowingCodes, GrowingFloat64, GrowingInt32, GrowingUint32 } from './growing.js';
import { Token, type RowScanner } from './row-scanner.js';
import type { Vocabulary } from './vocabulary.js';

/** Collects the values of one property. */
export interface ColumnBuilder {
  /** Appends the value of the next row. @returns false, and nothing is appended, when it does not fit the type */
  push(json: JsonValue): boolean;
  /** The same with the value that stands next in stored rows. @returns false, too, when it must be parsed */
  scan(row: RowScanner): boolean;
  /** The next row has the value of the last one. */
  repeat(): void;
  /** Takes the value of the last row back. */
  takeBack(): void;
  /** Order of the value before the last one and the last: negative when it is lower, 0 when there are no two. */
  lastOrder(): number;
  finish(): Column;
}

/**
 * The builder that suits a property's type.
 *
 * @param vocabulary where a column that is no number finds its values
 * @param expected how many rows there will be, about
 */
export function columnBuilder(property: Property, vocabulary: Vocabulary, expected: number): ColumnBuilder {
  if (property.collection) return new CollectionBuilder(property, vocabulary, expected);
  switch (property.type) {
    case 'Edm.Byte':
    case 'Edm.SByte':
    case 'Edm.Int16':
    case 'Edm.Int32':
    case 'Edm.Int64':
    case 'Edm.Single':
    case 'Edm.Double':
    case 'Edm.Decimal':
      return new NumberBuilder(property, expected);
    default:
      return new DictionaryColumnBuilder(property, vocabulary, expected);
  }
}

const isShortInteger = (json: JsonValue): json is number => typeof json === 'number' && (json | 0) === json;
const NULL = new Token('null');

/** As 32-bit integers while all values fit; from the first one that does not, as doubles. */
class NumberBuilder implements ColumnBuilder {
  readonly #property: Property;
  readonly #expected: number;
  #integers: GrowingInt32 | undefined;
  #doubles: GrowingFloat64;
  /** Rows of the doubles that are null. */
  readonly #nulls = new GrowingUint32();
  readonly #beyond = new Map<number, bigint>();
  /** Whether every Int32 fits the type: those need no further check. */
  readonly #holdsInt32: boolean;

  constructor(property: Property, expected: number) {
    this.#property = property;
    this.#holdsInt32 = property.type === 'Edm.Int32' || property.type === 'Edm.Int64';
    this.#expected = expected;
    if (this.#holdsInt32) this.#integers = new GrowingInt32(expected);
    this.#doubles = new GrowingFloat64(this.#holdsInt32 ? 0 : expected);
  }

  push(json: JsonValue): boolean {
    if (isShortInteger(json) && this.#holdsInt32 && json !== NULL_INTEGER) {
      if (this.#integers === undefined) this.#doubles.push(json);
      else this.#integers.push(json);
      return true;
    }
    const value = json === null ? null : PRIMITIVES[this.#property.type].fromJson(json);
    if (value === undefined) return false;
    if (value === null && this.#integers !== undefined) this.#integers.push(NULL_INTEGER);
    else this.#pushDouble(value);
    return true;
  }

  scan(row: RowScanner): boolean {
    const value = row.integer();
    if (!Number.isNaN(value)) return this.push(value);
    return row.skip(NULL) && this.push(null);
  }

  repeat(): void {
    if (this.#integers === undefined) this.#pushDouble(this.#value(this.#doubles.length - 1));
    else this.#integers.push(this.#integers.at(this.#integers.length - 1));
  }

  #pushDouble(value: EdmValue): void {
    if (this.#integers !== undefined) this.#widen(this.#integers.finish());
    if (typeof value === 'bigint') this.#beyond.set(this.#doubles.length, value);
    if (value === null) this.#nulls.push(this.#doubles.length);
    this.#doubles.push(typeof value === 'number' ? value : NaN);
  }

  #widen(integers: Int32Array): void {
    this.#integers = undefined;
    this.#doubles = new GrowingFloat64(this.#expected);
    integers.forEach((value, row) => {
      if (value === NULL_INTEGER) this.#nulls.push(row);
      this.#doubles.push(value === NULL_INTEGER ? NaN : value);
    });
  }

  takeBack(): void {
    if (this.#integers !== undefined) {
      this.#integers.pop();
      return;
    }
    this.#doubles.pop();
    const row = this.#doubles.length;
    this.#beyond.delete(row);
    if (this.#nulls.length > 0 && this.#nulls.at(this.#nulls.length - 1) === row) this.#nulls.pop();
  }

  lastOrder(): number {
    const { length } = this.#integers ?? this.#doubles;
    return length < 2 ? 0 : compareValues(this.#value(length - 2), this.#value(length - 1));
  }

  #value(row: number): EdmValue {
    const value = (this.#integers ?? this.#doubles).at(row);
    if (this.#integers !== undefined) return value === NULL_INTEGER ? null : value;
    return Number.isNaN(value) ? (this.#beyond.get(row) ?? null) : value;
  }

  finish(): Column {
    if (this.#integers !== undefined) return new IntegerColumn(this.#property, this.#integers.finish());
    const values = this.#doubles.finish();
    if (this.#beyond.size > 0) return new ExactColumn(this.#property, values, this.#beyond);
    const nullRows = this.#nulls.finish();
    const nulls = nullRows.length === 0 ? undefined : new Uint8Array(values.length);
    for (const row of nullRows) if (nulls) nulls[row] = 1;
    return new NumberColumn(this.#property, values, nulls);
  }
}

class DictionaryColumnBuilder implements ColumnBuilder {
  readonly #property: Property;
  readonly #codes: GrowingCodes;
  readonly #vocabulary: Vocabulary;
  readonly #coder: Coder;

  constructor(property: Property, vocabulary: Vocabulary, expected: number) {
    this.#property = property;
    this.#codes = new GrowingCodes(expected);
    this.#vocabulary = vocabulary;
    this.#coder = new Coder(vocabulary);
  }

  push(json: JsonValue): boolean {
    return this.#pushCode(this.#coder.code(json));
  }

  scan(row: RowScanner): boolean {
    return this.#pushCode(this.#coder.scan(row));
  }

  repeat(): void {
    this.#codes.push(this.#codes.at(this.#codes.length - 1));
  }

  #pushCode(code: number | undefined): boolean {
    if (code === undefined) return false;
    this.#codes.push(code);
    return true;
  }

  takeBack(): void {
    this.#codes.pop();
  }

  lastOrder(): number {
    const { length } = this.#codes;
    if (length < 2) return 0;
    const [before, last] = [this.#codes.at(length - 2), this.#codes.at(length - 1)];
    return before === last ? 0 : this.#vocabulary.compare(before, last);
  }

  finish(): Column {
    return new DictionaryColumn(this.#property, this.#codes.finish(), this.#vocabulary.dictionary());
  }
}

const OPEN = 0x5b;
const CLOSE = 0x5d;
const COMMA = 0x2c;

class CollectionBuilder implements ColumnBuilder {
  readonly #property: Property;
  readonly #offsets: GrowingUint32;
  readonly #codes: GrowingCodes;
  readonly #vocabulary: Vocabulary;
  readonly #coder: Coder;

  constructor(property: Property, vocabulary: Vocabulary, expected: number) {
    this.#property = property;
    this.#offsets = new GrowingUint32(expected + 1);
    this.#codes = new GrowingCodes(expected);
    this.#vocabulary = vocabulary;
    this.#coder = new Coder(vocabulary);
    this.#offsets.push(0);
  }

  push(json: JsonValue): boolean {
    const codes = Array.isArray(json) ? json.map((item: string) => this.#coder.code(item)) : [undefined];
    return this.#pushCodes(codes);
  }

  scan(row: RowScanner): boolean {
    if (!row.skipByte(OPEN)) return false;
    if (row.skipByte(CLOSE)) return this.#pushCodes([]);
    const codes = [];
    do codes.push(this.#coder.scan(row));
    while (row.skipByte(COMMA));
    return row.skipByte(CLOSE) && this.#pushCodes(codes);
  }

  repeat(): void {
    const end = this.#codes.length;
    for (let at = this.#offsets.at(this.#offsets.length - 2); at < end; at++)
      this.#codes.push(this.#codes.at(at));
    this.#offsets.push(this.#codes.length);
  }

  #pushCodes(codes: readonly (number | undefined)[]): boolean {
    if (codes.includes(undefined)) return false;
    for (const code of codes) this.#codes.push(code ?? 0);
    this.#offsets.push(this.#codes.length);
    return true;
  }

  takeBack(): void {
    this.#offsets.pop();
    while (this.#codes.length > this.#offsets.at(this.#offsets.length - 1)) this.#codes.pop();
  }

  /** Collections are in no order. */
  lastOrder(): number {
    return 0;
  }

  finish(): Column {
    const offsets = this.#offsets.finish();
    return new CollectionColumn(this.#property, offsets, this.#codes.finish(), this.#vocabulary.dictionary());
  }
}
