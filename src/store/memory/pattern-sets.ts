/** Sets of characters in patterns: ranges of code points. */

/** Characters in one of the ranges, or in none of them. */
export interface CharacterSet {
  readonly ranges: readonly (readonly [low: number, high: number])[];
  readonly negated: boolean;
}

/** Whether a code point belongs to a set. */
export function has(set: CharacterSet, point: number): boolean {
  for (const [low, high] of set.ranges) if (point >= low && point <= high) return !set.negated;
  return set.negated;
}

const DIGIT: CharacterSet['ranges'] = [[48, 57]];
const WORD: CharacterSet['ranges'] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const SPACE: CharacterSet['ranges'] = [
  [9, 13],
  [32, 32],
  [160, 160],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];

/** Characters of \w: what \b looks at. */
export const WORD_CHARACTERS: CharacterSet = { ranges: WORD, negated: false };

const LETTER_SETS = new Map<string, CharacterSet>([
  ['d', { ranges: DIGIT, negated: false }],
  ['D', { ranges: DIGIT, negated: true }],
  ['w', WORD_CHARACTERS],
  ['W', { ranges: WORD, negated: true }],
  ['s', { ranges: SPACE, negated: false }],
  ['S', { ranges: SPACE, negated: true }],
]);
const CONTROLS = new Map([
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
  ['0', 0],
]);
const NUMERIC = /^(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\})/i;

/** What follows a backslash: its set and how many characters it takes; `undefined` when it means nothing. */
export function escapedSet(rest: string): { set: CharacterSet; length: number } | undefined {
  const letter = rest.charAt(0);
  const letters = LETTER_SETS.get(letter);
  if (letters !== undefined) return { set: letters, length: 1 };
  const control = CONTROLS.get(letter);
  if (control !== undefined) return { set: single(control), length: 1 };
  const match = NUMERIC.exec(rest);
  if (match !== null) {
    const point = parseInt(match[1] ?? match[2] ?? match[3] ?? '0', 16);
    return { set: single(point), length: match[0].length };
  }
  const point = rest.codePointAt(0);
  if (point === undefined || has(WORD_CHARACTERS, point)) return undefined;
  return { set: single(point), length: point > 0xffff ? 2 : 1 };
}

const single = (point: number): CharacterSet => ({ ranges: [[point, point]], negated: false });
