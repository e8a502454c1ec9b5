import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');

describe('npm run dialogue', () => {
  // The script plays against the built server, as a person does: `npm ci` builds it.
  const isBuilt = existsSync(join(ROOT, 'dist/main.js'));
  const test = isBuilt ? it : it.skip;

  test(`plays Power BI's dialogue while refreshes run every second${isBuilt ? '' : ' (needs npm run build)'}`, async () => {
    const args = [join(ROOT, 'scripts/dialogue.mjs'), '--times', '3', '--apps', '200', '--pause', '50'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 55_000 });
    expect(stdout).toMatch(/^play 3: \d+ rows in \d+ pages; \d+ generations so far$/m);
    expect(stdout).toContain(
      '3 of 3 plays equal one generation; a generation was published within 3 of them',
    );
  });

  test('refuses numbers that make no sense', async () => {
    const run = promisify(execFile)(process.execPath, [
      join(ROOT, 'scripts/dialogue.mjs'),
      '--times',
      'many',
    ]);
    await expect(run).rejects.toMatchObject({
      code: 2,
      stderr: "--times needs a whole number of 1 or more, not 'many'.\n",
    });
  });
});
