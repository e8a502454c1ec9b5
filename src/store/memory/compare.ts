/**
 * Comparison and logic. Three-valued: true, false, null.
 *
 * `null eq null` is true, `null eq 5` false, `x ne 5` keeps nulls; gt, ge, lt, le with null are FALSE, so
 * `not (x gt 5)` keeps nulls. Spec: URL Conventions 4.01, sections 5.1.1.1.1 to 5.1.1.1.9.
 */
import { exactInteger, type EdmValue } from '../../model/edm-value.js';
import type { BinaryOperator, Expr } from '../../query/ast.js';
import { NULL_INTEGER } from './columns.js';
import { placeOf, type Evaluator, type Scope } from './scope.js';

/** The operators that compare two values. */
export type Comparison = Extract<BinaryOperator, 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'>;

type Comparable = Exclude<EdmValue, null>;

/** Whether two values are equal; 1 and 1n are the same Int64, NaN equals nothing. */
export function areEqual(left: EdmValue, right: EdmValue): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    const others = right as readonly EdmValue[];
    return (
      left.length === others.length && left.every((item: EdmValue, at) => areEqual(item, others[at] ?? null))
    );
  }
  // eslint-disable-next-line eqeqeq -- exact across number and bigint
  return left === null || right === null ? left === right : left == right;
}

const ORDERED: Readonly<Record<'gt' | 'ge' | 'lt' | 'le', (left: Comparable, right: Comparable) => boolean>> =
  {
    gt: (left, right) => left > right,
    ge: (left, right) => left >= right,
    lt: (left, right) => left < right,
    le: (left, right) => left <= right,
  };

const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  ge: 'le',
  lt: 'gt',
  le: 'ge',
};

/** Compiles a comparison; a numeric column against a number runs on the bare array. */
export function compileComparison(
  operator: Comparison,
  [left, right]: readonly [Expr, Expr],
  scope: Scope,
): Evaluator {
  const direct =
    againstNumber(operator, [left, right], scope) ?? againstNumber(MIRRORED[operator], [right, left], scope);
  if (direct !== undefined) return direct;
  const leftOf = scope.compile(left);
  const rightOf = scope.compile(right);
  if (operator === 'eq') return (row) => areEqual(leftOf(row), rightOf(row));
  if (operator === 'ne') return (row) => !areEqual(leftOf(row), rightOf(row));
  const compare = ORDERED[operator];
  return (row) => {
    const one = leftOf(row);
    const other = rightOf(row);
    return one !== null && other !== null && compare(one, other);
  };
}

function againstNumber(
  operator: Comparison,
  [left, right]: readonly [Expr, Expr],
  scope: Scope,
): Evaluator | undefined {
  if (left.kind !== 'property' || left.property.collection) return undefined;
  if (right.kind !== 'literal' || typeof right.value !== 'number') return undefined;
  const { table, rowOf } = placeOf(scope, left.variable, left.path);
  const column = table.column(left.property.name);
  const number = right.value;
  if (rowOf !== undefined) return undefined;
  if (column.kind === 'integers') return integersAgainst(operator, column.values, number);
  if (column.kind !== 'numbers') return undefined;
  const { values } = column;
  // Nulls are NaN in the array: each of these answers for NaN what it must answer for null.
  const direct: Readonly<Record<Comparison, Evaluator>> = {
    eq: (row) => values[row] === number,
    ne: (row) => values[row] !== number,
    gt: (row) => (values[row] ?? NaN) > number,
    ge: (row) => (values[row] ?? NaN) >= number,
    lt: (row) => (values[row] ?? NaN) < number,
    le: (row) => (values[row] ?? NaN) <= number,
  };
  return direct[operator];
}

/** Null is lower than all values: what is greater than a number above it is none. */
function integersAgainst(operator: Comparison, values: Int32Array, number: number): Evaluator | undefined {
  if (!(number > NULL_INTEGER)) return undefined;
  const valueOf = (row: number) => values[row] ?? NULL_INTEGER;
  const direct: Readonly<Record<Comparison, Evaluator>> = {
    eq: (row) => valueOf(row) === number,
    ne: (row) => valueOf(row) !== number,
    gt: (row) => valueOf(row) > number,
    ge: (row) => valueOf(row) >= number,
    lt: (row) => valueOf(row) < number && valueOf(row) !== NULL_INTEGER,
    le: (row) => valueOf(row) <= number && valueOf(row) !== NULL_INTEGER,
  };
  return direct[operator];
}

/** Compiles `and` or `or` of any number of operands, left to right; stops where the answer is settled. */
export function compileLogic(operands: readonly Evaluator[], operator: 'and' | 'or'): Evaluator {
  const settled = operator === 'or';
  return (row) => {
    let unknown = false;
    for (const operand of operands) {
      const value = operand(row);
      if (value === settled) return settled;
      if (value === null) unknown = true;
    }
    return unknown ? null : !settled;
  };
}

/** Compiles `operand in (…)`: a look-up, however long the list; `null in (null)` is true (5.1.1.1.12). */
export function compileIn(operand: Evaluator, list: readonly EdmValue[]): Evaluator {
  const members = new Set<EdmValue>(list.map(sameKey));
  members.delete(NaN);
  return (row) => members.has(sameKey(operand(row)));
}

/** One key for equal values: a whole number beyond 2^53 as bigint, whatever it was. */
export function sameKey(value: EdmValue): EdmValue {
  if (typeof value === 'bigint') return exactInteger(value);
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !Number.isInteger(value)) return value;
  return BigInt(value);
}
