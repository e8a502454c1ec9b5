/** The engine's answer to a URL, through the front door of the query room and page by page, as a client would read it. */
import { setOf, type SetName } from '../../src/model/catalog.js';
import type { JsonRow, JsonValue } from '../../src/model/edm.js';
import { writeRow } from '../../src/model/row-json.js';
import { EVERYTHING, type Grants } from '../../src/model/grants.js';
import { understand } from '../../src/query/read-request.js';
import { MemorySnapshot } from '../../src/store/memory/snapshot.js';
import { TableBuilder } from '../../src/store/memory/table-builder.js';
import { Vocabularies } from '../../src/store/memory/vocabulary.js';
import type { Position, ResultRow } from '../../src/store/store.js';
import type { Data } from './rows.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');

/**
 * Loads rows as a store does: one row file per tenant and stream, or per tenant. The tables share vocabularies in which an
 * earlier generation has left values that none of them holds.
 */
export function load(data: Data): MemorySnapshot {
  const vocabularies = new Vocabularies();
  const table = tablesWith(vocabularies);
  table('DiscoveredApps', (data.apps as unknown as JsonRow[]).map(earlier), () => '');
  const apps = data.apps.map((row) => ({ ...row, appKey: `${row.tenantId}:${row.id}`, streamKey: '-' }));
  return new MemorySnapshot(
    new Map(
      [
        table('DiscoveredApps', apps, (row) => `${String(row.tenantId)}|${String(row.streamId)}`),
        table(
          'Streams',
          data.streams.map((row) => ({ ...row, streamKey: '-' })),
          (row) => String(row.tenantId),
        ),
        table('AppTags', data.appTags as unknown as JsonRow[], (row) => String(row.tenantId)),
      ].map((one) => [one.set.name, one]),
    ),
  );
}

/** A row with other texts, most of which no row of today has. */
function earlier(row: JsonRow): JsonRow {
  const { type } = setOf('DiscoveredApps');
  const older = (value: JsonValue | undefined) => (typeof value === 'string' ? `${value}~` : (value ?? null));
  return Object.fromEntries(
    type.properties.map(({ name, type: of }) => [
      name,
      of === 'Edm.String' ? older(row[name]) : (row[name] ?? null),
    ]),
  );
}

const tablesWith =
  (vocabularies: Vocabularies) =>
  (set: SetName, rows: readonly JsonRow[], partition: (row: JsonRow) => string) => {
    const { type } = setOf(set);
    const builder = new TableBuilder(setOf(set), vocabularies, rows.length);
    const keyOf = (row: JsonRow) => type.key.map((name) => String(row[name])).join('\u0000');
    for (const name of new Set(rows.map(partition))) {
      const file = rows.filter((row) => partition(row) === name);
      const sorted = file.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
      builder.addRowFile(Buffer.from(sorted.map((row) => `${writeRow(type, row)}\n`).join('')));
    }
    return builder.build();
  };

export interface Read {
  readonly exists: boolean;
  readonly rows: readonly ResultRow[];
  readonly totals: readonly (number | undefined)[];
  readonly pageSizes: readonly number[];
}

/** Reads all pages of a URL. */
export function readAll(
  snapshot: MemorySnapshot,
  [path, query]: readonly [string, string],
  pageSize: number,
  grants: Grants = EVERYTHING,
): Read {
  const understood = understand(path, query, { pageSize, now: NOW, grants });
  if (understood.kind !== 'collection') throw new Error(`${path} is no collection`);
  let plan = understood.plan;
  const rows: ResultRow[] = [];
  const totals: (number | undefined)[] = [];
  const pageSizes: number[] = [];
  let after: Position | undefined;
  for (;;) {
    const page = snapshot.execute(plan, after);
    rows.push(...page.rows);
    totals.push(page.total);
    pageSizes.push(page.rows.length);
    if (page.next === undefined) return { exists: page.exists, rows, totals, pageSizes };
    after = page.next;
    plan = { ...plan, skip: 0, ...(plan.top === undefined ? {} : { top: plan.top - page.rows.length }) };
  }
}
