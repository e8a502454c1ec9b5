/**
 * What a store is: generations are drafted and committed on the write line, and plans are executed against one
 * generation on the read line. Implementations: `lowdb/` (files); the contract suite in test/contract runs on each.
 */
import type { EntitySet, JsonRow } from '../model/edm.js';
import type { EdmValue } from '../model/edm-value.js';
import type { Generation, GenerationId, PartitionKey, PollerState } from '../model/generation.js';
import type { ReadPlan } from '../query/plan.js';

export interface Store {
  /** The newest generation; `undefined` before the first commit. */
  current(): Generation | undefined;
  /**
   * That generation if it is still kept (loads it from disk on demand and keeps it from pruning for 30 minutes);
   * `undefined` when it is gone or was never ours.
   */
  at(id: GenerationId): Promise<Generation | undefined>;
  /**
   * Executes a plan against one generation.
   * @param after where the page before ended: its {@link Page.next}
   * @throws FeedError STORE_EMPTY when the generation has no such set, PROTOCOL_PAGE_EXPIRED when it is gone
   */
  execute(plan: ReadPlan, generation: GenerationId, after?: Position): Promise<Page>;
  /** A draft of the next generation, based on the current one. One at a time; needs the writer's lock. */
  draft(): Promise<Draft>;
  /** Called after every commit of this process. Returns the function that ends the subscription. */
  onPublished(listener: (generation: Generation) => void): () => void;
  /** Key that signs page tokens (32 bytes); made once per store, so links survive restarts. */
  readonly pageKey: Uint8Array;
  /** Frees the writer's lock and whatever is open. Waits for a commit that is under way. */
  close(): Promise<void>;
}

/** The next generation in the making. What is not replaced or dropped is carried over from the base. */
export interface Draft {
  readonly base: Generation | undefined;
  /**
   * Writes the rows of one partition (streamed, checksummed, fsynced); they must come in key order.
   * @returns rows and bytes written; nothing is visible to readers before {@link commit}
   */
  replace(
    key: PartitionKey,
    rows: Iterable<JsonRow> | AsyncIterable<JsonRow>,
  ): Promise<{ rows: number; bytes: number }>;
  /** Leaves a partition of the base out. */
  drop(key: PartitionKey): void;
  /** Every row of a set as the draft stands now, replaced and carried over alike; narrowed to one tenant if given. */
  rows(set: EntitySet['name'], tenantId?: string): AsyncIterable<JsonRow>;
  /** The partitions as the draft stands now. */
  partitions(): readonly PartitionKey[];
  setPoller(state: PollerState): void;
  /** Publishes: atomic, durable when the promise resolves. @throws FeedError STORE_UNAVAILABLE (the base stays) */
  commit(): Promise<Generation>;
  /** Throws the draft away and removes what it wrote. */
  discard(): Promise<void>;
}

/** Where a page ended: values of the plan's `orderBy`, in order (it always ends with the key); after `$apply` the number of rows. */
export type Position = readonly EdmValue[];

/** One page of rows. */
export interface Page {
  /** False when the path addresses an entity or a parent that is not there: answers 404. */
  readonly exists: boolean;
  /** Number of {@link rows}. */
  readonly length: number;
  /** Made when they are first looked at: where {@link members} writes them, nobody does. */
  readonly rows: readonly ResultRow[];
  /** Rows that match before $skip and $top; only when the plan asks for it. */
  readonly total?: number;
  /** Writes members of the rows as they are stored; absent where the plan computes, narrows or aggregates something. */
  readonly members?: (properties: readonly string[]) => StoredMembers;
  /** Reads a declared property of the rows, by their places in the page; absent as {@link members}. */
  readonly values?: (property: string) => (place: number) => EdmValue;
  /** Rows that lie in memory as compressed text, in the order of the page, and for the same plans as {@link members}. */
  readonly packed?: () => Iterable<PackedRows>;
  /** Present when more rows follow within `$top`: what the next page starts after. */
  readonly next?: Position;
}

/** Rows of a page that follow each other, and are not its last ones. */
export interface PackedRows {
  /** Place of the first one in the page. */
  readonly at: number;
  readonly count: number;
  /** Their text: whole rows as stored, a comma behind each. */
  readonly packed: PackedText;
}

/** A text that lies compressed in memory. */
export interface PackedText {
  /** Bytes of the text. */
  readonly length: number;
  /** Of the text. */
  readonly crc32: number;
  /** The text as raw deflate (RFC 1951) that can be continued: it ends with a byte, and no block of it is the final one. */
  readonly deflated: Uint8Array;
  /** The text, UTF-8. */
  text(): Uint8Array;
}

/**
 * Writes some members of a row of a page, `"a":1,"b":2` in UTF-8, into `target` from `at` on.
 *
 * @param place of the row in the page
 * @returns where it ends; behind the end of `target` when that was too short, and then nothing of it may be used
 */
export type StoredMembers = (place: number, target: Buffer, at: number) => number;

/** One row of an answer. */
export interface ResultRow {
  /** The whole row as stored: JSON object text in UTF-8, every declared property in declared order, no annotations. */
  readonly json: Uint8Array;
  /** False when the row lacks the property: rows of `$apply` can differ in shape. Absent: it has all of them. */
  has?(property: string): boolean;
  /** Engine value of one selected or declared property. */
  value(property: string): EdmValue;
  /** JSON text of one selected or declared property. */
  text(property: string): string;
  /** Number of matching values of a collection property before its $skip and $top; only where the plan counts them. */
  total(property: string): number;
  /** Rows of one expanded navigation property of the plan (at most one when it is not a collection). */
  expanded(navigation: string): Page;
}
