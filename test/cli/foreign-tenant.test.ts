import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import selfsigned from 'selfsigned';
import { startConnectProxy, type ConnectProxy } from '../identity/connect-proxy.js';
import { Program, type Env, type RunningProcess } from './program.js';

/** What a fake tenant prints on its first line. */
interface Printed {
  readonly authorityHost: string;
  readonly graphBaseUrl: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

let program: Program;
let fake: RunningProcess;
let proxy: ConnectProxy;
let printed: Printed;
let env: Env;
let ca: string;

beforeAll(async () => {
  program = await Program.compile();
  const folder = await program.scratch();
  const authority = await selfsigned.generate([{ name: 'commonName', value: 'A CA of its own' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }],
  });
  const leaf = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    algorithm: 'sha256',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  ca = join(folder, 'ca.pem');
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  await Promise.all([
    writeFile(ca, authority.cert),
    writeFile(key, leaf.private),
    writeFile(cert, leaf.cert),
  ]);
  fake = program.start(
    ['--apps', '7', '--seed', '42', '--tls-key', key, '--tls-cert', cert],
    {},
    'sample-tenant/fake-tenant.js',
  );
  const [line] = await fake.says(/^\{.*\}\n/);
  printed = JSON.parse(line) as Printed;
  env = {
    AZURE_TENANT_ID: printed.tenantId,
    AZURE_CLIENT_ID: printed.clientId,
    AZURE_CLIENT_SECRET: printed.clientSecret,
    AZURE_AUTHORITY_HOST: printed.authorityHost,
    GRAPH_BASE_URL: printed.graphBaseUrl,
    DATA_DIR: join(folder, 'data'),
  };
  proxy = await startConnectProxy();
}, 120_000);
afterAll(async () => {
  await proxy.close();
  await program.remove();
});

describe('A foreign tenant over TLS with a CA of its own', () => {
  it('is not trusted by itself: check names the certificate', async () => {
    expect(printed.authorityHost).toMatch(/^https:/);
    const { code, stdout } = await program.run(['check'], env);
    expect({ code, stdout }).toMatchObject({ code: 75 });
    expect(stdout).toMatch(
      /^FAILED {2}sign-in of .*IDENTITY_UNAVAILABLE: .*(UNABLE_TO_VERIFY|SELF_SIGNED|certificate)/m,
    );
  }, 60_000);

  it('is polled with NODE_EXTRA_CA_CERTS, AZURE_AUTHORITY_HOST and GRAPH_BASE_URL alone', async () => {
    const { code, stdout, stderr } = await program.run(['refresh'], { ...env, NODE_EXTRA_CA_CERTS: ca });
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(new RegExp(`^${printed.tenantId} succeeded: 3 streams`, 'm'));
    expect(stdout).toContain('Apps 7 ·');
    expect(proxy.tunnels).toEqual([]);
  }, 60_000);

  it('is reached through HTTPS_PROXY for sign-in and for Graph', async () => {
    await rm(env.DATA_DIR!, { recursive: true });
    const proxied = { ...env, NODE_EXTRA_CA_CERTS: ca, HTTPS_PROXY: proxy.url };
    expect(await program.run(['refresh'], proxied)).toMatchObject({ code: 0 });
    expect(new Set(proxy.tunnels)).toEqual(
      new Set([new URL(printed.authorityHost).host, new URL(printed.graphBaseUrl).host]),
    );
  }, 60_000);

  it('is reached without the proxy where NO_PROXY says so', async () => {
    const before = proxy.tunnels.length;
    const direct = { ...env, NODE_EXTRA_CA_CERTS: ca, HTTPS_PROXY: proxy.url, NO_PROXY: 'localhost' };
    expect(await program.run(['check'], direct)).toMatchObject({ code: 0 });
    expect(proxy.tunnels).toHaveLength(before);
  }, 60_000);
});
