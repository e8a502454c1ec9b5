/** Blocks of stored rows: a tenth of their size as raw deflate. */
import { constants, crc32, inflateRawSync } from 'node:zlib';
import type { PackedText } from '../store.js';

/** Rows that follow each other: UTF-8, whole rows, behind each of them a comma. */
export class Block {
  /** Bytes of the text. */
  readonly length: number;
  /** Of the text. */
  readonly crc32: number;
  #plain: Uint8Array | undefined;
  #packed: PackedText | undefined;

  /** @param bytes the text; must not change afterwards */
  constructor(bytes: Uint8Array) {
    this.length = bytes.length;
    this.crc32 = crc32(bytes);
    this.#plain = bytes;
  }

  /** Keeps these bytes in place of the text. @param deflated of the text: raw deflate, whole bytes, no final block */
  pack(deflated: Uint8Array): void {
    const { length } = this;
    this.#packed = { length, crc32: this.crc32, deflated, text: () => inflated(deflated, length) };
    this.#plain = undefined;
  }

  /** The text as long as it was not packed. */
  get plain(): Uint8Array | undefined {
    return this.#plain;
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
