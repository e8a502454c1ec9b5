/** A reader that pages as Power BI does. */
import { exactJson } from '../feed/usage-rows.js';
import type { PageBody } from '../feed/running-feed.js';
import type { ServedFeed } from './served-feed.js';

export const GZIP = { 'Accept-Encoding': 'gzip' };

/** What happens between two pages; what it returns is read instead of the next link. */
export type Between = (page: number, next: string) => string | undefined | Promise<string | undefined>;

/** All rows of a set, page by page. @throws Error when a page is not answered 200 */
export async function readPages(
  feed: ServedFeed,
  path: string,
  between?: Between,
): Promise<{ rows: Record<string, unknown>[]; pages: number }> {
  const rows: Record<string, unknown>[] = [];
  let pages = 0;
  for (let next: string | undefined = path; next !== undefined;) {
    const { status, text } = await feed.read(next, { headers: GZIP });
    if (status !== 200) throw new Error(`a page was answered ${status}: ${text.slice(0, 200)}`);
    const body = exactJson(text) as PageBody;
    rows.push(...body.value);
    pages += 1;
    next = body['@odata.nextLink'];
    if (next !== undefined) next = (await between?.(pages, next)) ?? next;
  }
  return { rows, pages };
}
