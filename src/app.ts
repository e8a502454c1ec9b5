/** The Express app, from ready-made parts and without I/O of its own: what the server listens with and tests mount. */
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import { FeedError } from './errors.js';
import { inTurn } from './in-turn.js';
import type { Observe } from './observe/observation.js';
import { sendError } from './odata/error-response.js';
import { securityHeaders } from './security/headers.js';
import { endStage, watchRequests } from './watch-request.js';

/** The parts, in the order in which a request meets them. */
export interface AppParts {
  readonly observe: Observe;
  /** Peers whose X-Forwarded-* headers count: addresses, CIDRs, `loopback`. */
  readonly trustedProxies: readonly string[];
  readonly health: Router;
  /** The page at `/`, what it is made of, and its downloads. */
  readonly page: readonly RequestHandler[];
  /** `/metrics` for readers who signed in; absent when it has a port of its own. */
  readonly metrics?: readonly RequestHandler[];
  /** Leaves `response.locals.principal`, or fails with AUTH_REQUIRED. */
  readonly authenticate: RequestHandler;
  /** Leaves `response.locals.grants`, or fails with AUTH_NOT_GRANTED. */
  readonly authorise: RequestHandler;
  /** Holds a request until its reader's turn has come. */
  readonly admit: RequestHandler;
  readonly odata: (app: Express) => RequestHandler;
}

/** Builds the app: watch → headers → `/odata`: authenticate → authorise → admit → OData; health → page → errors. */
export function createApp(parts: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.set('trust proxy', [...parts.trustedProxies]);
  app.use(inTurn(watchRequests(parts.observe), securityHeaders, checkHost));
  const signIn = [parts.authenticate, parts.authorise, endStage('auth')];
  app.use('/odata', inTurn(...signIn, parts.admit, endStage('queue'), parts.odata(app)));
  app.use(parts.health);
  if (parts.metrics !== undefined) app.get('/metrics', ...signIn, ...parts.metrics);
  for (const part of parts.page) app.use(part);
  app.use(nothingHere);
  app.use(answerErrors(parts.observe));
  return app;
}

/** Exactly one Host, as RFC 9112 section 3.2 wants; links never come from it. */
const checkHost: RequestHandler = (request, _response, next) => {
  const hosts = request.rawHeaders.filter(
    (name, index) => index % 2 === 0 && name.toLowerCase() === 'host',
  ).length;
  if (hosts > 1 || (hosts === 0 && request.httpVersion === '1.1')) {
    const message =
      hosts > 1 ? 'The request has more than one Host header.' : 'The request has no Host header.';
    next(new FeedError('PROTOCOL_BAD_REQUEST', message));
    return;
  }
  next();
};

const nothingHere: RequestHandler = (request, _response, next) => {
  next(
    new FeedError('PROTOCOL_NOT_FOUND', `There is nothing at ${clip(request.path)}.`, {
      hint: 'The OData service begins at /odata/, the page at /, health at /live, /ready and /startup.',
    }),
  );
};

/** A path in a message: long ones are cut, so that nobody's nonsense is echoed whole. */
function clip(path: string): string {
  return path.length > 100 ? `${path.slice(0, 100)}…` : path;
}

function answerErrors(observe: Observe): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return (error: unknown, request, response, _next) => {
    sendError(error, request, response, observe);
  };
}
