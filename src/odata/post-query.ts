/**
 * `POST …/$query`: query options in the body, for clients and proxies that stop at 2,000 characters of URL.
 *
 * Spec: URL Conventions 4.01 section 5 (passing query options in the request body): text/plain, percent-encoded as in a
 * URL, besides options in the URL itself. Next pages are links as always, so together they may be as long as a URL.
 */
import { FeedError } from '../errors.js';
import type { Ask } from './exchange.js';
import { checkLength, type ODataRequest } from './request.js';
import { contentTypeOfBody, readBody } from './request-body.js';

/**
 * The request as GET would have made it.
 *
 * @throws FeedError PROTOCOL_MEDIA_TYPE, PROTOCOL_BODY_TOO_LARGE, PROTOCOL_URL_TOO_LONG
 */
export async function withPostedQuery(request: Ask, asked: ODataRequest): Promise<ODataRequest> {
  const type = contentTypeOfBody(request);
  if (type.name !== 'text/plain')
    throw new FeedError('PROTOCOL_MEDIA_TYPE', `/$query takes text/plain, not ${type.name.slice(0, 60)}.`, {
      target: 'Content-Type',
    });
  const posted = (await readBody(request)).trim();
  const rawQuery = [asked.rawQuery, posted].filter((part) => part !== '').join('&');
  const path = asked.path.split('/').slice(0, -1).join('/');
  checkLength(asked.root.length + path.length + rawQuery.length, rawQuery);
  return { ...asked, path, rawQuery };
}
