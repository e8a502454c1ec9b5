/**
 * An Express request as an OData request: what was asked, without a look at what it means.
 *
 * Spec: Protocol 4.01 sections 8.1 and 8.2 (headers), 10 (methods of a read-only service are GET and HEAD).
 */
import { FeedError } from '../errors.js';
import type { Arrival, Ask } from './exchange.js';
import { parsePrefer, type Preferences } from './prefer.js';
import { serviceRoot } from './service-root.js';
import { negotiateVersion, type ODataVersion } from './version.js';

/** URLs up to this many bytes are read (Power Query sends up to 2,048 unless told otherwise). */
const MAX_URL_BYTES = 16 * 1024;

/** The same within a batch, which is what Power Query sends longer URLs in; what they cost is bounded by the query's limits. */
const MAX_BATCH_URL_BYTES = 64 * 1024;

/** What a page token adds at most: the values of one row that `$orderby` names. */
const MAX_TOKEN_BYTES = 8 * 1024;

/** What a client asks for. */
export interface ODataRequest {
  /** Path below the service root as it came, without slashes at the ends or doubled ones; empty for the root. */
  readonly path: string;
  /** Query as it came, without `?`. Never Express's parsed one: that decodes `+` and folds brackets. */
  readonly rawQuery: string;
  /** URL of the service root, where links begin. */
  readonly root: string;
  readonly version: ODataVersion;
  readonly preferences: Preferences;
  readonly accept: string | undefined;
}

/**
 * Reads the request.
 *
 * @throws FeedError PROTOCOL_URL_TOO_LONG, PROTOCOL_VERSION, PROTOCOL_PRECONDITION_FAILED
 */
export function readRequest({ request, options, batch }: Arrival): ODataRequest {
  const { originalUrl } = request;
  checkLength(originalUrl.length, originalUrl, batch === undefined ? MAX_URL_BYTES : MAX_BATCH_URL_BYTES);
  checkIsolation(request);
  const at = request.url.indexOf('?');
  const path = at === -1 ? request.url : request.url.slice(0, at);
  return {
    path: withoutEmptySegments(path),
    rawQuery: at === -1 ? '' : request.url.slice(at + 1),
    root: serviceRoot(request, options.serviceRoot),
    version: negotiateVersion(request.headers),
    preferences: parsePrefer(headerText(request.headers.prefer)),
    accept: request.headers.accept,
  };
}

function withoutEmptySegments(path: string): string {
  const [first] = path;
  if (first === '/' && !path.endsWith('/') && !path.includes('//')) return path.slice(1);
  return path
    .split('/')
    .filter((segment) => segment !== '')
    .join('/');
}

/**
 * Page tokens make next links longer than the URL that they follow: those have some room more.
 *
 * @throws FeedError PROTOCOL_URL_TOO_LONG
 */
export function checkLength(bytes: number, rawQuery: string, maxBytes = MAX_URL_BYTES): void {
  if (bytes <= maxBytes) return;
  const room = /(?:\$|%24)skiptoken=/i.test(rawQuery) ? MAX_TOKEN_BYTES : 0;
  if (bytes > maxBytes + room)
    throw new FeedError('PROTOCOL_URL_TOO_LONG', `The URL has ${bytes} bytes; ${maxBytes} are read.`);
}

/**
 * Snapshot isolation is what every read has, next pages included; there is no other (Protocol 4.01 section 8.2.6).
 * The header lost its prefix in 4.01.
 */
function checkIsolation({ headers }: Ask): void {
  for (const name of ['odata-isolation', 'isolation']) {
    const level = headerText(headers[name]);
    if (level === undefined || level.trim().toLowerCase() === 'snapshot') continue;
    throw new FeedError('PROTOCOL_PRECONDITION_FAILED', `There is no isolation '${level.slice(0, 40)}'.`, {
      target: name,
      hint: 'Ask for snapshot, or leave the header out: every read comes from one generation.',
    });
  }
}

function headerText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}
