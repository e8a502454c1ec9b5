import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { grantsOf, type Grants } from '../../src/model/grants.js';
import { FeedError } from '../../src/errors.js';
import { actual, expected } from './answers.js';
import { load, readAll, type Read } from './engine.js';
import { Dice, pipeline, START } from './pipelines.js';
import { query, urlOf } from './queries.js';
import { data, type AppRow, type Data, type StreamRow, type TagRow } from './rows.js';

/** Queries per run, and the seed: ORACLE_QUERIES=20000 ORACLE_SEED=7 npm test -- test/oracle */
const QUERIES = Number(process.env.ORACLE_QUERIES ?? 600);
const SEED = Number(process.env.ORACLE_SEED ?? 20260301);

/** Grants, and the rows that plain code grants. */
interface Case {
  readonly grants: Grants;
  readonly app?: (row: AppRow, whole: Data) => boolean;
  readonly stream?: (row: StreamRow) => boolean;
  readonly tag?: (row: TagRow) => boolean;
}

const CASES: Readonly<Record<string, Case>> = {
  'one tenant': {
    grants: grantsOf({ tenants: new Set(['t1']) }),
    app: ({ tenantId }) => tenantId === 't1',
    stream: ({ tenantId }) => tenantId === 't1',
    tag: ({ tenantId }) => tenantId === 't1',
  },
  'row filters on every set, one of them over a navigation property': {
    grants: grantsOf({
      rows: new Map([
        ['DiscoveredApps', "riskScore gt 6 or appTags/any(t:t/tag eq 'HR')"],
        ['Streams', "id ne 'q'"],
        ['AppTags', "tag ne 'HR'"],
      ]),
    }),
    app: ({ riskScore, tenantId, id }, { appTags }) =>
      (riskScore !== null && riskScore > 6n) ||
      appTags.some((row) => row.tenantId === tenantId && row.appId === id && row.tag === 'HR'),
    stream: ({ id }) => id !== 'q',
    tag: ({ tag }) => tag !== 'HR',
  },
  'a tenant, and a filter that cannot be worked out for some rows': {
    grants: grantsOf({
      tenants: new Set(['t2']),
      rows: new Map([['DiscoveredApps', '100 div deviceCount ge 30']]),
    }),
    app: ({ tenantId, deviceCount }) =>
      tenantId === 't2' && deviceCount !== null && deviceCount !== 0n && 100n / deviceCount >= 30n,
    stream: ({ tenantId }) => tenantId === 't2',
    tag: ({ tenantId }) => tenantId === 't2',
  },
};

function granted(whole: Data, { app, stream, tag }: Case): Data {
  return {
    apps: whole.apps.filter((row) => app?.(row, whole) ?? true),
    streams: whole.streams.filter((row) => stream?.(row) ?? true),
    appTags: whole.appTags.filter((row) => tag?.(row) ?? true),
  };
}

const datasets = [30, 60, 100].map((size, at) => {
  const [rows] = fc.sample(data(size), { seed: SEED + at, numRuns: 1 });
  return { data: rows!, snapshot: load(rows!) };
});

describe.each(Object.entries(CASES))('A reader with grants: %s', (_name, one) => {
  it(`gets what a store answers that holds nothing else (${QUERIES} queries, seed ${SEED})`, () => {
    const parts = datasets.map((set) => granted(set.data, one));
    // Neither everything nor nothing is granted: else the case proves nothing.
    for (const [at, part] of parts.entries()) {
      expect(part.apps.length).toBeGreaterThan(0);
      expect(part.apps.length).toBeLessThan(datasets[at]!.data.apps.length);
    }
    fc.assert(
      fc.property(fc.nat(datasets.length - 1), query, fc.integer({ min: 1, max: 40 }), (at, of, pageSize) => {
        const url = urlOf(of).map(decodeURIComponent).join('?');
        const said = actual(of, datasets[at]!.snapshot, pageSize, one.grants);
        expect({ url, ...said }).toEqual({ url, ...expected(of, parts[at]!, pageSize) });
      }),
      { numRuns: QUERIES, seed: SEED, endOnFailure: false },
    );
  });

  it(`aggregates nothing else (${QUERIES / 2} pipelines of $apply)`, () => {
    const small = datasets.map((set) => load(granted(set.data, one)));
    for (let at = 0; at < QUERIES / 2; at++) {
      const { text, shape } = pipeline(new Dice(SEED + at * 7919), START);
      const url = ['DiscoveredApps', `$apply=${encodeURIComponent(text)}`] as const;
      const names = shape.fields.filter(({ far }) => !far).map(({ name }) => name);
      const rowsOf = (read: Read) =>
        read.rows.map((row) => names.map((name) => (row.has?.(name) === false ? '' : row.text(name))));
      const which = at % datasets.length;
      const said = rowsOf(readAll(datasets[which]!.snapshot, url, 20, one.grants));
      expect({ text, said }).toEqual({ text, said: rowsOf(readAll(small[which]!, url, 20)) });
    }
  });
});

/** The error code of a read, or `undefined`. */
function codeOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof FeedError) return error.code;
    throw error;
  }
}

describe('A reader from whom properties are hidden', () => {
  const grants = grantsOf({ hiddenFacts: new Set(['DiscoveredApp.userCount', 'App.tags']) });
  /** What shows these facts: a column of its own, copies and what is worked out from them, a set that has them as its key. */
  const hidden = /userCount|tags|isSanctioned|appTags|Tags/;

  it(`is refused what names them, and gets the same rows as everybody else otherwise (${QUERIES} queries)`, () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.nat(datasets.length - 1), query, (at, of) => {
        const set = datasets[at]!;
        const url = urlOf(of).map(decodeURIComponent).join('?');
        if (hidden.test(url)) {
          refused++;
          const code = codeOf(() => actual(of, set.snapshot, 20, grants));
          expect({ url, code }).toEqual({ url, code: 'AUTH_NOT_GRANTED' });
          return;
        }
        expect({ url, ...actual(of, set.snapshot, 20, grants) }).toEqual({
          url,
          ...expected(of, set.data, 20),
        });
      }),
      { numRuns: QUERIES, seed: SEED, endOnFailure: false },
    );
    expect(refused).toBeGreaterThan(QUERIES / 10);
    expect(refused).toBeLessThan(QUERIES * 0.9);
  });
});
