/** A tiny app behind the authentication, on 127.0.0.1, that answers what the rooms behind would see. */
import express, { type Express, type ErrorRequestHandler, type Request, type RequestHandler } from 'express';
import { FeedError } from '../../src/errors.js';
import type { Principal } from '../../src/security/authenticator.js';
import { createAuthentication, type AccessSettings } from '../../src/security/authenticate.js';

/** What the feed behind the authentication received. */
export interface Seen {
  readonly url: string;
  readonly originalUrl: string;
  readonly principal: Principal;
}

export interface AppOptions {
  readonly trustedProxies?: readonly string[];
  readonly isSecure?: (request: Request) => boolean;
}

export function appWith(settings: Partial<AccessSettings>, options: AppOptions = {}): Express {
  const complete = {
    apiKeys: [],
    apiKeyParameter: 'key',
    basicUsers: [],
    entraTenantIds: [],
    entraAudiences: [],
    entraAuthorityHost: 'https://login.microsoftonline.com',
    signInFailures: 1000,
    signInWindowSeconds: 300,
    servesAnonymous: false,
    ...settings,
  };
  return appBehind(
    createAuthentication(complete, options.isSecure === undefined ? {} : { isSecure: options.isSecure }),
    options,
  );
}

export function appBehind(authentication: RequestHandler, { trustedProxies = [] }: AppOptions = {}): Express {
  const app = express();
  app.set('query parser', false);
  app.set('trust proxy', [...trustedProxies]);
  app.use('/odata', authentication, (request, response) => {
    const { url, originalUrl } = request;
    response.json({ url, originalUrl, principal: response.locals.principal as unknown });
  });
  app.use(answerErrors);
  return app;
}

// Express tells an error handler by its four parameters.
const answerErrors: ErrorRequestHandler = (error: unknown, request, response, _next) => {
  if (!(error instanceof FeedError)) throw error;
  const { code, message, hint, status, retryAfterSeconds } = error;
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', retryAfterSeconds);
  response.status(status).json({ code, message, hint, url: request.originalUrl });
};
