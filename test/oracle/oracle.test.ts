import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { load, readAll } from './engine.js';
import { answer, expandedTags, query, urlOf, type Query } from './queries.js';
import { data, type AppRow, type Data } from './rows.js';

/** Queries per run, and the seed: ORACLE_QUERIES=20000 ORACLE_SEED=7 npm test -- test/oracle */
const QUERIES = Number(process.env.ORACLE_QUERIES ?? 2000);
const SEED = Number(process.env.ORACLE_SEED ?? 20260301);

const datasets = [0, 2, 10, 30, 50, 60, 60, 80, 100, 100].map((size, at) => {
  const [rows] = fc.sample(data(size), { seed: SEED + at, numRuns: 1 });
  return { data: rows!, snapshot: load(rows!) };
});

const keyOf = (row: { tenantId: unknown; streamId: unknown; id: unknown }) =>
  `${String(row.tenantId)}|${String(row.streamId)}|${String(row.id)}`;

function jsonOf(name: string, row: AppRow): string {
  if (name === 'appKey') return JSON.stringify(`${row.tenantId}:${row.id}`);
  const value = row[name as keyof AppRow];
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}

/** What the engine says, in the words of {@link expected}. */
function actual(of: Query, snapshot: (typeof datasets)[0]['snapshot'], pageSize: number) {
  const read = readAll(snapshot, urlOf(of), pageSize);
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

function expected(of: Query, rows: Data, pageSize: number): ReturnType<typeof actual> {
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

describe('Generated queries', () => {
  it(`answer what plain array code answers (${QUERIES} queries, seed ${SEED})`, () => {
    let interesting = 0;
    fc.assert(
      fc.property(fc.nat(datasets.length - 1), query, fc.integer({ min: 1, max: 40 }), (at, of, pageSize) => {
        const set = datasets[at]!;
        const right = expected(of, set.data, pageSize);
        if (right.rows.length > 0 && right.rows.length < set.data.apps.length) interesting++;
        const url = urlOf(of).map(decodeURIComponent).join('?');
        expect({ url, ...actual(of, set.snapshot, pageSize) }).toEqual({ url, ...right });
      }),
      { numRuns: QUERIES, seed: SEED, endOnFailure: false },
    );
    // Neither everything nor nothing: a generator that only makes empty answers proves nothing.
    expect(interesting).toBeGreaterThan(QUERIES / 5);
  });
});
