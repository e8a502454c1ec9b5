/**
 * The table of OData's built-in functions with their overloads: what binding resolves names against, what stores must
 * implement (a `Record<FunctionName, …>` there makes the compiler force completeness), and what $metadata advertises.
 *
 * `cast`, `isof` and `case` are no entries: they take types or pairs, and are kinds of expression of their own.
 * Spec: URL Conventions 4.01, sections 5.1.1.5 (string and collection) to 5.1.1.9 (arithmetic).
 */
import type { ExprType } from './ast.js';

/** One signature of a function: the types of its arguments and of its result. */
export interface Overload {
  readonly args: readonly ExprType[];
  readonly result: ExprType;
}

/** A built-in function of URL Conventions 5.1.1.5 to 5.1.1.9, in the spelling of the specification. */
export type FunctionName =
  | 'concat'
  | 'contains'
  | 'endswith'
  | 'indexof'
  | 'length'
  | 'startswith'
  | 'substring'
  | 'hassubset'
  | 'hassubsequence'
  | 'matchesPattern'
  | 'tolower'
  | 'toupper'
  | 'trim'
  | 'date'
  | 'day'
  | 'fractionalseconds'
  | 'hour'
  | 'maxdatetime'
  | 'mindatetime'
  | 'minute'
  | 'month'
  | 'now'
  | 'second'
  | 'time'
  | 'totaloffsetminutes'
  | 'totalseconds'
  | 'year'
  | 'ceiling'
  | 'floor'
  | 'round';

const overload = (args: readonly ExprType[], result: ExprType): Overload => ({ args, result });

const STRING = 'Edm.String';
const INT = 'Edm.Int32';
const MOMENT = 'Edm.DateTimeOffset';
const TEXTS = 'Collection(Edm.String)';

const twoStrings = (result: ExprType): Overload => overload([STRING, STRING], result);
const stringToString: readonly Overload[] = [overload([STRING], STRING)];
const partOfDay: readonly Overload[] = [overload([MOMENT], INT), overload(['Edm.Date'], INT)];
const partOfTime: readonly Overload[] = [overload([MOMENT], INT), overload(['Edm.TimeOfDay'], INT)];
/** Decimal first: integers promote to it without loss, to Double with one. */
const rounding: readonly Overload[] = [
  overload(['Edm.Decimal'], 'Edm.Decimal'),
  overload(['Edm.Double'], 'Edm.Double'),
];

/**
 * Overloads of every function, the preferred one first. Collection overloads exist for text, the only collections that
 * the model has.
 */
export const FUNCTIONS: Readonly<Record<FunctionName, readonly Overload[]>> = {
  concat: [twoStrings(STRING), overload([TEXTS, TEXTS], TEXTS)],
  contains: [twoStrings('Edm.Boolean')],
  endswith: [twoStrings('Edm.Boolean'), overload([TEXTS, TEXTS], 'Edm.Boolean')],
  indexof: [twoStrings(INT), overload([TEXTS, TEXTS], INT)],
  length: [overload([STRING], INT), overload([TEXTS], INT)],
  startswith: [twoStrings('Edm.Boolean'), overload([TEXTS, TEXTS], 'Edm.Boolean')],
  substring: [
    overload([STRING, INT], STRING),
    overload([STRING, INT, INT], STRING),
    overload([TEXTS, INT], TEXTS),
    overload([TEXTS, INT, INT], TEXTS),
  ],
  hassubset: [overload([TEXTS, TEXTS], 'Edm.Boolean')],
  hassubsequence: [overload([TEXTS, TEXTS], 'Edm.Boolean')],
  matchesPattern: [twoStrings('Edm.Boolean')],
  tolower: stringToString,
  toupper: stringToString,
  trim: stringToString,
  date: [overload([MOMENT], 'Edm.Date')],
  day: partOfDay,
  fractionalseconds: [overload([MOMENT], 'Edm.Decimal'), overload(['Edm.TimeOfDay'], 'Edm.Decimal')],
  hour: partOfTime,
  maxdatetime: [overload([], MOMENT)],
  mindatetime: [overload([], MOMENT)],
  minute: partOfTime,
  month: partOfDay,
  now: [overload([], MOMENT)],
  second: partOfTime,
  time: [overload([MOMENT], 'Edm.TimeOfDay')],
  totaloffsetminutes: [overload([MOMENT], INT)],
  totalseconds: [overload(['Edm.Duration'], 'Edm.Decimal')],
  year: partOfDay,
  ceiling: rounding,
  floor: rounding,
  round: rounding,
};
