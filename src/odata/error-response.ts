/**
 * Failures as OData errors: one shape for every room that answers over HTTP.
 *
 * Spec: Protocol 4.01 section 9.4 (error response body), JSON Format 4.01 section 21. Power BI shows a person `message`
 * and nothing else, so the hint stands in it as well as in `details`.
 */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { asFeedError, FeedError } from '../errors.js';
import type { Observe } from '../observe/observation.js';
import type { Ask, Reply } from './exchange.js';

/** `Retry-After` of a 503 or 429 that does not say more; Power Query takes 0.5 to 120 seconds. */
const RETRY_AFTER_SECONDS = 5;

/** Headers of an answer that is not sent after all. */
const STALE = [
  'ETag',
  'Last-Modified',
  'Preference-Applied',
  'Feed-Generation',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Length',
];

/** Content-Type of every error body. */
const ERROR_TYPE = 'application/json;odata.metadata=minimal';

/** What an error answer consists of. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The answer to a failure, without sending it.
 *
 * @param requestId correlation id: all that a client learns about a bug
 */
export function errorAnswer(error: FeedError, requestId: string): ErrorAnswer {
  const internal = error.code === 'INTERNAL';
  const said = internal
    ? `Something went wrong inside the server (correlation id ${requestId}).`
    : error.message;
  const body = {
    error: {
      code: error.code,
      message: said.endsWith(error.hint) ? said : `${said} ${error.hint}`,
      ...(error.target === undefined || internal ? {} : { target: error.target }),
      details: [{ code: error.code, message: error.hint }],
    },
  };
  const headers: Record<string, string> = {
    'OData-Version': '4.0',
    'Content-Type': ERROR_TYPE,
    'Cache-Control': 'no-store',
  };
  if (error.status === 405) headers.Allow = 'GET, HEAD, OPTIONS';
  if (error.status === 503 || error.status === 429)
    headers['Retry-After'] = String(Math.ceil(error.retryAfterSeconds ?? RETRY_AFTER_SECONDS));
  return { status: error.status, headers, body: JSON.stringify(body) };
}

/**
 * Answers a request with a failure. A bug is observed with its stack under the correlation id
 * (`response.locals.requestId` if that is set). When part of an answer has already left, the connection is cut: a
 * truncated 200 must never look complete.
 */
export function sendError(
  thrown: unknown,
  request: Pick<Ask, 'method' | 'path'>,
  response: Reply,
  observe: Observe,
): void {
  const error = thrown instanceof FeedError ? thrown : fromMiddleware(thrown);
  const known: unknown = response.locals.requestId;
  const requestId = typeof known === 'string' ? known : randomUUID();
  if (error.code === 'INTERNAL')
    observe({ kind: 'requestFailed', requestId, path: request.path, stack: stackOf(error.cause ?? error) });
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const answer = errorAnswer(error, requestId);
  for (const stale of STALE) response.removeHeader(stale);
  response.status(answer.status);
  // Not Express's `set`: that adds a charset to Content-Type.
  for (const [name, value] of Object.entries(answer.headers))
    if (name !== 'Allow' || !response.hasHeader(name)) response.setHeader(name, value);
  response.setHeader('Content-Length', Buffer.byteLength(answer.body));
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

/**
 * Answers bytes that are no HTTP request, for `server.on('clientError', clientErrorResponse)`: Node's own answers to
 * these have no body that an OData client could read.
 */
export function clientErrorResponse(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  endWithError(unreadable(error.code), socket);
}

function unreadable(code: string | undefined): FeedError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new FeedError('PROTOCOL_HEADERS_TOO_LARGE', 'The headers and URL of the request are too large.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new FeedError('PROTOCOL_REQUEST_TIMEOUT', 'The request did not arrive whole in time.');
    default:
      return new FeedError('PROTOCOL_BAD_REQUEST', 'The request could not be read as HTTP.');
  }
}

/** Answers CONNECT, for `server.on('connect', connectResponse)`: the feed is no proxy, and Node would hang up without a word. */
export function connectResponse(_request: IncomingMessage, socket: Duplex): void {
  endWithError(
    new FeedError('PROTOCOL_METHOD_NOT_ALLOWED', 'The feed has no CONNECT: it is no proxy.'),
    socket,
  );
}

/** Writes an error to a connection that no HTTP response belongs to, and ends it. */
function endWithError(error: FeedError, socket: Duplex): void {
  const { status, headers, body } = errorAnswer(error, randomUUID());
  const lines = Object.entries({
    ...headers,
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head}\r\n${body}`);
}

/** Express and its middleware throw errors with a status: a 4xx is the client's doing, anything else is a bug. */
function fromMiddleware(thrown: unknown): FeedError {
  const status = thrown instanceof Error && 'status' in thrown ? thrown.status : undefined;
  if (typeof status !== 'number' || status < 400 || status > 499) return asFeedError(thrown);
  if (thrown instanceof URIError)
    return new FeedError('PROTOCOL_BAD_PATH', 'The URL holds a percent sign that encodes nothing.');
  return new FeedError('PROTOCOL_BAD_REQUEST', 'The request could not be read.');
}

function stackOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
