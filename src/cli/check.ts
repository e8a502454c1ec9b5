/** `discovery-feed check`: is everything right that a refresh needs? Each line is ok, or says what to do. */
import type { Settings } from '../config/settings.js';
import type { TenantSettings } from '../config/tenant-settings.js';
import { asFeedError } from '../errors.js';
import type { Observe } from '../observe/observation.js';
import { openSampleTenant } from '../server.js';
import { openStore } from '../store/open-store.js';
import { connectTenant } from '../write-line.js';
import type { Terminal } from './terminal.js';

/** Checks configuration, sign-in, permission with one Graph call, and store. Exit code 0, or that of the first failure. */
export async function check(settings: Settings, observe: Observe, terminal: Terminal): Promise<number> {
  const sample = settings.mode === 'sample' ? await openSampleTenant(settings) : undefined;
  const tenants = sample === undefined ? settings.tenants : [sample.tenant];
  const checks = new Checks(terminal);
  try {
    await checks.run('configuration', () => Promise.resolve(describe(settings)));
    for (const tenant of tenants) await checkTenant(checks, tenant, settings, observe);
    await checks.run(`store ${settings.storeDir}`, () => describeStore(settings, tenants, observe));
  } finally {
    await sample?.close();
  }
  return checks.exitCode;
}

/** Runs checks one by one and prints a line for each. */
class Checks {
  exitCode = 0;

  constructor(private readonly terminal: Terminal) {}

  /** @returns whether it went well */
  async run(name: string, one: () => Promise<string>): Promise<boolean> {
    try {
      this.terminal.print(`ok      ${name}: ${await one()}`);
      return true;
    } catch (thrown) {
      const error = asFeedError(thrown);
      this.terminal.print(`FAILED  ${name}: ${error.code}: ${error.message}`);
      this.terminal.print(`        → ${error.hint}`);
      this.exitCode ||= error.exitCode;
      return false;
    }
  }
}

async function checkTenant(
  checks: Checks,
  tenant: TenantSettings,
  settings: Settings,
  observe: Observe,
): Promise<void> {
  const { tokens, upstream } = connectTenant(tenant, settings, observe);
  const { displayName, tenantId } = tenant;
  const name = displayName === tenantId ? tenantId : `${displayName} (${tenantId})`;
  const signedIn = await checks.run(`sign-in of ${name}`, async () => {
    await tokens.token();
    return `${tenant.authorityHost} issued a token to ${tenant.clientId === '' ? 'the managed identity of this machine' : `application ${tenant.clientId}`}`;
  });
  if (!signedIn) return;
  await checks.run(`permission and Graph of ${name}`, async () => {
    let streams = 0;
    for await (const page of upstream().discovery.listStreams(AbortSignal.timeout(120_000)))
      streams += page.rows.length;
    return `${tenant.graphBaseUrl} listed ${streams} streams`;
  });
}

function describe(settings: Settings): string {
  if (settings.mode === 'sample') return 'no tenant is configured, so the built-in sample tenant is used';
  return `${settings.tenants.length} tenant(s), feed on ${settings.host}:${settings.port}`;
}

async function describeStore(
  settings: Settings,
  tenants: readonly TenantSettings[],
  observe: Observe,
): Promise<string> {
  const store = await openStore({
    dataDir: settings.storeDir,
    tenantIds: tenants.map(({ tenantId }) => tenantId),
    observe,
  });
  try {
    const generation = store.current();
    if (generation === undefined) return 'empty: the first refresh fills it';
    return `generation ${generation.id} of ${generation.publishedAt} checks out`;
  } finally {
    await store.close();
  }
}
