/** A batch as data: its requests, and the form in which it is answered. Both formats come down to this. */
import type { FeedError } from '../errors.js';
import type { Fields } from './multipart.js';

/** One request of a batch. */
export interface BatchItem {
  /** Content-ID, or `id` in JSON. */
  readonly id?: string;
  /** Requests of one group (JSON `atomicityGroup`) succeed or fail together. */
  readonly group?: string;
  /** Ids and groups that must have succeeded. */
  readonly dependsOn: readonly string[];
  readonly method: string;
  /** As written. */
  readonly url: string;
  readonly headers: Fields;
  readonly body: string;
  /** Why it is not even tried. */
  readonly refused?: FeedError;
}

/** How the body of one answer stands in the answer of the batch. */
export interface BodyForm {
  readonly before: string;
  readonly write: (chunk: Buffer) => Buffer | string;
  readonly after: () => string;
}

/** How a batch is answered. */
export interface BatchForm {
  readonly contentType: string;
  /** Whether processing stops at the first error when continue-on-error was not said. */
  readonly stopsAtError: boolean;
  readonly start: string;
  readonly end: string;
  /** What stands before an answer: its status and headers. */
  readonly head: (item: BatchItem, status: number, headers: Fields) => string;
  readonly body: (contentType: string) => BodyForm;
  readonly separator: string;
  /** What stands after an answer. */
  readonly tail: string;
}

/** A batch that was read. */
export interface Batch {
  readonly items: readonly BatchItem[];
  readonly form: BatchForm;
}

/** Requests of one batch, at most. */
export const MAX_REQUESTS = 100;
