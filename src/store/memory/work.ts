/**
 * What one read does beyond a plain scan of its rows, counted, so that a single GET cannot occupy the process: nested
 * any, all and $count multiply rows, so does $expand, and $apply makes rows of its own.
 */
import { FeedError } from '../../errors.js';

/** Members that any, all, $count and `in` may visit in one read: some 0.3 s of work, and ten times what reports need. */
export const MAX_MEMBERS = 5_000_000;

/** Rows that $expand may bring (or look through) in one page: some hundred MB of JSON. */
export const MAX_EXPANDED_ROWS = 500_000;

/** Values that the transformations of one $apply may look at or make: bounds its time and its memory. */
export const MAX_APPLY_VALUES = 30_000_000;

/** The work of one read. */
export class Work {
  readonly #maxMembers: number;
  #members = 0;
  #expanded = 0;
  #applied = 0;

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

  /** A transformation of $apply looks at so many rows, or makes them. @throws FeedError QUERY_TOO_COMPLEX */
  transform(rows: number, columns = 1): void {
    this.#applied += rows * Math.max(1, columns);
    if (this.#applied > MAX_APPLY_VALUES) {
      throw tooMuch(
        `$apply would look at more than ${MAX_APPLY_VALUES} values.`,
        '$apply',
        'Filter first, and use fewer branches in concat.',
      );
    }
  }
}

function tooMuch(
  what: string,
  target: string,
  hint = 'Nest less, filter first, or ask for a smaller page with $top.',
): FeedError {
  return new FeedError('QUERY_TOO_COMPLEX', `The query is too expensive: ${what}`, { target, hint });
}
