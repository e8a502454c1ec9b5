/** Where a read of a collection starts: its generation, and its first page or the one that a page token names. */
import type { Generation } from '../model/generation.js';
import type { ReadPlan } from '../query/plan.js';
import type { Page, Position } from '../store/store.js';
import type { Exchange, OfRows } from './exchange.js';
import { asOf, generationOf } from './generation-of.js';
import { foreignPage, pageExpired, readPageToken } from './paging.js';

/** Where one page starts, in which generation. */
export interface Pinned {
  readonly generation: Generation;
  readonly plan: ReadPlan;
  readonly after?: Position;
}

/**
 * Pins the read to a generation: the newest one, that of `asof` or of the batch, or that of the page token.
 *
 * @throws FeedError PROTOCOL_PAGE_INVALID, PROTOCOL_PAGE_EXPIRED, STORE_EMPTY, QUERY_VALUE
 */
export async function pin(exchange: Exchange<OfRows>): Promise<Pinned> {
  const { asked, understood, options } = exchange;
  const { plan, queryShape, skipToken } = understood;
  const { store } = options;
  if (skipToken === undefined) {
    const preferred = asked.preferences.maxPageSize ?? options.pageSize;
    const pageSize = Math.min(preferred, options.pageSize, options.maxPageSize);
    return { generation: await generationOf(exchange), plan: { ...plan, pageSize } };
  }
  const start = readPageToken(skipToken, queryShape, store.pageKey);
  if ((asOf(understood.custom) ?? start.generation) !== start.generation)
    throw foreignPage('The $skiptoken belongs to another generation than asof.');
  const generation = await store.at(start.generation);
  if (generation === undefined) throw pageExpired();
  const { pageSize, now, after } = start;
  return { generation, after, plan: { ...furtherPlan(plan, start.remaining), pageSize, now } };
}

/** The plan of a page that is not the first: what was skipped lies behind it. @param remaining rows that `$top` allows */
export function furtherPlan(plan: ReadPlan, remaining: number | undefined): ReadPlan {
  const { top: _top, ...rest } = plan;
  return { ...rest, ...(remaining === undefined ? {} : { top: remaining }), skip: 0 };
}

/** Rows that `$top` still allows after a page; `undefined`: all that follow. */
export function remainingAfter({ top }: ReadPlan, page: Page): number | undefined {
  return top === undefined ? undefined : top - page.length;
}
