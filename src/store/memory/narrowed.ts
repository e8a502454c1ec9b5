/**
 * Collection properties of which a plan wants a part: `$select=domains($filter=…;$orderby=…;$skip=1;$top=2)`.
 * Spec: Protocol 4.01, 11.2.5.1.
 */
import { compareValues, type EdmValue } from '../../model/edm-value.js';
import type { OrderItem } from '../../query/ast.js';
import type { ValuesPlan } from '../../query/plan.js';
import type { CollectionColumn } from './columns.js';
import type { Cell, Evaluator, ReadContext, Scope } from './scope.js';
import type { Table } from './table.js';

/** The part of one row's collection that is wanted. */
export interface NarrowedCollection {
  readonly values: readonly EdmValue[];
  /** Matching values before skip and top. */
  readonly total: number;
}

interface Ordering {
  readonly evaluate: Evaluator;
  readonly sign: 1 | -1;
}

/** A compiled {@link ValuesPlan} over one column. */
export class Narrowing {
  readonly #column: CollectionColumn;
  readonly #work: ReadContext['work'];
  readonly #cell: Cell = { at: 0 };
  readonly #filter: Evaluator | undefined;
  readonly #orderings: readonly Ordering[];

  constructor(
    private readonly plan: ValuesPlan,
    table: Table,
    property: string,
    rows: Scope,
  ) {
    const column = table.column(property);
    if (column.kind !== 'collection') throw new RangeError(`${property} is no collection`);
    this.#column = column;
    this.#work = rows.context.work;
    const scope = rows.with('$this', { kind: 'item', dictionary: column.dictionary, cell: this.#cell });
    this.#filter = plan.filter && scope.compile(plan.filter);
    this.#orderings = plan.orderBy.map(({ expr, descending }: OrderItem) => ({
      evaluate: scope.compile(expr),
      sign: descending ? -1 : 1,
    }));
  }

  /** The wanted part of a row's collection. */
  of(row: number): NarrowedCollection {
    const matching = this.#ordered(row, this.#matching(row));
    const { skip, top = Infinity } = this.plan;
    const { dictionary } = this.#column;
    const wanted = matching.slice(skip, skip + top).map((code) => dictionary.value(code));
    return { values: wanted, total: matching.length };
  }

  #matching(row: number): number[] {
    const { offsets, codes } = this.#column;
    const matching: number[] = [];
    for (let at = offsets[row] ?? 0; at < (offsets[row + 1] ?? 0); at++) {
      this.#work.visit();
      this.#cell.at = codes[at] ?? 0;
      if (this.#filter === undefined || this.#filter(row) === true) matching.push(this.#cell.at);
    }
    return matching;
  }

  /** Sorts are stable: equal values stay as they stand. */
  #ordered(row: number, codes: number[]): number[] {
    if (this.#orderings.length === 0) return codes;
    const keyed = codes.map((code) => {
      this.#cell.at = code;
      return { code, keys: this.#orderings.map(({ evaluate }) => evaluate(row)) };
    });
    keyed.sort((left, right) => {
      for (const [at, { sign }] of this.#orderings.entries()) {
        const order = compareValues(left.keys[at] ?? null, right.keys[at] ?? null);
        if (order !== 0) return order * sign;
      }
      return 0;
    });
    return keyed.map(({ code }) => code);
  }
}
