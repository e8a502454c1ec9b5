import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ERRORS } from '../../src/errors.js';
import { ENTITY_SETS } from '../../src/model/catalog.js';
import { NAMESPACE } from '../../src/model/namespace.js';
import { FUNCTIONS } from '../../src/query/functions.js';
import { ServedWorlds } from './served-worlds.js';

/** Requests per run, and the seed: GRANT_PROBES=50000 GRANT_SEED=7 npm test -- test/security/generated-probes */
const PROBES = Number(process.env.GRANT_PROBES ?? 900);
const SEED = Number(process.env.GRANT_SEED ?? 20261127);

/** What the generators of `npm run fuzz` make of a model. */
type RequestsOf = (model: object) => Record<'query' | 'path', fc.Arbitrary<{ target: string }>>;

const worlds = new ServedWorlds();
beforeAll(() => worlds.start());
afterAll(() => worlds.stop());

/** Generated queries with the names and values that a reader of everything knows, those of hidden rows included. */
async function targets(): Promise<string[]> {
  const path = '../../scripts/fuzz/requests.mjs';
  const { requestsOf } = (await import(path)) as { requestsOf: RequestsOf };
  const rows: Record<string, unknown> = {};
  for (const { name } of ENTITY_SETS) {
    const { text } = await worlds.answerOf(1, `${name}?$top=5`, 'admin');
    rows[name] = (JSON.parse(text) as { value: unknown }).value;
  }
  const { query, path: paths } = requestsOf({
    sets: ENTITY_SETS,
    namespace: NAMESPACE,
    functions: FUNCTIONS,
    errors: ERRORS,
    rows,
  });
  return fc
    .sample(fc.oneof(query, query, paths), { numRuns: PROBES, seed: SEED })
    .map(({ target }) => target.replace(/^\/odata\//, ''))
    .filter((target) => !/now/i.test(target));
}

describe('Two feeds that differ only in what a reader may not see', () => {
  it(`answer generated requests alike (${PROBES}, seed ${SEED})`, async () => {
    const statuses = new Map<string, number>();
    let telling = 0;
    for (const [at, target] of (await targets()).entries()) {
      const one = await worlds.bytesOf(0, target);
      expect(`${target}\n${await worlds.bytesOf(1, target)}`).toBe(`${target}\n${one}`);
      const status = one.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (at % 10 !== 0) continue;
      const whole = [await worlds.bytesOf(0, target, 'admin'), await worlds.bytesOf(1, target, 'admin')];
      if (whole[0] !== whole[1]) telling++;
    }
    // Enough of them are answered, are refused, and tell the worlds apart for a reader of everything.
    expect(statuses.get('200')).toBeGreaterThan(PROBES / 10);
    expect(statuses.get('403')).toBeGreaterThan(PROBES / 10);
    expect(statuses.get('500')).toBeUndefined();
    expect(telling).toBeGreaterThan(PROBES / 100);
  });
});
