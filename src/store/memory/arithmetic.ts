/**
 * Arithmetic. Null with anything is null. Integers are exact of any size; Decimal is exact for whole numbers and has 15
 * significant digits otherwise (so 0.1 add 0.2 eq 0.3); Double and Single follow IEEE 754.
 * Division of integers or decimals by zero, and mod by zero, fail the request; Double divides to INF or NaN.
 *
 * Spec: URL Conventions 4.01, section 5.1.1.2.
 */
import { FeedError } from '../../errors.js';
import { exactInteger, type EdmValue } from '../../model/edm-value.js';
import type { BinaryOperator, ExprType } from '../../query/ast.js';
import type { Evaluator } from './scope.js';

/** The operators that calculate. */
export type ArithmeticOperator = Extract<BinaryOperator, 'add' | 'sub' | 'mul' | 'div' | 'divby' | 'mod'>;

type Numeric = number | bigint;
type Calculate = (left: Numeric, right: Numeric) => Numeric;
type Calculations = Readonly<Record<ArithmeticOperator, Calculate>>;

/** What mindatetime() and maxdatetime() answer: a moment before or after has no ISO 8601 text, and is null. */
const FIRST_MOMENT = Date.parse('0001-01-01T00:00:00Z');
const LAST_MOMENT = Date.parse('9999-12-31T23:59:59.999Z');

const MILLISECONDS_PER_DAY = 86_400_000;

/** Compiles an operator for operands of a known result type. */
export function compileArithmetic(
  operator: ArithmeticOperator,
  type: ExprType,
  [left, right]: readonly [Evaluator, Evaluator],
): Evaluator {
  const calculate = calculationsFor(type)[operator];
  const isMoment = type === 'Edm.DateTimeOffset' || type === 'Edm.Date';
  return (row) => {
    const one = left(row);
    const other = right(row);
    if (!isNumeric(one) || !isNumeric(other)) return null;
    const result = calculate(one, other);
    return isMoment && (result < FIRST_MOMENT || result > LAST_MOMENT) ? null : result;
  };
}

/** Compiles unary minus. */
export function compileNegation(operand: Evaluator): Evaluator {
  return (row) => {
    const value = operand(row);
    if (typeof value === 'bigint') return exactInteger(-value);
    return typeof value === 'number' ? 0 - value : null;
  };
}

const isNumeric = (value: EdmValue): value is Numeric =>
  typeof value === 'number' || typeof value === 'bigint';

function calculationsFor(type: ExprType): Calculations {
  switch (type) {
    case 'Edm.Double':
    case 'Edm.Single':
      return FLOATING;
    case 'Edm.Decimal':
      return DECIMAL;
    case 'Edm.Date':
      return DAYS;
    case 'Edm.DateTimeOffset':
    case 'Edm.TimeOfDay':
    case 'Edm.Duration':
      return MILLISECONDS;
    default:
      return INTEGER;
  }
}

function nonZero(divisor: Numeric, operator: string): void {
  // eslint-disable-next-line eqeqeq -- 0 and 0n
  if (divisor != 0) return;
  throw new FeedError('QUERY_VALUE', `Division by zero: the right operand of '${operator}' is 0 in a row.`, {
    hint: `Put a guard before it, for example: userCount ne 0 and transactionCount ${operator} userCount gt 5`,
  });
}

/** The sum, difference or product in doubles where that is exact, else in bigints. */
const exact = (inDoubles: (left: number, right: number) => number, inBigints: Exact): Calculate => {
  return (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') {
      const result = inDoubles(left, right);
      if (Number.isSafeInteger(result) || !Number.isInteger(left) || !Number.isInteger(right)) return result;
    }
    return exactInteger(inBigints(BigInt(left), BigInt(right)));
  };
};
type Exact = (left: bigint, right: bigint) => bigint;

const truncatedDivision = exact(
  (left, right) => (left - (left % right)) / right + 0,
  (left, right) => left / right,
);
const remainder = exact(
  (left, right) => (left % right) + 0,
  (left, right) => left % right,
);

const INTEGER: Calculations = {
  add: exact(
    (left, right) => left + right,
    (left, right) => left + right,
  ),
  sub: exact(
    (left, right) => left - right,
    (left, right) => left - right,
  ),
  mul: exact(
    (left, right) => left * right + 0,
    (left, right) => left * right,
  ),
  div(left, right) {
    nonZero(right, 'div');
    return truncatedDivision(left, right);
  },
  divby(left, right) {
    nonZero(right, 'divby');
    return fifteenDigits(Number(left) / Number(right));
  },
  mod(left, right) {
    nonZero(right, 'mod');
    return remainder(left, right);
  },
};

const isWhole = (value: Numeric) => typeof value === 'bigint' || Number.isInteger(value);
const fifteenDigits = (value: number) => (Number.isFinite(value) ? Number(value.toPrecision(15)) : value);

/** Whole operands in integers, others in doubles rounded to what a double holds of a decimal. */
function decimal(
  operator: 'add' | 'sub' | 'mul' | 'mod',
  inDoubles: (left: number, right: number) => number,
): Calculate {
  return (left, right) =>
    isWhole(left) && isWhole(right)
      ? INTEGER[operator](left, right)
      : fifteenDigits(inDoubles(Number(left), Number(right)));
}

function decimalDivision(operator: 'div' | 'divby'): Calculate {
  return (left, right) => {
    nonZero(right, operator);
    return isWhole(left) && isWhole(right) && remainder(left, right) === 0
      ? truncatedDivision(left, right)
      : fifteenDigits(Number(left) / Number(right));
  };
}

const DECIMAL: Calculations = {
  add: decimal('add', (left, right) => left + right),
  sub: decimal('sub', (left, right) => left - right),
  mul: decimal('mul', (left, right) => left * right),
  div: decimalDivision('div'),
  divby: decimalDivision('divby'),
  mod(left, right) {
    nonZero(right, 'mod');
    return decimal('mod', (one, other) => one % other)(left, right);
  },
};

const FLOATING: Calculations = {
  add: (left, right) => Number(left) + Number(right),
  sub: (left, right) => Number(left) - Number(right),
  mul: (left, right) => Number(left) * Number(right),
  div: (left, right) => Number(left) / Number(right),
  divby: (left, right) => Number(left) / Number(right),
  mod(left, right) {
    nonZero(right, 'mod');
    return Number(left) % Number(right);
  },
};

/** Moments and durations are milliseconds; a duration may be multiplied and divided by a number (5.1.1.2.3, 5.1.1.2.5). */
const MILLISECONDS: Calculations = {
  ...FLOATING,
  div(left, right) {
    nonZero(right, 'div');
    return Number(left) / Number(right);
  },
  divby(left, right) {
    nonZero(right, 'divby');
    return Number(left) / Number(right);
  },
};

/** A day plus a duration is the day in which it ends. */
const wholeDays = (calculate: Calculate): Calculate => {
  return (left, right) =>
    Math.floor(Number(calculate(left, right)) / MILLISECONDS_PER_DAY) * MILLISECONDS_PER_DAY;
};

const DAYS: Calculations = {
  ...MILLISECONDS,
  add: wholeDays(MILLISECONDS.add),
  sub: wholeDays(MILLISECONDS.sub),
};
