/** The next generation in the making: row files that no manifest names yet. */
import { FeedError } from '../../errors.js';
import { ENTITY_SETS } from '../../model/catalog.js';
import type { EntitySet, JsonRow } from '../../model/edm.js';
import {
  EMPTY_POLLER_STATE,
  partitionName,
  type Generation,
  type Partition,
  type PartitionKey,
  type PollerState,
} from '../../model/generation.js';
import { readRow } from '../../model/row-json.js';
import type { Draft } from '../store.js';
import { asDiskError, damageOf } from './disk-error.js';
import { readRowFile, writeRowFile, type Rows } from './generation-file.js';
import type { Place } from './layout.js';

/** What a draft needs of its store. */
export interface DraftOwner {
  readonly place: Place;
  /** Makes the draft the current generation. */
  publish(partitions: readonly Partition[], poller: PollerState): Promise<Generation>;
  /** The draft has come to its end; when it was thrown away, its files may go. */
  ended(how: 'committed' | 'discarded'): Promise<void>;
}

const SET_ORDER = new Map<string, number>(ENTITY_SETS.map(({ name }, index) => [name, index]));

/** A draft over row files. */
export class FileDraft implements Draft {
  readonly #partitions: Map<string, Partition>;
  #poller: PollerState;
  #writing = 0;
  #state: 'open' | 'committing' | 'ended' = 'open';

  /** @param base the current generation; its partitions are carried over */
  constructor(
    private readonly owner: DraftOwner,
    readonly base: Generation | undefined,
  ) {
    this.#partitions = new Map((base?.partitions ?? []).map((own) => [partitionName(own), own]));
    this.#poller = base?.poller ?? EMPTY_POLLER_STATE;
  }

  async replace(key: PartitionKey, rows: Rows): Promise<{ rows: number; bytes: number }> {
    this.#assertOpen();
    const name = partitionName(key);
    this.#writing++;
    try {
      const expectedBytes = this.#partitions.get(name)?.bytes ?? 0;
      const partition = await writeRowFile(this.owner.place, onlyKey(key), rows, expectedBytes);
      this.#partitions.set(name, partition);
      return { rows: partition.rows, bytes: partition.bytes };
    } finally {
      this.#writing--;
    }
  }

  drop(key: PartitionKey): void {
    this.#assertOpen();
    this.#partitions.delete(partitionName(key));
  }

  async *rows(set: EntitySet['name'], tenantId?: string): AsyncGenerator<JsonRow> {
    this.#assertOpen();
    for (const partition of this.#sorted()) {
      if (partition.set !== set || (tenantId !== undefined && partition.tenantId !== tenantId)) continue;
      yield* rowsOf(this.owner.place, partition);
    }
  }

  partitions(): readonly PartitionKey[] {
    return this.#sorted().map(onlyKey);
  }

  setPoller(state: PollerState): void {
    this.#assertOpen();
    this.#poller = state;
  }

  async commit(): Promise<Generation> {
    this.#assertOpen();
    if (this.#writing > 0)
      throw new FeedError('INTERNAL', 'A draft was committed while rows were being written.');
    this.#state = 'committing';
    try {
      const generation = await this.owner.publish(this.#sorted(), this.#poller);
      this.#state = 'ended';
      await this.owner.ended('committed');
      return generation;
    } finally {
      // After a failure the draft is as it was: commit again, or discard.
      if (this.#state === 'committing') this.#state = 'open';
    }
  }

  async discard(): Promise<void> {
    if (this.#state === 'ended') return;
    this.#assertOpen();
    this.#state = 'ended';
    await this.owner.ended('discarded');
  }

  #assertOpen(): void {
    if (this.#state !== 'open') throw new FeedError('INTERNAL', `The draft is ${this.#state} already.`);
  }

  /** In one fixed order, whatever the order of the calls: equal content, equal generation. */
  #sorted(): readonly Partition[] {
    return [...this.#partitions.values()].sort(
      (left, right) =>
        (SET_ORDER.get(left.set) ?? 0) - (SET_ORDER.get(right.set) ?? 0) ||
        compareText(left.tenantId, right.tenantId) ||
        compareText(left.streamId, right.streamId) ||
        compareText(left.period, right.period),
    );
  }
}

async function* rowsOf(place: Place, partition: Partition): AsyncGenerator<JsonRow> {
  try {
    for await (const { bytes } of readRowFile(place, partition))
      for (const line of bytes.toString().split('\n')) if (line !== '') yield readRow(line);
  } catch (error) {
    const damage = damageOf(error);
    if (damage === undefined) throw asDiskError(error, `read rows of ${partition.set}`);
    throw new FeedError('STORE_UNAVAILABLE', damage, { cause: error });
  }
}

/** The members of a key and nothing else: what stands in a manifest. */
function onlyKey({ set, tenantId, streamId, period }: PartitionKey): PartitionKey {
  return {
    set,
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(streamId === undefined ? {} : { streamId }),
    ...(period === undefined ? {} : { period }),
  };
}

/** By UTF-16 code unit, as keys are compared: so the partitions of a set follow each other in the order of its key. */
function compareText(left = '', right = ''): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
