/** Access tokens for Microsoft Graph by client credentials: cached by MSAL, renewed in time, one request in flight. */
import { setTimeout as delay } from 'node:timers/promises';
import type { AuthenticationResult } from '@azure/msal-node';
import type { Dispatcher } from 'undici';
import { FeedError } from '../errors.js';
import { createMsalClient, type Acquire, type Credential } from './msal-client.js';
import { SharedFlight } from './shared-flight.js';
import { asSignInError } from './sign-in-error.js';
import { SignInHttp } from './sign-in-http.js';

export type { Credential } from './msal-client.js';

/** Hands out access tokens; cached, renewed in time, one token request in flight at most. */
export interface TokenProvider {
  /**
   * A token that is valid for minutes to come.
   * @throws FeedError IDENTITY_*; REFRESH_ABORTED when `signal` aborts
   */
  token(options?: TokenOptions): Promise<string>;
}

/** How one token is asked for. */
export interface TokenOptions {
  /** True asks Entra even when a cached token is still valid: once, after Graph answered 401. */
  readonly skipCache?: boolean;
  readonly signal?: AbortSignal;
}

/** What a token provider needs to know. */
export interface TokenProviderOptions {
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: Credential;
  /** Origin of the sign-in service, for example https://login.microsoftonline.com; plain http on loopback only. */
  readonly authorityHost: string;
  /** Default: https://graph.microsoft.com/.default. */
  readonly scope?: string;
  /** Limit of one request, body included, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
  /** undici dispatcher, for a proxy or a private CA. Default: undici's global one. */
  readonly dispatcher?: Dispatcher;
  readonly retry?: TokenRetry;
}

/** How often a failing sign-in service is asked again within one call. */
export interface TokenRetry {
  /** Requests in all; 1 never repeats. Default 3. */
  readonly attempts?: number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

const GRAPH_SCOPE = 'https://graph.microsoft.com/.default';
const FIRST_WAIT_MS = 1000;
/** A sign-in service that asks for a longer pause is left to the next run of the poller. */
const LONGEST_WAIT_MS = 10_000;
/** A token this close to its end is no answer to a failed renewal. */
const LAST_MOMENT_MS = 60_000;

/**
 * A provider for one tenant and application. Nothing is sent until the first token is asked for.
 *
 * @throws FeedError IDENTITY_CERTIFICATE_REFUSED when the PEM texts cannot be used, IDENTITY_REFUSED when the authority
 * is plain http on another host than this one
 * @example const tokens = createTokenProvider({ tenantId, clientId, credential: { kind: 'secret', secret }, authorityHost });
 *   const bearer = await tokens.token();
 */
export function createTokenProvider(options: TokenProviderOptions): TokenProvider {
  const session = new Session(options);
  const cached = new SharedFlight((signal) => session.patiently(false, signal));
  const fresh = new SharedFlight((signal) => session.patiently(true, signal));
  return {
    token: ({ skipCache = false, signal } = {}) => (skipCache ? fresh : cached).join(signal),
  };
}

/** MSAL with its connection, replaced after every failure. */
class Session {
  readonly #options: TokenProviderOptions;
  #http: SignInHttp;
  #acquireByMsal: Acquire;
  #last: AuthenticationResult | undefined;

  constructor(options: TokenProviderOptions) {
    this.#options = options;
    this.#http = httpFor(options);
    this.#acquireByMsal = createMsalClient(options, this.#http);
  }

  /** A token, asking again while the service is merely unavailable. */
  async patiently(skipCache: boolean, signal: AbortSignal): Promise<string> {
    const { attempts = 3, sleep = pause } = this.#options.retry ?? {};
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#acquire(skipCache, signal);
      } catch (thrown) {
        const error = asSignInError(thrown, this.#http.exchange, this.#options);
        this.#renew();
        const waitMs = (error.retryAfterSeconds ?? 0) * 1000 || FIRST_WAIT_MS * 2 ** (attempt - 1);
        const isOver = attempt >= attempts || waitMs > LONGEST_WAIT_MS || signal.aborted;
        if (error.code !== 'IDENTITY_UNAVAILABLE') throw error;
        if (!skipCache && this.#lastIsValid()) return this.#last?.accessToken ?? '';
        if (isOver) throw error;
        await sleep(waitMs, signal);
      }
    }
  }

  async #acquire(skipCache: boolean, signal: AbortSignal): Promise<string> {
    this.#http.begin(signal);
    const result = await this.#acquireByMsal(this.#options.scope ?? GRAPH_SCOPE, skipCache);
    if (result === null || result.accessToken === '') {
      throw new FeedError('IDENTITY_UNAVAILABLE', 'The sign-in service answered without a token.');
    }
    this.#last = result;
    return result.accessToken;
  }

  /**
   * After a 429 or 5xx the same MSAL object refuses every call for a minute without touching the network
   * (ThrottlingUtils in msal-common): a new one does not.
   */
  #renew(): void {
    this.#http = httpFor(this.#options);
    this.#acquireByMsal = createMsalClient(this.#options, this.#http);
  }

  /** MSAL renews minutes early, long-lived tokens hours: while that fails, the old one is as good as before. */
  #lastIsValid(): boolean {
    return (this.#last?.expiresOn?.getTime() ?? 0) > Date.now() + LAST_MOMENT_MS;
  }
}

/**
 * MSAL keeps the network client of the first managed identity for the life of the process
 * (`ManagedIdentityClient.identitySource`): so there is one for all, or what the machine answers is never seen.
 */
let machineHttp: SignInHttp | undefined;

/** A managed identity is asked on the machine itself: in plain HTTP, and never through a proxy. */
function httpFor(options: TokenProviderOptions): SignInHttp {
  if (options.credential.kind !== 'managedIdentity') return new SignInHttp(options);
  const { authorityHost, timeoutMs } = options;
  machineHttp ??= new SignInHttp({
    authorityHost,
    onMachine: true,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  return machineHttp;
}

async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal === undefined ? {} : { signal });
}
