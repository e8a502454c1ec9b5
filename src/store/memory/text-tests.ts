/** Tests of texts that need not be made for it: by their codes, and by their bytes where they lie. */
import type { EdmValue } from '../../model/edm-value.js';
import type { Expr } from '../../query/ast.js';
import type { Dictionary } from './dictionary.js';
import { plainBytes, READINGS, type Texts, type Where } from './texts.js';

type CodeTest = (code: number) => boolean;

/** Compiles `eq`, `ne` and `in` of a text with literals: one look-up finds the codes, null is none of them. */
export function codesThatHold(expr: Expr, { texts }: Dictionary): CodeTest | undefined {
  if (texts === undefined) return undefined;
  if (expr.kind === 'in') return isLeaf(expr.operand) ? codesIn(expr.values, texts) : undefined;
  if (expr.kind !== 'binary' || (expr.operator !== 'eq' && expr.operator !== 'ne')) return undefined;
  const text = literalBeside(expr.left, expr.right) ?? literalBeside(expr.right, expr.left);
  if (text === undefined) return undefined;
  const wanted = texts.find(text) || NONE;
  return expr.operator === 'eq' ? (code) => code === wanted : (code) => code !== wanted;
}

/** No text has this code. */
const NONE = -1;

function codesIn(values: readonly EdmValue[], texts: Texts): CodeTest | undefined {
  if (!values.every((value) => typeof value === 'string')) return undefined;
  const wanted = new Set(values.map((text) => texts.find(text)));
  wanted.delete(0);
  return (code) => wanted.has(code);
}

const isLeaf = ({ kind }: Expr) => kind === 'property' || kind === 'variable';

function literalBeside(leaf: Expr, literal: Expr): string | undefined {
  if (!isLeaf(leaf) || literal.kind !== 'literal' || typeof literal.value !== 'string') return undefined;
  return literal.value;
}

const isWhere = (name: string): name is Where =>
  name === 'contains' || name === 'startswith' || name === 'endswith';

/**
 * Compiles `contains`, `startswith` and `endswith` of a text, as it is or in one case, with a literal.
 *
 * @returns of a code: null of null, `undefined` where the text itself must be looked at
 */
export function partTest(
  expr: Expr,
  { texts }: Dictionary,
): ((code: number) => boolean | null | undefined) | undefined {
  if (texts === undefined || expr.kind !== 'call' || !isWhere(expr.name)) return undefined;
  const where = expr.name;
  const [text, part] = expr.args;
  if (part?.kind !== 'literal' || typeof part.value !== 'string') return undefined;
  const bytes = plainBytes(part.value);
  const reading = text && readingOf(text);
  if (bytes === undefined || reading === undefined) return undefined;
  return (code) => (code === 0 ? null : texts.has(code, bytes, where, reading));
}

function readingOf(text: Expr): Uint8Array | undefined {
  if (isLeaf(text)) return READINGS.asIs;
  if (text.kind !== 'call' || (text.name !== 'tolower' && text.name !== 'toupper')) return undefined;
  const [inner] = text.args;
  return inner !== undefined && isLeaf(inner) ? READINGS[text.name] : undefined;
}

/** Whether texts contain one in lower case; `undefined` of a code as {@link partTest} says, and where there are no texts. */
export function lowerCaseTest(
  { texts }: Dictionary,
  text: string,
): ((code: number) => boolean | undefined) | undefined {
  const bytes = plainBytes(text);
  if (texts === undefined || bytes === undefined) return undefined;
  return (code) => code !== 0 && texts.has(code, bytes, 'contains', READINGS.tolower);
}
