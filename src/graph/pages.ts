/** Collections over nextLinks. */
import type { GraphClient } from './graph-client.js';

/** One page of a collection. */
export interface GraphPage {
  /** Rows as Graph sent them, those left out that an earlier page held already (same `id`). */
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

/** All pages of a collection. */
export async function* pages(
  _client: GraphClient,
  _url: string,
  _limits: PageLimits,
): AsyncGenerator<GraphPage, void, undefined> {
  // built next
}
