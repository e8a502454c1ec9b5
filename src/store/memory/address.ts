/** Resource paths: which rows a plan's root, key and steps lead to. Keys and hops are look-ups, never scans. */
import type { EdmValue } from '../../model/edm-value.js';
import type { PathStep, ReadPlan } from '../../query/plan.js';
import type { Joins } from './joins.js';
import type { Table } from './table.js';

/** Where a path leads. */
export interface Address {
  readonly table: Table;
  /** Rows in table order; absent: all of them. */
  readonly rows?: Uint32Array;
  /** False when an entity on the way, or one addressed by key, is not there. An empty to-one end is no error. */
  readonly exists: boolean;
}

/** Follows the path of a plan. @param root the table of `plan.root` */
export function address(plan: ReadPlan, root: Table, joins: Joins): Address {
  let here: Address = plan.key === undefined ? { table: root, exists: true } : byKey(root, plan.key);
  for (const step of plan.steps) {
    // An empty to-one end is no error, but nothing lies behind it.
    if (!here.exists || here.rows?.length === 0) return { ...here, exists: false };
    here = follow(here, step, joins);
  }
  return here;
}

function byKey(table: Table, key: ReadonlyMap<string, EdmValue>): Address {
  const row = table.find(key);
  return row === undefined ? missing(table) : { table, rows: Uint32Array.of(row), exists: true };
}

const missing = (table: Table): Address => ({ table, rows: new Uint32Array(), exists: false });

function follow({ table, rows }: Address, step: PathStep, joins: Joins): Address {
  const index = joins.along(table, step.navigation);
  const [from] = rows ?? [];
  if (from === undefined || rows?.length !== 1)
    throw new RangeError(
      `The path leaves ${table.set.name} by ${step.navigation.name} from more than one row`,
    );
  const related = index.rows(from);
  if (step.key === undefined) {
    const reached = step.navigation.collection ? related : related.subarray(0, 1);
    return { table: index.target, rows: reached, exists: true };
  }
  // Key properties that the relationship fixes may be left out of the path (URL Conventions 4.3.3).
  const fixed = step.navigation.on.map(
    ([local, foreign]) => [foreign, table.column(local).value(from)] as const,
  );
  const row = index.target.find(new Map([...fixed, ...step.key]));
  return row !== undefined && holds(related, row)
    ? { table: index.target, rows: Uint32Array.of(row), exists: true }
    : missing(index.target);
}

/** Whether a list of rows in table order holds a row: binary search. */
function holds(rows: Uint32Array, wanted: number): boolean {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return rows[low] === wanted;
}
