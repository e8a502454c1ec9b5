/** Reads a collection: the READ line. understand ▶ pin ▶ plan ▶ execute ▶ write. */
import type { Page } from '../store/store.js';
import { prefersCsv } from './accept.js';
import { recordOf } from './answer-record.js';
import { answeredNotModified, answeredUnchanged } from './conditional.js';
import { jsonFormat, jsonHead, notFound, rowStyle, type Exchange, type OfRows } from './exchange.js';
import { collectionJson } from './json-writer.js';
import { nextLink } from './next-link.js';
import { writePageToken } from './paging.js';
import { pin, remainingAfter, type Pinned } from './pin.js';
import { preferenceApplied } from './prefer.js';
import { readCsv } from './read-csv.js';
import { sendBody } from './send.js';

/**
 * Answers one page of a collection; all of it when CSV is wanted.
 *
 * @throws FeedError PROTOCOL_PAGE_INVALID, PROTOCOL_PAGE_EXPIRED, PROTOCOL_NOT_ACCEPTABLE, PROTOCOL_NOT_FOUND, STORE_EMPTY
 */
export async function readCollection(exchange: Exchange<OfRows>): Promise<void> {
  const { request, response, asked, options } = exchange;
  if (prefersCsv(asked.accept, exchange.understood.format)) return readCsv(exchange);
  const format = jsonFormat(exchange);
  const pinned = await pin(exchange);
  const { generation, plan, after } = pinned;
  const head = jsonHead(exchange, generation, plan.pageSize);
  if (answeredNotModified(exchange, head)) return;
  const page = await options.store.execute(plan, generation.id, after);
  if (!page.exists) throw notFound(exchange);
  if (answeredUnchanged(exchange, head)) return;
  const next = linkAfter(exchange, pinned, page);
  const body = collectionJson(plan, page, rowStyle(exchange, format), next);
  const applied = preferenceApplied(asked.preferences, plan.pageSize);
  recordOf(response).nextLink = next;
  await sendBody(request, response, { ...head, preferenceApplied: applied }, body);
}

function linkAfter(
  { asked, understood, options }: Exchange<OfRows>,
  { generation, plan }: Pinned,
  page: Page,
): string | undefined {
  if (page.next === undefined) return undefined;
  const { pageSize, now } = plan;
  const remaining = remainingAfter(plan, page);
  const rest = remaining === undefined ? {} : { remaining };
  const start = { generation: generation.id, after: page.next, pageSize, now, ...rest };
  const token = writePageToken(start, understood.queryShape, options.store.pageKey);
  return nextLink(asked, token, options.apiKeyParameter);
}
