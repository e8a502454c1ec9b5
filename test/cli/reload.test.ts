/** A changed configuration, taken over by a real process while it serves. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createKey } from '../../src/security/api-key.js';
import { Program, type Env, type RunningProcess } from './program.js';

const [OLD, NEW] = [createKey(), createKey()];
let program: Program;
beforeAll(async () => {
  program = await Program.compile();
}, 120_000);
afterAll(() => program.remove());

interface Served {
  readonly server: RunningProcess;
  readonly url: string;
  readonly write: (config: object) => Promise<void>;
  readonly status: (key: string, path?: string) => Promise<number>;
}

const keyOf = ({ sha256 }: { sha256: string }) => [{ name: 'power-bi', sha256 }];
const BASE = { sampleApps: 30, pollCron: '0 0 1 1 *', apiKeys: keyOf(OLD) };

async function serve(env: Env = {}): Promise<Served> {
  const folder = await program.scratch();
  const file = join(folder, 'feed.json');
  const write = (config: object) => writeFile(file, JSON.stringify({ ...BASE, ...config }));
  await write({});
  const fixed = { PORT: '0', DATA_DIR: join(folder, 'data'), CONFIG_FILE: file };
  const server = program.start(['serve'], { ...fixed, ...env });
  const [, url = ''] = await server.says(/Feed URL +(http:\S+\/odata\/)\n/);
  await server.says(/Serving rows/);
  const status = async (key: string, path = 'Streams') =>
    (await fetch(`${url}${path}`, { headers: { 'x-api-key': key } })).status;
  return { server, url, write, status };
}

async function end(server: RunningProcess): Promise<void> {
  server.kill('SIGTERM');
  expect((await server.ended).code).toBe(0);
}

const onPosix = process.platform === 'win32' ? it.skip : it;

describe('SIGHUP', () => {
  onPosix('takes keys, grants, limits and the schedule over, without dropping a connection', async () => {
    const { server, write, status, url } = await serve();
    expect([await status(OLD.key), await status(NEW.key)]).toEqual([200, 401]);
    const page = async () => {
      const answer = await fetch(`${url}DiscoveredApps`, { headers: { 'x-api-key': NEW.key } });
      return ((await answer.json()) as { value: unknown[] }).value.length;
    };
    await write({
      apiKeys: keyOf(NEW),
      pageSize: 7,
      pollCron: '0 0 2 1 *',
      grants: [{ to: ['key:power-bi'], sets: ['DiscoveredApps', 'Streams'] }],
    });
    server.kill('SIGHUP');
    const [line] = await server.logs(/.*configurationReloaded.*/);
    expect(JSON.parse(line)).toMatchObject({ changed: ['pageSize', 'apiKeys', 'grants', 'pollCron'] });
    expect([await status(OLD.key), await status(NEW.key), await status(NEW.key, 'Apps')]).toEqual([
      401, 200, 403,
    ]);
    expect(await page()).toBe(7);
    await end(server);
  });

  onPosix('is heard from the start on, also before what polls is there', async () => {
    const folder = await program.scratch();
    const file = join(folder, 'feed.json');
    await writeFile(file, JSON.stringify(BASE));
    const env = { PORT: '0', DATA_DIR: join(folder, 'data'), CONFIG_FILE: file };
    const server = program.start(['serve'], env);
    await server.logs(/serverStarted/);
    await writeFile(file, JSON.stringify({ ...BASE, pageSize: 7 }));
    server.kill('SIGHUP');
    const [line] = await server.logs(/.*configurationReloaded.*/);
    expect(JSON.parse(line)).toMatchObject({ changed: ['pageSize'] });
    await end(server);
  });

  onPosix('keeps what is in force when the new configuration is wrong, and says all that is', async () => {
    const { server, write, status } = await serve();
    await write({ apiKeys: keyOf(NEW), pageSize: 0, logLevel: 'loud' });
    server.kill('SIGHUP');
    const [line] = await server.logs(/.*configurationRefused.*/);
    expect(line).toContain('pageSize');
    expect(line).toContain('logLevel');
    expect([await status(OLD.key), await status(NEW.key)]).toEqual([200, 401]);
    await write({ apiKeys: keyOf(NEW) });
    server.kill('SIGHUP');
    await server.logs(/configurationReloaded/);
    expect([await status(OLD.key), await status(NEW.key)]).toEqual([401, 200]);
    await end(server);
  });

  onPosix('takes nothing over when a part of it needs a restart, and names that part', async () => {
    const { server, write, status } = await serve();
    await write({ apiKeys: keyOf(NEW), sampleApps: 40, storeMaxBytes: '1GiB' });
    server.kill('SIGHUP');
    const [line] = await server.logs(/.*configurationRefused.*/);
    expect(line).toContain('A change of STORE_MAX_BYTES, SAMPLE_APPS needs a restart');
    expect([await status(OLD.key), await status(NEW.key)]).toEqual([200, 401]);
    await end(server);
  });
});

describe('WATCH_CONFIG_FILE', () => {
  it('takes a changed file over by itself: the way on Windows', async () => {
    const { server, write, status } = await serve({ WATCH_CONFIG_FILE: 'true' });
    await write({ apiKeys: keyOf(NEW) });
    await server.logs(/configurationReloaded/);
    expect([await status(OLD.key), await status(NEW.key)]).toEqual([401, 200]);
    await end(server);
  });
});
