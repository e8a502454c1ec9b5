/** Blocks of stored rows: a tenth of their size as raw deflate. */
import { constants, crc32, inflateRawSync } from 'node:zlib';
import type { PackedText } from '../store.js';

const LINE_FEED = 0x0a;
const COMMA = 0x2c;

/** Reads a part of a row file once more. */
export type ReadAgain = (offset: number, length: number) => Promise<Uint8Array>;

/** Rows that follow each other: UTF-8, whole rows, behind each of them a comma. */
export class Block {
  /** Bytes of the text. */
  readonly length: number;
  /** Of the text. */
  readonly #crc32: number;
  #text: (() => Promise<Uint8Array>) | Uint8Array | undefined;
  #packed: PackedText | undefined;

  private constructor(bytes: Uint8Array, text: (() => Promise<Uint8Array>) | Uint8Array) {
    this.length = bytes.length;
    this.#crc32 = crc32(bytes);
    this.#text = text;
  }

  /** A block whose text stays in memory until it is packed, and must not change. */
  static of(text: Uint8Array): Block {
    return new Block(text, text);
  }

  /** A block whose rows are read again to be packed: as lines, from an offset on. */
  static inFile(text: Uint8Array, offset: number, readAgain: ReadAgain): Block {
    const block: Block = new Block(text, async () => {
      const bytes = await readAgain(offset, block.length);
      for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1))
        bytes[at] = COMMA;
      return bytes;
    });
    return block;
  }

  /** Whether its text is in memory. */
  get holdsText(): boolean {
    return this.#text instanceof Uint8Array;
  }

  /** The text as long as it was not packed. @throws Error when it is no longer what it was */
  async text(): Promise<Uint8Array> {
    const text = typeof this.#text === 'function' ? await this.#text() : this.#text;
    if (text?.length !== this.length || crc32(text) !== this.#crc32) throw new Error('The rows have changed');
    return text;
  }

  /** Keeps these bytes in place of the text. @param deflated of the text: raw deflate, whole bytes, no final block */
  pack(deflated: Uint8Array): void {
    const { length } = this;
    this.#packed = { length, crc32: this.#crc32, deflated, text: () => inflated(deflated, length) };
    this.#text = undefined;
  }

  /** The text as it was packed; `undefined` as long as it was not. */
  get packed(): PackedText | undefined {
    return this.#packed;
  }
}

function inflated(deflated: Uint8Array, length: number): Uint8Array {
  return inflateRawSync(deflated, {
    finishFlush: constants.Z_SYNC_FLUSH,
    // One byte more than the text: a buffer that is full makes zlib ask for another.
    chunkSize: Math.max(constants.Z_MIN_CHUNK, length + 1),
  });
}
