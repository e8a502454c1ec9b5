/**
 * The writer's lock: one process polls and prunes; readers need none.
 *
 * Not proper-lockfile: after a kill -9 it is free only when its time-out has passed (15.4 s in a trial), and it does
 * not say who holds it. This one names the holder, and is broken at once when that process is dead on this host.
 * On another host only a heartbeat (the file's time of modification) that stood still for a minute counts as dead.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { FeedError } from '../../errors.js';
import type { Observe } from '../../observe/observation.js';
import { createWhole, DurableJsonFile, removeQuietly } from './durable-json-file.js';
import { errnoOf } from './file-system.js';
import { holderSchema, livenessOf, thisProcess, type Holder } from './holder.js';
import { temporaryPath, type Place } from './layout.js';

const HEARTBEAT_MS = 10_000;
const STALE_MS = 60_000;
/**
 * Far longer than the few calls between a breaker's look and its move, on a busy machine too. One that is slower still
 * changes nothing that readers see: nobody publishes without a look at the lock.
 */
const SETTLE_MS = 250;
/** Two breakers may get in each other's way this often before we say that it is locked. */
const ATTEMPTS = 10;

/** Locks that this process holds: where there is no process start to compare, a pid of our own may be an old one's. */
const held = new Set<string>();

/** A lock that is held until {@link WriterLock.release}. */
export class WriterLock {
  readonly #heartbeat: NodeJS.Timeout;

  private constructor(
    private readonly place: Place,
    private readonly nonce: string,
  ) {
    held.add(nonce);
    this.#heartbeat = setInterval(() => void this.#beat(), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  /**
   * Takes the lock, breaking one that a dead process left.
   *
   * @throws FeedError STORE_LOCKED, naming the holder
   */
  static async acquire(place: Place, observe: Observe): Promise<WriterLock> {
    const nonce = randomBytes(8).toString('hex');
    const content = JSON.stringify(await thisProcess(nonce));
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        await createWhole(place.files, place.lock, { content, mode: 0o644 });
        const lock = new WriterLock(place, nonce);
        if (attempt > 0) await lock.#settle();
        return lock;
      } catch (error) {
        // ENOENT: another writer's clean-up took the temporary file for an orphan.
        if (!['EEXIST', 'ENOENT'].includes(errnoOf(error) ?? '')) throw error;
      }
      await breakIfDead(place, observe);
    }
    throw new FeedError('STORE_LOCKED', `The writer's lock of ${place.dataDir} keeps changing hands.`);
  }

  /**
   * Where a lock was just broken, a slower breaker may still move ours aside for the one that it saw: by the time that
   * this ends, it has put it back, or a third one holds the lock.
   */
  async #settle(): Promise<void> {
    await setTimeout(SETTLE_MS);
    try {
      await this.assertHeld();
    } catch (error) {
      await this.release();
      throw error;
    }
  }

  /** @throws FeedError STORE_LOCKED when another process has taken the lock: publish nothing */
  async assertHeld(): Promise<void> {
    const holder = await readHolder(this.place);
    if (holder !== undefined && holder !== 'unreadable' && holder.nonce === this.nonce) return;
    const who = holder === undefined || holder === 'unreadable' ? 'Another process' : nameOf(holder);
    throw new FeedError('STORE_LOCKED', `${who} has taken the writer's lock of ${this.place.dataDir}.`);
  }

  /** Whether the lock is still ours. */
  async isHeld(): Promise<boolean> {
    return nonceOf(await readHolder(this.place)) === this.nonce;
  }

  /** Frees the lock, if it is still ours. */
  async release(): Promise<void> {
    clearInterval(this.#heartbeat);
    held.delete(this.nonce);
    const holder = await readHolder(this.place).catch(() => undefined);
    if (typeof holder === 'object' && holder.nonce === this.nonce)
      await removeQuietly(this.place.files, this.place.lock);
  }

  async #beat(): Promise<void> {
    try {
      await this.assertHeld();
      await this.place.files.touch(this.place.lock);
    } catch {
      // Lost or out of reach for now: assertHeld says so before anything is published.
    }
  }
}

/** Frees the lock's name when its holder is dead. @throws FeedError STORE_LOCKED when it lives */
async function breakIfDead(place: Place, observe: Observe): Promise<void> {
  const holder = await readHolder(place);
  if (holder === undefined) return;
  if (!(await isDead(place, holder))) throw lockedBy(place, holder);
  const aside = temporaryPath(place.dataDir);
  try {
    await place.files.rename(place.lock, aside);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  const taken = await readHolder({ ...place, lock: aside });
  const isSame = nonceOf(taken) === nonceOf(holder);
  // Another breaker was faster, and what we moved is its new lock: put it back. Should the name be taken again by then,
  // that one finds out before it publishes.
  if (!isSame) await place.files.link(aside, place.lock).catch(() => undefined);
  await removeQuietly(place.files, aside);
  if (isSame) observe({ kind: 'lockBroken', pid: typeof holder === 'object' ? holder.pid : 0 });
}

async function isDead(place: Place, holder: Holder | 'unreadable'): Promise<boolean> {
  if (holder !== 'unreadable') {
    const liveness = await livenessOf(holder);
    if (liveness !== 'unknown')
      return liveness === 'dead' || (holder.pid === process.pid && !held.has(holder.nonce));
  }
  try {
    const { modifiedMs } = await place.files.stat(place.lock);
    return Date.now() - modifiedMs > STALE_MS;
  } catch (error) {
    // Freed meanwhile: there is nothing left to break.
    if (errnoOf(error) === 'ENOENT') return true;
    throw error;
  }
}

async function readHolder(place: Pick<Place, 'files' | 'lock'>): Promise<Holder | 'unreadable' | undefined> {
  const file = new DurableJsonFile(place.files, place.lock);
  const data = await file.read().catch((error: unknown) => {
    if (errnoOf(error) !== undefined) throw error;
    return 'unreadable';
  });
  if (data === null) return undefined;
  const parsed = holderSchema.safeParse(data);
  return parsed.success ? parsed.data : 'unreadable';
}

function nonceOf(holder: Holder | 'unreadable' | undefined): string | undefined {
  return typeof holder === 'object' ? holder.nonce : holder;
}

function nameOf(holder: Holder): string {
  return `Process ${holder.pid} on ${holder.host}`;
}

function lockedBy(place: Place, holder: Holder | 'unreadable'): FeedError {
  if (holder === 'unreadable')
    return new FeedError('STORE_LOCKED', `${place.lock} cannot be read; it counts as held for a minute.`);
  return new FeedError(
    'STORE_LOCKED',
    `${nameOf(holder)} writes to ${place.dataDir} since ${holder.startedAt}.`,
    { hint: `Stop process ${holder.pid}, or let it do the refresh: a server refreshes by its own schedule.` },
  );
}
