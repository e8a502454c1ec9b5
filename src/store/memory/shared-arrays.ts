/**
 * Arrays that two columns have in common. With one period, DiscoveredApps and DiscoveredAppsByPeriod hold the same values
 * row by row; and where no app came or went, so do most columns of two generations.
 */
import {
  CollectionColumn,
  DictionaryColumn,
  ExactColumn,
  IntegerColumn,
  NumberColumn,
  type Column,
} from './columns.js';
import type { Codes } from './growing.js';

/** The same column, with the arrays of another one where they are equal. */
export function withArraysOf(other: Column, column: Column): Column {
  const { property } = column;
  if (column.kind === 'dictionary' && other.kind === 'dictionary')
    return new DictionaryColumn(property, common(column.codes, other.codes), column.dictionary);
  if (column.kind === 'integers' && other.kind === 'integers')
    return new IntegerColumn(property, common(column.values, other.values));
  if (column.kind === 'numbers' && other.kind === 'numbers')
    return new NumberColumn(property, common(column.values, other.values), column.nulls);
  if (column.kind === 'exact' && other.kind === 'exact')
    return new ExactColumn(property, common(column.values, other.values), column.others);
  if (column.kind === 'collection' && other.kind === 'collection') {
    const offsets = common(column.offsets, other.offsets);
    return new CollectionColumn(property, offsets, common(column.codes, other.codes), column.dictionary);
  }
  return column;
}

function common<Typed extends Codes | Int32Array | Float64Array>(own: Typed, other: Typed): Typed {
  const isSame =
    own.length === other.length &&
    own.BYTES_PER_ELEMENT === other.BYTES_PER_ELEMENT &&
    bytesOf(own).equals(bytesOf(other));
  return isSame ? other : own;
}

function bytesOf({ buffer, byteOffset, byteLength }: Codes | Int32Array | Float64Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
