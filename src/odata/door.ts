/**
 * What a request wants, by its method and the end of its path alone.
 *
 * Spec: Protocol 4.01 sections 9.1 (allowed methods), 11.7 ($batch); URL Conventions 4.01 section 5 (/$query).
 */
import { FeedError } from '../errors.js';
import type { Ask, Reply } from './exchange.js';

/** A way into the service. */
export type Door = 'read' | 'options' | 'batch' | 'query';

/** Methods by what is addressed, for Allow. */
const READ = ['GET', 'HEAD', 'OPTIONS'];
const POST = ['POST', 'OPTIONS'];

/**
 * The door that a request comes through. A refusal leaves Allow in the response.
 *
 * @throws FeedError PROTOCOL_METHOD_NOT_ALLOWED
 */
export function doorOf({ method, path }: Pick<Ask, 'method' | 'path'>, response: Reply): Door {
  const segments = path.split('/').filter((segment) => segment !== '');
  const last = segments.at(-1)?.replace(/^%24/, '$');
  const posted = last === '$query' || (last === '$batch' && segments.length === 1);
  const methods = posted ? POST : READ;
  if (method === 'OPTIONS' || !methods.includes(method)) response.setHeader('Allow', methods.join(', '));
  if (method === 'OPTIONS') return 'options';
  if (methods.includes(method)) return last === '$batch' ? 'batch' : last === '$query' ? 'query' : 'read';
  const message = posted
    ? `${method} is not allowed for ${last}.`
    : `${method} is not allowed: the feed is read-only.`;
  throw new FeedError('PROTOCOL_METHOD_NOT_ALLOWED', message, posted ? { hint: 'Use POST.' } : {});
}
