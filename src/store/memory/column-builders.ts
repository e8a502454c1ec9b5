/** Builders of columns: fed one JSON value a row, in the order of the rows. */
import type { JsonValue, Property } from '../../model/edm.js';
import { PRIMITIVES, type EdmValue } from '../../model/edm-value.js';
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
import type { Vocabulary } from './vocabulary.js';

/** Collects the values of one property. */
export interface ColumnBuilder {
  /**
   * Appends the value of the next row.
   * @returns its engine value; `undefined` when it does not fit the property's type
   */
  push(json: JsonValue): EdmValue | undefined;
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

/** As 32-bit integers while all values fit; from the first one that does not, as doubles. */
class NumberBuilder implements ColumnBuilder {
  readonly #property: Property;
  readonly #expected: number;
  #integers: GrowingInt32 | undefined;
  #doubles: GrowingFloat64;
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

  push(json: JsonValue): EdmValue | undefined {
    if (isShortInteger(json) && this.#holdsInt32 && json !== NULL_INTEGER) {
      if (this.#integers === undefined) this.#doubles.push(json);
      else this.#integers.push(json);
      return json;
    }
    const value = json === null ? null : PRIMITIVES[this.#property.type].fromJson(json);
    if (value === null && this.#integers !== undefined) this.#integers.push(NULL_INTEGER);
    else this.#pushDouble(value);
    return value;
  }

  #pushDouble(value: EdmValue | undefined): void {
    if (this.#integers !== undefined) this.#widen(this.#integers.finish());
    if (typeof value === 'bigint') this.#beyond.set(this.#doubles.length, value);
    if (value === null) this.#nulls.push(this.#doubles.length);
    this.#doubles.push(typeof value === 'number' ? value : NaN);
  }

  readonly #nulls = new GrowingUint32();

  #widen(integers: Int32Array): void {
    this.#integers = undefined;
    this.#doubles = new GrowingFloat64(this.#expected);
    integers.forEach((value, row) => {
      if (value === NULL_INTEGER) this.#nulls.push(row);
      this.#doubles.push(value === NULL_INTEGER ? NaN : value);
    });
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

/** From so many values on, a look-up misses the processor's caches several times. */
const LARGE = 1024;
/** How far a value may stand behind the one before, to be found without a look-up. */
const NEAR = 4;

/**
 * Codes of one property's values, in the vocabulary that its column has. All tables have their rows in the order of
 * keys, so what follows in one has mostly followed in another: the next codes are tried before the value is looked up.
 */
class Coder {
  readonly #vocabulary: Vocabulary;
  #lastJson: JsonValue = null;
  #lastCode = 0;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** Code of a value; `undefined` when it does not fit the type. */
  code(json: JsonValue): number | undefined {
    if (json === null) return 0;
    // Tenants and streams repeat row after row: comparing is cheaper than hashing.
    if (json !== this.#lastJson) {
      const code = this.#near(json) ?? this.#vocabulary.code(json);
      if (code === undefined) return undefined;
      this.#lastJson = json;
      this.#lastCode = code;
    }
    return this.#lastCode;
  }

  #near(json: JsonValue): number | undefined {
    const { size } = this.#vocabulary;
    if (size < LARGE) return undefined;
    const end = Math.min(this.#lastCode + NEAR + 1, size);
    for (let code = this.#lastCode + 1; code < end; code++)
      if (this.#vocabulary.json(code) === json) return code;
    return undefined;
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

  push(json: JsonValue): EdmValue | undefined {
    const code = this.#coder.code(json);
    this.#codes.push(code ?? 0);
    return code === undefined ? undefined : this.#vocabulary.value(code);
  }

  finish(): Column {
    return new DictionaryColumn(this.#property, this.#codes.finish(), this.#vocabulary.dictionary());
  }
}

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

  push(json: JsonValue): EdmValue | undefined {
    const codes = Array.isArray(json) ? json.map((item: string) => this.#coder.code(item)) : [undefined];
    for (const code of codes) if (code !== undefined) this.#codes.push(code);
    this.#offsets.push(this.#codes.length);
    return codes.includes(undefined) ? undefined : [];
  }

  finish(): Column {
    const offsets = this.#offsets.finish();
    return new CollectionColumn(this.#property, offsets, this.#codes.finish(), this.#vocabulary.dictionary());
  }
}
