/**
 * The Cloud Discovery endpoints of Graph, beta only
 * (https://learn.microsoft.com/graph/api/resources/security-dataDiscoveryReport).
 */
import { FeedError } from '../errors.js';
import type { GraphClient } from './graph-client.js';
import { pages, type GraphPage } from './pages.js';

/** Periods that Graph aggregates usage over, as ISO 8601 durations. */
export type Period = 'P7D' | 'P30D' | 'P90D';

/** The two endpoints that the product reads; one object a run. Both throw what `client.get` and `pages` throw. */
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

/** The documentation qualifies the function, the service's own nextLinks do not: a service may know one form only. */
const FORMS = ['microsoft.graph.security.aggregatedAppsDetails', 'aggregatedAppsDetails'] as const;
type Form = (typeof FORMS)[number];

/**
 * The endpoints over one client.
 * @param limits `maxPages` holds for each collection
 * @example for await (const page of cloudDiscovery(client, { maxPages: 10_000 }).aggregatedApps(id, 'P90D', signal)) …
 */
export function cloudDiscovery(client: GraphClient, limits: { readonly maxPages: number }): CloudDiscovery {
  const streams = `${client.baseUrl}/security/dataDiscovery/cloudAppDiscovery/uploadedStreams`;
  let known: Form | undefined;
  return {
    listStreams: (signal) => pages(client, streams, { ...limits, signal }),
    async *aggregatedApps(streamId, period, signal) {
      const stream = `${streams}/${encodeURIComponent(streamId)}`;
      let refusal: FeedError | undefined;
      for (const form of known === undefined ? FORMS : [known]) {
        const usage = pages(client, `${stream}/${form}(period=duration'${period}')`, { ...limits, signal });
        const first = await firstPageOf(usage);
        if (first instanceof FeedError) {
          refusal ??= first;
          continue;
        }
        known = form;
        yield first;
        yield* usage;
        return;
      }
      throw refusal ?? new FeedError('GRAPH_NOT_FOUND', 'Graph knows no form of aggregatedAppsDetails.');
    },
  };
}

/** The first page, or the refusal when the address may only be of a form that the service does not know. */
async function firstPageOf(
  usage: AsyncGenerator<GraphPage, void, undefined>,
): Promise<GraphPage | FeedError> {
  try {
    const { value } = await usage.next();
    return value ?? { rows: [], number: 1, duplicates: 0 };
  } catch (thrown) {
    if (thrown instanceof FeedError && isUnknownForm(thrown)) return thrown;
    throw thrown;
  }
}

/** A deleted stream answers 404 as well: then the other form is refused too, and the first refusal stands. */
function isUnknownForm({ code, message }: FeedError): boolean {
  if (code === 'GRAPH_NOT_FOUND') return true;
  return code === 'GRAPH_REFUSED' && /segment|resource not found|function/i.test(message);
}
