/** The parser's place in the text of one option, and its guards against depth and size. */
import { scan, SYMBOL_HINTS, type Token } from './lexer.js';
import { MAX_DEPTH, MAX_NODES } from './limits.js';
import { queryError, quoted, tooComplex, type Place } from './query-error.js';
import type { FeedError } from '../errors.js';
import type { Syntax, SyntaxBase } from './syntax.js';

/** Reads the tokens of one option, one ahead. */
export class Cursor {
  readonly text: string;
  readonly option: string;
  #token: Token;
  /** How many arrays and objects are open: only there text may stand in double quotes. */
  jsonDepth = 0;
  #depth = 0;
  #nodes = 0;

  /** @throws FeedError QUERY_SYNTAX when the text begins with white space: the grammar has none after the `=` */
  constructor(text: string, option: string) {
    this.text = text;
    this.option = option;
    this.#token = scan(text, 0, option);
    if (this.#token.spaced) throw this.error('Unexpected space', 0);
  }

  /** The token that comes next. */
  get token(): Token {
    return this.#token;
  }

  /** Takes the token and moves on. */
  next(): Token {
    const taken = this.#token;
    this.#token = scan(this.text, taken.end, this.option);
    return taken;
  }

  /** Goes on at an offset that was found without tokens (`$search`). */
  jump(position: number): void {
    this.#token = scan(this.text, position, this.option);
  }

  /** Whether the next token is that punctuation mark. */
  at(mark: string): boolean {
    return this.#token.kind === 'punctuation' && this.#token.text === mark;
  }

  /** Takes a punctuation mark if it comes next. */
  accept(mark: string): boolean {
    if (!this.at(mark)) return false;
    this.next();
    return true;
  }

  expect(mark: string): Token {
    if (!this.at(mark)) throw this.expected(quoted(mark));
    return this.next();
  }

  /** Whether the character right behind the next token is that one (no white space between). */
  followedBy(mark: string): boolean {
    return this.text[this.#token.end] === mark;
  }

  /** Whether `.*` stands right behind the next token (`Namespace.*`). */
  followedByStar(): boolean {
    return this.text.startsWith('.*', this.#token.end);
  }

  /** The word that comes next in lower case, when it can be an operator; else empty. */
  get operator(): string {
    return this.#token.kind === 'identifier' ? this.#token.text.toLowerCase() : '';
  }

  expectEnd(): void {
    if (this.#token.kind !== 'end')
      throw this.expected('an operator or the end', SYMBOL_HINTS.get(this.#token.text));
  }

  /** Runs `parse` one level deeper. @throws FeedError QUERY_TOO_COMPLEX */
  nested<Result>(parse: () => Result): Result {
    if (this.#depth >= MAX_DEPTH) throw this.#tooDeep(this.#token.position);
    this.#depth += 1;
    const result = parse();
    this.#depth -= 1;
    return result;
  }

  /** The common fields of a node over these children. @throws FeedError QUERY_TOO_COMPLEX */
  base(position: number, children: readonly (Syntax | undefined)[] = []): SyntaxBase {
    let height = 1;
    for (const child of children) height = Math.max(height, 1 + (child?.height ?? 0));
    if (height > MAX_DEPTH) throw this.#tooDeep(position);
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES) throw tooComplex(`The limit of nodes, ${MAX_NODES}`, this.place(position));
    return { position, height };
  }

  place(position = this.#token.position): Place {
    return { option: this.option, position };
  }

  error(what: string, position = this.#token.position, hint?: string): FeedError {
    return queryError('QUERY_SYNTAX', what, this.place(position), hint);
  }

  /** The error for a token that does not fit. */
  expected(what: string, hint?: string): FeedError {
    const { kind, position, end } = this.#token;
    const found = kind === 'end' ? 'the text ends' : `found ${quoted(this.text.slice(position, end))}`;
    return this.error(`Expected ${what}, but ${found}`, position, hint);
  }

  #tooDeep(position: number): FeedError {
    return tooComplex(`The limit of nesting, ${MAX_DEPTH}`, this.place(position));
  }
}
