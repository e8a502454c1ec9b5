/**
 * The error table: every failure that a person can meet, by its stable code.
 *
 * Codes are words, public, never reused and listed in docs/errors.md (a test compares both ways).
 */
import type { ErrorEntry } from './error-entry.js';
import { READ_LINE_ERRORS } from './read-line-errors.js';
import { WRITE_LINE_ERRORS } from './write-line-errors.js';

export const ERRORS = {
  ...WRITE_LINE_ERRORS,
  ...READ_LINE_ERRORS,
  INTERNAL: {
    status: 500,
    exitCode: 70,
    when: 'A bug of this program. The answer carries a correlation id only; the log has the rest.',
    hint: 'Report the correlation id to whoever runs this server.',
  },
} as const satisfies Record<string, ErrorEntry>;
