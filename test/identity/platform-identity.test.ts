/** Signing in to Graph without a secret: by a token of the platform, and as the machine that the server runs on. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/load-config.js';
import { SignInHttp } from '../../src/identity/sign-in-http.js';
import type { TokenProvider } from '../../src/identity/token-provider.js';
import { startFakeEntra, type FakeEntra } from '../../src/sample-tenant/fake-entra.js';
import { createSigningKey, signJwt, type Claims } from '../../src/sample-tenant/jwt.js';
import { connectTenant } from '../../src/write-line.js';
import { startMachine, type Answer, type Machine } from './machine.js';

const TENANT = '11111111-2222-4333-8444-555555555555';
const CLIENT = '66666666-7777-4888-8999-aaaaaaaaaaaa';
const SUBJECT = 'system:serviceaccount:reports:discovery-feed';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** The provider that the settings of these variables lead to. */
function tokensOf(env: Record<string, string>): TokenProvider {
  const settings = loadConfig({ env: { AZURE_TENANT_ID: TENANT, ...env } });
  return connectTenant(settings.tenants[0]!, settings, () => undefined).tokens;
}

describe('A federated token', () => {
  const platform = createSigningKey();
  const assertion = (more: Claims = {}) => {
    const exp = Math.floor(Date.now() / 1000) + 600;
    return signJwt({ sub: SUBJECT, aud: 'api://AzureADTokenExchange', exp, ...more }, platform);
  };

  async function cluster(): Promise<{ entra: FakeEntra; file: string; tokens: TokenProvider }> {
    const federation = { key: platform.publicKey, subject: SUBJECT };
    const entra = await startFakeEntra({ tenantId: TENANT, clients: [{ clientId: CLIENT, federation }] });
    const folder = await mkdtemp(join(tmpdir(), 'federated-'));
    closers.push(entra.close, () => rm(folder, { recursive: true }));
    const file = join(folder, 'token');
    await writeFile(file, assertion());
    const tokens = tokensOf({
      AZURE_CLIENT_ID: CLIENT,
      AZURE_FEDERATED_TOKEN_FILE: file,
      // As the webhook of Azure workload identity writes it.
      AZURE_AUTHORITY_HOST: `${entra.url}/`,
    });
    return { entra, file, tokens };
  }

  it('signs in to Graph', async () => {
    const { tokens } = await cluster();
    expect(await tokens.token()).toMatch(/^ey/);
  });

  it('is read anew for each sign-in: the platform replaces it', async () => {
    const { file, tokens, entra } = await cluster();
    await tokens.token();
    await writeFile(file, assertion({ sub: 'system:serviceaccount:other:other' }));
    await expect(tokens.token({ skipCache: true })).rejects.toMatchObject({
      code: 'IDENTITY_FEDERATION_REFUSED',
    });
    await writeFile(file, `${assertion()}\n`);
    expect(await tokens.token({ skipCache: true })).toMatch(/^ey/);
    expect(entra.tokenRequests).toBe(3);
  });

  it.each<[string, Claims]>([
    ['of another workload', { sub: 'system:serviceaccount:other:other' }],
    ['for another audience', { aud: 'https://kubernetes.default.svc' }],
    ['that has ended', { exp: 1 }],
  ])('%s is refused, and the error says where to look', async (_what, claims) => {
    const { file, tokens } = await cluster();
    await writeFile(file, assertion(claims));
    await expect(tokens.token()).rejects.toMatchObject({
      code: 'IDENTITY_FEDERATION_REFUSED',
      hint: expect.stringContaining('Federated credentials') as unknown,
    });
  });

  it('whose file has gone fails the sign-in by name, and the next one finds it again', async () => {
    const { file, tokens } = await cluster();
    await rm(file);
    await expect(tokens.token()).rejects.toMatchObject({
      code: 'IDENTITY_FEDERATION_REFUSED',
      message: expect.stringContaining('ENOENT') as unknown,
    });
    await writeFile(file, assertion());
    expect(await tokens.token()).toMatch(/^ey/);
  });
});

describe('A managed identity', () => {
  const grant: Answer = (asked) => [
    200,
    {
      access_token: `token-of-${asked.searchParams.get('client_id') ?? 'the machine'}-${Math.random()}`,
      expires_on: String(Math.floor(Date.now() / 1000) + 3600),
      resource: asked.searchParams.get('resource'),
      token_type: 'Bearer',
    },
  ];
  let machine: Machine;
  beforeAll(async () => {
    machine = await startMachine();
  });
  afterAll(() => machine.close());

  it('that the system assigned needs no application, and is asked for Graph', async () => {
    machine.answers(grant);
    const tokens = tokensOf({ AZURE_MANAGED_IDENTITY: 'system' });
    expect(await tokens.token({ skipCache: true })).toMatch(/^token-of-the machine/);
    expect(machine.asked[0]!.searchParams.get('resource')).toBe('https://graph.microsoft.com');
  });

  it('that a user assigned is chosen by its client ID', async () => {
    machine.answers(grant);
    const tokens = tokensOf({ AZURE_MANAGED_IDENTITY: 'user', AZURE_CLIENT_ID: CLIENT });
    expect(await tokens.token({ skipCache: true })).toMatch(`token-of-${CLIENT}`);
    expect(machine.asked[0]!.searchParams.get('client_id')).toBe(CLIENT);
  });

  it('is asked on the machine, never through the proxy', async () => {
    machine.answers(grant);
    const tokens = tokensOf({ AZURE_MANAGED_IDENTITY: 'system', HTTPS_PROXY: 'http://127.0.0.1:9' });
    expect(await tokens.token({ skipCache: true })).toMatch(/^token-of/);
  });

  it('that the machine does not have is refused with what to do', async () => {
    machine.answers(() => [400, { error: 'invalid_request', error_description: 'Identity not found' }]);
    const tokens = tokensOf({ AZURE_MANAGED_IDENTITY: 'user', AZURE_CLIENT_ID: CLIENT });
    await expect(tokens.token({ skipCache: true })).rejects.toMatchObject({
      code: 'IDENTITY_REFUSED',
      message: expect.stringMatching(
        /endpoint of this machine refuses \(400\)\. Identity not found/,
      ) as unknown,
      hint: expect.stringContaining('AZURE_CLIENT_ID') as unknown,
    });
  });

  it('is not looked for at an address that is not this machine’s', async () => {
    const http = new SignInHttp({ authorityHost: 'https://login.microsoftonline.com', onMachine: true });
    http.begin(new AbortController().signal);
    await expect(http.sendGetRequestAsync('http://203.0.113.7/metadata/identity')).rejects.toThrow(
      'insecure',
    );
  });
});
