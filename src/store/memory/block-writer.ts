/** Makes blocks of stored rows; they are compressed in the thread pool while the next rows are read. */
import { Block } from './block.js';
import { GrowingUint32 } from './growing.js';
import { Packing } from './packing.js';
import { RowBlocks } from './row-blocks.js';

/**
 * The text of a block, at most, unless a single row is longer. Compressed, half as large blocks take a tenth more and
 * twice as large ones a twentieth less; and rows at the borders of a page are compressed anew.
 */
const BLOCK_BYTES = 64 * 1024 - 1;
const COMMA = 0x2c;

/** Takes rows in stored order. */
export class BlockWriter {
  readonly #blocks: Block[] = [];
  readonly #firstRows = new GrowingUint32();
  readonly #packing: Packing;
  #rows = 0;
  #text = new Uint8Array(BLOCK_BYTES);
  #length = 0;

  constructor(packing = new Packing()) {
    this.#packing = packing;
  }

  /** Number of rows so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Appends a row: JSON object text in UTF-8. It is copied. */
  add(row: Uint8Array): void {
    const needed = row.length + 1;
    if (this.#length > 0 && this.#length + needed > BLOCK_BYTES) this.#endBlock();
    if (needed > this.#text.length) this.#text = new Uint8Array(needed);
    if (this.#length === 0) this.#firstRows.push(this.rows);
    this.#rows++;
    this.#text.set(row, this.#length);
    this.#length += needed;
    this.#text[this.#length - 1] = COMMA;
  }

  /** Resolves once no more bytes wait for their compression than may: {@link Packing.settled}. */
  settled(mostBytes?: number): Promise<void> {
    return this.#packing.settled(mostBytes);
  }

  /** The rows; the last blocks may still be compressed meanwhile. The writer is spent afterwards. */
  finish(): RowBlocks {
    if (this.#length > 0) this.#endBlock();
    this.#firstRows.push(this.rows);
    return new RowBlocks(this.#blocks, this.#firstRows.finish());
  }

  #endBlock(): void {
    const block = new Block(this.#text.slice(0, this.#length));
    this.#blocks.push(block);
    this.#packing.add(block);
    this.#length = 0;
    if (this.#text.length > BLOCK_BYTES) this.#text = new Uint8Array(BLOCK_BYTES);
  }
}
