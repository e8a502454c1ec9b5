/** The one error type of the product; its codes stand in errors/error-table.ts. */
import type { ErrorEntry } from './errors/error-entry.js';
import { ERRORS } from './errors/error-table.js';

export { ERRORS } from './errors/error-table.js';

/** The code of an error: a key of {@link ERRORS}. */
export type ErrorCode = keyof typeof ERRORS;

/** What a throw site may add to the entry. */
export interface ErrorDetail {
  /** What to do next, when the site knows it better than the table. */
  readonly hint?: string;
  /** What the error is about: an option (`$filter`), a property, a setting, a stream. */
  readonly target?: string;
  readonly cause?: unknown;
  /** Seconds after which a retry makes sense (answers 429 and 503: `Retry-After`). */
  readonly retryAfterSeconds?: number;
}

/**
 * The one error type of the product: what happened (`message`), under which stable `code`, and what to do (`hint`).
 *
 * @example throw new FeedError('QUERY_UNKNOWN_PROPERTY', "Unknown property 'riskscor' at position 0 in $filter.", {hint: "Did you mean 'riskScore'?"})
 */
export class FeedError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly target: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'FeedError';
    this.code = code;
    this.hint = detail.hint ?? ERRORS[code].hint;
    this.target = detail.target;
    this.retryAfterSeconds = detail.retryAfterSeconds;
  }

  /** HTTP status for a reader of the feed; 503 for failures of the write line, which readers do not meet. */
  get status(): number {
    return (ERRORS[this.code] as ErrorEntry).status ?? 503;
  }

  /** Exit code for the shell. */
  get exitCode(): number {
    return (ERRORS[this.code] as ErrorEntry).exitCode ?? 70;
  }
}

/** Any thrown thing as a FeedError; what is not one of ours is a bug: INTERNAL, with the original as `cause`. */
export function asFeedError(thrown: unknown): FeedError {
  if (thrown instanceof FeedError) return thrown;
  return new FeedError('INTERNAL', 'Something went wrong inside the server.', { cause: thrown });
}
