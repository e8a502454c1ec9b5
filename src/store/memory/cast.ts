/** cast and isof. A cast that fails is null. Spec: URL Conventions 4.01, section 5.1.1.10. */
import type { PrimitiveType } from '../../model/edm.js';
import { PRIMITIVES, type EdmValue } from '../../model/edm-value.js';
import type { ExprType } from '../../query/ast.js';
import { date, MAX_DATE_TIME, MIN_DATE_TIME, time } from './moment-functions.js';
import type { Evaluator } from './scope.js';

type Convert = (value: EdmValue) => EdmValue;

/** Whole-number types from narrow to wide, then Decimal; each value of one is a value of those after it. */
const WIDENING: readonly ExprType[] = [
  'Edm.Byte',
  'Edm.Int16',
  'Edm.Int32',
  'Edm.Int64',
  'Edm.Decimal',
  'Edm.Double',
];
const NUMERIC = new Set<ExprType>([...WIDENING, 'Edm.SByte', 'Edm.Single']);
const TEXTUAL = new Set<ExprType>(['Edm.String', 'Edm.Binary', 'Edm.Guid']);

/** Compiles `cast(operand,to)`. */
export function compileCast(operand: Evaluator, from: ExprType, to: ExprType): Evaluator {
  const convert = conversion(from, to);
  return (row) => {
    const value = operand(row);
    return value === null ? null : convert(value);
  };
}

/** Compiles `isof(operand,of)`: null is of no type. */
export function compileIsof(operand: Evaluator, from: ExprType, of: ExprType): Evaluator {
  const fits = from === of || widens(from, of);
  return (row) => fits && operand(row) !== null;
}

function widens(from: ExprType, to: ExprType): boolean {
  if (from === 'Edm.SByte') return widens('Edm.Int16', to) || to === 'Edm.Int16';
  if (from === 'Edm.Single') return to === 'Edm.Double';
  const start = WIDENING.indexOf(from);
  return start >= 0 && WIDENING.indexOf(to) > start && !(from === 'Edm.Decimal' && to === 'Edm.Double');
}

function conversion(from: ExprType, to: ExprType): Convert {
  if (from === to) return (value) => value;
  if (!isPrimitive(from) || !isPrimitive(to)) return () => null;
  if (to === 'Edm.String') return (value) => literalText(value, from);
  if (TEXTUAL.has(from)) return (value) => PRIMITIVES[to].fromLiteral(String(value)) ?? null;
  if (NUMERIC.has(from) && NUMERIC.has(to)) return (value) => toNumeric(value, to);
  if (from === 'Edm.DateTimeOffset' && to === 'Edm.Date') return (value) => date(Number(value));
  if (from === 'Edm.DateTimeOffset' && to === 'Edm.TimeOfDay') return (value) => time(Number(value));
  if (from === 'Edm.Date' && to === 'Edm.DateTimeOffset') return (value) => value;
  return () => null;
}

const isPrimitive = (type: ExprType): type is PrimitiveType => Object.hasOwn(PRIMITIVES, type);

/** The text of a value as a URL literal has it. */
function literalText(value: EdmValue, from: PrimitiveType): EdmValue {
  if (TEXTUAL.has(from)) return value;
  const isMoment = from === 'Edm.DateTimeOffset' || from === 'Edm.Date';
  if (isMoment && !(Number(value) >= MIN_DATE_TIME && Number(value) <= MAX_DATE_TIME)) return null;
  return PRIMITIVES[from].toJson(value).replaceAll('"', '');
}

/** Fractions are cut off; null when the whole part does not fit. */
function toNumeric(value: EdmValue, to: PrimitiveType): EdmValue {
  if (to === 'Edm.Double') return Number(value);
  if (to === 'Edm.Single') return Math.fround(Number(value));
  if (typeof value === 'number' && !Number.isFinite(value)) return null;
  if (to === 'Edm.Decimal') return value;
  const whole = typeof value === 'number' ? exactWhole(Math.trunc(value)) : value;
  return typeof whole === 'number' || typeof whole === 'bigint'
    ? (PRIMITIVES[to].fromJson(whole) ?? null)
    : null;
}

const exactWhole = (value: number) => (Number.isSafeInteger(value) ? value + 0 : BigInt(value));
