/** Reads a collection: the READ line. understand ▶ pin ▶ plan ▶ execute ▶ write. */
import type { Generation } from '../model/generation.js';
import type { ReadPlan } from '../query/plan.js';
import type { Page, Position } from '../store/store.js';
import { answeredNotModified, answeredUnchanged } from './conditional.js';
import { jsonFormat, jsonHead, notFound, rowStyle, type Exchange, type OfRows } from './exchange.js';
import { asOf, generationOf } from './generation-of.js';
import { collectionJson } from './json-writer.js';
import { nextLink } from './next-link.js';
import { foreignPage, pageExpired, readPageToken, writePageToken } from './paging.js';
import { preferenceApplied } from './prefer.js';
import { sendBody } from './send.js';

/** Where one page starts, in which generation. */
interface Pinned {
  readonly generation: Generation;
  readonly plan: ReadPlan;
  readonly after?: Position;
}

/**
 * Answers one page of a collection.
 *
 * @throws FeedError PROTOCOL_PAGE_INVALID, PROTOCOL_PAGE_EXPIRED, PROTOCOL_NOT_ACCEPTABLE, PROTOCOL_NOT_FOUND, STORE_EMPTY
 */
export async function readCollection(exchange: Exchange<OfRows>): Promise<void> {
  const { request, response, asked, options } = exchange;
  const format = jsonFormat(exchange);
  const { generation, plan, after } = await pin(exchange);
  const head = jsonHead(exchange, generation, plan.pageSize);
  if (answeredNotModified(exchange, head)) return;
  const page = await options.store.execute(plan, generation.id, after);
  if (!page.exists) throw notFound(exchange);
  if (answeredUnchanged(exchange, head)) return;
  const body = collectionJson(
    plan,
    page,
    rowStyle(exchange, format),
    linkAfter(exchange, generation, plan, page),
  );
  const applied = preferenceApplied(asked.preferences, plan.pageSize);
  await sendBody(request, response, { ...head, preferenceApplied: applied }, body);
}

/** Pins the read to a generation: the newest one, or that of the page token. */
async function pin(exchange: Exchange<OfRows>): Promise<Pinned> {
  const { asked, understood, options } = exchange;
  const { plan, queryShape, skipToken } = understood;
  const { store } = options;
  if (skipToken === undefined) {
    const preferred = asked.preferences.maxPageSize ?? options.pageSize;
    const pageSize = Math.min(preferred, options.pageSize, options.maxPageSize);
    return { generation: await generationOf(exchange), plan: { ...plan, pageSize } };
  }
  const {
    generation: id,
    after,
    remaining,
    pageSize,
    now,
  } = readPageToken(skipToken, queryShape, store.pageKey);
  if ((asOf(exchange) ?? id) !== id)
    throw foreignPage('The $skiptoken belongs to another generation than asof.');
  const generation = await store.at(id);
  if (generation === undefined) throw pageExpired();
  const { top: _top, ...rest } = plan;
  const top = remaining === undefined ? {} : { top: remaining };
  return { generation, after, plan: { ...rest, ...top, skip: 0, pageSize, now } };
}

function linkAfter(
  { asked, understood, options }: Exchange<OfRows>,
  { id }: Generation,
  { top, pageSize, now }: ReadPlan,
  page: Page,
): string | undefined {
  if (page.next === undefined) return undefined;
  const remaining = top === undefined ? {} : { remaining: top - page.rows.length };
  const start = { generation: id, after: page.next, pageSize, now, ...remaining };
  const token = writePageToken(start, understood.queryShape, options.store.pageKey);
  return nextLink(asked, token, options.apiKeyParameter);
}
