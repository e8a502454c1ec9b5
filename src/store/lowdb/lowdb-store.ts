/**
 * The file store: lowdb keeps the small state (a manifest a generation), row files keep the rows, memory answers.
 * See docs/adr for why. One process writes; any number may read the same folder.
 */
import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { FeedError } from '../../errors.js';
import {
  hasSet,
  type Generation,
  type GenerationId,
  type Partition,
  type PollerState,
} from '../../model/generation.js';
import type { ReadPlan } from '../../query/plan.js';
import type { Draft, Page, Position, Store } from '../store.js';
import { onDisk } from './disk-error.js';
import { removeQuietly } from './durable-json-file.js';
import { FileDraft } from './draft.js';
import { nodeFileSystem } from './file-system.js';
import { GenerationShelf } from './generation-shelf.js';
import { Inventory } from './inventory.js';
import { generationNumber, manifestPath, placeOf, type Place } from './layout.js';
import type { StoreOptions } from './options.js';
import { noRowsYet } from './no-rows-yet.js';
import { loadPageKey } from './page-key.js';
import { bytesOnDisk, generationsToRemove, type Retention } from './retention.js';
import { listGenerations, writeManifest } from './state.js';
import { WriterLock } from './writer-lock.js';

const MINUTE_MS = 60_000;
const DEFAULT_KEEP_MINUTES = 30;
const DEFAULT_KEEP_HOURS = 6;
const DEFAULT_MAX_BYTES = 2 * 1024 ** 3;

/**
 * Opens a file store and serves its newest good generation.
 *
 * @throws FeedError STORE_TOO_NEW, STORE_UNAVAILABLE; STORE_LOCKED only with `writer: true`
 */
