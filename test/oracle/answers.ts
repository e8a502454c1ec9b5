/** Answers in words that can be compared: what the engine says, and what plain array code says. */
import type { Grants } from '../../src/model/grants.js';
import type { MemorySnapshot } from '../../src/store/memory/snapshot.js';
import { readAll } from './engine.js';
import { answer, expandedTags, urlOf, type Query } from './queries.js';
import type { AppRow, Data } from './rows.js';

const keyOf = (row: { tenantId: unknown; streamId: unknown; id: unknown }) =>
  `${String(row.tenantId)}|${String(row.streamId)}|${String(row.id)}`;

function jsonOf(name: string, row: AppRow): string {
  if (name === 'appKey') return JSON.stringify(`${row.tenantId}:${row.id}`);
  const value = row[name as keyof AppRow];
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}

/** What the engine says, in the words of {@link expected}. */
export function actual(of: Query, snapshot: MemorySnapshot, pageSize: number, grants?: Grants) {
  const read = readAll(snapshot, urlOf(of), pageSize, grants);
  return {
    exists: read.exists,
    rows: read.rows.map((row) => ({
      key: keyOf({ tenantId: row.value('tenantId'), streamId: row.value('streamId'), id: row.value('id') }),
      select: of.select?.map((name) => row.text(name)),
      tags: of.expand && row.expanded('appTags').rows.map((tag) => tag.value('tag')),
      tagCount: of.expand && row.expanded('appTags').total,
    })),
    totals: read.exists ? read.totals : [],
    pageSizes: read.pageSizes,
  };
}

/** What plain array code says. */
export function expected(of: Query, rows: Data, pageSize: number): ReturnType<typeof actual> {
  const right = answer(of, rows);
  if (right === undefined) return { exists: false, rows: [], totals: [], pageSizes: [0] };
  const pages = Math.max(1, Math.ceil(right.rows.length / pageSize));
  return {
    exists: true,
    rows: right.rows.map((row) => {
      const tags = of.expand && expandedTags(of.expand, row, rows);
      return {
        key: keyOf(row),
        select: of.select?.map((name) => jsonOf(name, row)),
        tags: tags?.tags,
        tagCount: tags?.total,
      };
    }),
    totals: Array.from({ length: pages }, () => (of.count ? right.total : undefined)),
    pageSizes: Array.from({ length: pages }, (_, at) =>
      Math.min(pageSize, right.rows.length - at * pageSize),
    ),
  };
}
