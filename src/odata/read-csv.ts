/** Reads a collection as one CSV file: all pages in one answer, each executed when the client has taken the one before. */
import { FeedError } from '../errors.js';
import type { Page } from '../store/store.js';
import { answeredNotModified, answeredUnchanged } from './conditional.js';
import { CSV_TYPE, csvHeader, csvRow } from './csv-writer.js';
import { headOf, notFound, type Exchange, type OfRows } from './exchange.js';
import { gathered, type Piece } from './pieces.js';
import { furtherPlan, pin, remainingAfter, type Pinned } from './pin.js';
import { sendBody } from './send.js';

/**
 * Answers a collection as CSV, for download.
 *
 * @throws FeedError QUERY_UNSUPPORTED for `$expand`, which has no place in a table; what reading a page throws
 */
export async function readCsv(exchange: Exchange<OfRows>): Promise<void> {
  const { request, response, options } = exchange;
  const pinned = await pin(exchange);
  const { plan, generation, after } = pinned;
  if (plan.expand.length > 0)
    throw new FeedError('QUERY_UNSUPPORTED', 'CSV has no place for what $expand adds.', {
      target: '$expand',
      hint: 'Leave $expand out and download the other set as well, or ask for JSON.',
    });
  const contentDisposition = `attachment; filename="${plan.set.name}.csv"`;
  const head = { ...headOf(exchange, generation, CSV_TYPE), contentDisposition };
  if (answeredNotModified(exchange, head)) return;
  const page = await options.store.execute(plan, generation.id, after);
  if (!page.exists) throw notFound(exchange);
  if (answeredUnchanged(exchange, head)) return;
  await sendBody(request, response, head, pieces(exchange, pinned, page));
}

async function* pieces(
  { options }: Exchange<OfRows>,
  { plan: first, generation }: Pinned,
  firstPage: Page,
): AsyncGenerator<Piece> {
  let plan = first;
  let page = firstPage;
  yield Buffer.from(csvHeader(plan.select));
  for (;;) {
    yield* gathered(lines(page, plan.select));
    if (page.next === undefined) return;
    const after = page.next;
    plan = furtherPlan(plan, remainingAfter(plan, page));
    page = await options.store.execute(plan, generation.id, after);
  }
}

function* lines({ rows }: Page, properties: Pinned['plan']['select']): Generator<string> {
  for (const row of rows) yield csvRow(properties, row);
}
