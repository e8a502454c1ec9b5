import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Program, type RunningProcess } from './program.js';
import { RARELY } from './upstream.js';

const APPS = 400;
/** More bytes than the sockets of a loopback connection take in: a reader that pauses holds the answer up. */
const LONG_ANSWER = 'DiscoveredApps?$expand=stream($expand=discoveredApps($top=30))';

let program: Program;
let dataDir: string;
beforeAll(async () => {
  program = await Program.compile();
  dataDir = await program.scratch();
}, 120_000);
afterAll(() => program.remove());

const serve = (env: Record<string, string> = {}) =>
  program.start(['serve'], { PORT: '0', DATA_DIR: dataDir, SAMPLE_APPS: String(APPS), ...RARELY, ...env });

const feedUrl = async (server: RunningProcess) => (await server.says(/Feed URL +(http:\S+\/odata\/)\n/))[1]!;
const rowLine = async (server: RunningProcess) => (await server.says(/Rows +(.+)\n/))[1]!;

async function count(url: string): Promise<number> {
  return Number(await (await fetch(`${url}DiscoveredApps/$count`)).text());
}

/** Asks and does not read on: the answer is under way until it is read. */
async function pausedAnswer(url: string): Promise<IncomingMessage> {
  const [answer] = (await once(httpGet(url), 'response')) as [IncomingMessage];
  answer.pause();
  return answer;
}

describe('discovery-feed serve on the sample tenant', () => {
  let url: string;
  let rows: string;

  it('prints what a person needs, polls, and serves rows', async () => {
    const server = serve();
    url = await feedUrl(server);
    rows = await rowLine(server);
    const [, seconds] = await server.says(/Serving rows +([\d.]+) s after the start/);
    expect(Number(seconds)).toBeGreaterThan(0);
    const printed = server.stdout;
    expect(printed).toContain('SAMPLE TENANT, every row is made up');
    expect(printed).toContain(`Get data → OData feed → paste ${url} → OK → Anonymous`);
    expect(printed).toContain(`OData.Feed("${url}", null, [Implementation="2.0", Concurrent=true])`);
    expect(printed).toMatch(/Next refresh +\d{4}-01-01 00:00 UTC/);
    expect(printed).toContain('set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET');
    expect(rows).not.toContain('not yet');
    expect(rows).toContain(`DiscoveredApps ${(await count(url)).toLocaleString('en')} ·`);
    for (const line of server.stderr.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ msg: /./ });

    const page = await (await fetch(url.replace('odata/', ''))).text();
    expect(page).toContain(url);
    expect((await fetch(url.replace('odata/', 'ready'))).status).toBe(200);

    await expectWriterIsKept(server);

    server.kill('SIGTERM');
    expect(await server.ended).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/"event":"serverStopped"/),
    });
  }, 180_000);

  async function expectWriterIsKept(server: RunningProcess): Promise<void> {
    const env = { DATA_DIR: dataDir, SAMPLE_APPS: String(APPS) };
    const second = await program.run(['refresh'], env);
    expect(second).toMatchObject({ code: 75, stdout: '' });
    expect(second.stderr).toMatch(new RegExp(`STORE_LOCKED: .*\\b${server.pid}\\b.*\\n→ `));
    const check = await program.run(['check'], env);
    expect(check).toMatchObject({ code: 0 });
    expect(check.stdout).toMatch(/^ok {6}store .*: generation \S+ of \S+ checks out$/m);
    expect(await count(url)).toBeGreaterThan(0);
  }

  it('started again, serves the stored generation at once, without a poll', async () => {
    const server = serve();
    const again = await feedUrl(server);
    expect(await rowLine(server)).toBe(rows);
    expect(await count(again)).toBeGreaterThan(0);
    expect(server.stderr).not.toContain('refreshStarted');

    const answer = await pausedAnswer(again + LONG_ANSWER);
    server.kill('SIGTERM');
    await heard(server, 'serverStopping');
    await expect(fetch(again)).rejects.toThrow();
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    const { value } = JSON.parse(Buffer.concat(parts).toString()) as { value: unknown[] };
    expect(value.length).toBeGreaterThan(APPS);
    expect(await server.ended).toMatchObject({ code: 0, stderr: expect.stringContaining('"cutAnswers":0') });
  }, 120_000);

  it('a reader that never goes on is cut after DRAIN_SECONDS, and a second signal ends the process at once', async () => {
    const server = serve({ DRAIN_SECONDS: '1' });
    const impatient = pausedAnswer((await feedUrl(server)) + LONG_ANSWER);
    const answer = await impatient;
    answer.on('error', () => undefined);
    server.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ code: 0, stderr: expect.stringContaining('"cutAnswers":1') });

    const other = serve({ DRAIN_SECONDS: '600' });
    const held = await pausedAnswer((await feedUrl(other)) + LONG_ANSWER);
    held.on('error', () => undefined);
    other.kill('SIGINT');
    await heard(other, 'serverStopping');
    other.kill('SIGINT');
    expect(await other.ended).toMatchObject({ code: 130 });
  }, 120_000);
});

/** Waits for an event in the log. */
async function heard(server: RunningProcess, event: string): Promise<void> {
  while (!server.stderr.includes(`"event":"${event}"`))
    await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('discovery-feed serve with readers', () => {
  const PASSWORD = 'correct horse, battery: staple 🐎';

  it('takes the key of create-key and the password of hash-password, and nobody else', async () => {
    const [made, hashed] = await Promise.all([
      program.run(['create-key', 'bi']),
      program.run(['hash-password'], {}, `${PASSWORD}\n`),
    ]);
    const key = /^Key .*: +(\S+)$/m.exec(made.stdout)![1]!;
    const entry = /^For API_KEYS: +(\S+)$/m.exec(made.stdout)![1]!;
    expect([hashed.code, hashed.stderr]).toEqual([0, '']);
    const server = serve({ API_KEYS: entry, BASIC_USERS: `reader:${hashed.stdout.trim()}` });
    const url = await feedUrl(server);
    await rowLine(server);
    expect(server.stdout).not.toContain('→ Anonymous');

    const basic = (password: string) => ({
      Authorization: `Basic ${Buffer.from(`reader:${password}`).toString('base64')}`,
    });
    const asked: readonly (readonly [path: string, headers: Record<string, string>, status: number])[] = [
      ['', {}, 401],
      [`?key=${key}`, {}, 200],
      ['', { 'x-api-key': key }, 200],
      ['', { Authorization: `Bearer ${key}` }, 200],
      ['', basic(PASSWORD), 200],
      [`?key=${key.slice(1)}`, {}, 401],
      ['', { 'x-api-key': entry.split(':')[1]! }, 401],
      ['', basic('correct horse'), 401],
    ];
    for (const [path, headers, status] of asked) {
      const answer = await fetch(url + path, { headers });
      expect([path.length, Object.keys(headers), answer.status]).toEqual([
        path.length,
        Object.keys(headers),
        status,
      ]);
      expect(answer.headers.get('odata-version')).toBe('4.0');
      expect(await answer.text()).not.toContain(key);
    }
    server.kill('SIGTERM');
    const { stdout, stderr } = await server.ended;
    expect(stdout + stderr).not.toContain(key);
    expect(stdout + stderr).not.toContain('correct horse');
  }, 120_000);
});
