import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Program, type Ended, type Env } from './program.js';
import { sideBySide } from './upstream.js';

const ID = '11111111-2222-3333-4444-555555555555';

/** Configurations that must not start, the exit code, and what the message says. */
const REFUSED: readonly (readonly [name: string, env: Env, code: number, ...says: string[]])[] = [
  [
    'HOST=0.0.0.0 without an authenticator, and everything else that is wrong',
    { HOST: '0.0.0.0', PORT: 'abc', POLL_CRON: 'x', PAGE_SIZE: '0' },
    78,
    'The configuration has 5 mistakes',
    "port: 'abc' from PORT (environment)",
    "pollCron: 'x'",
    "pageSize: '0'",
    "host: '0.0.0.0' would serve everybody who can reach it",
    'API_KEYS (discovery-feed create-key)',
    'publicUrl: is missing',
  ],
  [
    'a tenant without an application',
    { AZURE_TENANT_ID: ID },
    78,
    'Missing: AZURE_CLIENT_ID, AZURE_CLIENT_SECRET (or AZURE_CLIENT_CERTIFICATE_PATH, AZURE_FEDERATED_TOKEN_FILE, AZURE_MANAGED_IDENTITY)',
  ],
  [
    'an application without a secret',
    { AZURE_TENANT_ID: ID, AZURE_CLIENT_ID: ID },
    78,
    'Missing: AZURE_CLIENT_SECRET (or AZURE_CLIENT_CERTIFICATE_PATH, AZURE_FEDERATED_TOKEN_FILE, AZURE_MANAGED_IDENTITY)',
  ],
  ['a secret alone', { AZURE_CLIENT_SECRET: 'do-not-show' }, 78, 'Missing: AZURE_TENANT_ID, AZURE_CLIENT_ID'],
  [
    'NODE_ENV=production without a tenant',
    { NODE_ENV: 'production' },
    78,
    'does not serve the sample tenant',
    'AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET',
  ],
  ['a configuration file that is not there', { CONFIG_FILE: 'nope.json' }, 78, 'nope.json'],
  ['a data folder that is a file', { DATA_DIR: 'package.json/x' }, 74, 'STORE_UNAVAILABLE', 'DATA_DIR'],
];

let program: Program;
let taken: ReturnType<typeof createServer>;
let ended: Ended[];
let portTaken: Ended;
beforeAll(async () => {
  program = await Program.compile();
  taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const runs = REFUSED.map(
    ([, env]) =>
      () =>
        program.run(['serve'], { PORT: '0', ...env }),
  );
  const last = async () =>
    program.run(['serve', '--port', String(port)], { DATA_DIR: await program.scratch(), SAMPLE_APPS: '5' });
  [portTaken, ...ended] = (await sideBySide([last, ...runs])) as [Ended, ...Ended[]];
}, 300_000);
afterAll(async () => {
  taken.close();
  await program.remove();
});

describe('discovery-feed serve does not start, and says everything that is wrong, with', () => {
  it.each(REFUSED.map(([name], index) => [name, index] as const))('%s', (_name, index) => {
    const [, , code, ...says] = REFUSED[index]!;
    const { stdout, stderr, code: got } = ended[index]!;
    expect({ code: got, stderr }).toMatchObject({ code });
    for (const words of says) expect(stderr).toContain(words);
    expect(stderr).toMatch(/\n→ \w/);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/do-not-show|\n\s+at /);
  });

  it('a port that another program has', () => {
    expect(portTaken).toMatchObject({ code: 78 });
    expect(portTaken.stderr).toContain('CONFIG_INVALID: Cannot listen on 127.0.0.1:');
    expect(portTaken.stderr).toContain(
      '→ Another program has the port: set PORT to a free one, or 0 for any.',
    );
    expect(portTaken.stdout).not.toContain('Feed URL');
  });
});

describe('A data folder of a newer version', () => {
  it('is neither served nor touched: check and serve end with 78 and name the way out', async () => {
    const dataDir = await program.scratch();
    const filled = await program.run(['refresh'], { DATA_DIR: dataDir, SAMPLE_APPS: '5' });
    expect(filled).toMatchObject({ code: 0 });
    const folder = join(dataDir, 'sample', 'generations');
    const newest = (await readdir(folder)).sort().at(-1)!;
    const content = JSON.stringify({ formatVersion: 2, checksum: 'x', generation: {} });
    await writeFile(join(folder, newest), content);
    const runs = ['check', 'serve', 'refresh'].map(
      (command) => () => program.run([command], { DATA_DIR: dataDir, SAMPLE_APPS: '5', PORT: '0' }),
    );
    const [check, ...others] = await sideBySide(runs, 1);
    expect(check).toMatchObject({ code: 78 });
    expect(check!.stdout).toMatch(
      /^FAILED {2}store .*: STORE_TOO_NEW: .*written by a newer version.*\n\s+→ Run that version or a newer one/m,
    );
    for (const other of others) {
      expect(other).toMatchObject({ code: 78 });
      expect(other.stderr).toMatch(/STORE_TOO_NEW: .*\n→ Run that version or a newer one/);
    }
    expect(await readdir(folder)).toContain(newest);
  });
});
