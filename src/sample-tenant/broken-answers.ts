/** Answers that are no good pages: refusals, rubbish, and connections that end badly. */
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { graphErrorText } from './graph-errors.js';

/** What can be set about a fault. */
export interface FaultSettings {
  /** For 429 and 503: seconds in Retry-After; default 1. */
  readonly retryAfterSeconds?: number;
  /** For slowDrip: milliseconds from byte to byte; default 200. */
  readonly dripMs?: number;
}

const JSON_TYPE =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';
const BOMB_MIB = 256;

/** A Graph error with further headers. */
export function refuse(
  status: number,
  code: string,
  headers: (settings: FaultSettings) => Record<string, string> = () => ({}),
) {
  return (response: ServerResponse, settings: FaultSettings): void => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers(settings) });
    response.end(graphErrorText(code, `Injected by the fake: ${code}.`));
  };
}

/** Retry-After in seconds. */
export function retryAfter({ retryAfterSeconds = 1 }: FaultSettings): Record<string, string> {
  return { 'Retry-After': String(retryAfterSeconds) };
}

/** Retry-After as an HTTP-date, rounded up to the second. */
export function retryAfterDate({ retryAfterSeconds = 1 }: FaultSettings): Record<string, string> {
  return { 'Retry-After': new Date(Date.now() + retryAfterSeconds * 1000 + 999).toUTCString() };
}

/** A whole answer of fixed bytes. */
export function say(body: string | Buffer, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(200, { 'Content-Type': JSON_TYPE, ...headers });
    response.end(body);
  };
}

/** Half of the page, properly ended. */
export function half(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'Content-Type': JSON_TYPE });
  response.end(body.slice(0, Math.floor(body.length / 2)));
}

/** Half of the page, chunked, and then the socket is gone. */
export function cut(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'Content-Type': JSON_TYPE });
  response.write(body.slice(0, Math.floor(body.length / 2)), () => {
    response.destroy();
  });
}

/** A TCP reset before any byte. */
export function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

/** The page, byte by byte, until the client has had enough. */
export function drip(response: ServerResponse, body: string, { dripMs = 200 }: FaultSettings): void {
  response.writeHead(200, { 'Content-Type': JSON_TYPE });
  const bytes = Buffer.from(body);
  let sent = 0;
  const timer = setInterval(() => {
    response.write(bytes.subarray(sent, sent + 1));
    sent += 1;
    if (sent === bytes.length) response.end();
  }, dripMs);
  response.on('close', () => {
    clearInterval(timer);
  });
}

/** Nothing, ever: the connection stays open. */
export function silence(): void {
  // The response is never ended; close() of the server cuts it.
}

/**
 * Valid gzip of valid JSON, some 260 kB on the wire and 256 MiB when inflated. It is many gzip members in a row
 * (RFC 1952 section 2.2), so making it costs next to nothing.
 */
export function bomb(response: ServerResponse): void {
  const spaces = gzipSync(Buffer.alloc(1024 * 1024, ' '));
  const members = [gzipSync('{"value":['), ...Array<Buffer>(BOMB_MIB).fill(spaces), gzipSync(']}')];
  say(Buffer.concat(members), { 'Content-Encoding': 'gzip' })(response);
}
