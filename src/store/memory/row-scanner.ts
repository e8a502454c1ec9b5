/**
 * Reads rows value by value where they stand in a row file, in the form in which `writeRow` writes them and in no other:
 * no spaces, members in declared order. Nothing is made of what is known already, neither objects nor texts. Whatever
 * looks otherwise is left to a parser, so that what is read here means the same there.
 */

import { Bytes, PLAIN } from './bytes.js';
import type { Texts } from './texts.js';

const QUOTE = 0x22;
const MINUS = 0x2d;
const ZERO = 0x30;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const WORD = Int32Array.BYTES_PER_ELEMENT;
/** Integers of so many digits are exact. */
const MOST_DIGITS = 15;
/** Bytes to be looked for, at least four. */
export class Token {
  readonly length: number;
  /** Every four bytes, and the last four. */
  readonly words: Int32Array;

  constructor(text: string) {
    const bytes = Buffer.from(text);
    const last = bytes.length - WORD;
    this.length = bytes.length;
    this.words = Int32Array.from({ length: Math.ceil(bytes.length / WORD) }, (_, at) =>
      bytes.readInt32LE(Math.min(at * WORD, last)),
    );
  }
}

/** A place in the bytes of rows, and what stands there. */
export class RowScanner {
  /** Where the next value begins; moves behind what was read, and stays where nothing was. */
  at = 0;
  readonly source: Bytes;
  readonly #bytes: Uint8Array;
  readonly #words: DataView;

  /** @param buffer UTF-8 */
  constructor(buffer: Buffer) {
    this.source = new Bytes(buffer);
    this.#bytes = this.source.bytes;
    this.#words = this.source.words;
  }

  /** Whether a text begins here. */
  get isText(): boolean {
    return this.#bytes[this.at] === QUOTE;
  }

  /** Moves behind a byte if it stands here. */
  skipByte(byte: number): boolean {
    if (this.#bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  /** Moves behind these bytes if they stand here. */
  skip({ length, words }: Token): boolean {
    const { at } = this;
    const last = at + length - WORD;
    if (last + WORD > this.#bytes.length) return false;
    for (let word = 0; word < words.length; word++)
      if (this.#words.getInt32(Math.min(at + word * WORD, last), true) !== words[word]) return false;
    this.at = last + WORD;
    return true;
  }

  /** Moves behind a member if it is the same as an earlier one. @param next where the one behind that begins */
  skipMember(from: number, next: number): boolean {
    const words = this.#words;
    const { at } = this;
    // With the byte behind it: 12 is no 123.
    const last = next + 1 - from - WORD;
    if (at + last + WORD > this.#bytes.length) return false;
    for (let offset = 0; offset < last; offset += WORD)
      if (words.getInt32(at + offset, true) !== words.getInt32(from + offset, true)) return false;
    if (words.getInt32(at + last, true) !== words.getInt32(from + last, true)) return false;
    this.at = at + next - from;
    return true;
  }

  /** Moves behind an integer. @returns NaN when none stands here that is certain to be exact */
  integer(): number {
    const bytes = this.#bytes;
    const isNegative = bytes[this.at] === MINUS;
    const first = isNegative ? this.at + 1 : this.at;
    let value = 0;
    let at = first;
    for (; at - first <= MOST_DIGITS; at++) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    const digits = at - first;
    const isWritten = digits > 0 && (bytes[first] !== ZERO || (digits === 1 && !isNegative));
    if (!isWritten || digits > MOST_DIGITS) return NaN;
    this.at = at;
    return isNegative ? -value : value;
  }

  /** Moves behind a text if it is this one. */
  skipText(texts: Texts, code: number): boolean {
    const first = this.at + 1;
    const end = texts.endFrom(code, first);
    if (this.#bytes[end] !== QUOTE || !texts.standsAt(code, this.source, first)) return false;
    this.at = end + 1;
    return true;
  }

  /** Where the text ends that stands here; -1 when none does whose bytes all stand for themselves. */
  plainTextEnd(): number {
    const end = this.#plainEnd(this.at + 1);
    return this.isText && this.#bytes[end] === QUOTE ? end : -1;
  }

  /** Moves behind a text. @returns `undefined` when none stands here */
  text(): string | undefined {
    if (!this.isText) return undefined;
    const end = this.plainTextEnd();
    if (end === -1) return this.#oddText();
    const text = this.source.buffer.toString('latin1', this.at + 1, end);
    this.at = end + 1;
    return text;
  }

  #plainEnd(first: number): number {
    const bytes = this.#bytes;
    let end = first;
    while (PLAIN[bytes[end] ?? 0] === 1) end++;
    return end;
  }

  /** A text with escapes or characters beyond ASCII. */
  #oddText(): string | undefined {
    const bytes = this.#bytes;
    let end = this.at + 1;
    for (; bytes[end] !== QUOTE; end++) {
      if ((bytes[end] ?? 0) < SPACE) return undefined;
      if (bytes[end] === BACKSLASH) end++;
    }
    const json = this.source.buffer.toString('utf8', this.at, end + 1);
    try {
      const text = JSON.parse(json) as string;
      this.at = end + 1;
      return text;
    } catch {
      return undefined;
    }
  }
}
