/** The stored rows of a table: which block each lies in, and where. */
import type { StoredText } from '../store.js';
import { BlockTexts, type Block, type BlockText } from './block-texts.js';
import { permuted } from './growing.js';

/** Inflating a block takes as long as writing so many values from their columns. */
const VALUES_PER_BLOCK = 100;

const texts = new BlockTexts();

/** Where rows lie. */
export interface BlockLayout {
  readonly blocks: readonly Block[];
  /** By block the first of its rows, and behind the last block the number of rows. */
  readonly firstRows: Uint32Array;
  /** By row: where it begins in the text of its block. */
  readonly starts: Uint32Array;
}

/** The stored rows of a table. Immutable; parts and other orders of the same rows share the blocks. */
export class RowBlocks {
  readonly #layout: BlockLayout;
  /** By row of the table: its row in the blocks. Absent where both are the same. */
  readonly #order: Uint32Array | undefined;

  constructor(layout: BlockLayout, order?: Uint32Array) {
    this.#layout = layout;
    this.#order = order;
  }

  /** Number of rows. */
  get rows(): number {
    return this.#order?.length ?? this.#layout.starts.length;
  }

  /** Some of the rows, in their order. */
  reordered(rows: Uint32Array): RowBlocks {
    return new RowBlocks(
      this.#layout,
      this.#order === undefined ? rows.slice() : permuted(this.#order, rows),
    );
  }

  /** The place of a row of the table among the rows of the blocks. */
  stored(row: number): number {
    return this.#order === undefined ? row : (this.#order[row] ?? this.#layout.starts.length);
  }

  /** A stored row: JSON object text in UTF-8. @param row of the table @throws RangeError when there is none */
  json(row: number): Uint8Array {
    const stored = this.stored(row);
    const number = this.blockOf(stored);
    return this.text(number).bytes.subarray(this.start(stored), this.end(stored, number));
  }

  /** Number of the block that holds a stored row. @param hint the block in which the row before was found */
  blockOf(stored: number, hint = 0): number {
    const { firstRows } = this.#layout;
    if (stored >= (firstRows[hint] ?? Infinity) && stored < (firstRows[hint + 1] ?? 0)) return hint;
    let low = 0;
    let high = firstRows.length - 1;
    while (low + 1 < high) {
      const middle = (low + high) >>> 1;
      if ((firstRows[middle] ?? 0) <= stored) low = middle;
      else high = middle;
    }
    return low;
  }

  /** The text of a block. @throws RangeError when there is none */
  text(number: number): BlockText {
    return texts.of(this.#block(number));
  }

  #block(number: number): Block {
    const block = this.#layout.blocks[number];
    if (block === undefined) throw new RangeError(`There is no block ${number} of rows`);
    return block;
  }

  /** The first stored row of a block; of the number of blocks: the number of rows. */
  firstRow(number: number): number {
    return this.#layout.firstRows[number] ?? 0;
  }

  /** Where a stored row begins in the text of its block. @throws RangeError when there is none */
  start(stored: number): number {
    const start = this.#layout.starts[stored];
    if (start === undefined) throw new RangeError(`There is no stored row ${stored}`);
    return start;
  }

  /** Where the comma stands behind a stored row, in the text of its block. */
  end(stored: number, number: number): number {
    const isLast = stored + 1 === this.firstRow(number + 1);
    return (isLast ? this.#block(number).length : this.start(stored + 1)) - 1;
  }

  /**
   * A read of some rows begins.
   *
   * @returns whether their blocks are worth inflating; else so many values are sooner written from their columns
   */
  begin(rows: ArrayLike<number>, valuesPerRow: number): boolean {
    texts.begin();
    const most = (rows.length * valuesPerRow) / VALUES_PER_BLOCK;
    let number = -1;
    let dear = 0;
    for (let at = 0; at < rows.length && dear <= most; at++) {
      const own = this.blockOf(this.stored(rows[at] ?? 0), number);
      if (own !== number && !texts.isCheap(this.#block(own))) dear++;
      number = own;
    }
    return dear <= most;
  }

  /**
   * Some rows of the table as one text with commas between them, in pieces: rows that lie together come together. Blocks
   * of a part are never handed on compressed: where they end tells how many bytes of other rows lie before them, which a
   * reader of the part must not see.
   */
  *texts(rows: ArrayLike<number>): Generator<StoredText> {
    texts.begin();
    let number = 0;
    for (let at = 0; at < rows.length;) {
      const first = this.stored(rows[at] ?? 0);
      number = this.blockOf(first, number);
      const most = Math.min(rows.length - at, this.firstRow(number + 1) - first);
      let count = 1;
      while (count < most && this.stored(rows[at + count] ?? 0) === first + count) count++;
      at += count;
      yield this.#piece({ number, first, last: first + count - 1, isEnd: at === rows.length });
    }
  }

  #piece({ number, first, last, isEnd }: Piece): StoredText {
    const block = this.#block(number);
    const from = this.start(first);
    const to = this.end(last, number) + (isEnd ? 0 : 1);
    const text = () => texts.of(block).bytes.subarray(from, to);
    const { deflated, crc32 } = block;
    const length = to - from;
    return this.#order !== undefined || length < block.length || deflated === undefined
      ? { length, text }
      : { length, text, deflated: { bytes: deflated, crc32 } };
  }
}

/** Stored rows of one block. */
interface Piece {
  readonly number: number;
  readonly first: number;
  readonly last: number;
  /** Whether they are the last ones of a page: no comma stands behind them. */
  readonly isEnd: boolean;
}
