/**
 * Blocks of stored rows, a tenth of their size as raw deflate, and the texts of some of them at hand.
 *
 * Buffers that outlive a few of the garbage collector's rounds are dear: a cache that took every text in, and dropped
 * another for it, cost three times what inflating does (a scan of 200 MB in 1.0 s instead of 0.3 s). So a text only takes
 * the place of one that has not been asked for as long: a scan larger than the cache leaves it as it is.
 */
import { constants, crc32, inflateRawSync } from 'node:zlib';

/** Texts at hand, at most: as much as 30,000 usage rows take. */
const MAX_BYTES = 32 * 1024 * 1024;

/** The text of a block: UTF-8, whole rows, behind each of them a comma. */
export interface BlockText {
  readonly bytes: Uint8Array;
  /** Where members lie, by row and property, from the beginning of the text on; kept by row-members.ts. */
  members?: Uint16Array | Uint32Array;
}

/** Rows that follow each other. */
export class Block {
  /** Bytes of the text. */
  readonly length: number;
  /** Of the text. */
  readonly crc32: number;
  /** The last read that asked for it, and the one before: numbers of {@link BlockTexts.begin}. */
  asked = 0;
  askedBefore = 0;
  #plain: BlockText | undefined;
  #deflated: Uint8Array | undefined;

  /** @param bytes the text; must not change afterwards */
  constructor(bytes: Uint8Array) {
    this.length = bytes.length;
    this.crc32 = crc32(bytes);
    this.#plain = { bytes };
  }

  /** Keeps these bytes in place of the text. @param deflated of the text: raw deflate, whole bytes, no final block */
  pack(deflated: Uint8Array): void {
    this.#deflated = deflated;
    this.#plain = undefined;
  }

  /** The bytes that {@link pack} was given; `undefined` as long as it was not. */
  get deflated(): Uint8Array | undefined {
    return this.#deflated;
  }

  /** The text as long as it was not packed. */
  get plain(): BlockText | undefined {
    return this.#plain;
  }

  /** The text, made anew. */
  inflated(): BlockText {
    const { buffer, byteOffset, length } = inflateRawSync(this.#deflated ?? new Uint8Array(), {
      finishFlush: constants.Z_SYNC_FLUSH,
      // One byte more than the text: a buffer that is full makes zlib ask for another.
      chunkSize: Math.max(constants.Z_MIN_CHUNK, this.length + 1),
    });
    // Without Node's Buffer around it: its views cost several times as much, and each row takes one.
    return { bytes: new Uint8Array(buffer, byteOffset, length) };
  }
}

/** The texts at hand, of all tables together. */
export class BlockTexts {
  readonly #maxBytes: number;
  /** The one that was not asked for the longest comes first. */
  readonly #kept = new Map<Block, BlockText>();
  #bytes = 0;
  #read = 0;
  #last: { readonly block: Block; readonly text: BlockText } | undefined;

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Another read begins: whatever it asks for again and again counts once. */
  begin(): void {
    this.#read++;
  }

  /** The text of a block. */
  of(block: Block): BlockText {
    if (this.#last?.block === block) return this.#last.text;
    this.#ask(block);
    const text = block.plain ?? this.#kept.get(block) ?? this.#inflate(block);
    this.#last = { block, text };
    return text;
  }

  /** Whether the text is at hand, or will be from now on once it was asked for. Counts as asking. */
  isCheap(block: Block): boolean {
    this.#ask(block);
    return block.plain !== undefined || this.#kept.has(block) || this.#isWorthKeeping(block);
  }

  #ask(block: Block): void {
    if (block.asked === this.#read) return;
    block.askedBefore = block.asked;
    block.asked = this.#read;
    const text = this.#kept.get(block);
    if (text === undefined) return;
    this.#kept.delete(block);
    this.#kept.set(block, text);
  }

  #isWorthKeeping(block: Block): boolean {
    if (this.#bytes + block.length <= this.#maxBytes) return true;
    const [oldest] = this.#kept.keys();
    return oldest !== undefined && block.askedBefore > oldest.asked;
  }

  #inflate(block: Block): BlockText {
    const text = block.inflated();
    if (!this.#isWorthKeeping(block)) return text;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes + block.length <= this.#maxBytes) break;
      this.#kept.delete(oldest);
      this.#bytes -= oldest.length;
    }
    this.#kept.set(block, text);
    this.#bytes += block.length;
    return text;
  }
}
