/**
 * The language of `$search`: words and phrases with NOT, AND (also unwritten) and OR.
 * Spec: URL Conventions 4.01, 5.1.8; ABNF `searchExpr`.
 */
import { MAX_DEPTH, MAX_NODES } from './limits.js';
import { queryError, tooComplex, type Place } from './query-error.js';
import type { FeedError } from '../errors.js';

/** A search as written; `or` and `and` hold two or more operands. */
export type SearchSyntax =
  | { readonly kind: 'term'; readonly text: string }
  | { readonly kind: 'not'; readonly operand: SearchSyntax }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly SearchSyntax[] };

interface SearchToken {
  readonly kind: 'word' | 'phrase' | '(' | ')';
  readonly text: string;
  readonly position: number;
}

/** Where a `$search` within parentheses ends: at the `;` or `)` that is not its own, or with the text. */
export function searchEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"' || (character === "'" && at === start)) {
      let close = text.indexOf(character, at + 1);
      while (character === "'" && close !== -1 && text[close + 1] === "'")
        close = text.indexOf("'", close + 2);
      if (close === -1) return text.length;
      at = close;
    } else if (character === '(') depth += 1;
    else if (character === ')' && depth > 0) depth -= 1;
    else if (depth === 0 && (character === ')' || character === ';')) return at;
  }
  return text.length;
}

/**
 * The tree of a search text.
 *
 * @param offset where the text begins in the value of the option, for the places of errors
 * @throws FeedError QUERY_SYNTAX, QUERY_TOO_COMPLEX
 * @example parseSearch('blue OR "light green"', '$search')
 */
export function parseSearch(text: string, option: string, offset = 0): SearchSyntax {
  const incomplete = /^'((?:[^']|'')*)'$/.exec(text.trim());
  if (incomplete !== null) return { kind: 'term', text: (incomplete[1] ?? '').replaceAll("''", "'") };
  const tokens = searchTokens(text, option, offset);
  return new SearchParser(tokens, offset + text.length, option).whole();
}

function searchTokens(text: string, option: string, offset: number): SearchToken[] {
  const tokens: SearchToken[] = [];
  const pattern = /([()])|"([^"]+)"|([^\s()"]+)/gy;
  const space = /\s*/y;
  for (let from = 0; ; from = pattern.lastIndex) {
    space.lastIndex = from;
    space.exec(text);
    if (space.lastIndex >= text.length) return tokens;
    pattern.lastIndex = space.lastIndex;
    const start = space.lastIndex;
    const match = pattern.exec(text);
    if (match === null) {
      throw queryError('QUERY_SYNTAX', 'A phrase without text or without its closing quote starts', {
        option,
        position: offset + start,
      });
    }
    const position = offset + start;
    const [, parenthesis, phrase, word] = match;
    if (parenthesis !== undefined)
      tokens.push({ kind: parenthesis as '(' | ')', text: parenthesis, position });
    else if (phrase !== undefined) tokens.push({ kind: 'phrase', text: phrase, position });
    else tokens.push({ kind: 'word', text: word ?? '', position });
  }
}

class SearchParser {
  #index = 0;
  #depth = 0;

  constructor(
    readonly tokens: readonly SearchToken[],
    readonly length: number,
    readonly option: string,
  ) {
    if (tokens.length > MAX_NODES) throw tooComplex(`The limit of nodes, ${MAX_NODES}`, this.place(0));
  }

  whole(): SearchSyntax {
    const tree = this.or();
    if (this.#index < this.tokens.length) throw this.unexpected();
    return tree;
  }

  private or(): SearchSyntax {
    const operands = [this.and()];
    while (this.operatorWithOperand('OR')) {
      this.#index += 1;
      operands.push(this.and());
    }
    return joined('or', operands);
  }

  private and(): SearchSyntax {
    const operands = [this.not()];
    while (this.startsOperand(this.#index) && !this.operatorWithOperand('OR')) {
      if (this.operatorWithOperand('AND')) this.#index += 1;
      operands.push(this.not());
    }
    return joined('and', operands);
  }

  private not(): SearchSyntax {
    if (!this.operatorWithOperand('NOT')) return this.primary();
    this.#index += 1;
    return { kind: 'not', operand: this.deeper(() => this.not()) };
  }

  private primary(): SearchSyntax {
    const token = this.tokens[this.#index];
    if (token === undefined || token.kind === ')') throw this.unexpected();
    this.#index += 1;
    if (token.kind !== '(') return { kind: 'term', text: token.text };
    const inner = this.deeper(() => this.or());
    if (this.tokens[this.#index]?.kind !== ')') throw this.unexpected();
    this.#index += 1;
    return inner;
  }

  /** AND, OR and NOT are operators only where an operand follows: `$search=NOT` looks for the word. */
  private operatorWithOperand(word: string): boolean {
    const token = this.tokens[this.#index];
    return token?.kind === 'word' && token.text === word && this.startsOperand(this.#index + 1);
  }

  private startsOperand(index: number): boolean {
    const token = this.tokens[index];
    return token !== undefined && token.kind !== ')';
  }

  private deeper(parse: () => SearchSyntax): SearchSyntax {
    if (this.#depth >= MAX_DEPTH)
      throw tooComplex(`The limit of nesting, ${MAX_DEPTH}`, this.place(this.position()));
    this.#depth += 1;
    const result = parse();
    this.#depth -= 1;
    return result;
  }

  private position(): number {
    return this.tokens[this.#index]?.position ?? this.length;
  }

  private place(position: number): Place {
    return { option: this.option, position };
  }

  private unexpected(): FeedError {
    const token = this.tokens[this.#index];
    const what =
      token === undefined
        ? 'Expected a word or phrase, but the text ends'
        : `Unexpected '${token.text.slice(0, 60)}'`;
    return queryError('QUERY_SYNTAX', what, this.place(this.position()));
  }
}

function joined(kind: 'and' | 'or', operands: readonly SearchSyntax[]): SearchSyntax {
  const [first] = operands;
  return operands.length === 1 && first !== undefined ? first : { kind, operands };
}
