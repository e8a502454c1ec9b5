/**
 * Columns: the values of one property of all rows of a table, in the form that is fastest to scan.
 *
 * Text, dates, flags and Guids are dictionaries (a code a row, so predicates run once per distinct value); numbers are
 * Int32Array where all of them fit, else Float64Array; those beyond 2^53 stand beside it.
 */
import type { Property } from '../../model/edm.js';
import { PRIMITIVES, type EdmValue } from '../../model/edm-value.js';
import type { Dictionary } from './dictionary.js';
import { permuted, type Codes } from './growing.js';

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

/** A code a row into a dictionary. */
export class DictionaryColumn implements AnyColumn {
  readonly kind = 'dictionary';

  constructor(
    readonly property: Property,
    readonly codes: Codes,
    readonly dictionary: Dictionary,
  ) {}

  value(row: number): EdmValue {
    return this.dictionary.value(this.codes[row] ?? 0);
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
    return Array.from(this.#codesOf(row), (code) => this.dictionary.value(code));
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
