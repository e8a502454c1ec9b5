/** One request, watched from its arrival to its end: its id, what it came to, how long each stage took. */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { readsEverything, type Grants } from './model/grants.js';
import type { Observe } from './observe/observation.js';
import { AnswerRecord } from './odata/answer-record.js';

/**
 * Gives every request an id (`response.locals.requestId`, `X-Request-Id`) and a record (`response.locals.record`), and
 * observes how it was answered. `Server-Timing` is for readers whom no grant restricts: to others it would measure the
 * sign-in, or how much there is that they may not see.
 */
export function watchRequests(observe: Observe): RequestHandler {
  return (request, response, next) => {
    const startedMs = performance.now();
    const before = request.socket.bytesWritten;
    const { originalUrl: asked } = request;
    const record = new AnswerRecord();
    const requestId = forwardedId(request) ?? randomUUID();
    Object.assign(response.locals, { requestId, record });
    response.setHeader('X-Request-Id', requestId);
    beforeHead(response, () => {
      record.end('write');
      const grants = response.locals.grants as Grants | undefined;
      if (grants !== undefined && readsEverything(grants))
        response.setHeader('Server-Timing', record.serverTiming());
    });
    response.once('close', () => {
      const path = withoutLiterals(request.originalUrl.split('?', 1)[0] ?? '');
      observe({
        kind: 'requestAnswered',
        requestId,
        method: request.method,
        path,
        route: record.route ?? routeOf(path),
        sets: [...record.sets],
        rows: record.rows,
        options: optionNames(request.originalUrl),
        status: response.statusCode,
        complete: response.writableFinished,
        signInRefused: response.statusCode === 401 && hadCredential(request, asked),
        durationMs: performance.now() - startedMs,
        bytes: request.socket.bytesWritten - before,
        address: request.ip ?? '',
        ...nameOfPrincipal(response.locals.principal),
      });
    });
    next();
  };
}

/** Ends a stage of every answer that passes. */
export function endStage(stage: 'auth' | 'queue'): RequestHandler {
  return (_request, response, next) => {
    (response.locals.record as AnswerRecord).end(stage);
    next();
  };
}

const OWN_ID = /^[\w.-]{8,128}$/;
/** W3C Trace Context: version, trace id, span id, flags. */
const TRACE = /^[\da-f]{2}-(?!0{32})([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/;

/** The id that a trusted proxy gave; anybody else could make the log say what they like. */
function forwardedId(request: Request): string | undefined {
  const trusts = request.app.get('trust proxy fn') as (address: string, hop: number) => boolean;
  if (!trusts(request.socket.remoteAddress ?? '', 0)) return undefined;
  const { 'x-request-id': own, traceparent } = request.headers;
  if (typeof own === 'string' && OWN_ID.test(own)) return own;
  return typeof traceparent === 'string' ? TRACE.exec(traceparent)?.[1] : undefined;
}

/** Calls `tell` when the head of the answer is about to leave: headers can still be set. */
function beforeHead(response: Response, tell: () => void): void {
  const writeHead = response.writeHead.bind(response) as (...given: unknown[]) => Response;
  response.writeHead = ((...given: unknown[]) => {
    tell();
    return writeHead(...given);
  }) as Response['writeHead'];
}

/** Kinds of requests that no room below /odata has named. */
const ROUTES: Readonly<Record<string, string>> = {
  '/': 'page',
  '/live': 'health',
  '/ready': 'health',
  '/startup': 'health',
  '/metrics': 'metrics',
};

function routeOf(path: string): string {
  if (path === '/odata' || path.startsWith('/odata/')) return 'refused';
  return Object.hasOwn(ROUTES, path) ? (ROUTES[path] ?? 'other') : 'other';
}

/**
 * Whether a credential came with the request: asking without one, or with an empty Bearer, is how clients find out which
 * kinds there are. A key in the URL has been taken out of it by the authentication.
 */
function hadCredential(request: Request, asked: string): boolean {
  const { authorization, 'x-api-key': key } = request.headers;
  if (key !== undefined || asked !== request.originalUrl) return true;
  return /^\S+\s+\S/.test(authorization?.trim() ?? '');
}

/** Names of the query options: their values may hold what must not be logged. */
function optionNames(url: string): string[] {
  const query = url.split('?', 2)[1] ?? '';
  if (query === '') return [];
  return query.split('&').map((pair) => pair.split('=', 1)[0] ?? '');
}

/** A path with `(…)` in place of keys and of conditions (`/$filter(…)`); one that never closes is cut. */
function withoutLiterals(path: string): string {
  let depth = 0;
  let kept = '';
  for (const part of path.split(/([()]|%28|%29)/i)) {
    const closes = part === ')' || part === '%29';
    if (closes) depth = Math.max(0, depth - 1);
    else if (depth === 0 && part !== '(' && part !== '%28') kept += part;
    else if (depth === 0) kept += '(…)';
    if (part === '(' || part === '%28') depth += 1;
  }
  return kept;
}

function nameOfPrincipal(principal: unknown): { principal: string; userName?: string } {
  if (typeof principal !== 'object' || principal === null) return { principal: 'unknown' };
  const { kind, name, userName } = principal as Readonly<Record<string, unknown>>;
  return {
    principal: [kind, name].filter((part) => typeof part === 'string' && part !== '').join(':'),
    ...(typeof userName === 'string' ? { userName } : {}),
  };
}
