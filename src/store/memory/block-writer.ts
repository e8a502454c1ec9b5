/** Makes blocks of stored rows; they are compressed in the thread pool while the next rows are parsed. */
import { promisify } from 'node:util';
import { constants, deflateRaw } from 'node:zlib';
import { Block } from './block.js';
import { GrowingUint32 } from './growing.js';
import { RowBlocks } from './row-blocks.js';

/**
 * The text of a block, at most, unless a single row is longer. Compressed, half as large blocks take a tenth more and
 * twice as large ones a twentieth less; and rows at the borders of a page are compressed anew.
 */
const BLOCK_BYTES = 64 * 1024 - 1;
/** Level 3 is as quick as level 1 on rows and leaves a twentieth less. Most blocks fit into one chunk. */
const PACKING = { level: 3, chunkSize: 16 * 1024, finishFlush: constants.Z_SYNC_FLUSH };
/** Blocks that may wait for the thread pool before {@link BlockWriter.settled} waits for them. */
const MAX_WAITING = 8;
const COMMA = 0x2c;

const deflated = promisify(deflateRaw);

/** Takes rows in stored order. */
export class BlockWriter {
  readonly #blocks: Block[] = [];
  readonly #firstRows = new GrowingUint32();
  #rows = 0;
  #waiting: Promise<void>[] = [];
  #text = new Uint8Array(BLOCK_BYTES);
  #length = 0;

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

  /** Resolves once at most so many blocks wait for their compression: whoever reads faster than that must wait. */
  async settled(most = MAX_WAITING): Promise<void> {
    while (this.#waiting.length > most) await this.#waiting.shift();
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
    this.#waiting.push(pack(block));
    this.#length = 0;
    if (this.#text.length > BLOCK_BYTES) this.#text = new Uint8Array(BLOCK_BYTES);
  }
}

/** Never rejects: a block that cannot be compressed stays as it is. */
async function pack(block: Block): Promise<void> {
  const text = block.plain ?? new Uint8Array();
  try {
    // A copy without the spare room of the chunk, and outside of Node's shared pool.
    block.pack(new Uint8Array(await deflated(text, PACKING)));
  } catch {
    return;
  }
}
