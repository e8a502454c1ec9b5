/** Access tokens for Microsoft Graph by client credentials. */
import type { Dispatcher } from 'undici';
import { FeedError } from '../errors.js';

/** Hands out access tokens; cached, renewed in time, one token request in flight at most. */
export interface TokenProvider {
  token(options?: TokenOptions): Promise<string>;
}

/** How one token is asked for. */
export interface TokenOptions {
  /** True asks Entra even when a cached token is still valid: once, after Graph answered 401. */
  readonly skipCache?: boolean;
  readonly signal?: AbortSignal;
}

/** What the application proves itself with. */
export type Credential =
  | { readonly kind: 'secret'; readonly secret: string }
  | {
      readonly kind: 'certificate';
      /** PEM text of the private key. */
      readonly privateKey: string;
      /** PEM text of the public certificate. */
      readonly certificate: string;
    };

/** What a token provider needs to know. */
export interface TokenProviderOptions {
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: Credential;
  /** Origin of the sign-in service, for example https://login.microsoftonline.com. */
  readonly authorityHost: string;
  /** Default: https://graph.microsoft.com/.default. */
  readonly scope?: string;
  /** Limit of one request, body included, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
  /** undici dispatcher, for a proxy or a private CA. */
  readonly dispatcher?: Dispatcher;
  readonly retry?: TokenRetry;
}

/** How often a failing sign-in service is asked again within one call. */
export interface TokenRetry {
  /** Requests in all; 1 never repeats. Default 3. */
  readonly attempts?: number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** A provider for one tenant and application. */
export function createTokenProvider(_options: TokenProviderOptions): TokenProvider {
  return { token: () => Promise.reject(new FeedError('IDENTITY_UNAVAILABLE', 'Not built yet.')) };
}
