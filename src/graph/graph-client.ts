/** One GET against Microsoft Graph. */
import type { Dispatcher } from 'undici';
import { FeedError } from '../errors.js';
import type { TokenProvider } from '../identity/token-provider.js';
import type { Observe } from '../observe/observation.js';

/** Reads JSON from Graph, patiently; one client serves one run of one tenant. */
export interface GraphClient {
  /** GRAPH_BASE_URL without a trailing slash. */
  readonly baseUrl: string;
  /** JSON of the answer, integers beyond 2^53 as bigint. */
  get(url: string, signal: AbortSignal): Promise<unknown>;
  /** What the client has done so far (live). */
  readonly counters: { readonly requests: number; readonly retries: number };
}

/** What a client needs to know. */
export interface GraphClientOptions {
  readonly tenantId: string;
  /** For example https://graph.microsoft.com/beta. */
  readonly baseUrl: string;
  readonly tokens: TokenProvider;
  /** Pace; 0, or a loopback base URL, is unpaced. */
  readonly requestsPerSecond: number;
  /** Limit of one attempt, body included, in milliseconds. */
  readonly timeoutMs: number;
  /** Milliseconds that the run may spend waiting for retries. */
  readonly retryBudgetMs: number;
  /** Largest body after inflation, in bytes. */
  readonly maxBodyBytes: number;
  /** undici dispatcher, for a proxy or a private CA. */
  readonly dispatcher?: Dispatcher;
  readonly observe: Observe;
  /** 0 ≤ x < 1, for jitter. Default Math.random. */
  readonly random?: () => number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** A client for one run of one tenant. */
export function createGraphClient(options: GraphClientOptions): GraphClient {
  return {
    baseUrl: options.baseUrl,
    get: () => Promise.reject(new FeedError('GRAPH_UNAVAILABLE', 'Not built yet.')),
    counters: { requests: 0, retries: 0 },
  };
}
