/** One GET against Microsoft Graph: paced, repeated with patience, and never sent anywhere else. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { FeedError } from '../errors.js';
import type { TokenProvider } from '../identity/token-provider.js';
import type { Observe } from '../observe/observation.js';
import { attempt, type Answer } from './attempt.js';
import { below } from './next-link.js';
import { createPace, type Pace } from './pace.js';
import { isTransient, refusalOf, type BadAnswer } from './refusal.js';
import {
  backOffMs,
  MOST_ATTEMPTS,
  MOST_UNREADABLE_ATTEMPTS,
  Patience,
  retryAfterMs,
  type Sleep,
} from './retry.js';

/** Reads JSON from Graph, patiently; one client serves one run of one tenant. */
export interface GraphClient {
  /** GRAPH_BASE_URL without a trailing slash. */
  readonly baseUrl: string;
  /**
   * JSON of the answer, integers beyond 2^53 as bigint.
   * @throws FeedError GRAPH_* once patience ends; IDENTITY_* without a token; REFRESH_ABORTED when `signal` aborts
   */
  get(url: string, signal: AbortSignal): Promise<unknown>;
  /** What the client has done so far (live): requests sent, and how many of them were repetitions. */
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
  /** undici dispatcher, for a proxy or a private CA. Default: undici's global one. */
  readonly dispatcher?: Dispatcher;
  readonly observe: Observe;
  /** 0 ≤ x < 1, for jitter. Default Math.random. */
  readonly random?: () => number;
  readonly sleep?: Sleep;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * A client for one run of one tenant: the retry budget and the counters are the run's own.
 *
 * @example const client = createGraphClient({ tenantId, baseUrl: 'https://graph.microsoft.com/beta', tokens, … });
 *   const page = await client.get(`${client.baseUrl}/security/…`, signal);
 */
export function createGraphClient(options: GraphClientOptions): GraphClient {
  return new PatientClient(options);
}

class PatientClient implements GraphClient {
  readonly baseUrl: string;
  readonly counters = { requests: 0, retries: 0 };
  readonly #options: GraphClientOptions;
  readonly #patience: Patience;
  readonly #pace: Pace;

  constructor(options: GraphClientOptions) {
    const sleep = options.sleep ?? pause;
    const isLoopback = LOOPBACK.test(new URL(options.baseUrl).hostname);
    this.baseUrl = options.baseUrl.replace(/\/+$/, '');
    this.#options = options;
    this.#patience = new Patience(options.retryBudgetMs, sleep);
    this.#pace = createPace({ requestsPerSecond: isLoopback ? 0 : options.requestsPerSecond, sleep });
  }

  async get(url: string, signal: AbortSignal): Promise<unknown> {
    const address = below(this.baseUrl, new URL(url));
    try {
      return await this.#ask(address, signal);
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
      throw new FeedError('REFRESH_ABORTED', 'The run was cancelled while it read from Graph.');
    }
  }

  async #ask(url: string, signal: AbortSignal): Promise<unknown> {
    let token = await this.#options.tokens.token({ signal });
    let isFresh = false;
    for (let number = 1; ; number += 1) {
      const answer = await this.#attempt(url, token, signal);
      if (answer.kind === 'json') return answer.json;
      if (answer.kind === 'status' && answer.status === 401 && !isFresh) {
        token = await this.#options.tokens.token({ skipCache: true, signal });
        isFresh = true;
      } else {
        await this.#waitOrThrow(answer, number, url, signal);
        if (!isFresh) token = await this.#options.tokens.token({ signal });
      }
      this.counters.retries += 1;
    }
  }

  async #attempt(url: string, token: string, signal: AbortSignal): Promise<Answer> {
    await this.#patience.calm();
    await this.#pace.turn(signal);
    signal.throwIfAborted();
    this.counters.requests += 1;
    const { timeoutMs, maxBodyBytes, dispatcher } = this.#options;
    return attempt(url, { token, timeoutMs, maxBodyBytes, ...(dispatcher && { dispatcher }) }, signal);
  }

  async #waitOrThrow(answer: BadAnswer, number: number, url: string, signal: AbortSignal): Promise<void> {
    const most = answer.kind === 'unreadable' ? MOST_UNREADABLE_ATTEMPTS : MOST_ATTEMPTS;
    const { tenantId, observe, random = Math.random } = this.#options;
    const status = answer.kind === 'status' ? answer.status : answer.kind;
    const asked = answer.kind === 'status' ? retryAfterMs(answer.retryAfter, Date.now()) : undefined;
    const waitMs = asked ?? backOffMs(number, random());
    if (!isTransient(answer) || number >= most || !this.#patience.grant(waitMs)) {
      throw refusalOf(answer, new URL(url).pathname);
    }
    observe({ kind: 'graphRetry', tenantId, status, waitMs, attempt: number });
    if (status === 429) await this.#patience.pauseAll(waitMs, signal);
    else await this.#patience.wait(waitMs, signal);
  }
}

async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal === undefined ? {} : { signal });
}
