/** Makes blocks of stored rows; they are compressed in the thread pool while the next rows are read. */
import { Block, type ReadAgain } from './block.js';
import { GrowingUint32 } from './growing.js';
import { Packing } from './packing.js';
import { RowBlocks } from './row-blocks.js';

/**
 * The text of a block, about. Compressed, half as large blocks take a tenth more and
 * twice as large ones a twentieth less; and rows at the borders of a page are compressed anew.
 */
const BLOCK_BYTES = 64 * 1024 - 1;
const COMMA = 0x2c;
const NOTHING = new Uint8Array();

/** Where bytes stand in a row file. */
export interface Origin {
  readonly offset: number;
  readonly readAgain: ReadAgain;
}

/** Takes rows in stored order. */
export class BlockWriter {
  readonly #blocks: Block[] = [];
  readonly #firstRows = new GrowingUint32();
  readonly #packing: Packing;
  #rows = 0;
  /** What the rows of the next block stand in, one behind the other. */
  #text: Uint8Array = NOTHING;
  #origin: Origin | undefined;
  #from = 0;
  #to = 0;
  /** All blocks of one text are of about the same size. */
  #wantedBytes = BLOCK_BYTES;
  /** What rows are copied into. */
  #own: Uint8Array = NOTHING;

  constructor(packing = new Packing()) {
    this.#packing = packing;
  }

  /** Number of rows so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Appends a row: JSON object text in UTF-8. It is copied. */
  add(row: Uint8Array): void {
    if (this.#text !== this.#own || this.#to + row.length >= this.#own.length)
      this.#begin((this.#own = new Uint8Array(Math.max(BLOCK_BYTES, row.length + 1))), 0);
    this.#own.set(row, this.#to);
    this.addInPlace(this.#own, this.#to, this.#to + row.length);
  }

  /**
   * Appends the row that stands from one place to before another. Nothing is copied: the byte behind it is overwritten, and
   * the others must not change afterwards.
   *
   * @param origin of the text: then it must not change before {@link endBlock} only
   */
  addInPlace(text: Uint8Array, from: number, to: number, origin?: Origin): void {
    if (text !== this.#text || from !== this.#to || this.#to - this.#from >= this.#wantedBytes)
      this.#begin(text, from);
    this.#origin = origin;
    if (this.#from === this.#to) this.#firstRows.push(this.rows);
    this.#rows++;
    text[to] = COMMA;
    this.#to = to + 1;
  }

  #begin(text: Uint8Array, from: number): void {
    this.endBlock();
    if (text !== this.#text)
      this.#wantedBytes = Math.ceil(text.length / Math.ceil(text.length / BLOCK_BYTES));
    this.#text = text;
    this.#from = from;
    this.#to = from;
  }

  /** Resolves once no more bytes wait for their compression than may: {@link Packing.settled}. */
  settled(mostBytes?: number): Promise<void> {
    return this.#packing.settled(mostBytes);
  }

  /** The rows; the last blocks may still be compressed meanwhile. The writer is spent afterwards. */
  finish(): RowBlocks {
    this.endBlock();
    this.#firstRows.push(this.rows);
    return new RowBlocks(this.#blocks, this.#firstRows.finish());
  }

  /** The next row begins a block. */
  endBlock(): void {
    if (this.#from === this.#to) return;
    const text = this.#text.subarray(this.#from, this.#to);
    const origin = this.#origin;
    const block =
      origin === undefined
        ? Block.of(text)
        : Block.inFile(text, origin.offset + this.#from, origin.readAgain);
    this.#blocks.push(block);
    this.#packing.add(block);
    this.#from = this.#to;
  }
}
