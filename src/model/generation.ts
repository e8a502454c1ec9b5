/**
 * A generation: the whole feed at one moment, immutable. Readers see the old or the new one, never a mixture, and a
 * nextLink carries the id of the one that its page came from.
 */
import type { SetName } from './catalog.js';

/** Id of a generation: `<number>-<six hex digits>`, the number one higher than the last; opaque to clients. */
export type GenerationId = string;

/** Which rows a row file holds. Members that the set's `partition` does not name are absent. */
export interface PartitionKey {
  readonly set: SetName;
  readonly tenantId?: string;
  readonly streamId?: string;
  readonly period?: string;
}

/** One row file of a generation. Rows stand in key order, one JSON object a line ({@link writeRow}). */
export interface Partition extends PartitionKey {
  /** Lower-case hex SHA-256 over the whole file: also its name, so unchanged rows are stored once. */
  readonly sha256: string;
  readonly rows: number;
  readonly bytes: number;
}

/** What the poller has to remember between runs; kept in the generation, so it can never disagree with the rows. */
export interface PollerState {
  /** Per `tenantId|streamId|period`: complete polls in a row that were held back for being too small. */
  readonly heldBack: Readonly<Record<string, number>>;
  /** Per `tenantId|streamId`: complete stream listings in a row in which the stream was absent. */
  readonly absent: Readonly<Record<string, number>>;
  /** Per tenant: the settings that shaped its rows (periods, risk bands, …). When they differ at start, a poll is due at once. */
  readonly rowSettings: Readonly<Record<string, string>>;
  /** Per tenant: end of the last run that renewed every stream, ISO 8601. The schedule starts from it. */
  readonly lastSuccess: Readonly<Record<string, string>>;
}

/** The state of a store that has never polled. */
export const EMPTY_POLLER_STATE: PollerState = { heldBack: {}, absent: {}, rowSettings: {}, lastSuccess: {} };

/** One generation, without its rows. */
export interface Generation {
  readonly id: GenerationId;
  /** When it was published: ISO 8601, UTC. Answers `Last-Modified`. */
  readonly publishedAt: string;
  readonly partitions: readonly Partition[];
  readonly poller: PollerState;
}

/**
 * Whether a generation has a set at all: before the first refresh data sets are absent (503), not empty.
 *
 * @param tenants only row files of these tenants, and of none, count; absent: all do
 */
export function hasSet(generation: Generation, set: string, tenants?: ReadonlySet<string>): boolean {
  return generation.partitions.some(
    ({ set: name, tenantId }) =>
      name === set && (tenants === undefined || tenantId === undefined || tenants.has(tenantId)),
  );
}

/** Identity of a partition within a generation. */
export function partitionName(key: PartitionKey): string {
  return [key.set, key.tenantId ?? '', key.streamId ?? '', key.period ?? ''].join('|');
}
