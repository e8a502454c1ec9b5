import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { actual, expected } from './answers.js';
import { load } from './engine.js';
import { query, urlOf } from './queries.js';
import { data } from './rows.js';

/** Queries per run, and the seed: ORACLE_QUERIES=20000 ORACLE_SEED=7 npm test -- test/oracle */
const QUERIES = Number(process.env.ORACLE_QUERIES ?? 2000);
const SEED = Number(process.env.ORACLE_SEED ?? 20260301);

const datasets = [0, 2, 10, 30, 50, 60, 60, 80, 100, 100].map((size, at) => {
  const [rows] = fc.sample(data(size), { seed: SEED + at, numRuns: 1 });
  return { data: rows!, snapshot: load(rows!) };
});

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
