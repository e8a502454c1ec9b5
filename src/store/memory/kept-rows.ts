/**
 * Rows as they were written: a report that asks for the same properties with other literals, or a chart that is drilled
 * into, meets many rows again. Copying one takes a tenth of the time of writing it.
 */
import { LRUCache } from 'lru-cache';
import type { BytesWriter } from './column-bytes.js';

/** Texts of rows lie in pieces of this size. */
const SLAB_BITS = 19;
const SLAB_BYTES = 1 << SLAB_BITS;

/** Of the whole process: 16 MiB. */
const MOST_SLABS = 32;
/** Slabs that one may use up, given up ones too: where a text begins must fit 32 bits. */
const MOST_EVER = 2 ** (32 - SLAB_BITS);

interface Slab {
  readonly bytes: Buffer;
  used: number;
}

/** The slabs that are in use, with what gives one of them up; the longest unused goes first. */
const slabs = new LRUCache<Slab, () => void>({
  max: MOST_SLABS,
  dispose: (giveUp) => {
    giveUp();
  },
});

/** In place of a length: written once. An import reads every row once; only what is asked for again is worth keeping. */
const SEEN = 1;

/** Rows of one table with one selection. What they are written from must not change. */
export class KeptRows {
  readonly #slabs: (Slab | undefined)[] = [];
  /** By row: where its text begins, in all slabs. */
  readonly #starts: Uint32Array;
  /** By row: its length in bytes, {@link SEEN}, or 0 where it was never written. */
  readonly #lengths: Uint32Array;
  readonly #write: BytesWriter;

  /**
   * @param rows how many there are
   * @param write writes more than one byte
   */
  constructor(rows: number, write: BytesWriter) {
    this.#starts = new Uint32Array(rows);
    this.#lengths = new Uint32Array(rows);
    this.#write = write;
  }

  /** Says that the texts are about to be used again. */
  touch(): this {
    for (const slab of this.#slabs) if (slab !== undefined) slabs.get(slab);
    return this;
  }

  /** Writes a row as the writer does that was given. */
  readonly write: BytesWriter = (row, target, at) => {
    const length = this.#lengths[row] ?? 0;
    if (length > SEEN) {
      const start = this.#starts[row] ?? 0;
      const slab = this.#slabs[start >>> SLAB_BITS];
      if (slab !== undefined) {
        const from = start % SLAB_BYTES;
        if (at + length <= target.length) target.set(slab.bytes.subarray(from, from + length), at);
        return at + length;
      }
    }
    const end = this.#write(row, target, at);
    if (end > target.length) return end;
    if (length === 0) this.#lengths[row] = SEEN;
    else this.#keep(row, target.subarray(at, end));
    return end;
  };

  #keep(row: number, text: Uint8Array): void {
    if (text.length > SLAB_BYTES) return;
    let slab = this.#slabs.at(-1);
    if (slab === undefined || slab.used + text.length > SLAB_BYTES) {
      if (this.#slabs.length === MOST_EVER) return;
      slab = this.#addSlab();
    }
    this.#starts[row] = (this.#slabs.length - 1) * SLAB_BYTES + slab.used;
    this.#lengths[row] = text.length;
    slab.bytes.set(text, slab.used);
    slab.used += text.length;
  }

  #addSlab(): Slab {
    const slab = { bytes: Buffer.allocUnsafeSlow(SLAB_BYTES), used: 0 };
    const number = this.#slabs.push(slab) - 1;
    slabs.set(slab, () => {
      this.#slabs[number] = undefined;
    });
    return slab;
  }
}
