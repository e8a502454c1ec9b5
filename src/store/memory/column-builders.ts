/** Builders of columns: fed one JSON value a row, in the order of the rows. */
import type { JsonValue, Property } from '../../model/edm.js';
import { PRIMITIVES, type EdmValue } from '../../model/edm-value.js';
import {
  CollectionColumn,
  Dictionary,
  DictionaryColumn,
  ExactColumn,
  NumberColumn,
  type Column,
} from './columns.js';
import { GrowingFloat64, GrowingUint32, narrow } from './growing.js';

/** Collects the values of one property. */
export interface ColumnBuilder {
  /**
   * Appends the value of the next row.
   * @returns its engine value; `undefined` when it does not fit the property's type
   */
  push(json: JsonValue): EdmValue | undefined;
  finish(): Column;
}

/** The builder that suits a property's type. */
export function columnBuilder(property: Property): ColumnBuilder {
  if (property.collection) return new CollectionBuilder(property);
  switch (property.type) {
    case 'Edm.Byte':
    case 'Edm.SByte':
    case 'Edm.Int16':
    case 'Edm.Int32':
    case 'Edm.Int64':
    case 'Edm.Single':
    case 'Edm.Double':
    case 'Edm.Decimal':
      return new NumberBuilder(property);
    default:
      return new DictionaryColumnBuilder(property);
  }
}

const isShortInteger = (json: JsonValue): json is number => typeof json === 'number' && (json | 0) === json;

class NumberBuilder implements ColumnBuilder {
  readonly #property: Property;
  readonly #values = new GrowingFloat64();
  readonly #nulls: number[] = [];
  readonly #beyond = new Map<number, bigint>();
  /** Whether every Int32 fits the type: those need no further check. */
  readonly #holdsInt32: boolean;

  constructor(property: Property) {
    this.#property = property;
    this.#holdsInt32 = property.type === 'Edm.Int32' || property.type === 'Edm.Int64';
  }

  push(json: JsonValue): EdmValue | undefined {
    if (isShortInteger(json) && this.#holdsInt32) {
      this.#values.push(json);
      return json;
    }
    const value = json === null ? null : PRIMITIVES[this.#property.type].fromJson(json);
    const row = this.#values.length;
    if (typeof value === 'bigint') this.#beyond.set(row, value);
    if (value === null) this.#nulls.push(row);
    this.#values.push(typeof value === 'number' ? value : NaN);
    return value;
  }

  finish(): Column {
    const values = this.#values.finish();
    const nulls = this.#nulls.length === 0 ? undefined : new Uint8Array(values.length);
    for (const row of this.#nulls) if (nulls) nulls[row] = 1;
    if (this.#beyond.size === 0) return new NumberColumn(this.#property, values, nulls);
    const exact = Array.from(values, (value, row) =>
      nulls?.[row] === 1 ? null : (this.#beyond.get(row) ?? value),
    );
    return new ExactColumn(this.#property, exact);
  }
}

/** Values after which a dictionary is judged: are most of them new? */
const TRIAL = 2048;

/**
 * Assigns codes to distinct JSON values and reads each of them once. When most values are new (ids, names), looking
 * them up costs more than it saves: from then on every value gets a code of its own.
 */
class DictionaryBuilder {
  readonly #codes = new Map<JsonValue, number>([[null, 0]]);
  readonly #values: EdmValue[] = [null];
  readonly #json: (string | boolean | null)[] = [null];
  readonly #isText: boolean;
  readonly #read: (json: JsonValue) => EdmValue | undefined;
  #asked = 0;
  #isDistinct = false;
  #lastJson: JsonValue = null;
  #lastCode = 0;

  constructor({ type }: Property) {
    this.#isText = type === 'Edm.String';
    this.#read = (json) => PRIMITIVES[type].fromJson(json);
  }

  /** Code of a value; `undefined` when it does not fit the type. */
  code(json: JsonValue): number | undefined {
    if (json === null) return 0;
    // Tenants and streams repeat row after row: comparing is cheaper than hashing.
    if (json !== this.#lastJson) {
      const code = (this.#isDistinct ? undefined : this.#codes.get(json)) ?? this.#add(json);
      if (code === undefined) return undefined;
      this.#lastJson = json;
      this.#lastCode = code;
      this.#judge();
    }
    return this.#lastCode;
  }

  #add(json: JsonValue): number | undefined {
    const value = this.#read(json);
    if (value === undefined || (typeof json !== 'string' && typeof json !== 'boolean')) return undefined;
    const code = this.#values.push(value) - 1;
    if (!this.#isText) this.#json.push(json);
    if (!this.#isDistinct) this.#codes.set(json, code);
    return code;
  }

  #judge(): void {
    if (++this.#asked !== TRIAL || this.#values.length < TRIAL / 2) return;
    this.#isDistinct = true;
    this.#codes.clear();
  }

  value(code: number): EdmValue {
    return this.#values[code] ?? null;
  }

  finish(): Dictionary {
    return new Dictionary(this.#values, this.#isText ? (this.#values as (string | null)[]) : this.#json);
  }
}

class DictionaryColumnBuilder implements ColumnBuilder {
  readonly #property: Property;
  readonly #codes = new GrowingUint32();
  readonly #dictionary: DictionaryBuilder;

  constructor(property: Property) {
    this.#property = property;
    this.#dictionary = new DictionaryBuilder(property);
  }

  push(json: JsonValue): EdmValue | undefined {
    const code = this.#dictionary.code(json);
    this.#codes.push(code ?? 0);
    return code === undefined ? undefined : this.#dictionary.value(code);
  }

  finish(): Column {
    const dictionary = this.#dictionary.finish();
    return new DictionaryColumn(this.#property, narrow(this.#codes.finish(), dictionary.size), dictionary);
  }
}

class CollectionBuilder implements ColumnBuilder {
  readonly #property: Property;
  readonly #offsets = new GrowingUint32();
  readonly #codes = new GrowingUint32();
  readonly #dictionary: DictionaryBuilder;

  constructor(property: Property) {
    this.#property = property;
    this.#dictionary = new DictionaryBuilder(property);
    this.#offsets.push(0);
  }

  push(json: JsonValue): EdmValue | undefined {
    const codes = Array.isArray(json) ? json.map((item: string) => this.#dictionary.code(item)) : [undefined];
    for (const code of codes) if (code !== undefined) this.#codes.push(code);
    this.#offsets.push(this.#codes.length);
    return codes.includes(undefined) ? undefined : [];
  }

  finish(): Column {
    const dictionary = this.#dictionary.finish();
    const codes = narrow(this.#codes.finish(), dictionary.size);
    return new CollectionColumn(this.#property, this.#offsets.finish(), codes, dictionary);
  }
}
