/**
 * Texts, each once, outside of V8's heap: a hundred thousand names there would be marked by every collection of garbage,
 * and take twice the memory. They lie as they stand in JSON, in UTF-8 and without their quotes, so that rows are read and
 * written without making any.
 */
import { FeedError } from '../../errors.js';
import { compareValues } from '../../model/edm-value.js';
import { Bytes, PLAIN } from './bytes.js';
import { GrowingUint32 } from './growing.js';

/** Texts lie in chunks: the first ones are small, most vocabularies are. */
const FIRST_CHUNK = 1024;
const CHUNK_BITS = 20;
const CHUNK_BYTES = 1 << CHUNK_BITS;
const MOST_CHUNKS = 2 ** (32 - CHUNK_BITS);

/** Slots that the first texts share; as many again whenever half of them are taken. */
const FIRST_SLOTS = 64;

const WORD = Int32Array.BYTES_PER_ELEMENT;
/** Up to this length a loop takes less time than a call that copies. */
const FEW_BYTES = 32;

/** Where a part of a text is looked for. */
export type Where = 'contains' | 'startswith' | 'endswith';

/** What a byte is read as; ASCII in lower case, for example. */
export type Reading = Uint8Array;

const reading = (of: (character: string) => string): Reading =>
  Uint8Array.from({ length: 256 }, (_, byte) =>
    byte < 0x80 ? of(String.fromCharCode(byte)).charCodeAt(0) : byte,
  );

/** Bytes as they are, and ASCII in one case. */
export const READINGS = {
  asIs: reading((character) => character),
  tolower: reading((character) => character.toLowerCase()),
  toupper: reading((character) => character.toUpperCase()),
};

/** A growing list of different texts; those that are there stay what they are. Their codes begin at 1. */
export class Texts {
  readonly #chunks: Bytes[] = [];
  /** Of the last chunk. */
  #used = 0;
  /** By code: chunk and place in it. */
  readonly #starts = new GrowingUint32();
  /** By code: twice the length in bytes, and one more where they are no plain ASCII. */
  readonly #lengths = new GrowingUint32();
  /** Codes by hash, each in the first free place from its own on. */
  #slots = new Uint32Array(FIRST_SLOTS);
  /** Names come from elsewhere: who does not know it cannot make many that share a slot. */
  readonly #seed = Math.floor(Math.random() * 2 ** 32) | 0;

  constructor() {
    this.#starts.push(0);
    this.#lengths.push(0);
  }

  /** One more than the largest code. */
  get size(): number {
    return this.#starts.length;
  }

  /** Code of a text; 0 when it is not there. */
  find(text: string): number {
    const spelled = spellingOf(text);
    return this.findAt(spelled, 0, spelled.length);
  }

  /** Code of the text that is spelled from one place to before another; 0 when it is not there. */
  findAt(spelled: Bytes, from: number, to: number): number {
    return this.#slots[this.#slotOf(spelled, from, to)] ?? 0;
  }

  /** Code of a text; it is added when it is not there. */
  code(text: string): number {
    const spelled = spellingOf(text);
    return this.#codeAt(spelled, 0, spelled.length, !isPlain(spelled.bytes));
  }

  /** Code of the text of plain ASCII from one place to before another; it is added when it is not there. */
  codeAt(spelled: Bytes, from: number, to: number): number {
    return this.#codeAt(spelled, from, to, false);
  }

  #codeAt(spelled: Bytes, from: number, to: number, isOdd: boolean): number {
    const slot = this.#slotOf(spelled, from, to);
    const known = this.#slots[slot] ?? 0;
    if (known !== 0) return known;
    const text = spelled.bytes.subarray(from, to);
    this.#starts.push(this.#store(text));
    this.#lengths.push(text.length * 2 + (isOdd ? 1 : 0));
    const code = this.size - 1;
    this.#slots[slot] = code;
    if (this.size * 2 > this.#slots.length) this.#spread();
    return code;
  }

