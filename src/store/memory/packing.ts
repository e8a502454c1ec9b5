/** Compresses blocks of rows in the thread pool. */
import { promisify } from 'node:util';
import { constants, deflateRaw } from 'node:zlib';
import type { Block } from './block.js';

/** Level 3 is as quick as level 1 on rows and leaves a twentieth less. Most blocks fit into one chunk. */
const HOW = { level: 3, chunkSize: 16 * 1024, finishFlush: constants.Z_SYNC_FLUSH };
/** So many at once: as many as one block of a file brings, and more, since what is done is seen between two of them. */
const AT_ONCE = 8;
/** Bytes of blocks that may be compressed before {@link Packing.settled} waits for them. */
const MOST_WAITING_BYTES = 512 * 1024;

const deflated = promisify(deflateRaw);

/** Blocks that wait for their compression. */
export class Packing {
  readonly #waiting: Block[] = [];
  /** Blocks that cost no memory meanwhile, until {@link release}; `undefined` afterwards. */
  #later: Block[] | undefined;
  #bytes = 0;
  #running = 0;
  #onProgress: (() => void)[] = [];

  /** @param isLater blocks whose text is not in memory wait until {@link release} is called */
  constructor(isLater = false) {
    if (isLater) this.#later = [];
  }

  add(block: Block): void {
    if (this.#later !== undefined && !block.holdsText) {
      this.#later.push(block);
      return;
    }
    this.#waiting.push(block);
    this.#bytes += block.length;
    this.#startNext();
  }

  /** Compresses what was to wait, and from now on all. */
  release(): void {
    const later = this.#later ?? [];
    this.#later = undefined;
    for (const block of later) this.add(block);
  }

  /** Resolves once no more bytes wait than may: whoever makes blocks faster than that must wait. */
  async settled(mostBytes = MOST_WAITING_BYTES): Promise<void> {
    while (this.#bytes > mostBytes)
      await new Promise<void>((resolve) => {
        this.#onProgress.push(resolve);
      });
  }

  #startNext(): void {
    if (this.#running === AT_ONCE) return;
    const block = this.#waiting.shift();
    if (block === undefined) return;
    this.#running++;
    void pack(block).then(() => {
      this.#ended(block);
    });
  }

  #ended(block: Block): void {
    this.#running--;
    this.#bytes -= block.length;
    this.#startNext();
    const told = this.#onProgress;
    this.#onProgress = [];
    for (const tell of told) tell();
  }
}

/** Never rejects: a block that cannot be read or compressed stays as it is. */
async function pack(block: Block): Promise<void> {
  try {
    const text = await block.text();
    // A copy without the spare room of the chunk, and outside of Node's shared pool.
    block.pack(new Uint8Array(await deflated(text, HOW)));
  } catch {
    return;
  }
}
