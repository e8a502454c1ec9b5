import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/load-config.js';
import type { Observation } from '../../src/observe/observation.js';
import { startServer, type RunningServer } from '../../src/server.js';
import { certificate, getSecurely, type Pem } from './pem.js';

const observed: Observation[] = [];
let folder: string;
let first: Pem;
let second: Pem;
let feed: RunningServer;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tls-'));
  [first, second] = await Promise.all([certificate('first'), certificate('second')]);
  await write(first.cert, first.private);
  const settings = loadConfig({
    env: {
      PORT: '0',
      DATA_DIR: folder,
      SAMPLE_APPS: '20',
      TLS_CERTIFICATE_PATH: join(folder, 'feed.crt'),
      TLS_KEY_PATH: join(folder, 'feed.key'),
      TRUSTED_PROXIES: '127.0.0.2',
      POLL_CRON: '0 0 1 1 *',
    },
  });
  feed = await startServer(settings, (observation) => observed.push(observation));
  port = Number(new URL(feed.url).port);
  await until(() => observed.some(({ kind }) => kind === 'refreshEnded'));
}, 120_000);

afterAll(async () => {
  await feed.stop('end of test');
  await rm(folder, { recursive: true, force: true });
});

async function write(cert: string, key: string): Promise<void> {
  await writeFile(join(folder, 'feed.crt'), cert);
  await writeFile(join(folder, 'feed.key'), key);
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

const get = (path: string, headers: Record<string, string> = {}, agent?: Agent) =>
  getSecurely(`https://localhost:${port}${path}`, [first, second], {
    headers,
    ...(agent === undefined ? {} : { agent }),
  });

const count = (kind: Observation['kind']) => observed.filter((one) => one.kind === kind).length;

describe('TLS of the server', () => {
  it('speaks https, with links that begin with it', async () => {
    const answer = await get('/odata/');
    expect(answer).toMatchObject({ status: 200, shown: 'first' });
    expect(answer.text).toContain(`"@odata.context":"https://localhost:${port}/odata/$metadata"`);
    expect(feed.url).toBe(`https://localhost:${port}/odata/`);
  });

  it.each([
    ['TLSv1.2', /^ECDHE-RSA-AES(128|256)-GCM-SHA(256|384)$/],
    ['TLSv1.3', /^TLS_/],
  ] as const)('speaks %s with a cipher that the Power BI service takes', async (version, cipher) => {
    const socket = connect({
      port,
      ca: [first.cert],
      servername: 'localhost',
      minVersion: version,
      maxVersion: version,
    });
    await once(socket, 'secureConnect');
    expect(socket.getProtocol()).toBe(version);
    expect(socket.getCipher().name).toMatch(cipher);
    socket.destroy();
  });

  it.each([
    ['TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    ['a cipher without forward secrecy', { maxVersion: 'TLSv1.2', ciphers: 'AES256-GCM-SHA384' }],
    ['a cipher in CBC mode', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES256-SHA384' }],
  ] as const)('refuses %s', async (_what, offer) => {
    const socket = connect({ port, ca: [first.cert], servername: 'localhost', ...offer });
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toMatch(/^ERR_SSL_.*ALERT/);
  });

  it('hangs up on plain HTTP, and goes on', async () => {
    const socket = connectPlain(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET /odata/ HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'close');
    expect((await get('/live')).status).toBe(200);
  });

  it.each([
    ['Host', { host: 'evil.example' }],
    ['X-Forwarded-Host of a peer that is no proxy', { 'x-forwarded-host': 'evil.example' }],
    ['X-Forwarded-Proto of a peer that is no proxy', { 'x-forwarded-proto': 'http' }],
    ['Forwarded', { forwarded: 'host=evil.example;proto=http' }],
  ])('writes no link or header from an untrusted %s', async (_what, headers) => {
    for (const path of ['/odata/', '/odata/DiscoveredApps', '/odata/$metadata', '/', '/nothing']) {
      const answer = await get(path, headers);
      expect(answer.text + JSON.stringify(answer.headers)).not.toMatch(
        /evil\.example|http:\/\/(localhost|127)/,
      );
    }
  });
});

describe('Headers for browsers', () => {
  it.each(['/odata/', '/odata/DiscoveredApps?$top=1', '/odata/Nothing', '/live', '/nothing'])(
    'stand on %s: a strict policy, nosniff, no referrer, no frame',
    async (path) => {
      const { headers } = await get(path);
      expect(headers).toMatchObject({
        'content-security-policy':
          "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;connect-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
      });
      expect(headers).not.toHaveProperty('x-powered-by');
    },
  );

  it('hold a browser to https, but never all of localhost', async () => {
    expect((await get('/live')).headers).not.toHaveProperty('strict-transport-security');
    const named = await get('/live', { host: 'feed.contoso.com' });
    expect(named.headers['strict-transport-security']).toBe('max-age=31536000');
  });
});

describe('New certificate files', () => {
  it('are taken over without dropping a connection; broken ones leave the old pair in use', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await get('/live', {}, agent)).shown).toBe('first');

    await write(second.cert, 'no key');
    await until(() => count('certificateRefused') > 0);
    expect(observed.findLast(({ kind }) => kind === 'certificateRefused')).toMatchObject({
      error: { code: 'CONFIG_INVALID', message: expect.stringContaining('feed.key') },
    });
    expect((await get('/live')).shown).toBe('first');

    await write(second.cert, second.private);
    await until(() => count('certificateRenewed') > 0);
    expect((await get('/live')).shown).toBe('second');
    expect((await get('/live', {}, agent)).shown).toBe('first');
    agent.destroy();
  }, 60_000);
});
