/**
 * Values as they stand in JSON, written from their columns into bytes: UTF-8, and what the stored rows say. What is written
 * behind the end of a typed array vanishes, so nobody asks for room beforehand: where the end lies behind the array's, it
 * was too short, and the same can be written again into a longer one.
 */
import type { Codes } from './growing.js';
import { NULL_INTEGER, type Column, type Dictionary } from './columns.js';

/** Writes the value of a row from `at` on. @returns where it ends, or would end if the target were long enough */
export type BytesWriter = (row: number, target: Uint8Array, at: number) => number;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** Digits are worked out in pieces that fit 32 bits. */
const NINE_DIGITS = 1e9;

/** Writes members: a text of ASCII before each value, `{"id":` or `,"id":`. */
export function memberWriter(before: string, column: Column): BytesWriter {
  const head = new Uint8Array(Buffer.from(before));
  const write = valueWriter(column);
  return (row, target, at) => write(row, target, writeBytes(head, target, at));
}

function valueWriter(column: Column): BytesWriter {
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
    case 'dictionary': {
      const { codes, dictionary } = column;
      const write = codeWriter(dictionary);
      return (row, target, at) => write(codes[row] ?? 0, target, at);
    }
    case 'collection':
      return itemsWriter(column);
  }
}

function itemsWriter(column: { offsets: Uint32Array; codes: Codes; dictionary: Dictionary }): BytesWriter {
  const { offsets, codes, dictionary } = column;
  const write = codeWriter(dictionary);
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

/** Writes values of a dictionary by their codes. */
function codeWriter(dictionary: Dictionary): BytesWriter {
  if (dictionary.isSmall) return (code, target, at) => writeBytes(dictionary.bytes(code), target, at);
  return (code, target, at) => {
    const value = dictionary.json[code] ?? null;
    return typeof value === 'string'
      ? writeString(value, target, at)
      : writeText(JSON.stringify(value), target, at);
  };
}

/** Most are so short that a call to copy them takes longer. */
const SHORT = 48;

function writeBytes(bytes: Uint8Array, target: Uint8Array, at: number): number {
  const { length } = bytes;
  if (length <= SHORT) for (let place = 0; place < length; place++) target[at + place] = bytes[place] ?? 0;
  else if (at + length <= target.length) target.set(bytes, at);
  return at + length;
}

/** A JSON string. Most consist of characters that are a byte each and written as they are. */
function writeString(text: string, target: Uint8Array, at: number): number {
  const { length } = text;
  target[at] = QUOTE;
  for (let place = 0; place < length; place++) {
    const code = text.charCodeAt(place);
    if (code < 0x20 || code > 0x7f || code === QUOTE || code === BACKSLASH)
      return writeText(JSON.stringify(text), target, at);
    target[at + 1 + place] = code;
  }
  target[at + 1 + length] = QUOTE;
  return at + length + 2;
}

function writeText(text: string, target: Uint8Array, at: number): number {
  const bytes = Buffer.from(text);
  if (at + bytes.length <= target.length) target.set(bytes, at);
  return at + bytes.length;
}

/** @param value a safe integer */
function writeInteger(value: number, target: Uint8Array, at: number): number {
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
function writeDigits(value: number, digits: number, target: Uint8Array, at: number): number {
  let left = value | 0;
  for (let place = at + digits - 1; place >= at; place--) {
    const tenth = (left / 10) | 0;
    target[place] = ZERO + left - tenth * 10;
    left = tenth;
  }
  return at + digits;
}
