/**
 * String functions. Positions and lengths count Unicode characters (code points), as the specification says: an emoji
 * is one. Case is mapped without a locale. Spec: URL Conventions 4.01, section 5.1.1.5 and 5.1.1.7.
 */

/** Whether a text holds a character that takes two UTF-16 code units; others count as `String` counts. */
const WIDE = /[\ud800-\udbff][\udc00-\udfff]/;

/** Number of characters. */
export function length(text: string): number {
  return WIDE.test(text) ? Array.from(text).length : text.length;
}

/** Position of the first occurrence, or -1. */
export function indexof(text: string, searched: string): number {
  const at = text.indexOf(searched);
  return at <= 0 ? at : length(text.slice(0, at));
}

/** From a zero-based position (a negative one counts from the end), `count` characters or the rest; a negative count is 0. */
export function substring(text: string, from: number, count = Infinity): string {
  const start = from < 0 ? Math.max(0, length(text) + from) : from;
  const end = start + Math.max(0, count);
  return WIDE.test(text) ? Array.from(text).slice(start, end).join('') : text.slice(start, end);
}
