/**
 * Page tokens: where a next page starts, in which generation, signed so that nobody can build one.
 *
 * Spec: Protocol 4.01 section 11.2.6.7 (server-driven paging): the content of `$skiptoken` is the service's own affair.
 * The token carries the page size (clients need not send Prefer again), the rows that `$top` still allows, and what
 * `now()` is, so that all pages of a read agree.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { FeedError } from '../errors.js';
import type { GenerationId } from '../model/generation.js';
import type { EdmValue } from '../model/edm-value.js';
import type { Position } from '../store/store.js';

/** Where a read goes on. */
export interface PageStart {
  readonly generation: GenerationId;
  /** Values of the last row of the page before. */
  readonly after: Position;
  /** Rows that `$top` still allows; `undefined`: all that follow. */
  readonly remaining?: number;
  readonly pageSize: number;
  /** What `now()` answers, in milliseconds since 1970. */
  readonly now: number;
}

/** A value in a token: what JSON cannot say is tagged. */
type Tagged = string | number | boolean | null | { readonly integer: string } | { readonly special: string };

interface TokenContent {
  readonly g: GenerationId;
  readonly a: readonly Tagged[];
  readonly r: number | null;
  readonly s: number;
  readonly n: number;
  /** Hash of the query that the token belongs to. */
  readonly q: string;
}

/** Text of a token for `$skiptoken`: two base64url parts and a dot, safe in URLs as it is. */
export function writePageToken(start: PageStart, queryShape: string, key: Uint8Array): string {
  const content: TokenContent = {
    g: start.generation,
    a: start.after.map(tag),
    r: start.remaining ?? null,
    s: start.pageSize,
    n: start.now,
    q: hashOf(queryShape),
  };
  const payload = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${payload}.${signatureOf(payload, key).toString('base64url')}`;
}

/**
 * The inverse of {@link writePageToken}.
 *
 * @throws FeedError PROTOCOL_PAGE_INVALID when the token was altered, is none of ours or belongs to another query
 */
export function readPageToken(token: string, queryShape: string, key: Uint8Array): PageStart {
  const [payload = '', signature = '', ...rest] = token.split('.');
  const given = Buffer.from(signature, 'base64url');
  const expected = signatureOf(payload, key);
  const canonical = given.toString('base64url') === signature;
  if (rest.length > 0 || !canonical || given.length !== expected.length || !timingSafeEqual(given, expected))
    throw foreignPage('The $skiptoken was altered or is none of this service.');
  const content = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as TokenContent;
  if (content.q !== hashOf(queryShape)) throw foreignPage('The $skiptoken belongs to another query.');
  return {
    generation: content.g,
    after: content.a.map(untag),
    ...(content.r === null ? {} : { remaining: content.r }),
    pageSize: content.s,
    now: content.n,
  };
}

/** What a next page is refused with when its generation is no longer kept. */
export function pageExpired(): FeedError {
  return new FeedError('PROTOCOL_PAGE_EXPIRED', 'The data that this page belongs to is no longer kept.', {
    target: '$skiptoken',
  });
}

/** What a page token is refused with that is none of ours, or not of this query. */
export function foreignPage(message: string): FeedError {
  return new FeedError('PROTOCOL_PAGE_INVALID', message, { target: '$skiptoken' });
}

function signatureOf(payload: string, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(payload).digest();
}

function hashOf(queryShape: string): string {
  return createHash('sha256').update(queryShape).digest('base64url').slice(0, 22);
}

function tag(value: EdmValue): Tagged {
  if (typeof value === 'bigint') return { integer: value.toString() };
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return { special: Object.is(value, -0) ? '-0' : String(value) };
  if (typeof value === 'object' && value !== null) throw new Error('Rows cannot be ordered by a collection.');
  return value;
}

function untag(value: Tagged): EdmValue {
  if (typeof value !== 'object' || value === null) return value;
  return 'integer' in value ? BigInt(value.integer) : Number(value.special);
}
