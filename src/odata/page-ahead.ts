/**
 * Pages ahead: while a client reads one page, the next one is made and kept with the answers at hand. Whoever wants the
 * beginning only asks with $top, so the client of a page that has a next one is going to read it.
 */
import { AnswerRecord } from './answer-record.js';
import type { Arrival } from './exchange.js';
import { InnerRequest, InnerResponse } from './inner-message.js';
import { belowRoot } from './own-url.js';
import type { ODataRequest } from './request.js';

/** An answer that nobody waits for yet: what keeps answers takes it on the way. */
class AheadResponse extends InnerResponse {
  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    this.headersSent = true;
    done();
  }
}

/** Whether a next page is worth making ahead: this is a page of a set, or one that the client followed a link to. */
export function isImport({ isAhead, batch }: Arrival, { path, rawQuery }: ODataRequest): boolean {
  if (isAhead === true || batch !== undefined) return false;
  return !/[($]/.test(path) || /(?:^|&)\$skiptoken=/i.test(rawQuery);
}

/**
 * Requests for the page that a link in the answer leads to, as the same client would make them. To be called before the
 * package has its way with the headers.
 *
 * @returns a function that takes the link, an absolute URL
 */
export function aheadOf(arrival: Arrival, { root }: ODataRequest): (link: string) => Arrival | undefined {
  const { method, socket, headers: given } = arrival.request;
  const headers = { ...given };
  const { principal } = arrival.response.locals;
  return (link) => {
    const below = belowRoot(link, root);
    if (below === undefined) return undefined;
    return {
      ...arrival,
      isAhead: true,
      request: new InnerRequest({ method, url: `/${below}`, headers, socket }),
      response: new AheadResponse({ principal, record: new AnswerRecord() }),
    };
  };
}
