/** Where a client may go with its token: nowhere but below GRAPH_BASE_URL. */
import { FeedError } from '../errors.js';

/**
 * The address of a nextLink, resolved against the page that carries it.
 *
 * @param baseUrl GRAPH_BASE_URL without a trailing slash
 * @throws FeedError GRAPH_NEXT_LINK_REFUSED when it is malformed, leaves the origin, or leaves the base path: the token
 * would go with it
 */
export function nextAddress(baseUrl: string, pageUrl: string, link: unknown): string {
  if (typeof link !== 'string' || !URL.canParse(link, pageUrl)) {
    throw linkRefused('Graph sent a nextLink that is no URL.');
  }
  return below(baseUrl, new URL(link, pageUrl));
}

/**
 * The same URL, normalised and without a fragment, once it is certain that it lies below the base.
 * @throws FeedError GRAPH_NEXT_LINK_REFUSED
 */
export function below(baseUrl: string, url: URL): string {
  const base = new URL(baseUrl);
  if (url.origin !== base.origin || url.username !== '' || url.password !== '') {
    throw linkRefused(`A link leaves ${base.origin} for ${url.origin}: it was not followed.`);
  }
  if (!url.pathname.startsWith(`${base.pathname.replace(/\/$/, '')}/`)) {
    throw linkRefused(`A link leaves ${baseUrl} for another path of the same host: it was not followed.`);
  }
  url.hash = '';
  return url.href;
}

/** A refusal of a chain of links. */
export function linkRefused(message: string): FeedError {
  return new FeedError('GRAPH_NEXT_LINK_REFUSED', message);
}
