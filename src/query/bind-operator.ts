/**
 * Comparison, logic, arithmetic and membership against the types of their operands.
 * Spec: URL Conventions 4.01, 5.1.1.1 (logical operators), 5.1.1.2 (arithmetic operators).
 */
import type { EdmValue } from '../model/edm-value.js';
import type { CollectionRef, Expr, ExprType } from './ast.js';
import { bindCondition } from './bind-condition.js';
import { bindPath } from './bind-member.js';
import {
  coerce,
  comparable,
  commonType,
  isCollection,
  isInteger,
  isNumeric,
  literalHint,
} from './promote.js';
import { queryError, unsupported } from './query-error.js';
import { placeOf, withinBudget, type Scope } from './scope.js';
import type { Syntax } from './syntax.js';

type BinarySyntax = Extract<Syntax, { kind: 'binary' }>;

/** Operators that fail on a row whose divisor is 0. */
const DIVISIONS = new Set(['div', 'divby', 'mod']);
const COMPARISONS = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);

/** Binds `left operator right`. @throws FeedError QUERY_TYPE naming both types and the place of the operator */
export function bindBinary(syntax: BinarySyntax, scope: Scope): Expr {
  const { operator } = syntax;
  if (operator === 'and' || operator === 'or') {
    const left = bindCondition(syntax.left, scope);
    return { kind: 'binary', type: 'Edm.Boolean', operator, left, right: bindCondition(syntax.right, scope) };
  }
  const left = bindOperand(syntax.left, syntax, scope);
  const right = bindOperand(syntax.right, syntax, scope);
  if (COMPARISONS.has(operator)) {
    const pair = isCollection(left.type) || isCollection(right.type) ? undefined : comparable(left, right);
    if (pair === undefined) throw mismatch(syntax, left, right, scope);
    return { kind: 'binary', type: 'Edm.Boolean', operator, left: pair[0], right: pair[1] };
  }
  const [first, second] = [durationBeside(left, right), durationBeside(right, left)];
  const type = arithmeticType(operator, first.type, second.type);
  if (type === undefined) throw mismatch(syntax, left, right, scope);
  const place = DIVISIONS.has(operator) && {
    place: { option: scope.option, position: syntax.operatorPosition },
  };
  return { kind: 'binary', type, operator, left: first, right: second, ...place };
}

/** A quoted duration beside what durations are added to or scaled by: 4.01 lets their prefix go (Protocol 13.2.1, item 9). */
function durationBeside(operand: Expr, other: Expr): Expr {
  const takes = isMoment(other.type) || other.type === 'Edm.Duration' || isNumeric(other.type);
  const isText = operand.kind === 'literal' && operand.type === 'Edm.String';
  return takes && isText ? (coerce(operand, 'Edm.Duration') ?? operand) : operand;
}

function isMoment(type: ExprType): boolean {
  return type === 'Edm.DateTimeOffset' || type === 'Edm.Date';
}

/** An operand; the entity that a navigation property leads to may stand beside null (5.1.1.1.1): it is null when its key is. */
function bindOperand(operand: Syntax, { operator, left, right }: BinarySyntax, scope: Scope): Expr {
  const other = operand === left ? right : left;
  const isNull = other.kind === 'literal' && other.literal === 'null';
  if (operand.kind !== 'path' || !isNull || (operator !== 'eq' && operator !== 'ne'))
    return scope.bind(operand, scope);
  return withinBudget(scope, placeOf(scope, operand), () => bindPath(operand, scope, 'entities too'));
}

function mismatch(syntax: BinarySyntax, left: Expr, right: Expr, scope: Scope): Error {
  const { operator, operatorPosition: position } = syntax;
  const verb = COMPARISONS.has(operator) ? 'compare' : 'be applied to';
  const what = `'${operator}' cannot ${verb} ${left.type} and ${right.type}`;
  return queryError(
    'QUERY_TYPE',
    what,
    { option: scope.option, position },
    mismatchHint(syntax, left, right),
  );
}

function mismatchHint(syntax: BinarySyntax, left: Expr, right: Expr): string | undefined {
  const collection = [left, right].find((operand) => isCollection(operand.type));
  if (collection !== undefined) {
    const name = collection.kind === 'property' ? collection.property.name : 'tags';
    return `Use any(): ${name}/any(x:x ${syntax.operator} …).`;
  }
  if (syntax.left.kind === 'not') return 'not binds tighter than comparisons: write not (… eq …).';
  if (right.kind === 'literal') return literalHint(left.type);
  return left.kind === 'literal' ? literalHint(right.type) : undefined;
}

/** Type of an arithmetic expression; `undefined` when the operator does not take these operands. */
function arithmeticType(operator: string, left: ExprType, right: ExprType): ExprType | undefined {
  const numeric = (type: ExprType) => isNumeric(type) || type === 'null';
  if (numeric(left) && numeric(right)) return numericResult(operator, commonType(left, right));
  return temporalResult(operator, left, right);
}

/** Integers are added in 64 bits, so that sums of Int32 do not overflow; `divby` of integers has a fraction. */
function numericResult(operator: string, common: ExprType | undefined): ExprType | undefined {
  if (common === undefined || !isInteger(common)) return common;
  return operator === 'divby' ? 'Edm.Decimal' : 'Edm.Int64';
}

