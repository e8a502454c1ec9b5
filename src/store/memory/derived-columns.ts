/** Columns of transformed rows: gathered from the columns that the values come from, or made of values. */
import type { Property } from '../../model/edm.js';
import { PRIMITIVES, type EdmValue } from '../../model/edm-value.js';
import type { Expr } from '../../query/ast.js';
import {
  CollectionColumn,
  DictionaryColumn,
  ExactColumn,
  IntegerColumn,
  NULL_INTEGER,
  NumberColumn,
  type Column,
} from './columns.js';
import { sameKey } from './compare.js';
import { Dictionary } from './dictionary.js';
import { countedRows } from './frame.js';
import { GrowingUint32, narrow } from './growing.js';
import { placeOf, type Scope } from './scope.js';
import type { Table } from './table.js';

/** Some rows of a column, one after another; -1 is null. Without a column: rows that lack the property. */
export interface Piece {
  readonly rows: Uint32Array | Int32Array;
  readonly column?: Column;
  /** By row of the column: 1 where the row lacks the property. */
  readonly absent?: Uint8Array | undefined;
}

/** The values of an expression for some rows of a table. */
export function pieceOf(expr: Expr, table: Table, rows: Uint32Array, scope: Scope): Piece {
  if (expr.kind === 'property' && expr.variable === '$it') {
    const { name } = expr.property;
    const place = placeOf(scope, expr.variable, expr.path);
    if (place.rowOf === undefined) return { rows, column: table.column(name), absent: table.absentIn(name) };
    if (!expr.property.collection)
      return { rows: Int32Array.from(rows, place.rowOf), column: place.table.column(name) };
  }
  const collection = expr.type.startsWith('Collection(');
  const type = collection ? expr.type.slice('Collection('.length, -1) : expr.type;
  const property = {
    name: '',
    type: (type === 'null' ? 'Edm.String' : type) as Property['type'],
    collection,
    nullable: true,
    description: '',
  };
  const column = columnOfValues(property, Array.from(rows, scope.compile(expr)));
  return { rows: countedRows(rows.length), column };
}

/** One column of several pieces, and which of its rows lack the property. */
export function assemble(
  property: Property,
  pieces: readonly Piece[],
): { readonly column: Column; readonly absent?: Uint8Array } {
  const column = gathered(property, pieces);
  const lacking = pieces.some((piece) => piece.column === undefined || piece.absent !== undefined);
  return lacking ? { column, absent: absentRows(pieces) } : { column };
}

const lengthOf = (pieces: readonly Piece[]) => pieces.reduce((sum, { rows }) => sum + rows.length, 0);

function absentRows(pieces: readonly Piece[]): Uint8Array {
  const absent = new Uint8Array(lengthOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    for (const row of piece.rows) {
      if (piece.column === undefined || piece.absent?.[row] === 1) absent[at] = 1;
      at += 1;
    }
  }
  return absent;
}

function gathered(property: Property, pieces: readonly Piece[]): Column {
  const [first, ...others] = pieces.flatMap(({ column }) => (column === undefined ? [] : [column]));
  if (
    first?.kind === 'dictionary' &&
    others.every((other) => other.kind === 'dictionary' && other.dictionary === first.dictionary)
  )
    return gatheredCodes(property, pieces, first.dictionary);
  if (first?.kind === 'integers' && others.every((other) => other.kind === 'integers'))
    return gatheredIntegers(property, pieces);
  if (first?.kind === 'numbers' && others.every((other) => other.kind === 'numbers'))
    return gatheredNumbers(property, pieces);
  return columnOfValues(property, [...valuesOf(property, pieces)]);
}

function* valuesOf(property: Property, pieces: readonly Piece[]): Generator<EdmValue> {
  const none = property.collection ? [] : null;
  for (const { column, rows } of pieces) {
    for (const row of rows) {
      yield column === undefined || row < 0 ? none : column.value(row);
    }
  }
}

