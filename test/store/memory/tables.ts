/** Tables and plans for tests: rows as plain objects in, snapshot out. */
import { setOf, type SetName } from '../../../src/model/catalog.js';
import type { JsonRow, JsonValue } from '../../../src/model/edm.js';
import { writeRow } from '../../../src/model/row-json.js';
import type { Expr, OrderItem } from '../../../src/query/ast.js';
import type { ReadPlan, RowsPlan } from '../../../src/query/plan.js';
import { MemorySnapshot } from '../../../src/store/memory/snapshot.js';
import { TableBuilder } from '../../../src/store/memory/table-builder.js';
import type { Table } from '../../../src/store/memory/table.js';

/** Some members of a row; the rest is null, empty or a constant. */
export type PartialRow = Readonly<Record<string, JsonValue>>;

/** A whole row of a set. */
export function rowOf(set: SetName, given: PartialRow): JsonRow {
  return Object.fromEntries(
    setOf(set).type.properties.map(({ name, collection, nullable, type }) => {
      const blank = collection
        ? []
        : nullable
          ? null
          : type === 'Edm.String'
            ? 'x'
            : type === 'Edm.Boolean'
              ? false
              : 0;
      return [name, given[name] ?? blank];
    }),
  );
}

/** Row file content of rows. */
export function rowFile(set: SetName, rows: readonly PartialRow[]): Buffer {
  const { type } = setOf(set);
  return Buffer.from(rows.map((row) => `${writeRow(type, rowOf(set, row))}\n`).join(''));
}

/** A table of rows, one row file per list. */
export function tableOf(set: SetName, ...files: readonly (readonly PartialRow[])[]): Table {
  const builder = new TableBuilder(setOf(set));
  for (const rows of files) builder.addRowFile(rowFile(set, rows));
  return builder.build();
}

/** A snapshot of some sets. */
export function snapshotOf(sets: Partial<Record<SetName, readonly PartialRow[]>>): MemorySnapshot {
  const tables = Object.entries(sets).map(([set, rows]) => [set, tableOf(set as SetName, rows)] as const);
  return new MemorySnapshot(new Map(tables));
}

/** `orderBy` by key after what is given, as binding makes it. */
export function ordered(set: SetName, items: readonly OrderItem[] = [], variable = '$it'): OrderItem[] {
  const { type } = setOf(set);
  const named = new Set(
    items.map(({ expr }) => (expr.kind === 'property' && expr.path.length === 0 ? expr.property.name : '')),
  );
  const rest = type.key.filter((name) => !named.has(name));
  return [
    ...items,
    ...rest.map((name): OrderItem => {
      const property = type.property(name)!;
      const expr: Expr = { kind: 'property', type: property.type, variable, path: [], property };
      return { expr, descending: false };
    }),
  ];
}

/** The plan that reads some rows of a set: every option may be given, the rest is what a bare URL means. */
export function rowsPlan(set: SetName, given: Partial<RowsPlan> = {}): RowsPlan {
  return {
    set: setOf(set),
    orderBy: ordered(set),
    skip: 0,
    count: false,
    select: setOf(set).type.properties,
    selectsAll: true,
    expand: [],
    ...given,
  };
}

/** The plan of a whole read. */
export function readPlan(set: SetName, given: Partial<ReadPlan> = {}): ReadPlan {
  return {
    ...rowsPlan(set),
    root: setOf(set),
    steps: [],
    single: false,
    countOnly: false,
    pageSize: 5000,
    now: Date.parse('2026-03-01T12:00:00Z'),
    ...given,
  };
}
