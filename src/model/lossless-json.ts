/**
 * JSON without rounding: `JSON.parse` turns 9007199254740993 into 9007199254740992, and byte counts get that large.
 */
import { parse } from 'lossless-json';
import { exactInteger } from './edm-value.js';

/** Sixteen digits in a row may be an integer beyond 2^53; anything shorter is always exact. */
const MAYBE_UNSAFE = /\d{16}/;

/**
 * Parses JSON; integers beyond 2^53 become bigint, all other numbers stay numbers. The native parser does the work
 * unless the text holds sixteen digits in a row (lossless-json is some ten times slower).
 *
 * @throws SyntaxError like JSON.parse
 */
export function parseJsonLosslessly(json: string): unknown {
  return MAYBE_UNSAFE.test(json) ? parse(json, null, parseNumber) : (JSON.parse(json) as unknown);
}

function parseNumber(digits: string): number | bigint {
  return /^-?\d+$/.test(digits) ? exactInteger(BigInt(digits)) : Number(digits);
}
