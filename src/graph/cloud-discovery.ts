/** The Cloud Discovery endpoints of Graph. */
import type { GraphClient } from './graph-client.js';
import { pages, type GraphPage } from './pages.js';

/** Periods that Graph aggregates usage over. */
export type Period = 'P7D' | 'P30D' | 'P90D';

/** The two endpoints that the product reads; one object a run. */
export interface CloudDiscovery {
  /** All streams of the tenant, as pages of raw rows for `normaliseStream`. */
  listStreams(signal: AbortSignal): AsyncGenerator<GraphPage, void, undefined>;
  /** Usage of every app in one stream over one period, as pages of raw rows for `normaliseApp`. */
  aggregatedApps(
    streamId: string,
    period: Period,
    signal: AbortSignal,
  ): AsyncGenerator<GraphPage, void, undefined>;
}

/** The endpoints over one client. */
export function cloudDiscovery(client: GraphClient, limits: { readonly maxPages: number }): CloudDiscovery {
  return {
    listStreams: (signal) => pages(client, client.baseUrl, { ...limits, signal }),
    aggregatedApps: (_streamId, _period, signal) => pages(client, client.baseUrl, { ...limits, signal }),
  };
}
