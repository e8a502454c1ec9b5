/** Texts that were right once. */
import fc from 'fast-check';
import { word } from './text.mjs';

/** Damage to a text: a few edits, each at a place between 0 and 1. */
export const damage = fc.array(
  fc.record({
    kind: word('flip', 'delete', 'insert', 'duplicate', 'swap', 'percent', 'repeat', 'cut'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 12 }),
    byte: fc.integer({ min: 0x21, max: 0xff }),
  }),
  { minLength: 1, maxLength: 4 },
);

const BROKEN_PERCENT = [
  '%',
  '%2',
  '%zz',
  '%00',
  '%ff',
  '%c0%af',
  '%ed%a0%80',
  '%2f',
  '%5c',
  '%25',
  '%u0041',
  '+',
];

/** The text with its damage done. Bytes stay in the range that a request line can carry. */
export function damaged(text, edits) {
  let now = text;
  for (const { kind, at, length, byte } of edits) {
    const place = Math.min(now.length, 7 + Math.floor(at * Math.max(0, now.length - 7)));
    const head = now.slice(0, place);
    const piece = now.slice(place, place + length);
    const tail = now.slice(place + length);
    const character = String.fromCharCode(byte === 0x7f ? 0x7e : byte);
    if (kind === 'flip') now = head + character + now.slice(place + 1);
    else if (kind === 'delete') now = head + tail;
    else if (kind === 'insert') now = head + character.repeat(length) + now.slice(place);
    else if (kind === 'duplicate') now = head + piece + piece + tail;
    else if (kind === 'swap') now = head + [...piece].reverse().join('') + tail;
    else if (kind === 'percent') now = head + BROKEN_PERCENT[byte % BROKEN_PERCENT.length] + tail;
    else if (kind === 'repeat') now = head + piece.repeat(1 + Math.floor(at * 800)) + tail;
    else now = head;
  }
  return now.replace(/[^\u0021-\u007e\u0080-\u00ff]/g, '?').slice(0, 20_000);
}