function temporalResult(operator: string, left: ExprType, right: ExprType): ExprType | undefined {
  const duration = 'Edm.Duration';
  const rightIsDuration = right === duration || right === 'null';
  if (operator === 'add' || operator === 'sub') {
    if ((isMoment(left) || left === duration) && rightIsDuration) return left;
    if (operator === 'add' && left === duration && isMoment(right)) return right;
    return operator === 'sub' && isMoment(left) && commonType(left, right) !== undefined
      ? duration
      : undefined;
  }
  if (operator === 'mul' && right === duration && isNumeric(left)) return duration;
  const scales = operator === 'mul' || operator === 'div' || operator === 'divby';
  return scales && left === duration && (isNumeric(right) || right === 'null') ? duration : undefined;
}

/** `-x`: numbers and durations. */
export function bindNegate(syntax: Extract<Syntax, { kind: 'not' | 'negate' }>, scope: Scope): Expr {
  const operand = scope.bind(syntax.operand, scope);
  if (isNumeric(operand.type) || operand.type === 'Edm.Duration' || operand.type === 'null') {
    return { kind: 'negate', type: operand.type, operand };
  }
  throw queryError('QUERY_TYPE', `'-' cannot be applied to ${operand.type}`, placeOf(scope, syntax));
}

/** `x in (1,2)`, `x in [1,2]`, `x in tags`, `x in @list`; 5.1.1.1.12. */
export function bindIn(syntax: Extract<Syntax, { kind: 'in' }>, scope: Scope): Expr {
  const operand = scope.bind(syntax.operand, scope);
  if (isCollection(operand.type)) {
    throw queryError(
      'QUERY_TYPE',
      `'in' needs a single value before it, but found ${operand.type}`,
      placeOf(scope, syntax),
      'Use any(): tags/any(x:x in (…)).',
    );
  }
  if (isList(syntax.list)) return inList(operand, syntax.list, scope);
  const list = scope.bind(syntax.list, scope);
  const place = placeOf(scope, syntax.list);
  if (!isCollection(list.type)) {
    const hint = "Write a list of values in parentheses: in ('a','b').";
    throw queryError('QUERY_TYPE', `'in' needs a list or a collection, but found ${list.type}`, place, hint);
  }
  if (list.kind === 'literal') return ofValues(operand, list, syntax, scope);
  if (list.kind !== 'property') throw unsupported("a computed collection after 'in'", place);
  const { variable, path, property } = list;
  if (commonType(operand.type, property.type) === undefined) {
    throw queryError('QUERY_TYPE', `'in' cannot compare ${operand.type} and ${property.type}`, place);
  }
  const collection: CollectionRef = { kind: 'values', variable, path, property };
  return { kind: 'inCollection', type: 'Edm.Boolean', operand, collection };
}

function isList(list: readonly Syntax[] | Syntax): list is readonly Syntax[] {
  return Array.isArray(list);
}

/** Literals are looked up; an item that is an expression is compared, as `eq` does. */
function inList(operand: Expr, items: readonly Syntax[], scope: Scope): Expr {
  const values: EdmValue[] = [];
  const computed: Expr[] = [];
  for (const item of items) {
    const bound = scope.bind(item, scope);
    const elements = bound.kind === 'literal' && Array.isArray(bound.value) ? bound.value : undefined;
    if (elements !== undefined) values.push(...(elements as readonly EdmValue[]));
    else {
      const [left, right] = comparedItem(operand, bound, item, scope);
      if (right.kind === 'literal') values.push(right.value);
      else computed.push({ kind: 'binary', type: 'Edm.Boolean', operator: 'eq', left, right });
    }
  }
  return anyOf([{ kind: 'in', type: 'Edm.Boolean', operand, values }, ...computed]);
}

/** `or` of all, as shallow as can be. */
function anyOf(conditions: readonly Expr[]): Expr {
  const [first] = conditions;
  if (first === undefined) return { kind: 'literal', type: 'Edm.Boolean', value: false };
  if (conditions.length === 1) return first;
  const middle = Math.ceil(conditions.length / 2);
  const [left, right] = [anyOf(conditions.slice(0, middle)), anyOf(conditions.slice(middle))];
  return { kind: 'binary', type: 'Edm.Boolean', operator: 'or', left, right };
}

function comparedItem(operand: Expr, bound: Expr, item: Syntax, scope: Scope): readonly [Expr, Expr] {
  const pair = isCollection(bound.type) ? undefined : comparable(operand, bound);
  if (pair !== undefined) return pair;
  const what = `'in' cannot compare ${operand.type} and ${bound.type}`;
  throw queryError('QUERY_TYPE', what, placeOf(scope, item), literalHint(operand.type));
}

/** `x in @list` with a literal array. */
function ofValues(
  operand: Expr,
  list: Extract<Expr, { kind: 'literal' }>,
  syntax: Extract<Syntax, { kind: 'in' }>,
  scope: Scope,
): Expr {
  const element = list.type.slice('Collection('.length, -1) as ExprType;
  const values = Array.isArray(list.value) ? (list.value as readonly EdmValue[]) : [];
  if (values.length > 0 && commonType(operand.type, element) === undefined) {
    throw queryError(
      'QUERY_TYPE',
      `'in' cannot compare ${operand.type} and ${element}`,
      placeOf(scope, syntax),
      literalHint(operand.type),
    );
  }
  return { kind: 'in', type: 'Edm.Boolean', operand, values };
}
