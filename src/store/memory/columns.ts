/**
 * Columns: the values of one property of all rows of a table, in the form that is fastest to scan.
 *
 * Text, dates, flags and Guids are dictionaries (a code a row, so predicates run once per distinct value); numbers are
 * Int32Array where all of them fit, else Float64Array; those beyond 2^53 stand beside it.
 */
import type { Property } from '../../model/edm.js';
import { PRIMITIVES, type EdmValue } from '../../model/edm-value.js';
import { permuted, type Codes } from './growing.js';
import { orderedCodes, ranksOf } from './ranks.js';

/** What every column can do; scans switch on `kind` to reach the arrays. */
interface AnyColumn {
  readonly property: Property;
  /** Engine value of a row. */
  value(row: number): EdmValue;
  /** JSON text of a row, exactly as it stands in the stored row. */
  text(row: number): string;
  /** The column with its rows in another order; those that the order does not name are left out. */
  reordered(order: Uint32Array): Column;
}

/** A column of any kind. */
export type Column = NumberColumn | IntegerColumn | ExactColumn | DictionaryColumn | CollectionColumn;

/** Numbers that fit a double exactly. */
export class NumberColumn implements AnyColumn {
  readonly kind = 'numbers';

  /**
   * @param values NaN where null: comparisons with NaN are false, as those with null must be
   * @param nulls 1 where null; absent when the column has none
   */
  constructor(
    readonly property: Property,
    readonly values: Float64Array,
    readonly nulls: Uint8Array | undefined,
  ) {}

  value(row: number): EdmValue {
    return this.nulls?.[row] === 1 ? null : (this.values[row] ?? null);
  }

  text(row: number): string {
    const value = this.value(row);
    if (typeof value !== 'number') return 'null';
    const plain = Number.isFinite(value) && this.property.type !== 'Edm.Decimal';
    return plain ? String(value) : PRIMITIVES[this.property.type].toJson(value);
  }

  reordered(order: Uint32Array): Column {
    const nulls = this.nulls && permuted(this.nulls, order);
    return new NumberColumn(this.property, permuted(this.values, order), nulls);
  }
}

/** What stands for null in the array of an {@link IntegerColumn}: lower than all of its values. */
export const NULL_INTEGER = -(2 ** 31);

/** Integers of 32 bits. */
export class IntegerColumn implements AnyColumn {
  readonly kind = 'integers';

  /** @param values {@link NULL_INTEGER} where null */
  constructor(
    readonly property: Property,
    readonly values: Int32Array,
  ) {}

  value(row: number): EdmValue {
    const value = this.values[row] ?? NULL_INTEGER;
    return value === NULL_INTEGER ? null : value;
  }

  text(row: number): string {
    return String(this.value(row));
  }

  reordered(order: Uint32Array): Column {
    return new IntegerColumn(this.property, permuted(this.values, order));
  }
}

/** Integers of which at least one is beyond 2^53. */
export class ExactColumn implements AnyColumn {
  readonly kind = 'exact';

  /**
   * @param values NaN where null or not held
   * @param others by row: the values that the array does not hold, beyond 2^53 or NaN themselves
   */
  constructor(
    readonly property: Property,
    readonly values: Float64Array,
    readonly others: ReadonlyMap<number, EdmValue>,
  ) {}

  value(row: number): EdmValue {
    const value = this.values[row] ?? NaN;
    return Number.isNaN(value) ? (this.others.get(row) ?? null) : value;
  }

  text(row: number): string {
    return String(this.value(row));
  }

  reordered(order: Uint32Array): Column {
    const others = new Map<number, EdmValue>();
    order.forEach((row, at) => {
      const value = this.others.get(row);
      if (value !== undefined) others.set(at, value);
    });
    return new ExactColumn(this.property, permuted(this.values, order), others);
  }
}

/** Dictionaries of more values are not worth keeping their JSON: most are asked for once. */
const MOST_TEXTS = 4096;

