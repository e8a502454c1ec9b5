/** Answers `/$count`: the number of matching rows, as text. Never left to the package, which converts every row first. */
import { answeredNotModified, answeredUnchanged } from './conditional.js';
import { headOf, notFound, type Exchange, type OfRows } from './exchange.js';
import { generationOf } from './generation-of.js';
import { PLAIN_TEXT } from './read-property.js';
import { sendWhole } from './send.js';

/**
 * Answers `/Set/$count` (Protocol 4.01 section 11.2.10): `$filter` counts, paging does not.
 *
 * @throws FeedError PROTOCOL_NOT_FOUND when a parent on the path is missing, STORE_EMPTY
 */
export async function readCount(exchange: Exchange<OfRows>): Promise<void> {
  const { request, response, understood, options } = exchange;
  const generation = await generationOf(exchange);
  const head = headOf(exchange, generation, PLAIN_TEXT);
  if (answeredNotModified(exchange, head)) return;
  const page = await options.store.execute(understood.plan, generation.id);
  if (!page.exists) throw notFound(exchange);
  if (answeredUnchanged(exchange, head)) return;
  sendWhole(request, response, head, { identity: Buffer.from(String(page.total ?? page.length)) });
}
