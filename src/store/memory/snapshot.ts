import { LRUCache } from 'lru-cache';
import { FeedError } from '../../errors.js';
import type { ApplyPlan, ReadPlan, RowAccess } from '../../query/plan.js';
import type { Page, Position } from '../store.js';
import { address, type Address } from './address.js';
import { compile } from './compile.js';
import { wholeFrame, type Frame } from './frame.js';
import { GrantedTables } from './granted-tables.js';
import { Joins } from './joins.js';
import { RowsReader } from './rows-reader.js';
import type { Table } from './table.js';
import { transform } from './transform.js';
import { Work } from './work.js';

/** What the parts for readers with grants may take, all together; a part costs its rows once more, not their text. */
const MAX_PARTS_BYTES = 256 * 1024 * 1024;

/** What readers with the same grants may read. */
interface Part {
  readonly tables: GrantedTables;
  readonly snapshot: MemorySnapshot;
}

type HasRows = (set: string, tenants?: ReadonlySet<string>) => boolean;

/**
 * One generation in memory: its tables by set name. Immutable, so any number of reads may share it; join indexes are
 * built when first used and kept with it, and so are the parts of it that readers with grants may read.
 */
export class MemorySnapshot {
  readonly #tables: Pick<ReadonlyMap<string, Table>, 'get'>;
  readonly #has: HasRows;
  readonly #joins: Joins;
  readonly #parts = new LRUCache<string, Part>({ maxSize: MAX_PARTS_BYTES });

  /** @param has whether a set has row files at all, for some tenants or for any; absent: every table has */
  constructor(tables: Pick<ReadonlyMap<string, Table>, 'get'>, has: HasRows = () => true) {
    this.#tables = tables;
    this.#has = has;
    this.#joins = new Joins((set) => this.table(set));
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
   * Executes a plan: at most `plan.pageSize` rows, those after `after` when given; `skip` and `top` count from there.
   * `exists` is false when an entity of the path is missing; a to-one path end without a row exists and is empty.
   *
   * With `plan.access` it is executed against the part that may be read, which holds no other rows and columns: whatever
   * the plan asks, there is nothing else that it could find.
   *
   * @throws FeedError STORE_EMPTY, QUERY_TOO_COMPLEX ($apply), QUERY_VALUE (division by zero in a row), QUERY_UNSUPPORTED, PROTOCOL_PAGE_INVALID
   */
  execute(plan: ReadPlan, after?: Position): Page {
    if (plan.access === undefined) return this.#executeHere(plan, after);
    const part = this.#part(plan.access);
    try {
      return part.snapshot.#executeHere(plan, after);
    } finally {
      // Its tables are made when they are first read: only now is it known what they take.
      this.#parts.set(plan.access.id, part, { size: part.tables.bytes });
    }
  }

  #part(access: RowAccess): Part {
    let part = this.#parts.get(access.id);
    if (part === undefined) {
      const there = {
        get: (set: string) => (this.#has(set, access.tenants) ? this.#tables.get(set) : undefined),
      };
      const tables = new GrantedTables(access, there, this.#joins);
      part = { tables, snapshot: new MemorySnapshot(tables) };
    }
    return part;
  }

  #executeHere(plan: ReadPlan, after?: Position): Page {
    const root = this.table(plan.root.name);
    const addressed = address(plan, root, this.#joins);
    const { exists } = addressed;
    if (!exists) return { exists, length: 0, rows: [] };
    const context = { joins: this.#joins, work: new Work(), now: plan.now };
    const window = { pageSize: plan.pageSize, ...(after === undefined ? {} : { after }) };
    const { table, rows } =
      plan.apply === undefined ? addressed : this.#transformed(plan, plan.apply, addressed);
    const reader = new RowsReader(plan, table, context);
    if (plan.countOnly) return { exists, length: 0, rows: [], total: reader.count(rows) };
    if (plan.apply !== undefined && rows !== undefined) return reader.pageInOrder(rows, window);
    return reader.page(rows, window);
  }

  #transformed({ now }: ReadPlan, { transformations }: ApplyPlan, { table, rows }: Address): Frame {
    const read = { joins: this.#joins, work: new Work(), now, compile };
    return transform(transformations, wholeFrame(table, rows), read);
  }
}
