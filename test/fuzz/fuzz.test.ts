import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { compile, ROOT } from '../../scripts/compiled.mjs';

const REQUESTS = 3000;
const SEED = 20_261_123;
const WITHIN_MS = 15 * 60_000;

let folder: string;
beforeAll(async () => {
  folder = await compile(['src']);
}, WITHIN_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fuzz(...more: string[]): Promise<{ code: number | null; said: string }> {
  const script = join(ROOT, 'scripts/fuzz.mjs');
  const child = spawn(process.execPath, [script, '--dist', join(folder, 'src'), ...more], { stdio: 'pipe' });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

describe('npm run fuzz', () => {
  it(
    `${REQUESTS} generated requests: no crash, no 500, 502 or 504, every refusal an OData error of the table`,
    async () => {
      const { code, said } = await fuzz('--requests', String(REQUESTS), '--seed', String(SEED));
      expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' });
      const counts = /all {6}(.*)/.exec(said)?.[1] ?? '';
      expect(counts).toMatch(/\b200: \d+/);
      expect(counts).not.toMatch(/\b50[024]: /);
      expect(said).toContain(`0 kinds of failures, 0 crashes (seed ${SEED})`);
      for (const kind of ['query', 'path', 'headers', 'batch', 'mutated', 'bytes'])
        expect(said).toMatch(new RegExp(`^ {2}${kind} +\\d{3}: `, 'm'));
    },
    WITHIN_MS,
  );

  it(
    '--auth: only right credentials are answered, none is refused for others’ failures, none comes back',
    async () => {
      const { code, said } = await fuzz('--requests', '1000', '--seed', String(SEED), '--auth');
      expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' });
      expect(said).toMatch(/all {6}200: \d+.* 401: \d+/);
    },
    WITHIN_MS,
  );

  it(
    '--break: a server that answers 500 now and then is found wanting',
    async () => {
      const { code, said } = await fuzz('--requests', '400', '--seed', String(SEED), '--break');
      expect(code).toBe(1);
      expect(said).toMatch(/^FAILURE query: status N \(500\)/m);
    },
    WITHIN_MS,
  );
});
