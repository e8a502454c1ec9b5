import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EdmValue } from '../../src/model/edm-value.js';
import type { ResultRow } from '../../src/store/store.js';
import { load, readAll } from './engine.js';
import { number, text } from './expressions.js';
import {
  compare,
  condition,
  Dice,
  ordering,
  pipeline,
  START,
  startRows,
  type Row,
  type Value,
} from './pipelines.js';
import { data, type AppRow } from './rows.js';

/** Queries per run, and the seed: ORACLE_QUERIES=20000 ORACLE_SEED=7 npm test -- test/oracle/apply */
const QUERIES = Number(process.env.ORACLE_QUERIES ?? 2000);
const SEED = Number(process.env.ORACLE_SEED ?? 20260301);

const datasets = [0, 2, 10, 30, 60, 100].map((size, at) => {
  const [rows] = fc.sample(data(size), { seed: SEED + at, numRuns: 1 });
  return { data: rows!, snapshot: load(rows!) };
});

/** Whole numbers as bigints, so that 1 and 1n are one. */
const plain = (value: EdmValue | Value): unknown =>
  typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;

interface Generated {
  readonly query: string;
  readonly names: readonly string[];
  readonly rows: (start: readonly Row[]) => readonly Row[];
  /** How many rows there are before $skip and $top, when that is asked for. */
  readonly total: (start: readonly Row[]) => number | undefined;
}

/** A pipeline, and some of the options that come after it. */
function generated(seed: number): Generated {
  const dice = new Dice(seed);
  const { text: apply, run, shape } = pipeline(dice, START);
  const options = [`$apply=${encodeURIComponent(apply)}`];
  const maybe = () => shape.fields.length > 0 && dice.below(3) === 0;
  const filter = maybe() ? condition(dice, shape) : undefined;
  const order = maybe() ? ordering(dice, shape) : undefined;
  const skip = dice.below(4) === 0 ? dice.below(5) : undefined;
  const top = dice.below(4) === 0 ? dice.below(20) : undefined;
  const count = dice.below(3) === 0;
  if (filter) options.push(`$filter=${encodeURIComponent(filter.text)}`);
  if (order) options.push(`$orderby=${encodeURIComponent(order.text)}`);
  if (skip !== undefined) options.push(`$skip=${skip}`);
  if (top !== undefined) options.push(`$top=${top}`);
  if (count) options.push('$count=true');
  const matching = (start: readonly Row[]) => {
    const made = run(start);
    return filter ? made.filter(filter.holds) : made;
  };
  return {
    query: options.join('&'),
    names: shape.fields.filter(({ far }) => !far).map(({ name }) => name),
    rows(start) {
      const sorted = order ? order.sort(matching(start)) : matching(start);
      return sorted.slice(skip ?? 0, (skip ?? 0) + (top ?? Infinity));
    },
    total: (start) => (count ? matching(start).length : undefined),
  };
}

const engineRow = (row: ResultRow, names: readonly string[]) =>
  names.filter((name) => row.has?.(name) !== false).map((name) => [name, plain(row.value(name))]);
const rightRow = (row: Row, names: readonly string[]) =>
  names.filter((name) => row.values.has(name)).map((name) => [name, plain(row.values.get(name)!)]);

const words = (answer: unknown) =>
  JSON.stringify(answer, (_, value: unknown) => (typeof value === 'bigint' ? `${String(value)}n` : value));

describe('Generated $apply pipelines', () => {
  it(`answer what plain array code answers (${QUERIES} queries, seed ${SEED})`, () => {
    let interesting = 0;
    const kinds = new Set<string>();
    for (let at = 0; at < QUERIES; at++) {
      const set = datasets[at % datasets.length]!;
      const of = generated(SEED + at * 7919);
      const url = decodeURIComponent(of.query);
      for (const [name] of url.matchAll(/\b(?:rollup|[a-z]+)(?=\()/g)) kinds.add(name);
      const start = startRows(set.data);
      const right = of.rows(start);
      if (right.length > 0 && right.length < start.length) interesting++;
      const read = readAll(set.snapshot, ['DiscoveredApps', of.query], 1 + (at % 40));
      const actual = { total: read.totals[0], rows: read.rows.map((row) => engineRow(row, of.names)) };
      const expected = { total: of.total(start), rows: right.map((row) => rightRow(row, of.names)) };
      expect(`${url} → ${words(actual)}`).toBe(`${url} → ${words(expected)}`);
    }
    expect(interesting).toBeGreaterThan(QUERIES / 4);
    expect([...kinds]).toEqual(
      expect.arrayContaining([
        'groupby',
        'rollup',
        'aggregate',
        'concat',
        'toppercent',
        'bottomsum',
        'search',
        'compute',
      ]),
    );
  });
});

describe('Generated $compute', () => {
  it(`answers what plain array code answers (${QUERIES / 2} queries, seed ${SEED})`, () => {
    const expression = fc.oneof(number, text);
    fc.assert(
      fc.property(
        fc.constantFrom(...datasets),
        expression,
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        (set, of, descending, pageSize) => {
          const options = [
            `$compute=${of.text} as x`,
            `$filter=x ne null`,
            `$orderby=x${descending ? ' desc' : ''}`,
            '$select=x,id',
          ];
          const query = options
            .map((option) => option.replace(/=(.*)/s, (_, value: string) => `=${encodeURIComponent(value)}`))
            .join('&');
          const keyOf = (row: AppRow) => [row.tenantId, row.streamId, row.id];
          const right = set.data.apps
            .map((row) => ({ row, x: of.value({ row, data: set.data, item: '' }) }))
            .filter(({ x }) => x !== null)
            .sort((left, other) => {
              const sign = compare(left.x, other.x);
              if (sign !== 0) return descending ? -sign : sign;
              const [here, there] = [keyOf(left.row), keyOf(other.row)];
              return here.map((part, at) => compare(part, there[at]!)).find((each) => each !== 0) ?? 0;
            });
          const read = readAll(set.snapshot, ['DiscoveredApps', query], pageSize);
          expect({
            of: of.text,
            rows: read.rows.map((row) => [row.value('id'), plain(row.value('x'))]),
          }).toEqual({
            of: of.text,
            rows: right.map(({ row, x }) => [row.id, plain(x)]),
          });
        },
      ),
      { numRuns: QUERIES / 2, seed: SEED, endOnFailure: false },
    );
  });
});
