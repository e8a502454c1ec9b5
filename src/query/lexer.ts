/**
 * Tokens of the expression language. Every pattern is sticky and bounded or consumes what it has looked at, so the whole
 * text is scanned in linear time.
 *
 * Spec: OData ABNF 4.01, `primitiveLiteral`, `odataIdentifier`.
 */
import { queryError, quoted } from './query-error.js';

export type TokenKind =
  | 'end'
  | 'identifier'
  | 'dollar'
  | 'at'
  | 'string'
  | 'jsonString'
  | 'prefixed'
  | 'integer'
  | 'decimal'
  | 'double'
  | 'guid'
  | 'date'
  | 'dateTimeOffset'
  | 'timeOfDay'
  | 'punctuation';

/** One token; `position` and `end` are offsets in the text. */
export interface Token {
  readonly kind: TokenKind;
  /** As written; for strings the unescaped value. */
  readonly text: string;
  readonly position: number;
  readonly end: number;
  /** White space stands before it. */
  readonly spaced: boolean;
  /** `duration` in `duration'P1D'`. */
  readonly prefix?: string;
}

const WORD = String.raw`[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]{0,127}`;
const YEAR_TO_DAY = String.raw`-?\d{4,6}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const TIME = String.raw`(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d{1,12})?)?`;
/** A plus that was not percent-encoded has become a space: `T00:00:00 01:00` can mean nothing else. */
const ZONE = String.raw`(?:Z|z|[+\- ](?:[01]\d|2[0-3]):[0-5]\d)`;

/** Tried in this order at each position: the first three are most of every query, and what follows them leaves no doubt. */
const PATTERNS: readonly (readonly [TokenKind, RegExp])[] = [
  ['identifier', /[A-Za-z_][A-Za-z0-9_]{0,127}(?=[ ,()/:]|$)/y],
  ['punctuation', /[(),;:/[\]{}=*]/y],
  ['integer', /-?\d{1,19}(?=[ ,)]|$)/y],
  ['dateTimeOffset', new RegExp(`${YEAR_TO_DAY}[Tt]${TIME}${ZONE}`, 'y')],
  ['date', new RegExp(YEAR_TO_DAY, 'y')],
  ['timeOfDay', new RegExp(TIME, 'y')],
  ['guid', /[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}/y],
  ['double', /[+-]?\d+(?:\.\d+)?[eE][+\- ]?\d+/y],
  ['double', /-INF(?![\p{L}\p{Nd}_])/uy],
  ['decimal', /[+-]?\d+\.\d+/y],
  ['integer', /[+-]?\d+/y],
  ['identifier', new RegExp(`${WORD}(?:\\.${WORD})*`, 'uy')],
  ['dollar', new RegExp(`\\$${WORD}`, 'uy')],
  ['at', new RegExp(`@${WORD}(?:\\.${WORD})*(?:#${WORD})?`, 'uy')],
  ['punctuation', /[.-]/y],
];
/** Operators of other languages. */
export const SYMBOL_HINTS: ReadonlyMap<string, string> = new Map([
  ['=', 'OData compares with words: eq, ne, gt, ge, lt, le.'],
  ['<', 'OData compares with words: lt, le.'],
  ['>', 'OData compares with words: gt, ge.'],
  ['!', 'OData writes ne and not.'],
  ['|', 'OData writes or; text is joined with concat(a,b).'],
  ['+', 'OData adds with add; a plus within text is %2B.'],
  ['*', 'OData multiplies with mul.'],
  ['/', 'OData divides with div or divby.'],
  ['-', 'OData subtracts with sub.'],
  ['%', 'OData writes mod for the remainder.'],
]);
const SPACE = /[ \t]*/y;
const GLUED = /[\p{L}\p{Nd}_]/uy;

/**
 * The token at or after `position`.
 *
 * @throws FeedError QUERY_SYNTAX with the place when nothing of the language stands there
 */
export function scan(text: string, position: number, option: string): Token {
  SPACE.lastIndex = position;
  SPACE.exec(text);
  const start = SPACE.lastIndex;
  const spaced = start > position;
  if (start >= text.length) return { kind: 'end', text: '', position: start, end: start, spaced };
  if (text[start] === "'") return scanQuoted(text, start, { option, spaced });
  if (text[start] === '"') return scanJsonString(text, start, { option, spaced });
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = start;
    if (!pattern.test(text)) continue;
    return finish(
      { kind, text: text.slice(start, pattern.lastIndex), position: start, end: pattern.lastIndex, spaced },
      text,
      option,
    );
  }
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
  const place = { option, position: start };
  throw queryError(
    'QUERY_SYNTAX',
    `Unexpected character ${quoted(character)}`,
    place,
    SYMBOL_HINTS.get(character),
  );
}

/** A word before a quote is a prefix; a letter glued to a number or date is a mistake. */
function finish(token: Token, text: string, option: string): Token {
  if (token.kind === 'identifier') {
    if (text[token.end] !== "'") return token;
    const string = scanQuoted(text, token.end, { option, spaced: false });
    return { ...token, kind: 'prefixed', prefix: token.text, text: string.text, end: string.end };
  }
  if (token.kind === 'punctuation' || token.kind === 'dollar' || token.kind === 'at') return token;
  GLUED.lastIndex = token.end;
  if (!GLUED.test(text)) return token;
  const what = `Unexpected ${quoted(text[token.end] ?? '')} after ${quoted(token.text)}`;
  throw queryError('QUERY_SYNTAX', what, { option, position: token.end });
}

/** What is known of a token before it is read. */
interface Before {
  readonly option: string;
  readonly spaced: boolean;
}

/** `'O''Neil'`: two quotes within a string are one. */
function scanQuoted(text: string, start: number, { option, spaced }: Before): Token {
  let end = text.indexOf("'", start + 1);
  while (end !== -1 && text[end + 1] === "'") end = text.indexOf("'", end + 2);
  if (end === -1) {
    const hint = "Close it with a quote; a quote within the text is written twice: 'O''Neil'.";
    throw queryError(
      'QUERY_SYNTAX',
      'A string without its closing quote starts',
      { option, position: start },
      hint,
    );
  }
  return {
    kind: 'string',
    text: text.slice(start + 1, end).replaceAll("''", "'"),
    position: start,
    end: end + 1,
    spaced,
  };
}

function scanJsonString(text: string, start: number, { option, spaced }: Before): Token {
  let end = start + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  if (end >= text.length) {
    throw queryError('QUERY_SYNTAX', 'A JSON string without its closing quote starts', {
      option,
      position: start,
    });
  }
  const value = jsonText(text.slice(start, end + 1));
  if (value === undefined) {
    throw queryError('QUERY_SYNTAX', 'A malformed JSON string starts', { option, position: start });
  }
  return { kind: 'jsonString', text: value, position: start, end: end + 1, spaced };
}

function jsonText(json: string): string | undefined {
  try {
    return JSON.parse(json) as string;
  } catch {
    return undefined;
  }
}