  #store(text: Uint8Array): number {
    let chunk = this.#chunks.at(-1);
    // Not even an empty text begins where a chunk ends: its address would be one of the next.
    if (chunk === undefined || this.#used === chunk.length || this.#used + text.length > chunk.length) {
      if (this.#chunks.length === MOST_CHUNKS)
        throw new FeedError('STORE_UNAVAILABLE', 'The texts of one property take more than 4 GiB.');
      const wanted = Math.min(CHUNK_BYTES, FIRST_CHUNK * 2 ** this.#chunks.length);
      chunk = new Bytes(Buffer.allocUnsafeSlow(Math.max(wanted, text.length)));
      this.#chunks.push(chunk);
      this.#used = 0;
    }
    const start = (this.#chunks.length - 1) * CHUNK_BYTES + this.#used;
    chunk.bytes.set(text, this.#used);
    this.#used += text.length;
    return start;
  }

  #spread(): void {
    const codes = this.#slots;
    const slots = new Uint32Array(codes.length * 2);
    const mask = slots.length - 1;
    for (const code of codes) {
      if (code === 0) continue;
      const start = this.#startOf(code);
      let slot = hashOf(this.#chunkOf(code), start, start + this.#lengthOf(code), this.#seed) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = code;
    }
    this.#slots = slots;
  }

  /** The slot that a text has, or would have. */
  #slotOf(spelled: Bytes, from: number, to: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashOf(spelled, from, to, this.#seed) & mask;
    for (;;) {
      const code = slots[slot] ?? 0;
      if (code === 0) return slot;
      if (this.#lengthOf(code) === to - from && this.standsAt(code, spelled, from)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #lengthOf(code: number): number {
    return this.#lengths.at(code) >>> 1;
  }

  #startOf(code: number): number {
    return this.#starts.at(code) & (CHUNK_BYTES - 1);
  }

  #chunkOf(code: number): Bytes {
    const chunk = this.#chunks[this.#starts.at(code) >>> CHUNK_BITS];
    if (chunk === undefined) throw new RangeError(`There is no text ${code}`);
    return chunk;
  }

  /** Whether the spelling of a text stands in bytes, from a place on. */
  standsAt(code: number, { length, bytes, words }: Bytes, from: number): boolean {
    const own = this.#chunkOf(code);
    const start = this.#startOf(code);
    const size = this.#lengthOf(code);
    if (from + size > length) return false;
    let at = 0;
    for (; at + WORD <= size; at += WORD)
      if (own.words.getInt32(start + at, true) !== words.getInt32(from + at, true)) return false;
    for (; at < size; at++) if (own.bytes[start + at] !== bytes[from + at]) return false;
    return true;
  }

  /** Where a text that is spelled from a place on would end. */
  endFrom(code: number, from: number): number {
    return from + this.#lengthOf(code);
  }

  /** The text itself. */
  text(code: number): string {
    const { buffer } = this.#chunkOf(code);
    const start = this.#startOf(code);
    const end = start + this.#lengthOf(code);
    if (this.#isPlain(code)) return buffer.toString('latin1', start, end);
    return JSON.parse(`"${buffer.toString('utf8', start, end)}"`) as string;
  }

  #isPlain(code: number): boolean {
    return (this.#lengths.at(code) & 1) === 0;
  }

  /** Writes the spelling of a text. @returns where it ends, or would end if the target were long enough */
  write(code: number, target: Buffer, at: number): number {
    const { bytes } = this.#chunkOf(code);
    const start = this.#startOf(code);
    const length = this.#lengthOf(code);
    if (length <= FEW_BYTES)
      for (let place = 0; place < length; place++) target[at + place] = bytes[start + place] ?? 0;
    else if (at + length <= target.length) target.set(bytes.subarray(start, start + length), at);
    return at + length;
  }

  /** Order of two texts, as {@link compareValues} has it. */
  compare(left: number, right: number): number {
    if (!this.#isPlain(left) || !this.#isPlain(right))
      return compareValues(this.text(left), this.text(right));
    const [one, other] = [this.#chunkOf(left).bytes, this.#chunkOf(right).bytes];
    const [from, otherFrom] = [this.#startOf(left), this.#startOf(right)];
    const [length, otherLength] = [this.#lengthOf(left), this.#lengthOf(right)];
    for (let at = 0; at < Math.min(length, otherLength); at++) {
      const order = (one[from + at] ?? 0) - (other[otherFrom + at] ?? 0);
      if (order !== 0) return order;
    }
    return length - otherLength;
  }

  /**
   * Whether a text has a part.
   *
   * @param part plain ASCII
   * @returns `undefined` where the text is no plain ASCII and must be looked at itself
   */
  has(code: number, part: Uint8Array, where: Where, read: Reading): boolean | undefined {
    if (!this.#isPlain(code)) return undefined;
    const { bytes } = this.#chunkOf(code);
    const start = this.#startOf(code);
    const last = start + this.#lengthOf(code) - part.length;
    if (last < start) return false;
    if (where !== 'contains') return isAt(bytes, where === 'startswith' ? start : last, part, read);
    for (let at = start; at <= last; at++) if (isAt(bytes, at, part, read)) return true;
    return false;
  }
}

function isAt(bytes: Uint8Array, from: number, part: Uint8Array, read: Reading): boolean {
  for (let at = 0; at < part.length; at++) if (read[bytes[from + at] ?? 0] !== part[at]) return false;
  return true;
}

/** The bytes of a text where it is plain ASCII. */
export function plainBytes(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Buffer.from(text));
  return isPlain(bytes) ? bytes : undefined;
}

const isPlain = (bytes: Uint8Array): boolean => bytes.every((byte) => PLAIN[byte] === 1);

function spellingOf(text: string): Bytes {
  return new Bytes(Buffer.from(JSON.stringify(text)).subarray(1, -1));
}

function hashOf({ bytes, words }: Bytes, from: number, to: number, seed: number): number {
  let hash = seed ^ (to - from);
  let at = from;
  for (; at + WORD <= to; at += WORD) {
    hash = Math.imul(hash ^ words.getInt32(at, true), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  for (; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 13), 0x5bd1e995);
  return hash ^ (hash >>> 15);
}
