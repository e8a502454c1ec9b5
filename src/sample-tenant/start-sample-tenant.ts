/** The whole sample tenant, started: data, a fake Entra and a fake Graph on loopback. */
import { startFakeEntra, type FakeClient, type FakeEntra } from './fake-entra.js';
import { startFakeGraph, type FakeGraph } from './fake-graph.js';
import type { TlsPair } from './listen.js';
import { guidOf, hexOf } from './random.js';
import { createSampleTenant, type SampleTenant, type SampleTenantOptions } from './tenant.js';

/** What a running sample tenant is started with: {@link SampleTenantOptions}, and how it is served. */
export interface StartOptions extends Omit<SampleTenantOptions, 'today'> {
  /** A day stands still; without it the day is today's (UTC), and moves on while the tenant runs. */
  readonly today?: Date;
  readonly tls?: TlsPair;
  /** The fake Entra's port; the fake Graph always takes a free one. Default 0. */
  readonly port?: number;
  /** State of the one registered application; default `ok`. */
  readonly state?: FakeClient['state'];
  /** Public key or certificate (PEM) of the application, besides its secret. */
  readonly certificate?: string;
  readonly tokenLifetimeSeconds?: number;
  /** Every n-th Graph request is answered 429; default never. */
  readonly throttleEvery?: number;
  /** Retry-After of those; default 1. */
  readonly throttleSeconds?: number;
}

/** A sample tenant that answers. */
export interface RunningSampleTenant {
  /** The tenant as it is at the moment. */
  readonly tenant: SampleTenant;
  readonly entra: FakeEntra;
  readonly graph: FakeGraph;
  readonly credentials: {
    readonly tenantId: string;
    readonly clientId: string;
    readonly clientSecret: string;
  };
  /** For AZURE_AUTHORITY_HOST: an origin without a slash at the end. */
  readonly authorityHost: string;
  /** For GRAPH_BASE_URL. */
  readonly graphBaseUrl: string;
  /** Moves the tenant to another day (and stops it from moving by itself). */
  readonly setToday: (today: Date) => void;
  /** Stops both servers, open connections too. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a sample tenant on 127.0.0.1.
 *
 * @example
 * const sample = await startSampleTenant({ seed: 7, apps: 600, today: new Date('2026-03-01') });
 * // poll sample.graphBaseUrl with sample.credentials at sample.authorityHost …
 * await sample.close();
 */
export async function startSampleTenant(options: StartOptions = {}): Promise<RunningSampleTenant> {
  const { tls, port, seed = 1, state = 'ok', certificate, throttleEvery, throttleSeconds } = options;
  let clock = () => options.today ?? new Date();
  let tenant = createSampleTenant({ ...options, today: clock() });
  const current = () => {
    const today = clock();
    if (today.toISOString().slice(0, 10) !== tenant.day) tenant = tenant.on(today);
    return tenant;
  };
  const clientId = guidOf(`sample application ${seed}`);
  const clientSecret = `sample-secret-${hexOf(`sample secret ${seed}`, 24)}`;
  const client: FakeClient = {
    clientId,
    secret: clientSecret,
    state,
    ...(certificate !== undefined && { certificate }),
  };
  const { tenantId } = tenant;
  const lifetime = options.tokenLifetimeSeconds;
  const entra = await startFakeEntra({
    tenantId,
    clients: [client],
    tls,
    port,
    ...(lifetime !== undefined && { tokenLifetimeSeconds: lifetime }),
  });
  const graph = await startFakeGraph({
    tenant: current,
    tokenKey: entra.key.publicKey,
    tls,
    ...(throttleEvery !== undefined && { throttleEvery }),
    ...(throttleSeconds !== undefined && { throttleSeconds }),
  });
  return {
    get tenant() {
      return current();
    },
    entra,
    graph,
    credentials: { tenantId, clientId, clientSecret },
    authorityHost: entra.url,
    graphBaseUrl: graph.url,
    setToday: (today) => {
      clock = () => today;
    },
    close: async () => {
      await Promise.all([entra.close(), graph.close()]);
    },
  };
}
