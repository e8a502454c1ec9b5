/**
 * Where the absolute URLs of an answer begin. Never the raw Host header: whoever writes it would decide where the
 * client sends its next request, credentials included.
 */
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

/** What of a request may decide the base of its links. */
type Origin = Pick<IncomingMessage, 'headers' | 'socket'>;

/** What decides the base of every link. */
export interface ServiceRootOptions {
  /** Where clients reach the server, without the feed's own path: `https://feed.contoso.com`. Wins over all else. */
  readonly publicUrl?: string;
  /** Path that the feed is mounted on; `/odata` when absent. */
  readonly path?: string;
  /**
   * Whether a peer is a proxy whose X-Forwarded-Proto and X-Forwarded-Host count (Express: `app.get('trust proxy fn')`).
   * Absent: none is.
   */
  readonly trustProxy?: (address: string, hop: number) => boolean;
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?$/i;

/**
 * URL of the service root, with a slash at its end.
 *
 * @example serviceRoot(request, {publicUrl: 'https://feed.contoso.com'}) → 'https://feed.contoso.com/odata/'
 */
export function serviceRoot(request: Origin, options: ServiceRootOptions): string {
  const base = options.publicUrl ?? forwardedBase(request, options) ?? loopbackBase(request);
  return `${base.replace(/\/+$/, '')}${options.path ?? '/odata'}/`;
}

function forwardedBase(request: Origin, options: ServiceRootOptions): string | undefined {
  const peer = request.socket.remoteAddress;
  if (peer === undefined || options.trustProxy?.(peer, 0) !== true) return undefined;
  const host = firstOf(request.headers['x-forwarded-host']);
  if (host === undefined || !HOST.test(host)) return undefined;
  const protocol = firstOf(request.headers['x-forwarded-proto'])?.toLowerCase() ?? protocolOf(request);
  return protocol === 'http' || protocol === 'https' ? `${protocol}://${host}` : undefined;
}

/** The name that was typed when it is a loopback name with our port, else the loopback address itself. */
function loopbackBase(request: Origin): string {
  const port = request.socket.localPort ?? 80;
  const protocol = protocolOf(request);
  const standardPort = protocol === 'https' ? 443 : 80;
  const [, name, typedPort] = LOOPBACK_HOST.exec(request.headers.host ?? '') ?? [];
  const host = name !== undefined && Number(typedPort ?? standardPort) === port ? name : '127.0.0.1';
  return `${protocol}://${host.toLowerCase()}${port === standardPort ? '' : `:${port}`}`;
}

function protocolOf(request: Origin): 'http' | 'https' {
  return (request.socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http';
}

/** The first entry of a list header: what the proxy nearest to the client has written. */
function firstOf(header: string | string[] | undefined): string | undefined {
  const [first] = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',');
  const trimmed = first?.trim();
  return trimmed === '' ? undefined : trimmed;
}
