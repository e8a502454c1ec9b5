/** What the tests of this room share: a client that never really waits, and servers of any behaviour. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from '@jest/globals';
import { FeedError } from '../../src/errors.js';
import { cloudDiscovery, type Period } from '../../src/graph/cloud-discovery.js';
import {
  createGraphClient,
  type GraphClient,
  type GraphClientOptions,
} from '../../src/graph/graph-client.js';
import type { GraphPage } from '../../src/graph/pages.js';
import { createTokenProvider } from '../../src/identity/token-provider.js';
import type { Observation } from '../../src/observe/observation.js';
import type { RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';

/** A client with what it observed and how long it would have waited. */
export interface TriedClient {
  readonly client: GraphClient;
  readonly waits: number[];
  readonly observed: Observation[];
}

/** A client whose waits are written down instead of waited; jitter is at its longest. */
export function triedClient(
  options: Pick<GraphClientOptions, 'baseUrl'> & Partial<GraphClientOptions>,
): TriedClient {
  const waits: number[] = [];
  const observed: Observation[] = [];
  const client = createGraphClient({
    tenantId: 'tenant-1',
    tokens: { token: () => Promise.resolve('token-1') },
    requestsPerSecond: 0,
    timeoutMs: 10_000,
    retryBudgetMs: 600_000,
    maxBodyBytes: 8 * 2 ** 20,
    observe: (observation) => observed.push(observation),
    random: () => 1,
    sleep: (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
      return Promise.resolve();
    },
    ...options,
  });
  return { client, waits, observed };
}

/** A client of a sample tenant, signed in for real. */
export function clientOf(
  sample: RunningSampleTenant,
  options: Partial<GraphClientOptions> = {},
): TriedClient {
  const { tenantId, clientId, clientSecret } = sample.credentials;
  const tokens = createTokenProvider({
    tenantId,
    clientId,
    credential: { kind: 'secret', secret: clientSecret },
    authorityHost: sample.authorityHost,
  });
  return triedClient({ tenantId, tokens, baseUrl: sample.graphBaseUrl, ...options });
}

/** A signal that nothing aborts. */
export const NEVER = new AbortController().signal;

/** Every page of a collection. */
export async function collect(pages: AsyncIterable<GraphPage>): Promise<GraphPage[]> {
  const all: GraphPage[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

/** The ids of all rows of one stream and period, in the order in which they came. */
export async function usageIds(client: GraphClient, streamId: string, period: Period): Promise<string[]> {
  const discovery = cloudDiscovery(client, { maxPages: 50 });
  const all = await collect(discovery.aggregatedApps(streamId, period, NEVER));
  return all.flatMap(({ rows }) => rows.map((row) => (row as { id: string }).id));
}

/** The FeedError that some work ends with. */
export async function failureOf(work: Promise<unknown>): Promise<FeedError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(FeedError);
  return thrown as FeedError;
}

/** A Graph of any behaviour, on loopback. */
export interface AnyGraph {
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** Starts it; its base path is /beta. */
export async function anyGraph(listener: RequestListener): Promise<AnyGraph> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/beta`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
