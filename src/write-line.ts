/** The write line, composed: tenants with their Graph, the schedule, and one run over all of them. */
import type { Settings } from './config/settings.js';
import type { TenantSettings } from './config/tenant-settings.js';
import { FeedError } from './errors.js';
import { cloudDiscovery } from './graph/cloud-discovery.js';
import { createGraphClient } from './graph/graph-client.js';
import { createTokenProvider, type TokenProvider } from './identity/token-provider.js';
import { EMPTY_POLLER_STATE } from './model/generation.js';
import type { Observe } from './observe/observation.js';
import { proxyDispatcher } from './outbound-proxy.js';
import { refreshTenant } from './refresh/refresh.js';
import type { RunReport, Trigger } from './refresh/run-report.js';
import {
  rowSettingsOf,
  type PolledTenant,
  type RefreshDeps,
  type RefreshSettings,
  type Upstream,
} from './refresh/run.js';
import type { Store } from './store/store.js';

/** A tenant's sign-in and, new for each run, its Cloud Discovery. */
export function connectTenant(
  tenant: TenantSettings,
  settings: Settings,
  observe: Observe,
): { tokens: TokenProvider; upstream: () => Upstream } {
  const dispatcher = proxyDispatcher(settings);
  const timeoutMs = settings.graphTimeoutSeconds * 1000;
  const connection = { timeoutMs, ...(dispatcher === undefined ? {} : { dispatcher }) };
  const { tenantId, clientId, credential, authorityHost, graphBaseUrl } = tenant;
  // Each cloud's Graph has a scope of its own; a fake on loopback answers to Microsoft's.
  const scope = isLoopback(graphBaseUrl) ? {} : { scope: `${new URL(graphBaseUrl).origin}/.default` };
  const tokens = createTokenProvider({
    ...connection,
    ...{ tenantId, clientId, credential, authorityHost },
    ...scope,
  });
  const upstream = () => {
    const client = createGraphClient({
      ...connection,
      ...{ tenantId, tokens, observe },
      baseUrl: graphBaseUrl,
      requestsPerSecond: settings.graphRequestsPerSecond,
      retryBudgetMs: settings.graphRetryBudgetSeconds * 1000,
      maxBodyBytes: settings.graphMaxBodyBytes,
    });
    const discovery = cloudDiscovery(client, { maxPages: settings.graphMaxPages });
    return { discovery, counters: client.counters };
  };
  return { tokens, upstream };
}

/** A configured tenant as the refresh room polls it. */
export function polledTenant(tenant: TenantSettings, settings: Settings, observe: Observe): PolledTenant {
  const { tenantId, displayName, isSample } = tenant;
  return { tenantId, displayName, isSample, upstream: connectTenant(tenant, settings, observe).upstream };
}

function isLoopback(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
}

/**
 * Runs over all tenants, one after the other; what one meets does not stop the next.
 * @returns the reports of the runs that ended, and the error of the last one that could not be published
 */
export async function refreshAll(
  tenants: readonly PolledTenant[],
  deps: RefreshDeps,
  trigger: Trigger,
  signal: AbortSignal,
): Promise<{ reports: RunReport[]; error?: FeedError }> {
  const reports: RunReport[] = [];
  let error: FeedError | undefined;
  for (const tenant of tenants) {
    if (signal.aborted) break;
    try {
      reports.push(await refreshTenant(tenant, deps, trigger, signal));
    } catch (thrown) {
      error =
        thrown instanceof FeedError ? thrown : new FeedError('INTERNAL', String(thrown), { cause: thrown });
    }
  }
  return error === undefined ? { reports } : { reports, error };
}

/** End of the oldest last success over the tenants; `undefined` when one has none, or none with the settings of now. */
export function lastSuccess(
  store: Store,
  tenants: readonly PolledTenant[],
  settings: RefreshSettings,
): Date | undefined {
  const poller = store.current()?.poller ?? EMPTY_POLLER_STATE;
  const wanted = rowSettingsOf(settings);
  const ends = tenants.map(({ tenantId }) =>
    poller.rowSettings[tenantId] === wanted ? Date.parse(poller.lastSuccess[tenantId] ?? '') : Number.NaN,
  );
  const oldest = Math.min(...ends);
  return Number.isNaN(oldest) ? undefined : new Date(oldest);
}
