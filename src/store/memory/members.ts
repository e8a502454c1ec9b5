/**
 * Collections that hang on a row, and the operators over them: any, all, $count, in. A collection that a hop does not
 * find is empty. any and all are true or false, never null: a predicate that is null does not hold.
 *
 * Spec: URL Conventions 4.01, sections 5.1.1.13 (lambda operators), 5.1.1.14 ($count), 5.1.1.1.12 (in).
 */
import type { CollectionRef, Expr } from '../../query/ast.js';
import { areEqual } from './compare.js';
import { placeOf, type Binding, type Cell, type Evaluator, type Scope } from './scope.js';

/** The members of one collection: iteration moves `cell`, which the variable's binding looks at. */
interface Members {
  readonly binding: Binding;
  readonly count: (row: number) => number;
  /** Visits members until `visit` says true; answers whether it did. */
  readonly some: (row: number, visit: (row: number) => boolean) => boolean;
}

/** Compiles `collection/any(…)` and `collection/all(…)`. */
export function compileLambda(expr: Expr & { kind: 'lambda' }, scope: Scope): Evaluator {
  const members = membersOf(expr.collection, scope);
  const all = expr.operator === 'all';
  if (expr.predicate === undefined) return (row) => all || members.count(row) > 0;
  const predicate = scope.with(expr.variable, members.binding).compile(expr.predicate);
  if (all) return (row) => !members.some(row, (at) => predicate(at) !== true);
  return (row) => members.some(row, (at) => predicate(at) === true);
}

/** Compiles `collection/$count`. */
export function compileCount(expr: Expr & { kind: 'count' }, scope: Scope): Evaluator {
  const members = membersOf(expr.collection, scope);
  if (expr.predicate === undefined) return members.count;
  const predicate = scope.with(expr.variable, members.binding).compile(expr.predicate);
  return (row) => {
    let count = 0;
    members.some(row, (at) => {
      if (predicate(at) === true) count++;
      return false;
    });
    return count;
  };
}

/** Compiles `operand in collection`. */
export function compileInCollection(expr: Expr & { kind: 'inCollection' }, scope: Scope): Evaluator {
  const { binding, some } = membersOf(expr.collection, scope);
  if (binding.kind === 'row') throw new RangeError('`in` takes a collection of primitive values');
  const operand = scope.compile(expr.operand);
  const { dictionary, cell } = binding;
  return (row) => {
    const value = operand(row);
    return some(row, () => areEqual(dictionary.value(cell.at), value));
  };
}

function membersOf(collection: CollectionRef, scope: Scope): Members {
  return collection.kind === 'values' ? itemsOf(collection, scope) : relatedRows(collection, scope);
}

function itemsOf(collection: CollectionRef & { kind: 'values' }, scope: Scope): Members {
  const { table, rowOf } = placeOf(scope, collection.variable, collection.path);
  const column = table.column(collection.property.name);
  if (column.kind !== 'collection') throw new RangeError(`${collection.property.name} is no collection`);
  const { offsets, codes, dictionary } = column;
  const { work } = scope.context;
  const cell: Cell = { at: 0 };
  const from = (row: number) => offsets[rowOf === undefined ? row : rowOf(row)] ?? 0;
  const to = (row: number) => offsets[(rowOf === undefined ? row : rowOf(row)) + 1] ?? 0;
  return {
    binding: { kind: 'item', dictionary, cell },
    // Row -1 (a hop found none): offsets[-1] is nothing, offsets[0] is 0: empty.
    count: (row) => to(row) - from(row),
    some(row, visit) {
      const end = to(row);
      for (let at = from(row); at < end; at++) {
        work.visit();
        cell.at = codes[at] ?? 0;
        if (visit(row)) return true;
      }
      return false;
    },
  };
}

function relatedRows(collection: CollectionRef & { kind: 'rows' }, scope: Scope): Members {
  const last = collection.path.at(-1);
  if (last === undefined) throw new RangeError('A collection of rows needs a navigation property');
  const { table, rowOf } = placeOf(scope, collection.variable, collection.path.slice(0, -1));
  const { joins, work } = scope.context;
  const index = joins.along(table, last);
  const rows = (row: number) => index.rows(rowOf === undefined ? row : rowOf(row));
  const cell: Cell = { at: 0 };
  return {
    binding: { kind: 'row', table: index.target, cell },
    count: (row) => rows(row).length,
    some(row, visit) {
      for (const member of rows(row)) {
        work.visit();
        cell.at = member;
        if (visit(row)) return true;
      }
      return false;
    },
  };
}
