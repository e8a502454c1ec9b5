/** A sample tenant as the product polls it: real clients over real HTTP, without waits. */
import { cloudDiscovery } from '../../src/graph/cloud-discovery.js';
import { createGraphClient, type GraphClientOptions } from '../../src/graph/graph-client.js';
import { createTokenProvider, type TokenProviderOptions } from '../../src/identity/token-provider.js';
import type { PolledTenant, RefreshSettings } from '../../src/refresh/run.js';
import type { RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';

/** The default settings. */
export const SETTINGS: RefreshSettings = {
  mainPeriod: 'P90D',
  periods: ['P7D', 'P30D', 'P90D'],
  riskBands: { highMax: 3, mediumMax: 7 },
  globalReport: { streamIds: [], name: 'Global report' },
};

/** Two days in a row: rows of the one are never those of the other. */
export const MONDAY = new Date('2026-03-02T12:00:00Z');
export const TUESDAY = new Date('2026-03-03T12:00:00Z');

/** A clock that stands before nearly all data makes Dates, and with it each run, short. */
export const SHORT_CALENDAR_MS = Date.parse('2016-06-01T00:00:00Z');

/** What a test may set about a tenant's connection. */
export interface Connection {
  readonly credentials?: Partial<RunningSampleTenant['credentials']>;
  readonly graph?: Partial<GraphClientOptions>;
  readonly tokens?: Partial<TokenProviderOptions>;
}

/** Waits of a patient client, in no time; a cancelled one ends as the real one does. */
export function noTime(_ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  return Promise.resolve();
}

/** The tenant as the product polls it: real clients, but waits take no time and time-outs are short. */
export function polled(sample: RunningSampleTenant, connection: Connection = {}): PolledTenant {
  const { tenantId, clientId, clientSecret } = { ...sample.credentials, ...connection.credentials };
  const observe = () => undefined;
  const timeoutMs = 2000;
  const tokens = createTokenProvider({
    tenantId,
    clientId,
    credential: { kind: 'secret', secret: clientSecret },
    authorityHost: sample.authorityHost,
    timeoutMs,
    retry: { sleep: noTime },
    ...connection.tokens,
  });
  return {
    tenantId,
    displayName: 'Sample',
    isSample: true,
    upstream: () => {
      const client = createGraphClient({
        ...{ tenantId, tokens, observe, timeoutMs },
        baseUrl: sample.graphBaseUrl,
        requestsPerSecond: 0,
        retryBudgetMs: 3_000,
        maxBodyBytes: 4 * 1024 * 1024,
        random: () => 0,
        sleep: noTime,
        ...connection.graph,
      });
      return { discovery: cloudDiscovery(client, { maxPages: 100 }), counters: client.counters };
    },
  };
}
