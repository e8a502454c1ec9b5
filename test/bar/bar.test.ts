import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { compile } from '../../scripts/compiled.mjs';
import { ROWS } from './rows.js';

const WITHIN_MS = 5 * 60_000;
/** These are broken on purpose on every run of the suite; the others are by hand (docs/operations.md): they take longer. */
const QUICKLY_BROKEN = ['full', 'two'];

/** What `npm run bar` does, in the short form. */
describe('the bar', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await compile(['src', 'test']);
  }, WITHIN_MS);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function bar(...args: string[]): Promise<{ code: number | null; said: string }> {
    const child = spawn(process.execPath, [join(folder, 'test/bar/main.js'), ...args], { stdio: 'pipe' });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, said };
  }

  it.each(Object.entries(ROWS))(
    'row %s',
    async (name) => {
      const { code, said } = await bar(name);
      expect(said).toMatch(new RegExp(`^${name} +held: `, 'm'));
      expect(code).toBe(0);
    },
    WITHIN_MS,
  );

  it.each(QUICKLY_BROKEN)(
    'row %s fails when it is broken on purpose',
    async (name) => {
      const [how = ''] = Object.keys(ROWS[name]?.breaks ?? {});
      const { code, said } = await bar(name, '--break', how);
      expect(said).toMatch(new RegExp(`^${name} +BROKEN: .*\\n +\\w`, 'm'));
      expect(code).toBe(1);
    },
    WITHIN_MS,
  );

  it('lists its rows, and refuses what it does not have', async () => {
    const { said } = await bar();
    for (const [name, { promise, breaks }] of Object.entries(ROWS)) {
      expect(said).toContain(promise);
      expect({ name, breaks: Object.keys(breaks).length }).not.toEqual({ name, breaks: 0 });
    }
    expect(await bar('nonsense')).toMatchObject({ code: 2 });
    expect(await bar('soak', '--break', 'nonsense')).toMatchObject({ code: 2 });
  });
});
