/**
 * Values as they stand in JSON, written from their columns into bytes: UTF-8, and what the stored rows say. What is written
 * behind the end of a typed array vanishes, so nobody asks for room beforehand: where the end lies behind the array's, it
 * was too short, and the same can be written again into a longer one.
 */
import type { Codes } from './growing.js';
import { NULL_INTEGER, type Column, type DictionaryColumn } from './columns.js';
import type { Dictionary } from './dictionary.js';

/** Writes the value of a row from `at` on. @returns where it ends, or would end if the target were long enough */
export type BytesWriter = (row: number, target: Buffer, at: number) => number;

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** Digits are worked out in pieces that fit 32 bits. */
const NINE_DIGITS = 1e9;

/** Writes members: a text of ASCII before each value, `"id":` or `,"id":`. */
export function memberWriter(before: string, column: Column): BytesWriter {
  if (column.kind === 'dictionary') {
    const { codes, dictionary } = column;
    const write = codeWriter(before, dictionary);
    return (row, target, at) => write(codes[row] ?? 0, target, at);
  }
  const head = new Uint8Array(Buffer.from(before));
  const write = valueWriter(column);
  return (row, target, at) => write(row, target, writeBytes(head, target, at));
}

function valueWriter(column: Exclude<Column, DictionaryColumn>): BytesWriter {
  switch (column.kind) {
    case 'integers': {
      const { values } = column;
      return (row, target, at) => {
        const value = values[row] ?? NULL_INTEGER;
        return value === NULL_INTEGER ? writeText('null', target, at) : writeInteger(value, target, at);
      };
    }
    case 'numbers': {
      const { values } = column;
      const isPlain = column.property.type !== 'Edm.Decimal';
      return (row, target, at) => {
        const value = values[row] ?? NaN;
        return isPlain && Number.isSafeInteger(value)
          ? writeInteger(value, target, at)
          : writeText(column.text(row), target, at);
      };
    }
    case 'exact':
      return (row, target, at) => writeText(column.text(row), target, at);
    case 'collection':
      return itemsWriter(column);
  }
}

function itemsWriter(column: { offsets: Uint32Array; codes: Codes; dictionary: Dictionary }): BytesWriter {
  const { offsets, codes, dictionary } = column;
  const write = codeWriter('', dictionary);
  return (row, target, at) => {
    const first = offsets[row] ?? 0;
    const end = offsets[row + 1] ?? 0;
    let to = at;
    target[to++] = OPEN_BRACKET;
    for (let place = first; place < end; place++) {
      if (place > first) target[to++] = COMMA;
      to = write(codes[place] ?? 0, target, to);
    }
    target[to++] = CLOSE_BRACKET;
    return to;
  };
}

/** Writes values of a dictionary by their codes, each with a text of ASCII before it. */
function codeWriter(before: string, dictionary: Dictionary): BytesWriter {
  if (dictionary.isSmall) {
    const bytes = dictionary.bytesBehind(before);
    return (code, target, at) => writeBytes(bytes(code), target, at);
  }
  const { spellings } = dictionary.values;
  const beforeNull = Buffer.from(before);
  const beforeText = Buffer.from(`${before}"`);
  return (code, target, at) => {
    if (code === 0 || spellings === undefined)
      return writeText(dictionary.text(code), target, writeBytes(beforeNull, target, at));
    const end = spellings.write(code, target, writeBytes(beforeText, target, at));
    target[end] = QUOTE;
    return end + 1;
  };
}

/** Up to this length a loop takes less time than a call that copies. */
const FEW_BYTES = 12;

function writeBytes(bytes: Uint8Array, target: Buffer, at: number): number {
  const { length } = bytes;
  if (length <= FEW_BYTES)
    for (let place = 0; place < length; place++) target[at + place] = bytes[place] ?? 0;
  else if (at + length <= target.length) target.set(bytes, at);
  return at + length;
}

function writeText(text: string, target: Buffer, at: number): number {
  const bytes = Buffer.from(text);
  if (at + bytes.length <= target.length) target.set(bytes, at);
  return at + bytes.length;
}

/** @param value a safe integer */
function writeInteger(value: number, target: Buffer, at: number): number {
  if (value < 0) {
    target[at] = MINUS;
    return writeInteger(-value, target, at + 1);
  }
  if (value < NINE_DIGITS) return writeDigits(value, digitsOf(value), target, at);
  const high = Math.floor(value / NINE_DIGITS);
  return writeDigits(value - high * NINE_DIGITS, 9, target, writeInteger(high, target, at));
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let power = 10; value >= power; power *= 10) digits++;
  return digits;
}

/** @param value below 10 to the power of `digits`, at most nine */
function writeDigits(value: number, digits: number, target: Buffer, at: number): number {
  let left = value | 0;
  for (let place = at + digits - 1; place >= at; place--) {
    const tenth = (left / 10) | 0;
    target[place] = ZERO + left - tenth * 10;
    left = tenth;
  }
  return at + digits;
}
