/**
 * Which generations stay. Never removed: the current one, the one before it, and any that was served lately (a reader
 * may stand in the middle of its pages). Of the others those that were superseded lately stay while the bytes allow.
 */
import type { Generation, GenerationId } from '../../model/generation.js';
import { rowFileName } from './layout.js';

/** The rules, and the moment at which they are applied. */
export interface Retention {
  /** Generations that stay whatever they cost. */
  readonly never: ReadonlySet<GenerationId>;
  readonly maxBytes: number;
  /** How long one stays after a newer one was published, if the bytes allow. */
  readonly keepMs: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Beyond this many, older generations help no reader, but every commit would list them. */
const MOST_GENERATIONS = 1000;

/**
 * The generations to remove, oldest first.
 *
 * @param kept all that are on disk, newest first
 */
export function generationsToRemove(
  kept: readonly Generation[],
  { never, maxBytes, keepMs, now }: Retention,
): readonly Generation[] {
  const usage = new DiskUsage();
  for (const generation of kept) usage.add(generation);
  const remove: Generation[] = [];
  for (let index = kept.length - 1; index > 0; index--) {
    const generation = kept[index];
    const successor = kept[index - 1];
    if (generation === undefined || successor === undefined || never.has(generation.id)) continue;
    const isOld = now - Date.parse(successor.publishedAt) > keepMs || index >= MOST_GENERATIONS;
    if (!isOld && usage.bytes <= maxBytes) continue;
    usage.subtract(generation);
    remove.push(generation);
  }
  return remove;
}

/** Bytes of the row files of generations; what several share counts once. */
export function bytesOnDisk(generations: readonly Generation[]): number {
  const usage = new DiskUsage();
  for (const generation of generations) usage.add(generation);
  return usage.bytes;
}

/** Bytes of the row files of several generations, shared ones once. */
class DiskUsage {
  bytes = 0;
  readonly #uses = new Map<string, number>();

  add({ partitions }: Generation): void {
    for (const partition of partitions) {
      const uses = this.#uses.get(rowFileName(partition)) ?? 0;
      if (uses === 0) this.bytes += partition.bytes;
      this.#uses.set(rowFileName(partition), uses + 1);
    }
  }

  subtract({ partitions }: Generation): void {
    for (const partition of partitions) {
      const uses = (this.#uses.get(rowFileName(partition)) ?? 0) - 1;
      if (uses === 0) this.bytes -= partition.bytes;
      this.#uses.set(rowFileName(partition), uses);
    }
  }
}
