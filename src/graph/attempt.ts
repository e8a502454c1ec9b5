/** One attempt of one GET: what came back, as a value; nothing here decides about a repetition. */
import { randomUUID } from 'node:crypto';
import { request, type Dispatcher } from 'undici';
import { parseJsonLosslessly } from '../model/lossless-json.js';
import { ACCEPTED_ENCODINGS, discard, readBody, UnreadableBody } from './body.js';

/** What one attempt brought. */
export type Answer =
  | { readonly kind: 'json'; readonly json: unknown }
  /** An HTTP error. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly retryAfter: string | undefined;
      /** Graph's code, message and request id on one line, as far as they came. */
      readonly words: string;
    }
  /** 200 or a redirect, but not what the contract says. */
  | { readonly kind: 'unreadable'; readonly why: string }
  /** No complete answer: the connection failed or the time was up. */
  | { readonly kind: 'lost'; readonly why: string };

/** How an attempt is made. */
export interface AttemptOptions {
  readonly token: string;
  /** Limit of the attempt, body included, in milliseconds. */
  readonly timeoutMs: number;
  /** Limit of the body after inflation, in bytes. */
  readonly maxBodyBytes: number;
  readonly dispatcher?: Dispatcher;
}

const MAX_ERROR_BYTES = 65_536;
const LONGEST_WORDS = 400;

/**
 * Sends one GET; redirects are not followed: the token would go with them.
 * @throws the signal's reason when it aborts; nothing else
 */
export async function attempt(url: string, options: AttemptOptions, signal: AbortSignal): Promise<Answer> {
  signal.throwIfAborted();
  const limit = new AbortController();
  const cancel = () => {
    limit.abort();
  };
  const timer = setTimeout(cancel, options.timeoutMs);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const response = await request(url, {
      headers: headersWith(options.token),
      signal: limit.signal,
      ...(options.dispatcher && { dispatcher: options.dispatcher }),
    });
    return response.statusCode === 200
      ? await goodAnswer(response, options.maxBodyBytes)
      : await badAnswer(response);
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof UnreadableBody) return { kind: 'unreadable', why: thrown.message };
    if (limit.signal.aborted)
      return { kind: 'lost', why: `no complete answer within ${options.timeoutMs} ms` };
    return { kind: 'lost', why: reasonOf(thrown) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  }
}

function headersWith(token: string): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    accept: 'application/json',
    'accept-encoding': ACCEPTED_ENCODINGS,
    // Without it new members of an enum arrive as unknownFutureValue.
    prefer: 'include-unknown-enum-members',
    'client-request-id': randomUUID(),
    'user-agent': 'defender-discovery-feed',
  };
}

async function goodAnswer(response: Dispatcher.ResponseData, maxBytes: number): Promise<Answer> {
  const text = await readBody(response.body, header(response, 'content-encoding'), maxBytes);
  try {
    return { kind: 'json', json: parseJsonLosslessly(text) };
  } catch {
    const type = header(response, 'content-type') ?? 'no content type';
    return {
      kind: 'unreadable',
      why: `a body of ${text.length} characters (${oneLine(type)}) that is no JSON`,
    };
  }
}

async function badAnswer(response: Dispatcher.ResponseData): Promise<Answer> {
  const { statusCode: status } = response;
  if (status < 400) {
    discard(response.body);
    const location = header(response, 'location');
    return {
      kind: 'unreadable',
      why: `status ${status}${location === undefined ? '' : `, a redirect to ${originOf(location)}`}`,
    };
  }
  const text = await readBody(response.body, header(response, 'content-encoding'), MAX_ERROR_BYTES).catch(
    () => '',
  );
  const words = wordsOf(text, header(response, 'request-id'));
  return { kind: 'status', status, retryAfter: header(response, 'retry-after'), words };
}

/** Graph's error body (https://learn.microsoft.com/graph/errors), read with suspicion. */
function wordsOf(text: string, requestId: string | undefined): string {
  const error = member(parsed(text), 'error');
  const inner = member(error, 'innerError') ?? member(error, 'innererror');
  const id = requestId ?? member(inner, 'request-id');
  const parts = [member(error, 'code'), member(error, 'message')].filter((part) => typeof part === 'string');
  const said = parts.length > 0 ? oneLine(parts.join(': ')) : 'no error in the body';
  return typeof id === 'string' ? `${said} (request-id ${oneLine(id)})` : said;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function member(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null && Object.hasOwn(json, name)
    ? (json as Record<string, unknown>)[name]
    : undefined;
}

function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > LONGEST_WORDS ? `${line.slice(0, LONGEST_WORDS)}…` : line;
}

function header({ headers }: Dispatcher.ResponseData, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function originOf(location: string): string {
  return URL.canParse(location) ? new URL(location).origin : 'another path';
}

/** Node's code (ECONNRESET, ENOTFOUND, a TLS code …) says more than the message. */
function reasonOf(thrown: unknown): string {
  const { code, cause, message } = thrown as { code?: unknown; cause?: unknown; message?: unknown };
  if (typeof code === 'string' && code !== 'UND_ERR_ABORTED') return code;
  return typeof cause === 'object' && cause !== null ? reasonOf(cause) : oneLine(String(message));
}
