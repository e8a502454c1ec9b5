/** Content coding: gzip or deflate when the client wants one, never brotli (Power Query reads none). */
import { parseHeaderList } from './header-list.js';
import { remembered } from './remembered.js';

/** How a body is coded on the wire. */
export type ContentCoding = 'gzip' | 'deflate' | 'identity';

/**
 * The coding for an Accept-Encoding header (RFC 9110 section 12.5.3). gzip wins a tie. Identity is the answer to
 * everything that cannot be met.
 */
export function negotiateCoding(acceptEncoding: string | undefined): ContentCoding {
  return acceptEncoding === undefined ? 'identity' : codingFor(acceptEncoding);
}

const codingFor = remembered((acceptEncoding: string): ContentCoding => {
  const weights = new Map<string, number>();
  for (const { name, parameters } of parseHeaderList(acceptEncoding))
    weights.set(name === 'x-gzip' ? 'gzip' : name, Number(parameters.get('q') ?? '1') || 0);
  const any = weights.get('*') ?? 0;
  const gzip = weights.get('gzip') ?? any;
  const deflate = weights.get('deflate') ?? any;
  const identity = weights.get('identity') ?? 0;
  const best = Math.max(gzip, deflate);
  if (best <= 0 || identity > best) return 'identity';
  return gzip >= deflate ? 'gzip' : 'deflate';
});