export async function openLowdbStore(options: StoreOptions): Promise<Store> {
  const place = placeOf(options.fileSystem ?? nodeFileSystem, options.dataDir);
  const pageKey = await onDisk(`open ${options.dataDir}`, async () => {
    await place.files.makeFolder(place.rows);
    await place.files.makeFolder(place.generations);
    return loadPageKey(place, options.observe);
  });
  const store = new LowdbStore(place, options, pageKey);
  try {
    await store.start();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

class LowdbStore implements Store {
  readonly #shelf: GenerationShelf;
  readonly #inventory: Inventory;
  readonly #listeners = new Set<(generation: Generation) => void>();
  readonly #clock: () => number;
  #lock: WriterLock | undefined;
  #isDrafting = false;
  #publishing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly place: Place,
    private readonly options: StoreOptions,
    readonly pageKey: Uint8Array,
  ) {
    this.#clock = options.clock ?? Date.now;
    this.#shelf = new GenerationShelf(place, options);
    this.#inventory = new Inventory(place);
  }

  /** Loads what is there; a writer takes its lock first, so that what it loads is the last word. */
  async start(): Promise<void> {
    if (this.options.writer === true) await this.#becomeWriter();
    else await onDisk(`open ${this.place.dataDir}`, () => this.#shelf.adoptNewest());
  }

  current(): Generation | undefined {
    return this.#shelf.current?.generation;
  }

  async at(id: GenerationId): Promise<Generation | undefined> {
    return (await this.#shelf.open(id))?.generation;
  }

  async execute(plan: ReadPlan, id: GenerationId, after?: Position): Promise<Page> {
    const loaded = await this.#shelf.open(id);
    if (loaded === undefined)
      throw new FeedError('PROTOCOL_PAGE_EXPIRED', `Generation ${id} is no longer kept.`);
    for (const { name } of [plan.root, ...plan.steps.map(({ set }) => set), plan.set])
      if (!hasSet(loaded.generation, name, plan.access?.tenants))
        throw noRowsYet(name, plan.access === undefined ? loaded : undefined);
    return loaded.snapshot.execute(plan, after);
  }

  async draft(): Promise<Draft> {
    if (this.#isDrafting) throw new FeedError('INTERNAL', 'Another draft of this store is not finished.');
    this.#isDrafting = true;
    try {
      await this.#becomeWriter();
    } catch (error) {
      this.#isDrafting = false;
      throw error;
    }
    return new FileDraft(
      {
        place: this.place,
        publish: (partitions, poller) => this.#publishAlone(partitions, poller),
        ended: (how) => this.#draftEnded(how),
      },
      this.current(),
    );
  }

  onPublished(listener: (generation: Generation) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    await this.#publishing.catch(() => undefined);
    this.#shelf.clear();
    await this.#lock?.release();
    this.#lock = undefined;
  }

  /** Takes the lock unless it is held; then whatever another writer has published meanwhile becomes current. */
  async #becomeWriter(): Promise<void> {
    await onDisk(`take the writer's lock of ${this.place.dataDir}`, async () => {
      if (await this.#isWriter()) return;
      await this.#lock?.release();
      this.#lock = undefined;
      const lock = await WriterLock.acquire(this.place, this.options.observe);
      try {
        await this.#shelf.adoptNewest();
      } catch (error) {
        await lock.release();
        throw error;
      }
      this.#lock = lock;
    });
    await this.#tidy();
  }

  async #isWriter(): Promise<boolean> {
    return this.#lock !== undefined && (await this.#lock.isHeld());
  }

  #publishAlone(partitions: readonly Partition[], poller: PollerState): Promise<Generation> {
    const publishing = this.#publish(partitions, poller);
    this.#publishing = publishing;
    return publishing;
  }

  async #publish(partitions: readonly Partition[], poller: PollerState): Promise<Generation> {
    const started = performance.now();
    const previous = this.current();
    const generation = await onDisk('publish a generation', async () => {
      const next: Generation = {
        id: await this.#nextId(),
        publishedAt: new Date(this.#clock()).toISOString(),
        partitions,
        poller,
      };
      // Read back and verified before anyone can see it; readers in flight keep the snapshot that they have.
      this.#shelf.makeRoom();
      const loaded = await this.#shelf.load(next);
      await this.place.files.syncFolder(this.place.rows);
      await this.#assertWriter();
      await this.#writeManifest(next);
      this.#shelf.replaceCurrent(loaded);
      return next;
    });
    this.options.observe({
      kind: 'generationPublished',
      id: generation.id,
      rows: partitions.reduce((sum, { rows }) => sum + rows, 0),
      durationMs: performance.now() - started,
    });
    this.#announce(generation);
    await this.#prune(previous?.id);
    return generation;
  }

  async #nextId(): Promise<GenerationId> {
    const numbers = [...(await listGenerations(this.place)), this.current()?.id ?? '0-0'].map(
      generationNumber,
    );
    return `${Math.max(...numbers) + 1}-${randomBytes(3).toString('hex')}`;
  }

  async #assertWriter(): Promise<void> {
    if (this.#lock === undefined) throw new FeedError('STORE_LOCKED', 'The store is closed.');
    await this.#lock.assertHeld();
  }

  /** When it fails after the manifest got its name, the name is taken back: what was not acknowledged is not served. */
  async #writeManifest(generation: Generation): Promise<void> {
    try {
      await writeManifest(this.place, generation);
    } catch (error) {
      await removeQuietly(this.place.files, manifestPath(this.place, generation.id));
      throw error;
    }
  }

  #announce(generation: Generation): void {
    for (const listener of this.#listeners) {
      try {
        listener(generation);
      } catch (error) {
        // A listener's bug must not turn a commit that is durable into a failure; it surfaces by itself.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  async #prune(previous: GenerationId | undefined): Promise<void> {
    const { keepMinutes = DEFAULT_KEEP_MINUTES, keepHours = DEFAULT_KEEP_HOURS } = this.options;
    const now = this.#clock();
    const never = this.#shelf.servedWithin(keepMinutes * MINUTE_MS);
    for (const id of [previous, this.current()?.id]) if (id !== undefined) never.add(id);
    await this.#tidy({
      never,
      maxBytes: this.options.maxBytes ?? DEFAULT_MAX_BYTES,
      keepMs: keepHours * 60 * MINUTE_MS,
      now,
    });
  }

  /**
   * Removes files that nobody needs, and old generations by the rules, if given. Only while the lock is ours: to others
   * the files of the writer's draft look unneeded. What cannot be removed today is removed the next time: neither a
   * commit that is durable nor a draft fails for it.
   */
  async #tidy(rules?: Retention): Promise<void> {
    try {
      if (!(await this.#isWriter())) return;
      await this.#inventory.refresh();
      const remove = rules === undefined ? [] : generationsToRemove(this.#inventory.generations, rules);
      for (const { id } of remove) this.#shelf.forget(id);
      if (rules === undefined) await this.#inventory.sweep();
      else await this.#inventory.remove(remove, this.options.observe);
      const { generations } = this.#inventory;
      const bytes = bytesOnDisk(generations);
      this.options.observe({ kind: 'storeMeasured', generations: generations.length, bytes });
    } catch {
      return;
    }
  }

  async #draftEnded(how: 'committed' | 'discarded'): Promise<void> {
    if (how === 'discarded') await this.#tidy();
    this.#isDrafting = false;
  }
}
