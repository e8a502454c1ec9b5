/** The stored rows of a whole table, in key order, as they lie in compressed blocks. */
import type { PackedRows } from '../store.js';
import type { Block } from './block.js';

/** Which rows each block holds. Immutable. */
export class RowBlocks {
  readonly #blocks: readonly Block[];
  /** By block the first of its rows, and behind the last block the number of rows. */
  readonly #firstRows: Uint32Array;

  constructor(blocks: readonly Block[], firstRows: Uint32Array) {
    this.#blocks = blocks;
    this.#firstRows = firstRows;
  }

  /** Number of rows. */
  get rows(): number {
    return this.#firstRows.at(-1) ?? 0;
  }

  /**
   * The blocks of which some rows have everything, one row behind the other, and at least one row behind them: there
   * stands a comma. Blocks that are still to be compressed are passed over.
   */
  *packed(rows: ArrayLike<number>): Generator<PackedRows> {
    for (let at = 0; at < rows.length;) {
      const number = this.#blockOf(rows[at] ?? 0);
      const first = this.#firstRows[number] ?? 0;
      const count = (this.#firstRows[number + 1] ?? 0) - first;
      const most = first + count;
      let end = at + 1;
      while (end < rows.length && rows[end] === (rows[end - 1] ?? 0) + 1 && (rows[end] ?? 0) < most) end++;
      const packed = this.#blocks[number]?.packed;
      if (packed !== undefined && end - at === count && end < rows.length) yield { at, count, packed };
      at = end;
    }
  }

  /** Number of the block that holds a row. */
  #blockOf(row: number): number {
    let low = 0;
    let high = this.#firstRows.length - 1;
    while (low + 1 < high) {
      const middle = (low + high) >>> 1;
      if ((this.#firstRows[middle] ?? 0) <= row) low = middle;
      else high = middle;
    }
    return low;
  }
}
