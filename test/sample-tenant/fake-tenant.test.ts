import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { transformFile } from '@swc/core';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const SOURCE = join(import.meta.dirname, '../../src/sample-tenant');
let folder: string;

/** Compiles this room alone, so the test needs no build of the whole. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-tenant-'));
  await mkdir(join(folder, 'dist'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  for (const file of await readdir(SOURCE)) {
    const jsc = { target: 'es2022', parser: { syntax: 'typescript' } } as const;
    const { code } = await transformFile(join(SOURCE, file), { jsc, module: { type: 'es6' } });
    await writeFile(join(folder, 'dist', file.replace(/\.ts$/, '.js')), code);
  }
});
afterAll(() => rm(folder, { recursive: true }));

type Printed = Readonly<Record<string, string>>;

class Process {
  readonly #lines: AsyncIterator<string>;
  readonly child: ChildProcess;
  stderr = '';

  constructor(...args: readonly string[]) {
    const child = spawn(process.execPath, [join(folder, 'dist/fake-tenant.js'), ...args], { stdio: 'pipe' });
    child.stderr.on('data', (text: Buffer) => (this.stderr += text.toString()));
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.child = child;
  }

  async line(): Promise<Printed> {
    return JSON.parse(String((await this.#lines.next()).value)) as Printed;
  }

  tell(command: object): Promise<Printed> {
    this.child.stdin?.write(`${JSON.stringify(command)}\n`);
    return this.line();
  }

  ended(): Promise<number | null> {
    return new Promise((resolve) => this.child.once('exit', resolve));
  }

  stop(): Promise<number | null> {
    const ended = this.ended();
    this.child.kill('SIGTERM');
    return ended;
  }
}

async function signIn(printed: Printed): Promise<Record<string, unknown>> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: printed.clientId!,
    client_secret: printed.clientSecret!,
    scope: 'https://graph.microsoft.com/.default',
  });
  const url = `${printed.authorityHost}/${printed.tenantId}/oauth2/v2.0/token`;
  return (await (await fetch(url, { method: 'POST', body })).json()) as Record<string, unknown>;
}

describe('the fake tenant as a process of its own', () => {
  it('prints what a product needs, serves it, obeys commands and ends on SIGTERM', async () => {
    const fake = new Process('--apps', '20', '--seed', '9', '--today', '2026-03-01');
    const printed = await fake.line();
    expect(Object.keys(printed).sort()).toEqual(
      ['authorityHost', 'clientId', 'clientSecret', 'graphBaseUrl', 'tenantId'].sort(),
    );
    const { access_token: token } = await signIn(printed);
    const streams = `${printed.graphBaseUrl}/security/dataDiscovery/cloudAppDiscovery/uploadedStreams`;
    const get = () => fetch(streams, { headers: { Authorization: `Bearer ${String(token)}` } });
    expect(JSON.stringify(await (await get()).json())).toContain('2026-03-01T06:00:00Z');
    expect(await fake.tell({ today: '2026-03-02' })).toEqual({
      ok: true,
      graphRequests: 1,
      tokenRequests: 1,
    });
    expect(JSON.stringify(await (await get()).json())).toContain('2026-03-02T06:00:00Z');
    await fake.tell({ inject: { fault: 'error503' } });
    expect([(await get()).status, (await get()).status]).toEqual([503, 200]);
    expect(await fake.tell({ inject: { fault: 'meteor' } })).toMatchObject({ ok: false });
    expect(await fake.stop()).toBe(0);
  });

  it.each([
    ['wrongSecret', 7000215],
    ['expiredSecret', 7000222],
    ['unknownApp', 700016],
    ['unknownTenant', 90002],
  ])('prints credentials that end in %s: AADSTS%i', async (state, code) => {
    const fake = new Process('--apps', '1', '--state', state);
    const refusal = await signIn(await fake.line());
    await fake.stop();
    expect(refusal.error_codes).toEqual([code]);
  });

  it('refuses a state that it does not know, by name', async () => {
    const fake = new Process('--state', 'sleepy');
    expect(await fake.ended()).not.toBe(0);
    expect(fake.stderr).toContain(
      '--state must be one of ok, wrongSecret, expiredSecret, unknownApp, unknownTenant',
    );
  });
});
