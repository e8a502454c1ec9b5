/** Reads one entity: by key, or what a to-one navigation property leads to. */
import { answeredNotModified, answeredUnchanged } from './conditional.js';
import { jsonFormat, jsonHead, notFound, rowStyle, type Exchange, type OfRows } from './exchange.js';
import { generationOf } from './generation-of.js';
import { entityJson } from './json-writer.js';
import { preferenceApplied } from './prefer.js';
import { sendEmpty, sendWhole } from './send.js';

/**
 * Answers one entity; 204 when a to-one navigation property leads to none (Protocol 4.01 section 11.2.7).
 *
 * @throws FeedError PROTOCOL_NOT_FOUND when no entity has the key, PROTOCOL_NOT_ACCEPTABLE, STORE_EMPTY
 */
export async function readEntity(exchange: Exchange<OfRows>): Promise<void> {
  const { request, response, asked, understood, options } = exchange;
  const { plan } = understood;
  const format = jsonFormat(exchange);
  const generation = await generationOf(exchange);
  const head = jsonHead(exchange, generation);
  if (answeredNotModified(exchange, head)) return;
  const page = await options.store.execute(plan, generation.id);
  const [row] = page.rows;
  if (!page.exists) throw notFound(exchange);
  if (answeredUnchanged(exchange, head)) return;
  if (row === undefined) {
    sendEmpty(response, { ...head, status: 204, contentType: undefined });
    return;
  }
  const body = entityJson(plan, row, rowStyle(exchange, format));
  const applied = preferenceApplied(asked.preferences);
  sendWhole(request, response, { ...head, preferenceApplied: applied }, { identity: body });
}
