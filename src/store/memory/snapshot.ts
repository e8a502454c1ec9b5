import { FeedError } from '../../errors.js';
import type { ReadPlan } from '../../query/plan.js';
import type { Page, Position } from '../store.js';
import type { Table } from './table.js';

/** One generation in memory: its tables by set name. Immutable, so any number of reads may share it. */
export class MemorySnapshot {
  readonly #tables: ReadonlyMap<string, Table>;

  constructor(tables: ReadonlyMap<string, Table>) {
    this.#tables = tables;
  }

  /** The table of a set. @throws FeedError STORE_EMPTY when the generation has no rows of it yet */
  table(set: string): Table {
    const table = this.#tables.get(set);
    if (table !== undefined) return table;
    throw new FeedError('STORE_EMPTY', `There are no rows of ${set} yet.`, {
      target: set,
      retryAfterSeconds: 10,
    });
  }

  /**
   * Executes a plan: at most `plan.pageSize` rows, those after `after` when given (`skip` and `top` count from there).
   * @throws FeedError STORE_EMPTY, QUERY_VALUE (division by zero), QUERY_UNSUPPORTED
   */
  execute(plan: ReadPlan, after?: Position): Page {
    void after;
    this.table(plan.set.name);
    throw new FeedError('QUERY_UNSUPPORTED', 'Reading is not there yet.');
  }
}
