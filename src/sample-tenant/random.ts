/**
 * Randomness without state: a number is a pure function of its keys, so any row of any day can be worked out alone, in
 * any order, and comes out the same on every machine.
 */

/** Mixes a key into a hash (the finaliser of MurmurHash3); both are taken as 32-bit integers. Returns 0 … 2^32−1. */
export function mix(hash: number, key: number): number {
  let h = Math.imul(hash ^ Math.imul(key, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The hash of several keys, from left to right. */
export function hashOf(...keys: readonly number[]): number {
  return keys.reduce(mix, 0x5bd1e995);
}

/** The hash of a text (FNV-1a over its UTF-16 units). */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** A hash as a number in [0, 1). */
export function unit(hash: number): number {
  return hash / 0x1_0000_0000;
}

/** One item of a list that has at least one; the same hash picks the same item. */
export function pick<T>(hash: number, items: readonly [T, ...T[]]): T {
  return items[Math.floor(unit(hash) * items.length)] ?? items[0];
}

/** `length` lower-case hex digits that depend on the text alone. */
export function hexOf(text: string, length: number): string {
  let digits = '';
  for (let i = 0; digits.length < length; i += 1) {
    digits += mix(hashText(text), i).toString(16).padStart(8, '0');
  }
  return digits.slice(0, length);
}

/** A GUID (version 4 by its looks) that depends on the text alone. */
export function guidOf(text: string): string {
  const hex = hexOf(text, 32);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
