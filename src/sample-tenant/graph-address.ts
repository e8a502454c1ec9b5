/** Addresses of Cloud Discovery: qualified or not, percent-encoded or not. */
import type { IncomingMessage } from 'node:http';
import type { Target } from './fault-queue.js';
import { GraphError } from './graph-errors.js';

/** Path of the streams, below the base path. */
export const STREAMS_PATH = '/security/dataDiscovery/cloudAppDiscovery/uploadedStreams';

const USAGE_PATH =
  /^\/([^/]+)\/(?:microsoft\.graph\.security\.)?aggregatedAppsDetails\(period=duration'([^']*)'\)$/;

/** A request whose address is understood. */
export interface Call {
  readonly target: Target;
  /** The address, decoded, without base path and query. */
  readonly path: string;
  readonly basePath: string;
  /** Absolute URL of this request. */
  readonly url: URL;
  /** `Prefer: include-unknown-enum-members` was sent. */
  readonly includeUnknownMembers: boolean;
}

/**
 * Reads the address and the preferences of a request.
 *
 * @throws GraphError 400 for an address that is not well-formed.
 */
export function callOf(request: IncomingMessage, scheme: 'http' | 'https', basePath: string): Call {
  const url = new URL(request.url ?? '/', `${scheme}://${request.headers.host ?? '127.0.0.1'}`);
  const prefer = String(request.headers.prefer ?? '');
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    throw new GraphError(400, 'BadRequest', 'The address is not well-formed.');
  }
  path = path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : '';
  const skip = Number(url.searchParams.get('$skip') ?? '0');
  if (!Number.isInteger(skip) || skip < 0)
    throw new GraphError(400, 'BadRequest', "Invalid value for '$skip'.");
  const usage = path.startsWith(STREAMS_PATH) ? USAGE_PATH.exec(path.slice(STREAMS_PATH.length)) : null;
  const target: Target =
    usage?.[1] !== undefined
      ? { kind: 'usage', streamId: usage[1], period: usage[2] ?? '', skip }
      : { kind: path === STREAMS_PATH ? 'streams' : 'other', skip };
  return { target, path, url, includeUnknownMembers: /include-unknown-enum-members/i.test(prefer), basePath };
}
