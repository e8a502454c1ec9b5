import { describe, expect, it } from '@jest/globals';
import { SortedRuns } from '../../src/refresh/sorted-runs.js';

interface Row {
  readonly id: string;
  readonly version: number;
  readonly bytes?: bigint | null;
}

/** More than one run, the last one not full. */
const MANY = 10_000;

describe('rows in sorted runs', () => {
  it.each([0, 1, 4095, 4096, 4097, 8192, MANY])('gives %i rows back by id', async (count) => {
    const runs = await filled(shuffled(count).map((at) => ({ id: idOf(at), version: at })));
    expect(runs.size).toBe(count);
    expect((await all(runs)).map(({ version }) => version)).toEqual(
      Array.from({ length: count }, (_, at) => at),
    );
  });

  it('keeps of equal ids the row added last, wherever the others lie', async () => {
    const runs = new SortedRuns<Row>();
    for (let version = 0; version < 3; version += 1)
      for (const at of shuffled(MANY))
        if (at % (version + 1) === 0) await runs.add({ id: idOf(at), version });
    expect(runs.size).toBe(MANY);
    const rows = await all(runs);
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: MANY }, (_, at) => idOf(at)));
    expect(rows.map(({ version }) => version)).toEqual(
      Array.from({ length: MANY }, (_, at) => (at % 3 === 0 ? 2 : at % 2 === 0 ? 1 : 0)),
    );
  });

  it('orders as the store does: by code units, not by code points or a language', async () => {
    const ids = ['a', 'B', 'ä', '\u{1F600}', '\uFF21', '10', '9', ''];
    const runs = await filled(ids.map((id, version) => ({ id, version })));
    expect((await all(runs)).map(({ id }) => id)).toEqual([...ids].sort());
  });

  it('gives back what was added: large counts, nulls, any text', async () => {
    const odd: Row[] = [
      { id: 'big', version: 1, bytes: 2n ** 63n - 1n },
      { id: 'lone \uD800', version: 2, bytes: null },
    ];
    const filler = Array.from({ length: MANY }, (_, at) => ({ id: idOf(at), version: 0 }));
    const rows = await all(await filled([...odd, ...filler]));
    expect(rows.filter(({ version }) => version > 0)).toEqual(odd);
  });

  it('can be read again, and after more was added', async () => {
    const runs = await filled(shuffled(5000).map((at) => ({ id: idOf(at), version: 0 })));
    expect(await all(runs)).toEqual(await all(runs));
    await runs.add({ id: idOf(17), version: 1 });
    const rows = await all(runs);
    expect(rows).toHaveLength(5000);
    expect(rows[17]).toEqual({ id: idOf(17), version: 1 });
  });
});

function idOf(at: number): string {
  return String(at).padStart(6, '0');
}

/** 0 to count - 1 in an order that is the same in every run. */
function shuffled(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at).sort(
    (left, right) => scattered(left) - scattered(right),
  );
}

function scattered(at: number): number {
  return Math.imul(at + 1, 0x9e3779b1) >>> 0;
}

async function filled(rows: readonly Row[]): Promise<SortedRuns<Row>> {
  const runs = new SortedRuns<Row>();
  for (const row of rows) await runs.add(row);
  return runs;
}

async function all(runs: SortedRuns<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of runs) rows.push(row);
  return rows;
}
