/** Sort keys: the values of one $orderby item for a list of rows, as numbers where the column allows it. */
import { FeedError } from '../../errors.js';
import { compareValues, type EdmValue } from '../../model/edm-value.js';
import type { OrderItem } from '../../query/ast.js';
import { NULL_INTEGER, type DictionaryColumn, type IntegerColumn, type NumberColumn } from './columns.js';
import { placeOf, type Evaluator, type Scope } from './scope.js';

/** Orders rows by one item; indexes are places in the list of rows that was gathered. */
export interface GatheredKey {
  compare(left: number, right: number): number;
  /** Compares with the value at which the page before ended. */
  compareWithLast(index: number): number;
}

/** One $orderby item. */
export interface SortKey {
  /** @param last its value in the row at which the page before ended; `undefined` on the first page */
  readonly gather: (rows: Uint32Array, last: EdmValue | undefined) => GatheredKey;
  /** Where numbers decide: the one of a row, lower in rows that come first. */
  readonly numberOf?: (row: number) => number;
}

/** The sort key of an item. Nulls are lowest: first ascending, last descending (Protocol 4.01, 11.2.6.2). */
export function sortKey(item: OrderItem, scope: Scope, evaluate: Evaluator): SortKey {
  const sign = item.descending ? -1 : 1;
  const { expr } = item;
  if (expr.kind === 'property' && !expr.property.collection && expr.path.length === 0) {
    const { table, rowOf } = placeOf(scope, expr.variable, expr.path);
    const column = table.column(expr.property.name);
    if (rowOf === undefined && column.kind === 'dictionary') return byRank(column, sign);
    if (rowOf === undefined && column.kind === 'integers') return byInteger(column, sign);
    if (rowOf === undefined && column.kind === 'numbers' && column.property.type.includes('Int'))
      return byWholeNumber(column, sign);
  }
  return byValue(evaluate, sign);
}

function byRank({ codes, dictionary }: DictionaryColumn, sign: number): SortKey {
  const rankOf = (value: EdmValue) => {
    const code = dictionary.codeOf(value);
    if (code !== undefined) return dictionary.ranks[code] ?? 0;
    throw new FeedError(
      'PROTOCOL_PAGE_INVALID',
      'The page link names a row that this generation does not have.',
    );
  };
  return byNumber(
    (row) => sign * (dictionary.ranks[codes[row] ?? 0] ?? 0),
    (last) => sign * rankOf(last),
  );
}

/** Null is the lowest number in the array already. */
function byInteger({ values }: IntegerColumn, sign: number): SortKey {
  return byNumber(
    (row) => sign * (values[row] ?? NULL_INTEGER),
    (last) => sign * Number(last ?? NULL_INTEGER),
  );
}

/** Whole numbers are never infinite, so null can be the lowest number there is. */
function byWholeNumber({ values, nulls }: NumberColumn, sign: number): SortKey {
  return byNumber(
    (row) => sign * (nulls?.[row] === 1 ? -Infinity : (values[row] ?? 0)),
    (last) => sign * Number(last ?? -Infinity),
  );
}

function byNumber(numberOf: (row: number) => number, lastOf: (last: EdmValue) => number): SortKey {
  const gather = (rows: Uint32Array, last: EdmValue | undefined) => {
    const keys = new Float64Array(rows.length);
    for (let at = 0; at < rows.length; at++) keys[at] = numberOf(rows[at] ?? 0);
    return numeric(keys, last === undefined ? 0 : lastOf(last));
  };
  return { gather, numberOf };
}

function numeric(keys: Float64Array, last: number): GatheredKey {
  const compare = (left: number, right: number) => (left < right ? -1 : left > right ? 1 : 0);
  return {
    compare: (left, right) => compare(keys[left] ?? 0, keys[right] ?? 0),
    compareWithLast: (index) => compare(keys[index] ?? 0, last),
  };
}

function byValue(evaluate: Evaluator, sign: number): SortKey {
  const gather = (rows: Uint32Array, last: EdmValue | undefined) => {
    const keys = Array.from(rows, evaluate);
    return {
      compare: (left: number, right: number) => sign * orderOf(keys[left] ?? null, keys[right] ?? null),
      compareWithLast: (index: number) => sign * orderOf(keys[index] ?? null, last ?? null),
    };
  };
  return { gather };
}

/** As compareValues, and NaN above null and below all numbers, so that the order is total. */
function orderOf(left: EdmValue, right: EdmValue): number {
  const leftNaN = Number.isNaN(left);
  const rightNaN = Number.isNaN(right);
  if (!leftNaN && !rightNaN) return compareValues(left, right);
  if (leftNaN && rightNaN) return 0;
  if (leftNaN) return right === null ? 1 : -1;
  return left === null ? -1 : 1;
}