function gatheredCodes(property: Property, pieces: readonly Piece[], dictionary: Dictionary): Column {
  const codes = new Uint32Array(lengthOf(pieces));
  let at = 0;
  for (const { column, rows } of pieces) {
    const from = column?.kind === 'dictionary' ? column.codes : undefined;
    for (const row of rows) codes[at++] = from?.[row] ?? 0;
  }
  return new DictionaryColumn(property, narrow(codes, dictionary.size), dictionary);
}

function gatheredIntegers(property: Property, pieces: readonly Piece[]): Column {
  const values = new Int32Array(lengthOf(pieces));
  let at = 0;
  for (const { column, rows } of pieces) {
    const from = column?.kind === 'integers' ? column.values : undefined;
    for (const row of rows) values[at++] = from?.[row] ?? NULL_INTEGER;
  }
  return new IntegerColumn(property, values);
}

function gatheredNumbers(property: Property, pieces: readonly Piece[]): Column {
  const values = new Float64Array(lengthOf(pieces));
  const nulls = new Uint8Array(values.length);
  let at = 0;
  for (const { column, rows } of pieces) {
    const from = column?.kind === 'numbers' ? column : undefined;
    for (const row of rows) {
      const value = from?.values[row];
      const isNull = value === undefined || from?.nulls?.[row] === 1;
      values[at] = isNull ? NaN : value;
      if (isNull) nulls[at] = 1;
      at += 1;
    }
  }
  return new NumberColumn(property, values, nulls);
}

const NUMERIC = /^Edm\.(?:S?Byte|Int\d+|Decimal|Double|Single)$/;

/** A column of engine values. */
export function columnOfValues(property: Property, values: readonly EdmValue[]): Column {
  if (property.collection) return collectionColumn(property, values);
  if (!NUMERIC.test(property.type)) return dictionaryColumn(property, values);
  const numbers = Float64Array.from(values, (value) => (typeof value === 'number' ? value : NaN));
  if (values.some((value) => typeof value === 'bigint')) {
    const others = [...values.entries()].filter(([row, value]) => value !== null && value !== numbers[row]);
    return new ExactColumn(property, numbers, new Map(others));
  }
  const nulls = Uint8Array.from(values, (value) => (value === null ? 1 : 0));
  return new NumberColumn(property, numbers, nulls);
}

/** Codes of values as they come; code 0 is null. */
class Coder {
  readonly #codes = new Map<EdmValue, number>([[null, 0]]);
  readonly #values: EdmValue[] = [null];
  readonly #toJson: (value: EdmValue) => string;

  constructor({ type }: Property) {
    this.#toJson = (value) => PRIMITIVES[type].toJson(value);
  }

  code(value: EdmValue): number {
    const key = sameKey(value);
    const known = this.#codes.get(key);
    if (known !== undefined) return known;
    this.#codes.set(key, this.#values.length);
    return this.#values.push(value) - 1;
  }

  finish(): Dictionary {
    const value = (code: number) => this.#values[code] ?? null;
    const json = (code: number) => (code === 0 ? 'null' : this.#toJson(value(code)));
    return new Dictionary({ value, json }, this.#values.length);
  }
}

function dictionaryColumn(property: Property, values: readonly EdmValue[]): Column {
  const coder = new Coder(property);
  const codes = Uint32Array.from(values, (value) => coder.code(value));
  const dictionary = coder.finish();
  return new DictionaryColumn(property, narrow(codes, dictionary.size), dictionary);
}

function collectionColumn(property: Property, values: readonly EdmValue[]): Column {
  const coder = new Coder(property);
  const codes = new GrowingUint32();
  const offsets = new GrowingUint32();
  offsets.push(0);
  for (const value of values) {
    for (const item of Array.isArray(value) ? (value as readonly EdmValue[]) : [])
      codes.push(coder.code(item));
    offsets.push(codes.length);
  }
  const dictionary = coder.finish();
  return new CollectionColumn(
    property,
    offsets.finish(),
    narrow(codes.finish(), dictionary.size),
    dictionary,
  );
}
