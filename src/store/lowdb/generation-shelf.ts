/** The generations that this process has in memory: the current one, and a few older ones that readers still page through. */
import { LRUCache } from 'lru-cache';
import type { Generation, GenerationId } from '../../model/generation.js';
import { asDiskError, damageOf } from './disk-error.js';
import { errnoOf } from './file-system.js';
import { isGenerationId, manifestPath, type Place } from './layout.js';
import { loadGeneration, visiblePart, type Loaded } from './load-generation.js';
import type { StoreOptions } from './options.js';
import { listGenerations, readManifest } from './state.js';
import { Vocabularies } from '../memory/vocabulary.js';

/** Older generations in memory at most: the small ones of frequent refreshes. */
const OLDER_AT_MOST = 3;
/** Row files of all older generations in memory; one may be larger. Tables that did not change are shared. */
const OLDER_MOST_BYTES = 128 * 1024 * 1024;
/** An older generation that nobody reads for so long leaves memory; it opens again from disk. */
const IDLE_MS = 60_000;
/** While a generation is loaded, those stay that were read within this time. */
const IN_USE_MS = 5000;
/** While we look, another process may publish and prune; then we look again. */
const ATTEMPTS = 3;

/** Generations in memory, and when each was served last. */
export class GenerationShelf {
  current: Loaded | undefined;
  readonly #older = new LRUCache<GenerationId, Loaded>({
    max: OLDER_AT_MOST,
    ttl: IDLE_MS,
    ttlAutopurge: true,
    updateAgeOnGet: true,
  });
  /** Many readers may ask for one older generation at once: it is loaded once. */
  readonly #opening = new Map<GenerationId, Promise<Loaded | undefined>>();
  readonly #servedAt = new Map<GenerationId, number>();
  readonly #refused = new Set<GenerationId>();
  readonly #vocabularies = new Vocabularies();
  readonly #tenantIds: ReadonlySet<string>;
  /** By it, and not by a clock that may be set: a reader of a moment ago would else be one of a day ago. */
  readonly #elapsed: () => number;

  constructor(
    private readonly place: Place,
    private readonly options: Pick<StoreOptions, 'tenantIds' | 'observe' | 'clock' | 'elapsed'>,
  ) {
    this.#tenantIds = new Set(options.tenantIds);
    this.#elapsed = options.elapsed ?? options.clock ?? (() => performance.now());
  }

  /**
   * Makes the newest generation current that checks out; worse ones are observed and skipped.
   *
   * @throws FeedError STORE_TOO_NEW, or STORE_UNAVAILABLE when the disk refuses for a reason that is no damage
   */
  async adoptNewest(): Promise<void> {
    let newest: GenerationId | undefined;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const ids = await listGenerations(this.place);
      if (attempt > 0 && ids[0] === newest) return;
      newest = ids[0];
      for (const id of ids) {
        if (id === this.current?.generation.id) return;
        const loaded = await this.#tryLoad(id);
        if (loaded === undefined) continue;
        this.current = loaded;
        return;
      }
    }
  }

  /** The visible part of a generation, loaded; it is not kept. */
  load(generation: Generation): Promise<Loaded> {
    const others = [this.current, ...this.#older.values()].filter((other) => other !== undefined);
    return loadGeneration(this.place, visiblePart(generation, this.#tenantIds), {
      others,
      vocabularies: this.#vocabularies,
    });
  }

  /** Makes room for a generation that is to be loaded: older ones that nobody reads just now leave memory. */
  makeRoom(): void {
    const since = this.#elapsed() - IN_USE_MS;
    for (const id of [...this.#older.keys()])
      if ((this.#servedAt.get(id) ?? -Infinity) < since) this.#older.delete(id);
  }

  /** Switches readers to a new generation; the one before stays for a while for those who page through it. */
  replaceCurrent(loaded: Loaded): void {
    if (this.current !== undefined) this.#keep(this.current);
    this.current = loaded;
  }

  #keep(loaded: Loaded): void {
    this.#older.set(loaded.generation.id, loaded);
    const bytes = () =>
      [...this.#older.values()].reduce((sum, { generation }) => sum + bytesOf(generation), 0);
    while (this.#older.size > 1 && bytes() > OLDER_MOST_BYTES) this.#older.pop();
  }

  /** A generation for a reader, from memory or disk; `undefined` when it is gone, damaged or was never ours. */
  async open(id: GenerationId): Promise<Loaded | undefined> {
    const loaded = id === this.current?.generation.id ? this.current : await this.#openOlder(id);
    if (loaded !== undefined) this.#servedAt.set(id, this.#elapsed());
    return loaded;
  }

  /** The generations that were served within the last so many milliseconds; what was served before is forgotten. */
  servedWithin(ms: number): Set<GenerationId> {
    const momentMs = this.#elapsed() - ms;
    for (const [id, servedMs] of this.#servedAt) if (servedMs < momentMs) this.#servedAt.delete(id);
    return new Set(this.#servedAt.keys());
  }

  /** A generation is about to be removed from disk: it is no longer served from memory either. */
  forget(id: GenerationId): void {
    this.#older.delete(id);
  }

  clear(): void {
    this.#older.clear();
  }

  async #openOlder(id: GenerationId): Promise<Loaded | undefined> {
    const known = this.#older.get(id);
    if (known !== undefined) return known;
    if (!isGenerationId(id) || this.#refused.has(id)) return undefined;
    const opening = this.#opening.get(id) ?? this.#openFromDisk(id);
    this.#opening.set(id, opening);
    try {
      return await opening;
    } finally {
      this.#opening.delete(id);
    }
  }

  async #openFromDisk(id: GenerationId): Promise<Loaded | undefined> {
    try {
      await this.place.files.stat(manifestPath(this.place, id));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw asDiskError(error, `open generation ${id}`);
    }
    // From here on it is being served: a commit that ends meanwhile must not prune it.
    this.#servedAt.set(id, this.#elapsed());
    const loaded = await this.#tryLoad(id);
    if (loaded !== undefined) this.#keep(loaded);
    return loaded;
  }

  async #tryLoad(id: GenerationId): Promise<Loaded | undefined> {
    try {
      return await this.load(await readManifest(this.place, id));
    } catch (error) {
      const reason = damageOf(error);
      if (reason === undefined) throw asDiskError(error, `open generation ${id}`);
      if (!this.#refused.has(id)) this.options.observe({ kind: 'generationRefused', id, reason });
      this.#refused.add(id);
      return undefined;
    }
  }
}

/** Size of all row files. */
function bytesOf({ partitions }: Generation): number {
  return partitions.reduce((sum, { bytes }) => sum + bytes, 0);
}
