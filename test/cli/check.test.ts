import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSampleTenant, type RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';
import { Program, type Ended, type Env } from './program.js';
import { envOf, sideBySide, UNKNOWN } from './upstream.js';

let program: Program;
const tenants = {} as Record<'ok' | 'expiredSecret' | 'noConsent', RunningSampleTenant>;
/** An address of this machine where nobody listens. */
let nowhere: string;

/** A state of the world, the variables that lead there, the exit code, and the lines that check prints. */
const CASES: readonly (readonly [state: string, env: () => Env, code: number, ...lines: RegExp[]])[] = [
  [
    'all is well',
    () => envOf(tenants.ok),
    0,
    /^ok {6}configuration: 1 tenant\(s\)/m,
    /^ok {6}sign-in of .*issued a token to application/m,
    /^ok {6}permission and Graph of .*listed 3 streams$/m,
    /^ok {6}store .*empty: the first refresh fills it$/m,
  ],
  [
    'the secret is wrong',
    () => ({ ...envOf(tenants.ok), AZURE_CLIENT_SECRET: 'sample-secret-of-someone-else' }),
    77,
    /^FAILED {2}sign-in of .*IDENTITY_SECRET_WRONG: .*AADSTS7000215/m,
    /→ Set AZURE_CLIENT_SECRET to the secret's VALUE, not its id/,
    /^ok {6}store/m,
  ],
  [
    'the secret has expired',
    () => envOf(tenants.expiredSecret),
    77,
    /^FAILED {2}sign-in of .*IDENTITY_SECRET_EXPIRED: .*AADSTS7000222/m,
    /→ Create a new client secret .* and set AZURE_CLIENT_SECRET to its value/,
  ],
  [
    'the tenant does not know the application',
    () => ({ ...envOf(tenants.ok), ...UNKNOWN.app }),
    77,
    /^FAILED {2}sign-in of .*IDENTITY_APP_UNKNOWN: .*AADSTS700016/m,
    /→ Compare AZURE_CLIENT_ID with Application \(client\) ID/,
  ],
  [
    'Entra does not know the tenant',
    () => ({ ...envOf(tenants.ok), ...UNKNOWN.tenant }),
    77,
    /^FAILED {2}sign-in of .*IDENTITY_TENANT_UNKNOWN: .*AADSTS90002/m,
    /→ Compare AZURE_TENANT_ID with Directory \(tenant\) ID/,
  ],
  [
    'nobody has consented',
    () => envOf(tenants.noConsent),
    77,
    /^ok {6}sign-in of/m,
    /^FAILED {2}permission and Graph of .*GRAPH_CONSENT_MISSING: .*403/m,
    /→ .*CloudApp-Discovery\.Read\.All → Grant admin consent/,
  ],
  [
    'Graph is down',
    () => ({ ...envOf(tenants.ok), GRAPH_BASE_URL: `${nowhere}/beta`, GRAPH_RETRY_BUDGET_SECONDS: '0' }),
    75,
    /^ok {6}sign-in of/m,
    /^FAILED {2}permission and Graph of .*GRAPH_UNAVAILABLE: .*ECONNREFUSED/m,
    /→ .*check GRAPH_BASE_URL, HTTPS_PROXY and the network/,
  ],
  [
    'Entra is down',
    () => ({ ...envOf(tenants.ok), AZURE_AUTHORITY_HOST: nowhere }),
    75,
    /^FAILED {2}sign-in of .*IDENTITY_UNAVAILABLE: /m,
    /→ Check AZURE_AUTHORITY_HOST, HTTPS_PROXY and the network/,
  ],
  [
    'no tenant is configured',
    () => ({ SAMPLE_APPS: '5' }),
    0,
    /^ok {6}configuration: no tenant is configured, so the built-in sample tenant is used$/m,
    /^ok {6}permission and Graph of Sample tenant .*listed 3 streams$/m,
  ],
];

const ended: Ended[] = [];
beforeAll(async () => {
  program = await Program.compile();
  for (const state of ['ok', 'expiredSecret', 'noConsent'] as const)
    tenants[state] = await startSampleTenant({ apps: 5, state });
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  nowhere = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
  await new Promise((resolve) => closed.close(resolve));
  const runs = CASES.map(
    ([, env]) =>
      async () =>
        program.run(['check'], { DATA_DIR: await program.scratch(), ...env() }),
  );
  ended.push(...(await sideBySide(runs)));
}, 300_000);
afterAll(async () => {
  for (const tenant of Object.values(tenants)) await tenant.close();
  await program.remove();
});

describe('discovery-feed check says what to do when', () => {
  it.each(CASES.map(([state], index) => [state, index] as const))('%s', (_state, index) => {
    const [, env, code, ...lines] = CASES[index]!;
    const { stdout, stderr, code: got } = ended[index]!;
    expect({ code: got, stdout, stderr }).toMatchObject({ code });
    for (const line of lines) expect(stdout).toMatch(line);
    const failures = stdout.match(/^FAILED .*\n\s+→ \w/gm) ?? [];
    expect(failures).toHaveLength(code === 0 ? 0 : 1);
    const { AZURE_CLIENT_SECRET: secret } = env();
    if (secret !== undefined) expect(stdout + stderr).not.toContain(secret);
    expect(stdout + stderr).not.toMatch(/\n\s+at |node_modules/);
  });
});
