/** What is on the disk: which generations, and which files nobody needs any more. Only the writer asks. */
import { basename, join } from 'node:path';
import type { Generation, GenerationId } from '../../model/generation.js';
import type { Observe } from '../../observe/observation.js';
import { Damaged } from './disk-error.js';
import { errnoOf } from './file-system.js';
import { generationNumber, manifestPath, rowFileName, TEMPORARY, type Place } from './layout.js';
import { listGenerations, readManifest } from './state.js';

/** Far longer than it takes to write a key or a lock. */
const ABANDONED_MS = 60_000;

/** All generations of a data folder. Each manifest is read once: they never change. */
export class Inventory {
  readonly #known = new Map<GenerationId, Generation>();
  /** Manifests that can never be read, older than one that can. */
  #damaged: readonly GenerationId[] = [];
  /** False while a manifest cannot be judged: then nothing may count as unneeded. */
  #isComplete = false;

  constructor(private readonly place: Place) {}

  /** The readable ones, newest first, as of the last {@link refresh}. */
  get generations(): readonly Generation[] {
    return [...this.#known.values()];
  }

  /** Looks at the disk again. */
  async refresh(): Promise<void> {
    const damaged: GenerationId[] = [];
    const before = new Map(this.#known);
    this.#known.clear();
    this.#isComplete = true;
    for (const id of await listGenerations(this.place)) {
      try {
        this.#known.set(id, before.get(id) ?? (await readManifest(this.place, id)));
      } catch (error) {
        // An I/O error may pass: only a manifest that was read, and is none, may ever be removed.
        if (error instanceof Damaged) damaged.push(id);
        else this.#isComplete = false;
      }
    }
    const newest = generationNumber(this.generations[0]?.id ?? '0');
    this.#damaged = damaged.filter((id) => generationNumber(id) < newest);
  }

  /**
   * Removes generations and damaged manifests: manifests first, durably, then the row files that no manifest names any
   * more. A kill in between leaves orphans, which the next {@link sweep} takes.
   */
  async remove(generations: readonly Generation[], observe: Observe): Promise<void> {
    if (!this.#isComplete) return;
    const ids = [...this.#damaged, ...generations.map(({ id }) => id)];
    for (const id of ids) {
      await removeUnlessOpen(this.place, manifestPath(this.place, id));
      this.#known.delete(id);
    }
    if (ids.length > 0) await this.place.files.syncFolder(this.place.generations);
    const removed = new Set(await this.sweep());
    for (const { id, partitions } of generations) {
      const own = partitions.filter((partition) => removed.delete(rowFileName(partition)));
      observe({ kind: 'generationPruned', id, bytes: own.reduce((sum, { bytes }) => sum + bytes, 0) });
    }
  }

  /**
   * Removes row files that no manifest names, and unfinished files of processes that are gone. Needs the writer's lock,
   * and no draft: a draft's own files are not named yet.
   *
   * @returns names of the row files that were removed
   */
  async sweep(): Promise<readonly string[]> {
    if (!this.#isComplete) return [];
    const { files, rows, generations } = this.place;
    const named = new Set(this.generations.flatMap(({ partitions }) => partitions.map(rowFileName)));
    const removed: string[] = [];
    for (const name of await files.list(rows))
      if (!named.has(name) && (await removeUnlessOpen(this.place, join(rows, name)))) removed.push(name);
    for (const name of await files.list(generations))
      if (name.startsWith(TEMPORARY)) await removeUnlessOpen(this.place, join(generations, name));
    await this.#sweepDataDir();
    return removed;
  }

  /** Here other processes, too, make short-lived files: only what has stood for a while is left over from a dead one. */
  async #sweepDataDir(): Promise<void> {
    const { files, dataDir, lock } = this.place;
    for (const name of await files.list(dataDir)) {
      if (!name.startsWith(TEMPORARY) && !name.startsWith(`${basename(lock)}.`)) continue;
      const path = join(dataDir, name);
      const age = await files.stat(path).then(
        ({ modifiedMs }) => Date.now() - modifiedMs,
        () => 0,
      );
      if (age > ABANDONED_MS) await removeUnlessOpen(this.place, path);
    }
  }
}

/** Windows refuses to remove a file that a reader has open: it is left for the next time. */
async function removeUnlessOpen(place: Place, path: string): Promise<boolean> {
  try {
    await place.files.remove(path);
    return true;
  } catch (error) {
    if (['ENOENT', 'EBUSY', 'EPERM', 'EACCES'].includes(errnoOf(error) ?? '')) return false;
    throw error;
  }
}
