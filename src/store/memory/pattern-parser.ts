/**
 * Parser of regular expressions for matchesPattern: the part of ECMAScript's syntax that describes regular languages.
 * Backreferences, look-around and \p{…} are legal there but not here: 501.
 */
import { FeedError } from '../../errors.js';
import { escapedSet, type CharacterSet } from './pattern-sets.js';

/** A parsed pattern. */
export type PatternNode =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number }
  | { readonly kind: 'assert'; readonly what: Assertion };

/** Conditions on a position in the text. */
export type Assertion = 'start' | 'end' | 'wordBoundary' | 'noWordBoundary';

const MAX_DEPTH = 50;
const MAX_REPETITIONS = 1000;
const QUANTIFIER = /^(?:[*+?]|\{(\d{1,9})(,?)(\d{0,9})\})\??/;
const LINE_ENDS: CharacterSet = {
  ranges: [
    [10, 10],
    [13, 13],
    [0x2028, 0x2029],
  ],
  negated: true,
};
const ASSERTIONS = new Map<string, Assertion>([
  ['^', 'start'],
  ['$', 'end'],
  ['\\b', 'wordBoundary'],
  ['\\B', 'noWordBoundary'],
]);

/**
 * Parses a pattern.
 * @throws FeedError QUERY_VALUE (malformed), QUERY_UNSUPPORTED (not regular), QUERY_TOO_COMPLEX (nested too deep)
 */
export function parsePattern(pattern: string): PatternNode {
  return new PatternParser(pattern).parse();
}

class PatternParser {
  readonly #pattern: string;
  #at = 0;
  #depth = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  parse(): PatternNode {
    const node = this.#choice();
    if (this.#at < this.#pattern.length) throw this.#malformed('an unmatched )');
    return node;
  }

  #malformed(what: string): FeedError {
    return new FeedError(
      'QUERY_VALUE',
      `The pattern of matchesPattern has ${what} at position ${this.#at} of the pattern.`,
    );
  }

  #unsupported(what: string): FeedError {
    return new FeedError('QUERY_UNSUPPORTED', `matchesPattern does not support ${what}.`, {
      hint: 'Use literals, classes, groups, alternatives, quantifiers, ^, $ and \\b.',
    });
  }

  #skip(text: string): boolean {
    if (!this.#pattern.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #choice(): PatternNode {
    if (++this.#depth > MAX_DEPTH)
      throw new FeedError('QUERY_TOO_COMPLEX', `Groups in a pattern may be nested ${MAX_DEPTH} deep.`);
    const options = [this.#sequence()];
    while (this.#skip('|')) options.push(this.#sequence());
    this.#depth--;
    const [only] = options;
    return only !== undefined && options.length === 1 ? only : { kind: 'choice', options };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at] ?? ''))
      parts.push(this.#quantified(this.#term()));
    return { kind: 'sequence', parts };
  }

  #quantified(part: PatternNode): PatternNode {
    const match = QUANTIFIER.exec(this.#pattern.slice(this.#at, this.#at + 24));
    if (match === null) return part;
    if (part.kind === 'assert') throw this.#malformed('a quantifier without anything to repeat');
    const [text, least = '0', comma = ',', most = ''] = match;
    const min = text.startsWith('+') ? 1 : Number(least);
    const max = text.startsWith('?') ? 1 : comma === '' ? min : most === '' ? Infinity : Number(most);
    if (max < min) throw this.#malformed('a quantifier out of order');
    if (min > MAX_REPETITIONS || (Number.isFinite(max) && max > MAX_REPETITIONS))
      throw new FeedError(
        'QUERY_TOO_COMPLEX',
        `A pattern may repeat a part ${MAX_REPETITIONS} times at most.`,
      );
    this.#at += text.length;
    return { kind: 'repeat', part, min, max };
  }

  #term(): PatternNode {
    for (const [text, what] of ASSERTIONS) if (this.#skip(text)) return { kind: 'assert', what };
    if (this.#skip('(')) return this.#group();
    if (this.#skip('[')) return { kind: 'set', set: this.#characterClass() };
    if (this.#skip('.')) return { kind: 'set', set: LINE_ENDS };
    if (QUANTIFIER.test(this.#pattern.slice(this.#at, this.#at + 24)))
      throw this.#malformed('a quantifier without anything to repeat');
    return { kind: 'set', set: this.#character() };
  }

  #group(): PatternNode {
    if (this.#skip('?') && !this.#skip(':')) {
      const name = /^<\w+>/.exec(this.#pattern.slice(this.#at, this.#at + 100));
      if (name === null) throw this.#unsupported('look-ahead, look-behind or flags');
      this.#at += name[0].length;
    }
    const node = this.#choice();
    if (!this.#skip(')')) throw this.#malformed('an unclosed group');
    return node;
  }

  /** One character, or an escaped set such as \d. */
  #character(): CharacterSet {
    if (this.#skip('\\')) {
      const rest = this.#pattern.slice(this.#at, this.#at + 12);
      if (/^(?:[1-9]|k<)/.test(rest)) throw this.#unsupported('backreferences');
      if (/^[pP]\{/.test(rest)) throw this.#unsupported('\\p{…}');
      const escaped = escapedSet(rest);
      if (escaped === undefined) throw this.#malformed('an unknown escape');
      this.#at += escaped.length;
      return escaped.set;
    }
    const point = this.#pattern.codePointAt(this.#at);
    if (point === undefined) throw this.#malformed('an unexpected end');
    this.#at += point > 0xffff ? 2 : 1;
    return { ranges: [[point, point]], negated: false };
  }

  #characterClass(): CharacterSet {
    const negated = this.#skip('^');
    const ranges: (readonly [number, number])[] = [];
    while (!this.#skip(']')) {
      const from = this.#classMember();
      const rangeAhead = this.#pattern[this.#at] === '-' && this.#pattern[this.#at + 1] !== ']';
      if (rangeAhead && isSingle(from)) {
        this.#at++;
        ranges.push(this.#range(from, this.#classMember()));
      } else ranges.push(...positiveRanges(from));
    }
    return { ranges, negated };
  }

  #classMember(): CharacterSet {
    if (this.#at >= this.#pattern.length) throw this.#malformed('an unclosed [');
    if (this.#skip('\\b')) return { ranges: [[8, 8]], negated: false };
    return this.#character();
  }

  #range(from: CharacterSet, to: CharacterSet): readonly [number, number] {
    const low = from.ranges[0]?.[0] ?? 0;
    const high = to.ranges[0]?.[0] ?? 0;
    if (!isSingle(to) || high < low) throw this.#malformed('a range out of order');
    return [low, high];
  }
}

function isSingle({ ranges, negated }: CharacterSet): boolean {
  const [only] = ranges;
  return !negated && ranges.length === 1 && only !== undefined && only[0] === only[1];
}

/** The ranges of a set that may be negated (\D, \W, \S), written without negation. */
function positiveRanges({ ranges, negated }: CharacterSet): (readonly [number, number])[] {
  if (!negated) return [...ranges];
  const gaps: (readonly [number, number])[] = [];
  let next = 0;
  for (const [low, high] of [...ranges].sort((left, right) => left[0] - right[0])) {
    if (low > next) gaps.push([next, low - 1]);
    next = high + 1;
  }
  gaps.push([next, 0x10ffff]);
  return gaps;
}