/** Characters that JSON escapes, or that take more than a byte; DEL among them, to be short. */
const NEEDS_MORE = /[^ !#-[\]-~]/;

/** How a text stands in JSON. */
const UNKNOWN = 0;
const PLAIN = 1;
const ESCAPED = 2;

/**
 * The values of a dictionary column, with their JSON text; code 0 is null. Two codes may have equal values. Columns of
 * other tables may share it: not every value need occur in a table, and its arrays may go on behind `size`.
 */
export class Dictionary {
  readonly #texts: string[] = [];
  readonly #bytes = new Map<string, Uint8Array[]>();
  #spellings: Uint8Array | undefined;
  #ranks: Uint32Array | undefined;
  #ordered: Uint32Array;

  /**
   * @param json the values as they stand in JSON, by code: what {@link text} writes
   * @param size how many there are; what stands behind them in the arrays belongs to later tables
   * @param ordered the first codes in the order of their values, as far as that is known: of a shorter dictionary of them
   */
  constructor(
    readonly values: readonly EdmValue[],
    readonly json: readonly (string | boolean | null)[],
    readonly size = values.length,
    ordered: Uint32Array = new Uint32Array(),
  ) {
    this.#ordered = ordered;
  }

  /** Whether what {@link text} and {@link bytesBehind} say is kept. */
  get isSmall(): boolean {
    return this.size <= MOST_TEXTS;
  }

  text(code: number): string {
    if (!this.isSmall) return JSON.stringify(this.json[code] ?? null);
    return (this.#texts[code] ??= JSON.stringify(this.json[code] ?? null));
  }

  /** {@link text} in UTF-8 with a text of ASCII before it, such as `"name":`; for small dictionaries. */
  bytesBehind(before: string): (code: number) => Uint8Array {
    let bytes = this.#bytes.get(before);
    if (bytes === undefined) this.#bytes.set(before, (bytes = []));
    const kept = bytes;
    return (code) => (kept[code] ??= new Uint8Array(Buffer.from(before + this.text(code))));
  }

  /** The value if it is a text that stands in JSON as it is, a byte a character. */
  plainText(code: number): string | undefined {
    const spellings = (this.#spellings ??= new Uint8Array(this.size));
    const value = this.json[code];
    if (typeof value !== 'string') return undefined;
    if (spellings[code] === UNKNOWN) spellings[code] = NEEDS_MORE.test(value) ? ESCAPED : PLAIN;
    return spellings[code] === PLAIN ? value : undefined;
  }

  /** By code: the place of its value among all distinct values, null 0; equal values have equal ranks. */
  get ranks(): Uint32Array {
    if (this.#ranks === undefined) {
      this.#ordered = orderedCodes(this.values, this.size, this.#ordered);
      this.#ranks = ranksOf(this.values, this.#ordered);
    }
    return this.#ranks;
  }

  /** The first codes in the order of their values, as far as {@link ranks} were asked for. */
  get ordered(): Uint32Array {
    return this.#ordered;
  }
}

/** A code a row into a dictionary. */
export class DictionaryColumn implements AnyColumn {
  readonly kind = 'dictionary';

  constructor(
    readonly property: Property,
    readonly codes: Codes,
    readonly dictionary: Dictionary,
  ) {}

  value(row: number): EdmValue {
    return this.dictionary.values[this.codes[row] ?? 0] ?? null;
  }

  text(row: number): string {
    return this.dictionary.text(this.codes[row] ?? 0);
  }

  reordered(order: Uint32Array): Column {
    return new DictionaryColumn(this.property, permuted(this.codes, order), this.dictionary);
  }
}

/** A collection a row: codes `offsets[row]` to `offsets[row + 1]` into a dictionary of items. */
export class CollectionColumn implements AnyColumn {
  readonly kind = 'collection';

  constructor(
    readonly property: Property,
    readonly offsets: Uint32Array,
    readonly codes: Codes,
    readonly dictionary: Dictionary,
  ) {}

  #codesOf(row: number): Codes {
    return this.codes.subarray(this.offsets[row] ?? 0, this.offsets[row + 1] ?? 0);
  }

  value(row: number): EdmValue {
    return Array.from(this.#codesOf(row), (code) => this.dictionary.values[code] ?? null);
  }

  text(row: number): string {
    return `[${Array.from(this.#codesOf(row), (code) => this.dictionary.text(code)).join(',')}]`;
  }

  reordered(order: Uint32Array): Column {
    const offsets = new Uint32Array(order.length + 1);
    let end = 0;
    order.forEach((row, at) => {
      end += this.#codesOf(row).length;
      offsets[at + 1] = end;
    });
    const codes = this.codes.slice(0, end);
    order.forEach((row, at) => {
      codes.set(this.#codesOf(row), offsets[at]);
    });
    return new CollectionColumn(this.property, offsets, codes, this.dictionary);
  }
}
