/** Errors of a query: every message ends with the place, `at position 8 in $filter`. */
import { FeedError, type ErrorCode } from '../errors.js';
import type { Place } from './ast.js';

export type { Place } from './ast.js';

/**
 * An error with its place.
 *
 * @param what what happened, without a full stop
 * @example queryError('QUERY_SYNTAX', "Expected ')' but found ','", {option: '$filter', position: 8})
 *   → "Expected ')' but found ',' at position 8 in $filter."
 */
export function queryError(code: ErrorCode, what: string, place: Place, hint?: string): FeedError {
  const message = `${what} at position ${place.position} in ${place.option}.`;
  return new FeedError(code, message, { target: place.option, ...(hint === undefined ? {} : { hint }) });
}

/** Text of a client in a message: cut, so that an error is never longer than a screen. */
export function quoted(text: string): string {
  return text.length > 60 ? `'${text.slice(0, 60)}…'` : `'${text}'`;
}

/** The error for a limit of limits.ts. */
export function tooComplex(what: string, place: Place): FeedError {
  return queryError('QUERY_TOO_COMPLEX', `${what}, is exceeded`, place);
}

/** The error for something that is legal OData and not done here: 501, naming it. */
export function unsupported(what: string, place: Place, hint?: string): FeedError {
  return queryError('QUERY_UNSUPPORTED', `This service does not support ${what}, used`, place, hint);
}
