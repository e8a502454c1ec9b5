/** Who may read: an ordered chain of authenticators in front of the feed. */
import type { Request, RequestHandler } from 'express';
import { FeedError } from '../errors.js';
import { apiKeyAuthenticator, withoutKey, type ApiKey } from './api-key.js';
import type { Authenticator, Principal } from './authenticator.js';
import { basicAuthenticator, type BasicUser } from './basic.js';
import { entraAuthenticator } from './entra-jwt.js';
import { isSecure } from './secure-transport.js';
import { SignInFailures } from './sign-in-failures.js';

export type { Authenticator, Principal } from './authenticator.js';

/** What the chain is made of. */
export interface AuthenticateOptions {
  /** Asked in this order; the first that recognises the caller decides. */
  readonly authenticators: readonly Authenticator[];
  /** Whether a request without any credential is served. A wrong credential is refused all the same. */
  readonly allowAnonymous: boolean;
  /** Query parameter that may carry a key: taken out of `url` and `originalUrl` before anybody else reads them. */
  readonly keyParameter: string;
  /** Counts wrong credentials; default: nobody does. */
  readonly failures?: SignInFailures;
}

/** What the chain found. */
type Outcome = Principal | 'nothing right' | 'wrong';

const ANONYMOUS: Principal = { kind: 'anonymous', name: '' };

/**
 * Leaves the caller in `response.locals.principal`, or fails with AUTH_REQUIRED after offering every kind that is on,
 * one `WWW-Authenticate` header each. The answer is the same whatever was wrong: it never says which part. Wrong
 * credentials are counted, those that are missing, empty or expired are not; too many fail with AUTH_TOO_MANY_FAILURES.
 */
export function authenticate(options: AuthenticateOptions): RequestHandler {
  return async (request, response, next) => {
    let outcome: Outcome;
    let claimed = '';
    try {
      outcome = await recognise(request, options);
      if (outcome === 'wrong') claimed = claimedName(request, options.authenticators);
    } finally {
      request.url = withoutKey(request.url, options.keyParameter);
      request.originalUrl = withoutKey(request.originalUrl, options.keyParameter);
    }
    if (typeof outcome === 'object') {
      response.locals.principal = outcome;
      next();
      return;
    }
    response.setHeader('WWW-Authenticate', challengesFor(request, options.authenticators));
    const waitSeconds =
      outcome === 'wrong'
        ? await options.failures?.add({ address: request.ip ?? '', name: claimed })
        : undefined;
    next(waitSeconds === undefined ? refusal(options.authenticators) : tooMany(waitSeconds));
  };
}

/** The page has a form of its own, and a browser that reads `Basic` would ask before it: it gets another word. */
function challengesFor(request: Request, authenticators: readonly Authenticator[]): string[] {
  const isPage = request.headers['x-requested-with'] !== undefined;
  return authenticators.map(({ challenge }) =>
    isPage ? challenge.replace(/^Basic /, 'X-Basic ') : challenge,
  );
}

async function recognise(
  request: Request,
  { authenticators, allowAnonymous }: AuthenticateOptions,
): Promise<Outcome> {
  const verdicts = new Set<false | 'expired'>();
  for (const authenticator of authenticators) {
    const given = authenticator.authenticate(request);
    const verdict = given instanceof Promise ? await given : given;
    if (typeof verdict === 'object') return verdict;
    if (verdict !== undefined) verdicts.add(verdict);
  }
  if (verdicts.size === 0 && allowAnonymous) return ANONYMOUS;
  // An expired token is nobody's guess, and a second authenticator that cannot read it is no failure either.
  return verdicts.has(false) && !verdicts.has('expired') ? 'wrong' : 'nothing right';
}

function claimedName(request: Request, authenticators: readonly Authenticator[]): string {
  for (const authenticator of authenticators) {
    const name = authenticator.claimedName?.(request);
    if (name !== undefined) return name;
  }
  return '';
}

function tooMany(retryAfterSeconds: number): FeedError {
  return new FeedError(
    'AUTH_TOO_MANY_FAILURES',
    'Too many sign-ins with wrong credentials came from your address.',
    { retryAfterSeconds },
  );
}

function refusal(authenticators: readonly Authenticator[]): FeedError {
  return new FeedError(
    'AUTH_REQUIRED',
    'This feed is read with a credential, and the request has none that is right.',
    {
      hint: `Accepted: ${authenticators.map(({ accepts }) => accepts).join('; or ')}.`,
    },
  );
}

/** The settings that say who may read. */
export interface AccessSettings {
  readonly apiKeys: readonly ApiKey[];
  readonly apiKeyParameter: string;
  readonly basicUsers: readonly BasicUser[];
  /** Tenants whose tokens are accepted; none: Entra is off. */
  readonly entraTenantIds: readonly string[];
  readonly entraAudiences: readonly string[];
  readonly entraAuthorityHost: string;
  readonly signInFailures: number;
  readonly signInWindowSeconds: number;
  /** True when ALLOW_ANONYMOUS says so, or on loopback without any authenticator. */
  readonly servesAnonymous: boolean;
}

/** What the chain asks of its surroundings. */
export interface AccessSurroundings {
  /** Whether a password came over a way that nobody can listen on. Default: TLS, a trusted proxy's word, loopback. */
  readonly isSecure?: (request: Request) => boolean;
  /** Fetches Entra's keys. Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** The chain of the settings: Entra, API keys, Basic; a kind without entries is off and not offered. */
export function createAuthentication(
  settings: AccessSettings,
  { isSecure: secure = isSecure, fetch }: AccessSurroundings = {},
): RequestHandler {
  const { apiKeys, apiKeyParameter, basicUsers, entraTenantIds: tenantIds } = settings;
  const authenticators: Authenticator[] = [];
  // First, because Power BI looks for the sign-in page in the first Bearer challenge.
  if (tenantIds.length > 0) {
    const { entraAudiences: audiences, entraAuthorityHost: authorityHost } = settings;
    const way = fetch === undefined ? {} : { fetch };
    authenticators.push(entraAuthenticator({ tenantIds, audiences, authorityHost, ...way }));
  }
  if (apiKeys.length > 0) authenticators.push(apiKeyAuthenticator(apiKeys, apiKeyParameter));
  if (basicUsers.length > 0) authenticators.push(basicAuthenticator(basicUsers, { isSecure: secure }));
  const { signInFailures: failures, signInWindowSeconds: windowSeconds } = settings;
  return authenticate({
    authenticators,
    allowAnonymous: settings.servesAnonymous,
    keyParameter: apiKeyParameter,
    failures: new SignInFailures({ failures, windowSeconds }),
  });
}
