/**
 * Regular expressions in linear time: a Thompson automaton whose states advance together, so no pattern can make it
 * backtrack (text length × pattern size at most). User patterns never reach JavaScript's RegExp.
 *
 * Works on Unicode characters; groups do not capture; ^ and $ are the ends of the text.
 * Spec: URL Conventions 4.01, section 5.1.1.7.1 (matchesPattern).
 */
import { FeedError } from '../../errors.js';
import { parsePattern, type Assertion, type PatternNode } from './pattern-parser.js';
import { has, WORD_CHARACTERS, type CharacterSet } from './pattern-sets.js';

/** A compiled pattern. */
export interface Pattern {
  /** Whether the text holds a match anywhere. */
  test(text: string): boolean;
}

/** States of one automaton: bounds the work per character. */
const MAX_STATES = 1000;
/** Visits of pattern nodes while repetitions are unrolled: `(((){1000}){1000}){1000}` has no states, but many visits. */
const MAX_VISITS = 10_000;

type State =
  | { readonly kind: 'set'; readonly set: CharacterSet; readonly next: number }
  | { readonly kind: 'split'; readonly targets: number[] }
  | { readonly kind: 'assert'; readonly what: Assertion; readonly next: number }
  | { readonly kind: 'match' };

/**
 * Compiles a pattern.
 * @throws FeedError QUERY_VALUE (malformed), QUERY_UNSUPPORTED (not regular), QUERY_TOO_COMPLEX (too many states)
 */
export function compilePattern(pattern: string): Pattern {
  const builder = new AutomatonBuilder();
  const start = builder.build(parsePattern(pattern));
  return { test: (text) => matches(builder.states, start, Array.from(text, codePoint)) };
}

const codePoint = (character: string) => character.codePointAt(0) ?? 0;

/** Builds states from the end backwards: each node knows the state that follows it. */
class AutomatonBuilder {
  readonly states: State[] = [{ kind: 'match' }];
  #visits = 0;

  /** The state with which the automaton begins. */
  build(node: PatternNode): number {
    return this.#before(node, 0);
  }

  #add(state: State): number {
    if (this.states.length >= MAX_STATES) throw this.#tooComplex();
    return this.states.push(state) - 1;
  }

  #tooComplex(): FeedError {
    return new FeedError('QUERY_TOO_COMPLEX', 'The pattern of matchesPattern is too large.', {
      hint: `Repetitions count as often as they repeat; a pattern may have ${MAX_STATES} states.`,
    });
  }

  /** The state that matches `node` and goes on to `next`. */
  #before(node: PatternNode, next: number): number {
    if (++this.#visits > MAX_VISITS) throw this.#tooComplex();
    switch (node.kind) {
      case 'set':
        return this.#add({ kind: 'set', set: node.set, next });
      case 'assert':
        return this.#add({ kind: 'assert', what: node.what, next });
      case 'sequence':
        return node.parts.reduceRight((after, part) => this.#before(part, after), next);
      case 'choice':
        return this.#add({
          kind: 'split',
          targets: node.options.map((option) => this.#before(option, next)),
        });
      case 'repeat':
        return this.#repeat(node, next);
    }
  }

  #repeat({ part, min, max }: PatternNode & { kind: 'repeat' }, next: number): number {
    let entry = next;
    if (max === Infinity) {
      const targets: number[] = [next];
      entry = this.#add({ kind: 'split', targets });
      targets.push(this.#before(part, entry));
    } else {
      for (let optional = min; optional < max; optional++)
        entry = this.#add({ kind: 'split', targets: [next, this.#before(part, entry)] });
    }
    for (let required = 0; required < min; required++) entry = this.#before(part, entry);
    return entry;
  }
}

function matches(states: readonly State[], start: number, text: readonly number[]): boolean {
  const seenAt = new Int32Array(states.length).fill(-1);
  let current: number[] = [];
  for (let at = 0; at <= text.length; at++) {
    current.push(start);
    const next: number[] = [];
    // `current` grows while it is walked: states that take no character add the ones behind them.
    for (const id of current) {
      if (seenAt[id] === at) continue;
      seenAt[id] = at;
      const state = states[id];
      if (state === undefined || state.kind === 'match') return true;
      if (state.kind === 'split') current.push(...state.targets);
      else if (state.kind === 'assert') {
        if (holds(state.what, text, at)) current.push(state.next);
      } else if (at < text.length && has(state.set, text[at] ?? 0)) next.push(state.next);
    }
    current = next;
  }
  return false;
}

function holds(what: Assertion, text: readonly number[], at: number): boolean {
  if (what === 'start') return at === 0;
  if (what === 'end') return at === text.length;
  const isBoundary = isWord(text[at - 1]) !== isWord(text[at]);
  return isBoundary === (what === 'wordBoundary');
}

const isWord = (point: number | undefined) => point !== undefined && has(WORD_CHARACTERS, point);
