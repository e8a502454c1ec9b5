/**
 * `/$filter(…)` as a segment of a path: which pieces between slashes belong to it, and the condition that it holds.
 * Spec: URL Conventions 4.01, 4.12; ABNF `filterInPath`.
 */
import { parseWhole } from './parse-clauses.js';
import { parseExpression } from './parse-expression.js';
import { unsupported } from './query-error.js';
import type { Syntax } from './syntax.js';

const OPENING = '$filter(';

/** How messages name the place. */
export const PATH_FILTER = '$filter in the path';

/** How deep in parentheses, and whether in quoted text, a part of a condition ends. */
interface Nesting {
  readonly open: number;
  readonly inText: boolean;
}

/** Where the pieces of a path between slashes belong together. */
export class ConditionInPath {
  #nesting: Nesting = { open: 0, inText: false };

  /** Whether the next piece still belongs to the condition that the pieces so far have begun. */
  get isOpen(): boolean {
    return this.#nesting.inText || this.#nesting.open > 0;
  }

  /** Looks at the next decoded piece, once: paths are read in linear time. */
  take(piece: string): void {
    if (!this.isOpen && !piece.startsWith(OPENING)) return;
    let { open, inText } = this.#nesting;
    for (const character of piece) {
      if (character === "'") inText = !inText;
      else if (character === '(' && !inText) open += 1;
      else if (character === ')' && !inText) open -= 1;
    }
    this.#nesting = { open: Math.max(0, open), inText };
  }
}

/**
 * The condition of a decoded segment.
 *
 * @throws FeedError QUERY_SYNTAX with the position within the segment
 * @example parsePathFilter('$filter(riskScore lt 4)')
 */
export function parsePathFilter(text: string): Syntax {
  if (!text.startsWith(OPENING)) throw unsupported('$filter without parentheses', place(text));
  return parseWhole(text.slice(OPENING.length - 1), PATH_FILTER, (cursor) => {
    cursor.expect('(');
    const condition = parseExpression(cursor);
    cursor.expect(')');
    if (cursor.at('('))
      throw unsupported('a key behind $filter(…)', cursor.place(), 'Put the key into the condition.');
    return condition;
  });
}

function place(text: string) {
  return { option: PATH_FILTER, position: text.length };
}
