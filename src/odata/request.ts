/**
 * An Express request as an OData request: what was asked, without a look at what it means.
 *
 * Spec: Protocol 4.01 sections 8.1 and 8.2 (headers), 10 (methods of a read-only service are GET and HEAD).
 */
import { FeedError } from '../errors.js';
import type { Ask } from './exchange.js';
import { parsePrefer, type Preferences } from './prefer.js';
import { serviceRoot, type ServiceRootOptions } from './service-root.js';
import { negotiateVersion, type ODataVersion } from './version.js';

/** URLs up to this many bytes are read (Power Query sends up to 2,048 unless told otherwise). */
const MAX_URL_BYTES = 16 * 1024;

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
export function readRequest(request: Ask, serviceRootOptions: ServiceRootOptions): ODataRequest {
  if (request.originalUrl.length > MAX_URL_BYTES)
    throw new FeedError('PROTOCOL_URL_TOO_LONG', `The URL has ${request.originalUrl.length} bytes.`);
  checkIsolation(request);
  const at = request.url.indexOf('?');
  const path = at === -1 ? request.url : request.url.slice(0, at);
  return {
    path: path
      .split('/')
      .filter((segment) => segment !== '')
      .join('/'),
    rawQuery: at === -1 ? '' : request.url.slice(at + 1),
    root: serviceRoot(request, serviceRootOptions),
    version: negotiateVersion(request.headers),
    preferences: parsePrefer(headerText(request.headers.prefer)),
    accept: request.headers.accept,
  };
}

/**
 * Whether the method reads.
 *
 * @throws FeedError PROTOCOL_METHOD_NOT_ALLOWED for writing ones, QUERY_UNSUPPORTED for a batch
 */
export function isRead({ method, path }: Pick<Ask, 'method' | 'path'>): boolean {
  if (method === 'GET' || method === 'HEAD') return true;
  if (method === 'OPTIONS') return false;
  if (method === 'POST' && /^\/+(\$|%24)batch\/*$/i.test(path))
    throw new FeedError('QUERY_UNSUPPORTED', 'This service does not support $batch.', {
      hint: 'Send each request on its own; in Power Query leave EnableBatch out.',
    });
  throw new FeedError('PROTOCOL_METHOD_NOT_ALLOWED', `${method} is not allowed: the feed is read-only.`);
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
