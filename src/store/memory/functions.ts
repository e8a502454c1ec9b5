/** Built-in functions: compiled calls. A function of null is null. Spec: URL Conventions 4.01, 5.1.1.5 to 5.1.1.9. */
import type { EdmValue } from '../../model/edm-value.js';
import type { Expr } from '../../query/ast.js';
import type { FunctionName } from '../../query/functions.js';
import { hassubsequence, hassubset, indexOfItems, itemsFrom } from './collection-functions.js';
import * as moments from './moment-functions.js';
import { compilePattern, type Pattern } from './pattern.js';
import { placed } from './placed.js';
import type { Evaluator, Scope } from './scope.js';
import { indexof, length, substring } from './text-functions.js';

type Scalar = Exclude<EdmValue, null>;
/** A function of arguments that are not null. Which overload is meant follows from what the values are. */
type Implementation = (...args: readonly (Scalar | undefined)[]) => EdmValue;
type Items = readonly EdmValue[];

const ofText =
  (implement: (text: string) => EdmValue): Implementation =>
  (text) =>
    implement(text as string);
const ofMoment =
  (implement: (moment: number) => number): Implementation =>
  (moment) =>
    implement(moment as number);

const ofTextsOrItems =
  (
    texts: (one: string, other: string) => EdmValue,
    items: (one: Items, other: Items) => EdmValue,
  ): Implementation =>
  (one, other) =>
    Array.isArray(one) ? items(one, other as Items) : texts(one as string, other as string);

const ofItems =
  (implement: (one: Items, other: Items) => EdmValue): Implementation =>
  (one, other) =>
    implement(one as Items, other as Items);

/** Bigints are whole. */
const rounding =
  (round: (value: number) => number): Implementation =>
  (value) =>
    typeof value === 'bigint' ? value : round(value as number) + 0;

/** `now` is a constant of the read; patterns are compiled before rows are looked at. */
const IMPLEMENTATIONS: Readonly<Record<Exclude<FunctionName, 'now' | 'matchesPattern'>, Implementation>> = {
  concat: ofTextsOrItems(
    (one, other) => one + other,
    (one, other) => [...one, ...other],
  ),
  contains: ofTextsOrItems(
    (text, part) => text.includes(part),
    (items, part) => indexOfItems(items, part) >= 0,
  ),
  endswith: ofTextsOrItems(
    (text, end) => text.endsWith(end),
    (items, end) =>
      items.length >= end.length && indexOfItems(items.slice(items.length - end.length), end) === 0,
  ),
  startswith: ofTextsOrItems(
    (text, start) => text.startsWith(start),
    (items, start) => indexOfItems(items.slice(0, start.length), start) === 0,
  ),
  indexof: ofTextsOrItems(indexof, indexOfItems),
  length: (value) => (Array.isArray(value) ? value.length : length(value as string)),
  substring: (value, from, count) =>
    Array.isArray(value)
      ? itemsFrom(value, Number(from), count === undefined ? undefined : Number(count))
      : substring(value as string, Number(from), count === undefined ? undefined : Number(count)),
  hassubset: ofItems(hassubset),
  hassubsequence: ofItems(hassubsequence),
  tolower: ofText((text) => text.toLowerCase()),
  toupper: ofText((text) => text.toUpperCase()),
  trim: ofText((text) => text.trim()),
  date: ofMoment(moments.date),
  day: ofMoment(moments.day),
  fractionalseconds: ofMoment(moments.fractionalseconds),
  hour: ofMoment(moments.hour),
  maxdatetime: () => moments.MAX_DATE_TIME,
  mindatetime: () => moments.MIN_DATE_TIME,
  minute: ofMoment(moments.minute),
  month: ofMoment(moments.month),
  second: ofMoment(moments.second),
  time: ofMoment(moments.time),
  // Values are kept in UTC, whatever offset upstream wrote.
  totaloffsetminutes: () => 0,
  totalseconds: ofMoment(moments.totalseconds),
  year: ofMoment(moments.year),
  ceiling: rounding(Math.ceil),
  floor: rounding(Math.floor),
  // Midpoints away from zero (5.1.1.9.1); Math.round goes up.
  round: rounding((value) => Math.sign(value) * Math.round(Math.abs(value))),
};

/** Compiles a call. */
export function compileCall(expr: Expr & { kind: 'call' }, scope: Scope): Evaluator {
  if (expr.name === 'now') return () => scope.context.now;
  const args = expr.args.map((arg) => scope.compile(arg));
  if (expr.name === 'matchesPattern') return placed(compileMatch(args), expr.place);
  return spread(IMPLEMENTATIONS[expr.name], args);
}

/** One closure per number of arguments: no array is made for a row. */
function spread(implement: Implementation, [first, second, third]: readonly Evaluator[]): Evaluator {
  if (first === undefined) return () => implement();
  if (second === undefined) {
    return (row) => {
      const value = first(row);
      return value === null ? null : implement(value);
    };
  }
  return (row) => {
    const one = first(row);
    const two = second(row);
    if (one === null || two === null) return null;
    if (third === undefined) return implement(one, two);
    const three = third(row);
    return three === null ? null : implement(one, two, three);
  };
}

/** The pattern is nearly always a literal: it is compiled again only when it changes. */
function compileMatch([text, pattern]: readonly Evaluator[]): Evaluator {
  let source: string | undefined;
  let compiled: Pattern | undefined;
  return (row) => {
    const value = text?.(row) ?? null;
    const wanted = pattern?.(row) ?? null;
    if (typeof value !== 'string' || typeof wanted !== 'string') return null;
    if (compiled === undefined || source !== wanted) {
      source = wanted;
      compiled = compilePattern(wanted);
    }
    return compiled.test(value);
  };
}
