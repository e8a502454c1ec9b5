/**
 * What one read does beyond a plain scan of its rows, counted, so that a single GET cannot occupy the process: nested
 * any, all and $count multiply rows, and so does $expand.
 */
import { FeedError } from '../../errors.js';

/** Members that any, all, $count and `in` may visit in one read: some 0.3 s of work, and ten times what reports need. */
export const MAX_MEMBERS = 5_000_000;

/** Rows that $expand may bring (or look through) in one page: some hundred MB of JSON. */
export const MAX_EXPANDED_ROWS = 500_000;

/** The work of one read. */
export class Work {
  readonly #maxMembers: number;
  #members = 0;
  #expanded = 0;

  /** @param maxMembers another limit: none for what the configuration asks, once a generation */
  constructor(maxMembers = MAX_MEMBERS) {
    this.#maxMembers = maxMembers;
  }

  /** One more member of a collection was visited. @throws FeedError QUERY_TOO_COMPLEX */
  visit(): void {
    if (++this.#members > this.#maxMembers) {
      throw tooMuch(
        `any, all and $count would look at more than ${MAX_MEMBERS} members of collections.`,
        '$filter',
      );
    }
  }

  /** So many more rows are brought by $expand. @throws FeedError QUERY_TOO_COMPLEX */
  expand(rows: number): void {
    this.#expanded += rows;
    if (this.#expanded > MAX_EXPANDED_ROWS) {
      throw tooMuch(`$expand would bring more than ${MAX_EXPANDED_ROWS} rows into one page.`, '$expand');
    }
  }
}

function tooMuch(what: string, target: string): FeedError {
  return new FeedError('QUERY_TOO_COMPLEX', `The query is too expensive: ${what}`, {
    target,
    hint: 'Nest less, filter first, or ask for a smaller page with $top.',
  });
}
