/**
 * Conditional requests: 304 for what a client has already, 412 for a condition that does not hold.
 *
 * Spec: RFC 9110 section 13; Protocol 4.01 sections 8.2.4 and 8.2.5. Tags are compared before anything is read, which
 * makes a repeated full load cheap; what only an existing resource satisfies (`*`, dates) is decided after.
 */
import { FeedError } from '../errors.js';
import { matchesEtag } from './etag.js';
import type { Exchange } from './exchange.js';
import { sendEmpty, type ResponseHead } from './send.js';

/**
 * Answers 304 when If-None-Match names the tag.
 *
 * @throws FeedError PROTOCOL_PRECONDITION_FAILED when If-Match names others, or If-Unmodified-Since is earlier
 */
export function answeredNotModified(exchange: Exchange, head: ResponseHead): boolean {
  const { 'if-none-match': ifNoneMatch, 'if-match': ifMatch } = exchange.request.headers;
  const { etag } = head;
  if (ifMatch !== undefined) {
    if (ifMatch.trim() !== '*' && (etag === undefined || !matchesEtag(ifMatch, etag))) refuse('If-Match');
  } else if (isNewer(head, exchange.request.headers['if-unmodified-since'])) refuse('If-Unmodified-Since');
  if (etag === undefined || !matchesEtag(ifNoneMatch, etag)) return false;
  answerNotModified(exchange, head);
  return true;
}

/** Answers 304 to If-None-Match: * and to If-Modified-Since (which counts only alone), once the resource is known to exist. */
export function answeredUnchanged(exchange: Exchange, head: ResponseHead): boolean {
  const { 'if-none-match': ifNoneMatch, 'if-modified-since': since } = exchange.request.headers;
  const unchanged =
    ifNoneMatch === undefined
      ? Date.parse(since ?? '') >= Date.parse(head.lastModified ?? '')
      : ifNoneMatch.trim() === '*';
  if (unchanged) answerNotModified(exchange, head);
  return unchanged;
}

function isNewer({ lastModified }: ResponseHead, since: string | undefined): boolean {
  return Date.parse(lastModified ?? '') > Date.parse(since ?? '');
}

function answerNotModified({ response }: Exchange, head: ResponseHead): void {
  sendEmpty(response, { ...head, status: 304, contentType: undefined });
}

function refuse(header: string): never {
  throw new FeedError('PROTOCOL_PRECONDITION_FAILED', `The condition of ${header} does not hold.`, {
    target: header,
  });
}
