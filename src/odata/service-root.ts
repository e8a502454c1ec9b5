/** Where the absolute URLs of a response begin: never the raw Host header. */
import type { IncomingMessage } from 'node:http';

/** What decides the base of every link. */
export interface ServiceRootOptions {
  /** Where clients reach the server, without the `/odata` path: `https://feed.contoso.com`. Wins over everything else. */
  readonly publicUrl?: string;
  /** Whether a peer address is a proxy whose X-Forwarded-Proto and X-Forwarded-Host count; absent: none is. */
  readonly trustProxy?: (address: string) => boolean;
}

/** URL of the service root, with a slash at its end: `https://feed.contoso.com/odata/`. */
export function serviceRoot(_request: IncomingMessage, _path: string, _options: ServiceRootOptions): string {
  throw new Error('not yet');
}
