/** From a generation on disk to one that answers queries: every row file verified while its table is built. */
import { join } from 'node:path';
import { FeedError } from '../../errors.js';
import { findSet, setOf, type SetName } from '../../model/catalog.js';
import { hasSet, type Generation, type Partition } from '../../model/generation.js';
import type { Origin } from '../memory/block-writer.js';
import { Packing } from '../memory/packing.js';
import { MemorySnapshot } from '../memory/snapshot.js';
import { TableBuilder } from '../memory/table-builder.js';
import type { Table } from '../memory/table.js';
import type { Vocabularies } from '../memory/vocabulary.js';
import { Damaged } from './disk-error.js';
import { readRowFile } from './generation-file.js';
import { rowFileName, type Place } from './layout.js';

/** A generation in memory. */
export interface Loaded {
  readonly generation: Generation;
  readonly snapshot: MemorySnapshot;
  /** The tables of the snapshot, with what they were built from: a later generation reuses those that did not change. */
  readonly tables: ReadonlyMap<SetName, BuiltTable>;
}

interface BuiltTable {
  /** Checksums of the row files, in order. */
  readonly source: string;
  readonly table: Table;
}

/**
 * The part of a generation that may be served: sets that this version has, tenants that are configured now. Rows that
 * belong to no tenant stay.
 */
export function visiblePart(generation: Generation, tenantIds: ReadonlySet<string>): Generation {
  const partitions = generation.partitions.filter(
    ({ set, tenantId }) => findSet(set) !== undefined && (tenantId === undefined || tenantIds.has(tenantId)),
  );
  return { ...generation, partitions };
}

/** What a generation shares with those that are in memory. */
export interface InMemory {
  /** Their tables are shared where the rows are the same. */
  readonly others: readonly Loaded[];
  readonly vocabularies: Vocabularies;
}

/**
 * Loads a generation.
 *
 * @param generation its visible part
 * @throws Damaged, or the file system's own error, when a row file is not what was written
 */
export async function loadGeneration(
  place: Place,
  generation: Generation,
  { others, vocabularies }: InMemory,
): Promise<Loaded> {
  // The first one is served first, and compressed then: someone waits for it.
  const packing = new Packing(others.length === 0);
  const tables = new Map<SetName, BuiltTable>();
  for (const set of new Set(generation.partitions.map((partition) => partition.set))) {
    const partitions = generation.partitions.filter((partition) => partition.set === set);
    const source = partitions.map(({ sha256 }) => sha256).join();
    const rows = partitions.reduce((sum, partition) => sum + partition.rows, 0);
    const before = others.flatMap((other) => other.tables.get(set) ?? []);
    const known = before.find((built) => built.source === source);
    if (known !== undefined) {
      tables.set(set, known);
      continue;
    }
    const alike = [...tables.values(), ...before]
      .map(({ table }) => table)
      .filter((table) => table.rows === rows);
    const builder = new TableBuilder(setOf(set), vocabularies, rows, packing);
    tables.set(set, { source, table: await buildTable(place, partitions, { builder, alike }) });
  }
  packing.release();
  vocabularies.settle();
  const snapshot = new MemorySnapshot(
    new Map([...tables].map(([set, { table }]) => [set, table])),
    (set, tenants) => hasSet(generation, set, tenants),
  );
  return { generation, snapshot, tables };
}

async function buildTable(
  place: Place,
  partitions: readonly Partition[],
  { builder, alike }: { readonly builder: TableBuilder; readonly alike: readonly Table[] },
): Promise<Table> {
  for (const partition of partitions) {
    const path = join(place.rows, rowFileName(partition));
    const readAgain = (offset: number, length: number) => place.files.readAt(path, offset, length);
    for await (const { bytes, offset } of readRowFile(place, partition)) {
      addLines(builder, bytes, { offset, readAgain });
      await builder.settled();
    }
  }
  return builder.build(alike);
}

/** Lines that the table refuses are damage like any other: their checksum was still to come. */
function addLines(builder: TableBuilder, lines: Buffer, origin: Origin): void {
  try {
    builder.addRowFile(lines, origin);
  } catch (error) {
    if (error instanceof FeedError && error.code === 'STORE_UNAVAILABLE')
      throw new Damaged(error.message, { cause: error });
    throw error;
  }
}
