/** Who may read: an ordered chain of authenticators in front of the feed. */
import type { Request, RequestHandler } from 'express';
import { FeedError } from '../errors.js';
import { apiKeyAuthenticator, withoutKey, type ApiKey } from './api-key.js';
import type { Authenticator, Principal } from './authenticator.js';
import { basicAuthenticator, type BasicUser } from './basic.js';
import { isSecure } from './secure-transport.js';

export type { Authenticator, Principal } from './authenticator.js';

/** What the chain is made of. */
export interface AuthenticateOptions {
  /** Asked in this order; the first that recognises the caller decides. */
  readonly authenticators: readonly Authenticator[];
  /** Whether a request without any credential is served. A wrong credential is refused all the same. */
  readonly allowAnonymous: boolean;
  /** Query parameter that may carry a key: taken out of `url` and `originalUrl` before anybody else reads them. */
  readonly keyParameter: string;
}

/**
 * Leaves the caller in `response.locals.principal`, or fails with AUTH_REQUIRED after offering every kind that is on,
 * one `WWW-Authenticate` header each. The answer is the same whatever was wrong: it never says which part.
 */
export function authenticate(options: AuthenticateOptions): RequestHandler {
  return async (request, response, next) => {
    let principal: Principal | undefined;
    try {
      principal = await recognise(request, options);
    } finally {
      request.url = withoutKey(request.url, options.keyParameter);
      request.originalUrl = withoutKey(request.originalUrl, options.keyParameter);
    }
    if (principal === undefined) {
      response.setHeader(
        'WWW-Authenticate',
        options.authenticators.map(({ challenge }) => challenge),
      );
      next(refusal(options.authenticators));
      return;
    }
    response.locals.principal = principal;
    next();
  };
}

async function recognise(
  request: Request,
  { authenticators, allowAnonymous }: AuthenticateOptions,
): Promise<Principal | undefined> {
  let refused = false;
  for (const authenticator of authenticators) {
    const verdict = await authenticator.authenticate(request);
    if (verdict === false) refused = true;
    else if (verdict !== undefined) return verdict;
  }
  return refused || !allowAnonymous ? undefined : { kind: 'anonymous', name: '' };
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
  /** True when ALLOW_ANONYMOUS says so, or on loopback without any authenticator. */
  readonly servesAnonymous: boolean;
}

/** The chain of the settings: API keys, then Basic; a kind without entries is off and not offered. */
export function createAuthentication(
  settings: AccessSettings,
  secure: (request: Request) => boolean = isSecure,
): RequestHandler {
  const authenticators: Authenticator[] = [];
  if (settings.apiKeys.length > 0) {
    authenticators.push(apiKeyAuthenticator(settings.apiKeys, settings.apiKeyParameter));
  }
  if (settings.basicUsers.length > 0) {
    authenticators.push(basicAuthenticator(settings.basicUsers, { isSecure: secure }));
  }
  return authenticate({
    authenticators,
    allowAnonymous: settings.servesAnonymous,
    keyParameter: settings.apiKeyParameter,
  });
}
