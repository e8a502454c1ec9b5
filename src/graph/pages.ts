/** Collections over nextLinks: every page, each row once, and never round in circles. */
import { FeedError } from '../errors.js';
import type { GraphClient } from './graph-client.js';
import { below, linkRefused, nextAddress } from './next-link.js';

/** One page of a collection. */
export interface GraphPage {
  /** Rows as Graph sent them, those left out that an earlier row of the collection repeats (same `id`). */
  readonly rows: readonly unknown[];
  /** 1 is the first page. */
  readonly number: number;
  /** Rows of this page that were left out as repeats. */
  readonly duplicates: number;
}

/** Limits of one collection. */
export interface PageLimits {
  /** More pages than this are a fault upstream. */
  readonly maxPages: number;
  readonly signal: AbortSignal;
}

/** Links are plain $skip over live data: rows shift between pages, but not by whole pages again and again. */
const PAGES_WITHOUT_NEWS = 3;

/**
 * All pages of a collection, in the order of their links.
 *
 * @throws FeedError GRAPH_NEXT_LINK_REFUSED when a link repeats, leaves the base URL, follows an empty page, follows
 * pages that bring nothing new, or the pages exceed `maxPages`; GRAPH_UNREADABLE when `value` is no array; all that
 * `client.get` throws
 * @example for await (const page of pages(client, `${client.baseUrl}/security/…`, { maxPages: 10_000, signal })) …
 */
export async function* pages(
  client: GraphClient,
  url: string,
  { maxPages, signal }: PageLimits,
): AsyncGenerator<GraphPage, void, undefined> {
  const ids = new Set<string>();
  let next = below(client.baseUrl, new URL(url));
  const visited = new Set<string>();
  let withoutNews = 0;
  for (let number = 1; ; number += 1) {
    if (number > maxPages) throw linkRefused(`The links go on after ${maxPages} pages.`);
    if (visited.has(next)) throw linkRefused(`Page ${number - 1} links back to a page that was read before.`);
    visited.add(next);
    const answer = readPage(await client.get(next, signal), number);
    const rows = answer.rows.filter((row) => isNew(row, ids));
    yield { rows, number, duplicates: answer.rows.length - rows.length };
    if (answer.link === undefined) return;
    if (answer.rows.length === 0) throw linkRefused(`Page ${number} is empty, but links to a further page.`);
    withoutNews = rows.length === 0 ? withoutNews + 1 : 0;
    if (withoutNews === PAGES_WITHOUT_NEWS) {
      throw linkRefused(`${withoutNews} pages in a row repeat earlier rows only, and still link on.`);
    }
    next = nextAddress(client.baseUrl, next, answer.link);
  }
}

function readPage(json: unknown, number: number): { rows: readonly unknown[]; link: unknown } {
  const page = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  const rows = Object.hasOwn(page, 'value') ? page.value : undefined;
  if (!Array.isArray(rows)) {
    throw new FeedError('GRAPH_UNREADABLE', `Page ${number} has no array 'value'.`);
  }
  return { rows, link: page['@odata.nextLink'] ?? undefined };
}

/** Rows without an id go on: normalisation rejects and counts them. */
function isNew(row: unknown, ids: Set<string>): boolean {
  const id = typeof row === 'object' && row !== null && 'id' in row ? row.id : undefined;
  if (typeof id !== 'string') return true;
  if (ids.has(id)) return false;
  ids.add(id);
  return true;
}
