/** Every hostile request that the feed is shown, and how it must be refused. */
import type { ErrorCode } from '../../src/errors.js';
import type { Ask } from './ask.js';
import { HOSTILE_FILTERS } from './hostile-filters.js';
import { HOSTILE_MESSAGES } from './hostile-messages.js';
import { HOSTILE_OPTIONS } from './hostile-options.js';
import { HOSTILE_PATHS } from './hostile-paths.js';

/** `words` stand in the message: the place, and what to do about it. */
export type HostileRequest = readonly [
  name: string,
  ask: Ask,
  status: number,
  code: ErrorCode,
  ...words: string[],
];

export const HOSTILE_REQUESTS: readonly HostileRequest[] = [
  ...HOSTILE_FILTERS,
  ...HOSTILE_OPTIONS,
  ...HOSTILE_PATHS,
  ...HOSTILE_MESSAGES,
];
