/**
 * Types of expressions: which fit together, and what literals become next to them.
 *
 * Numbers are not wrapped in casts: the engine's number and bigint compare and add exactly across all numeric types, so a
 * promotion shows only in the `type` of the result. Dates and moments are both milliseconds, midnight UTC.
 * Spec: URL Conventions 4.01, 5.1.1.11 (numeric promotion), 5.1.1.1.1 (null).
 */
import { PRIMITIVES } from '../model/edm-value.js';
import type { PrimitiveType } from '../model/edm.js';
import type { Expr, ExprType } from './ast.js';

/** Numeric types, narrow before wide; Decimal before the inexact ones. */
const NUMERIC: readonly ExprType[] = [
  'Edm.Byte',
  'Edm.SByte',
  'Edm.Int16',
  'Edm.Int32',
  'Edm.Int64',
  'Edm.Decimal',
  'Edm.Single',
  'Edm.Double',
];
const INTEGERS = new Set<ExprType>(NUMERIC.slice(0, 5));

export function isNumeric(type: ExprType): boolean {
  return NUMERIC.includes(type);
}

export function isInteger(type: ExprType): boolean {
  return INTEGERS.has(type);
}

export function isCollection(type: ExprType): boolean {
  return type.startsWith('Collection(');
}

/** Whether conditions may have that type: `null` is a condition that is never true. */
export function isCondition(type: ExprType): boolean {
  return type === 'Edm.Boolean' || type === 'null';
}

/** The type that values of both types are compared in; `undefined` when they cannot be compared. */
export function commonType(left: ExprType, right: ExprType): ExprType | undefined {
  if (left === right || right === 'null') return left;
  if (left === 'null') return right;
  const wider = Math.max(NUMERIC.indexOf(left), NUMERIC.indexOf(right));
  if (isNumeric(left) && isNumeric(right)) return NUMERIC[wider];
  if (isDay(left) && isDay(right)) return 'Edm.DateTimeOffset';
  return undefined;
}

function isDay(type: ExprType): boolean {
  return type === 'Edm.Date' || type === 'Edm.DateTimeOffset';
}

/**
 * The expression as one of type `target`, where that needs no cast: the same type, null, a number where a number is
 * wanted, a date for a moment, a quoted duration (`'P1D'`, ABNF `durationLiteral`). `undefined` when it does not fit.
 */
export function coerce(expr: Expr, target: ExprType): Expr | undefined {
  if (expr.type === target) return expr;
  if (expr.kind === 'literal') return coerceLiteral(expr, target);
  if (isNumeric(expr.type) && isNumeric(target)) return fitsNumeric(expr.type, target) ? expr : undefined;
  return expr.type === 'Edm.Date' && target === 'Edm.DateTimeOffset' ? expr : undefined;
}

type Literal = Extract<Expr, { kind: 'literal' }>;

function coerceLiteral(expr: Literal, target: ExprType): Expr | undefined {
  if (expr.type === 'null') return { ...expr, type: target };
  if (isNumeric(expr.type) && isNumeric(target))
    return fitsNumeric(expr.type, target) ? { ...expr, type: target } : undefined;
  if (isDay(expr.type) && target === 'Edm.DateTimeOffset') return { ...expr, type: target };
  if (expr.type === 'Edm.String' && target === 'Edm.Duration' && typeof expr.value === 'string') {
    const value = PRIMITIVES[target].fromLiteral(expr.value);
    return value === undefined ? undefined : { kind: 'literal', type: target, value };
  }
  const emptyArray =
    isCollection(target) && isCollection(expr.type) && Array.isArray(expr.value) && expr.value.length === 0;
  return emptyArray ? { ...expr, type: target } : undefined;
}

/** Integers fit wherever numbers do; a fraction fits no integer. */
function fitsNumeric(type: ExprType, target: ExprType): boolean {
  return isInteger(type) || !isInteger(target);
}

/** Both operands of a comparison in their common type; `undefined` when they do not compare. */
export function comparable(left: Expr, right: Expr): readonly [Expr, Expr] | undefined {
  const common = commonType(left.type, right.type);
  if (common !== undefined) return [retype(left, common), retype(right, common)];
  const asRight = coerce(left, right.type);
  if (asRight !== undefined) return [asRight, right];
  const asLeft = coerce(right, left.type);
  return asLeft === undefined ? undefined : [left, asLeft];
}

function retype(expr: Expr, type: ExprType): Expr {
  return expr.kind === 'literal' ? { ...expr, type } : expr;
}

/** What to write instead, when a literal of the wrong kind meets a value of type `type`. */
export function literalHint(type: ExprType): string | undefined {
  if (type === 'Edm.String') return "Put text into single quotes: 'text'.";
  const example = EXAMPLES[type as PrimitiveType];
  return example === undefined ? undefined : `Write ${type} without quotes, for example ${example}.`;
}

const EXAMPLES: Partial<Record<PrimitiveType, string>> = {
  'Edm.Boolean': 'true',
  'Edm.Int32': '5',
  'Edm.Int64': '1000000',
  'Edm.Double': '0.5',
  'Edm.Date': '2026-01-31',
  'Edm.DateTimeOffset': '2026-01-31T00:00:00Z',
};
