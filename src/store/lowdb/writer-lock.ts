/**
 * The writer's lock: one process polls and prunes; readers need none.
 *
 * Not proper-lockfile: after a kill -9 it is free only when its time-out has passed (15.4 s in a trial), and it does
 * not say who holds it. This one names the holder, and is broken at once when that process is dead on this host.
 * On another host only a heartbeat (the file's time of modification) that stood still for a minute counts as dead.
 */
import { randomBytes } from 'node:crypto';
import { FeedError } from '../../errors.js';
import type { Observe } from '../../observe/observation.js';
import { createWhole, DurableJsonFile, removeQuietly } from './durable-json-file.js';
import { errnoOf } from './file-system.js';
import { holderSchema, livenessOf, thisProcess, type Holder } from './holder.js';
import type { Place } from './layout.js';

const HEARTBEAT_MS = 10_000;
const STALE_MS = 60_000;
/** The lock may change hands this often under our eyes before we say that it is locked. */
const ATTEMPTS = 10;

/** Locks of this process: where there is no process start to compare, a pid of our own may be an old one's. */
const held = new Set<string>();

/** A lock that is held until {@link WriterLock.release}. */
export class WriterLock {
  readonly #heartbeat: NodeJS.Timeout;

  private constructor(
    private readonly place: Place,
    private readonly nonce: string,
  ) {
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
    const self = await thisProcess(nonce);
    // Before the file says so: from then on others of this process look here whether its holder lives.
    held.add(nonce);
    try {
      const dead = await take(place, place.lock, self);
      if (dead !== undefined) observe({ kind: 'lockBroken', pid: typeof dead === 'object' ? dead.pid : 0 });
      return new WriterLock(place, nonce);
    } catch (error) {
      await free(place, nonce);
      throw error;
    }
  }

  /** @throws FeedError STORE_LOCKED when another process has taken the lock: publish nothing */
  async assertHeld(): Promise<void> {
    const holder = await readHolder(this.place, this.place.lock);
    if (holder !== undefined && holder !== 'unreadable' && holder.nonce === this.nonce) return;
    const who = holder === undefined || holder === 'unreadable' ? 'Another process' : nameOf(holder);
    throw new FeedError('STORE_LOCKED', `${who} has taken the writer's lock of ${this.place.dataDir}.`);
  }

  /** Whether the lock is still ours. */
  async isHeld(): Promise<boolean> {
    return isOurs(this.place, this.nonce);
  }

  /** Frees the lock, if it is still ours. */
  async release(): Promise<void> {
    clearInterval(this.#heartbeat);
    await free(this.place, this.nonce);
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

async function isOurs(place: Place, nonce: string): Promise<boolean> {
  return nonceOf(await readHolder(place, place.lock)) === nonce;
}

/** Removes the lock file if it is ours. What cannot be removed is broken later, as that of a dead holder. */
async function free(place: Place, nonce: string): Promise<void> {
  if (await isOurs(place, nonce).catch(() => false)) await removeQuietly(place.files, place.lock);
  held.delete(nonce);
}

type Found = Holder | 'unreadable';

/**
 * Puts us into a lock file: into a new one, or in the place of a holder that is dead.
 *
 * @returns the dead one, if there was one
 * @throws FeedError STORE_LOCKED when its holder lives
 */
async function take(place: Place, path: string, self: Holder): Promise<Found | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await created(place, path, self)) return undefined;
    const holder = await readHolder(place, path);
    if (holder === undefined) continue;
    if (!(await isDead(place, path, holder))) throw lockedBy(place, path, holder);
    if (await succeeded(place, { path, dead: holder, self })) return holder;
  }
  throw new FeedError('STORE_LOCKED', `The writer's lock of ${place.dataDir} keeps changing hands.`);
}

/** False when the name is taken. */
async function created({ files }: Place, path: string, self: Holder): Promise<boolean> {
  try {
    await createWhole(files, path, { content: JSON.stringify(self), mode: 0o644 });
    return true;
  } catch (error) {
    // ENOENT: another writer's clean-up took the temporary file for an orphan.
    if (['EEXIST', 'ENOENT'].includes(errnoOf(error) ?? '')) return false;
    throw error;
  }
}

/**
 * Replaces a dead holder, which only the holder of its succession may do: a lock file of its own, named by the dead one's
 * nonce. So what several breakers saw at once only one of them changes, and one that saw it long ago changes nothing.
 *
 * @returns false when somebody else has replaced or removed the lock meanwhile
 */
async function succeeded(
  place: Place,
  { path, dead, self }: { readonly path: string; readonly dead: Found; readonly self: Holder },
): Promise<boolean> {
  const succession = `${path}.${nonceOf(dead) ?? ''}`;
  await take(place, succession, self);
  try {
    const present = await readHolder(place, path);
    if (present === undefined || nonceOf(present) !== nonceOf(dead)) return false;
    if (!(await isDead(place, path, present))) return false;
    await new DurableJsonFile(place.files, path).write(self);
    return true;
  } catch (error) {
    // Windows refuses to replace a file that somebody looks at just now.
    if (['EPERM', 'EACCES', 'EBUSY'].includes(errnoOf(error) ?? '')) return false;
    throw error;
  } finally {
    await removeQuietly(place.files, succession);
  }
}

async function isDead(place: Place, path: string, holder: Found): Promise<boolean> {
  if (holder !== 'unreadable') {
    const liveness = await livenessOf(holder);
    if (liveness !== 'unknown')
      return liveness === 'dead' || (holder.pid === process.pid && !held.has(holder.nonce));
  }
  try {
    const { modifiedMs } = await place.files.stat(path);
    return Date.now() - modifiedMs > STALE_MS;
  } catch (error) {
    // Freed meanwhile: there is nothing left to break.
    if (errnoOf(error) === 'ENOENT') return true;
    throw error;
  }
}

async function readHolder({ files }: Place, path: string): Promise<Found | undefined> {
  const file = new DurableJsonFile(files, path);
  const data = await file.read().catch((error: unknown) => {
    if (errnoOf(error) !== undefined) throw error;
    return 'unreadable';
  });
  if (data === null) return undefined;
  const parsed = holderSchema.safeParse(data);
  return parsed.success ? parsed.data : 'unreadable';
}

function nonceOf(holder: Found | undefined): string | undefined {
  return typeof holder === 'object' ? holder.nonce : holder;
}

function nameOf(holder: Holder): string {
  return `Process ${holder.pid} on ${holder.host}`;
}

function lockedBy(place: Place, path: string, holder: Found): FeedError {
  if (holder === 'unreadable')
    return new FeedError('STORE_LOCKED', `${path} cannot be read; it counts as held for a minute.`);
  return new FeedError(
    'STORE_LOCKED',
    `${nameOf(holder)} writes to ${place.dataDir} since ${holder.startedAt}.`,
    { hint: `Stop process ${holder.pid}, or let it do the refresh: a server refreshes by its own schedule.` },
  );
}
