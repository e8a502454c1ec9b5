/**
 * Free-text search: whether one of the text columns of a row holds a text, in any case. Each distinct value of a column
 * is looked at once per read. Spec: URL Conventions 4.01, 5.1.8.
 */
import type { Expr } from '../../query/ast.js';
import type { Column } from './columns.js';
import type { Dictionary } from './dictionary.js';
import { placeOf, type Evaluator, type Scope } from './scope.js';
import { lowerCaseTest } from './text-tests.js';

type RowTest = (row: number) => boolean;

/** Compiles `search`: true or false, never null. */
export function compileSearch(expr: Expr & { kind: 'search' }, scope: Scope): Evaluator {
  const { table, rowOf } = placeOf(scope, expr.variable, []);
  const tests = expr.properties.map(({ name }) => columnTest(table.column(name), expr.text));
  const holds = (row: number) => tests.some((test) => test(row));
  return rowOf === undefined ? holds : (row) => holds(rowOf(row));
}

function columnTest(column: Column, text: string): RowTest {
  if (column.kind === 'dictionary') {
    const { codes, dictionary } = column;
    const matches = codeTest(dictionary, text);
    return (row) => matches(codes[row] ?? 0);
  }
  if (column.kind !== 'collection') return () => false;
  const { offsets, codes, dictionary } = column;
  const matches = codeTest(dictionary, text);
  return (row) => {
    const end = offsets[row + 1] ?? 0;
    for (let at = offsets[row] ?? 0; at < end; at++) if (matches(codes[at] ?? 0)) return true;
    return false;
  };
}

const UNKNOWN = 0;
const NO = 1;
const YES = 2;

function codeTest(dictionary: Dictionary, text: string): (code: number) => boolean {
  const known = new Uint8Array(dictionary.size);
  const quick = lowerCaseTest(dictionary, text);
  const matches = (code: number) => {
    const value = dictionary.value(code);
    return typeof value === 'string' && value.toLowerCase().includes(text);
  };
  return (code) => {
    if (known[code] === UNKNOWN) known[code] = (quick?.(code) ?? matches(code)) ? YES : NO;
    return known[code] === YES;
  };
}
