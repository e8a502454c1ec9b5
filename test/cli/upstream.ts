/** What a foreign tenant looks like to the command line: environment variables, and no code of ours. */
import type { RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';
import type { Env } from './program.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';

/** The variables that a person would set for this tenant. */
export function envOf(
  sample: Pick<RunningSampleTenant, 'authorityHost' | 'graphBaseUrl' | 'credentials'>,
): Env {
  return {
    AZURE_TENANT_ID: sample.credentials.tenantId,
    AZURE_CLIENT_ID: sample.credentials.clientId,
    AZURE_CLIENT_SECRET: sample.credentials.clientSecret,
    AZURE_AUTHORITY_HOST: sample.authorityHost,
    GRAPH_BASE_URL: sample.graphBaseUrl,
  };
}

/** The ids of a tenant and an application that nobody has. */
export const UNKNOWN = { tenant: { AZURE_TENANT_ID: NOBODY }, app: { AZURE_CLIENT_ID: NOBODY } } as const;

/** Never due by itself while a test runs. */
export const RARELY = { POLL_CRON: '0 0 1 1 *' } as const;

/** Runs tasks side by side, a few at a time; the results in their order. */
export async function sideBySide<T>(tasks: readonly (() => Promise<T>)[], atOnce = 3): Promise<T[]> {
  const results: T[] = [];
  const waiting = [...tasks.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      results[next[0]] = await next[1]();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
