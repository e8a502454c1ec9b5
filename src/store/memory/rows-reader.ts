/** Reads the rows of one set, or of one $expand item: filter, order, skip, top, count. Compiled once, run often. */
import { FeedError } from '../../errors.js';
import type { EdmValue } from '../../model/edm-value.js';
import type { ExpandPlan, RowsPlan } from '../../query/plan.js';
import type { Page, Position, ResultRow, StoredMembers } from '../store.js';
import { compile } from './compile.js';
import type { JoinIndex, Joins } from './joins.js';
import { Order } from './order.js';
import { MemoryRow, type Members } from './memory-row.js';
import { Narrowing } from './narrowed.js';
import { rowScope, type Cell, type Evaluator, type Scope } from './scope.js';
import type { Table } from './table.js';
import type { Work } from './work.js';

/** What all readers of one read share. */
export interface ReaderContext {
  readonly joins: Joins;
  readonly work: Work;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Set for rows that others expand: the row of the request itself, which is written now. */
  readonly outer?: { readonly table: Table; readonly cell: Cell };
}

/** Rows that a parent row expands are not paged. */
const WITHIN_EXPAND = Infinity;

/** Where a page is at most this part of all rows, looking for the first ones takes less than sorting. */
const FEW = 4;

/** Fewer rows are not worth being kept as they were written. */
const MANY_ROWS = 64;

/** Which part of the matching rows is wanted. */
export interface Window {
  /** Rows at most, whatever `top` says. */
  readonly pageSize: number;
  readonly after?: Position;
}

interface Selection {
  /** The rows of the page, and one more when there are more. */
  readonly rows: number[] | Uint32Array;
  readonly total: number | undefined;
}

interface ExpandedItem {
  readonly plan: ExpandPlan;
  readonly index: JoinIndex;
  readonly reader: RowsReader;
}

/** A compiled {@link RowsPlan}. */
export class RowsReader {
  readonly #plan: RowsPlan;
  readonly #table: Table;
  readonly #work: Work;
  readonly #filter: Evaluator | undefined;
  readonly #order: Order;
  readonly #computed = new Map<string, Evaluator>();
  readonly #narrowings = new Map<string, Narrowing>();
  readonly #expanded = new Map<string, ExpandedItem>();
  readonly #cell: Cell = { at: 0 };

  constructor(plan: RowsPlan, table: Table, context: ReaderContext) {
    const scope = scopeOf(table, context);
    this.#plan = plan;
    this.#table = table;
    this.#work = context.work;
    this.#filter = plan.filter && scope.compile(plan.filter);
    for (const [name, expr] of plan.compute ?? []) this.#computed.set(name, scope.compile(expr));
    this.#order = new Order(table, plan.orderBy, scope, plan.apply === undefined ? table.set.type.key : []);
    for (const [name, values] of plan.values ?? [])
      this.#narrowings.set(name, new Narrowing(values, table, name, scope));
    for (const { name } of plan.select) {
      if (this.#computed.has(name) || this.#narrowings.has(name) || !table.has(name)) continue;
      const column = table.column(name);
      this.#texts.set(name, (row) => column.text(row));
    }
    const outer = context.outer ?? { table, cell: this.#cell };
    for (const item of plan.expand) {
      const index = context.joins.along(table, item.navigation);
      const reader = new RowsReader(item.rows, index.target, { ...context, outer });
      this.#expanded.set(item.navigation.name, { plan: item, index, reader });
    }
  }

  /** Number of matching rows. @param candidates rows in table order; all rows when absent */
  count(candidates?: Uint32Array): number {
    if (this.#filter === undefined) return candidates?.length ?? this.#table.rows;
    return this.#matching(candidates).length;
  }

  /** One page. @param candidates rows in table order; all rows when absent */
  page(candidates: Uint32Array | undefined, { pageSize, after }: Window): Page {
    const { top = Infinity, skip, count } = this.#plan;
    const limit = Math.min(top, pageSize);
    const through = limit === 0 ? 0 : skip + limit + 1;
    const { rows, total } = this.#order.isTableOrder
      ? this.#inTableOrder(candidates, through, after)
      : this.#sorted(candidates, through, after);
    const wanted = rows.slice(skip, skip + limit);
    const last = wanted.at(-1);
    if (pageSize !== WITHIN_EXPAND) this.#foresee(wanted);
    const hasMore = rows.length > skip + limit && top > limit && last !== undefined;
    const make = () => Array.from(wanted, (row) => this.row(row));
    let made: readonly ResultRow[] | undefined;
    return {
      exists: true,
      length: wanted.length,
      get rows() {
        return (made ??= make());
      },
      ...(wanted.length === 0
        ? {}
        : {
            members: (properties: readonly string[]) => this.#membersOf(wanted, properties),
            values: (property: string) => this.#valuesOf(wanted, property),
            packed: () => this.#table.packed(wanted),
          }),
      ...(count && total !== undefined ? { total } : {}),
      ...(hasMore ? { next: this.#order.position(last) } : {}),
    };
  }

  /**
   * One page of transformed rows, whose order is that in which they come: the position is how many of them are behind.
   *
   * @throws FeedError PROTOCOL_PAGE_INVALID
   */
  pageInOrder(rows: Uint32Array, { pageSize, after }: Window): Page {
    const { top = Infinity, skip, count } = this.#plan;
    const limit = Math.min(top, pageSize);
    const start = placeAfter(after) + skip;
    const end = start + limit;
    const matching = this.#matching(rows);
    const ordered = this.#order.isTableOrder ? matching : this.#order.sorted(matching, end);
    const wanted = Array.from(ordered.subarray(start, end), (row) => this.row(row));
    const hasMore = limit > 0 && top > limit && matching.length > end;
    return {
      exists: true,
      length: wanted.length,
      rows: wanted,
      ...(count ? { total: matching.length } : {}),
      ...(hasMore ? { next: [end] } : {}),
    };
  }

  #membersOf(rows: ArrayLike<number>, properties: readonly string[]): StoredMembers {
    const isLong = rows.length >= MANY_ROWS;
    const write = isLong ? this.#table.keepingWriter(properties) : this.#table.writer(properties);
    return (place, target, at) => write(rows[place] ?? 0, target, at);
  }

  #valuesOf(rows: ArrayLike<number>, property: string): (place: number) => EdmValue {
    const column = this.#table.column(property);
    return (place) => column.value(rows[place] ?? 0);
  }

  /** A row as the answer has it. */
  row(row: number): ResultRow {
    return new MemoryRow(this.#table, row, this.#members);
  }

  readonly #texts = new Map<string, (row: number) => string>();
  readonly #members: Members = {
    texts: this.#texts,
    computed: (row, name) => this.#computed.get(name)?.(row),
    narrowed: (row, name) => this.#narrowings.get(name)?.of(row),
    typeOf: (name) => this.#plan.select.find((property) => property.name === name)?.type,
    expand: (row, navigation) => this.#expand(row, navigation),
  };

  /** Counts what $expand will bring before the first byte is written: afterwards it could only cut the answer off. */
  #foresee(rows: Iterable<number>): void {
    for (const row of rows) {
      for (const { plan, index, reader } of this.#expanded.values()) {
        const related = index.rows(row);
        this.#work.expand(related.length);
        const { skip, top = Infinity } = plan.rows;
        if (!plan.countOnly) reader.#foresee(related.subarray(0, skip + top));
      }
    }
  }

  #expand(row: number, navigation: string): Page {
    const item = this.#expanded.get(navigation);
    if (item === undefined) throw new RangeError(`The plan does not expand ${navigation}`);
    this.#cell.at = row;
    const related = item.index.rows(row);
    if (item.plan.countOnly) return { exists: true, length: 0, rows: [], total: item.reader.count(related) };
    return item.reader.page(related, { pageSize: WITHIN_EXPAND });
  }

  #inTableOrder(candidates: Uint32Array | undefined, through: number, after?: Position): Selection {
    const rowAfter = after === undefined ? 0 : this.#order.rowAfter(after);
    // With $count everything is looked at anyhow; without, the scan ends with the page.
    const total = this.#plan.count ? this.count(candidates) : undefined;
    const rows: number[] = [];
    const filter = this.#filter;
    const end = candidates?.length ?? this.#table.rows;
    const start = candidates === undefined ? rowAfter : candidates.findIndex((row) => row >= rowAfter);
    for (let at = start < 0 ? end : start; at < end && rows.length < through; at++) {
      const row = candidates === undefined ? at : (candidates[at] ?? 0);
      if (filter === undefined || filter(row) === true) rows.push(row);
    }
    return { rows, total };
  }

  #sorted(candidates: Uint32Array | undefined, through: number, after?: Position): Selection {
    const end = candidates?.length ?? this.#table.rows;
    if (after === undefined && !this.#plan.count && through * FEW <= end) {
      const filter = this.#filter;
      const lets = (row: number) => filter === undefined || filter(row) === true;
      const rows = this.#order.first(candidates, through, lets);
      if (rows !== undefined) return { rows, total: undefined };
    }
    const matching = this.#matching(candidates);
    return { rows: this.#order.sorted(matching, through, after), total: matching.length };
  }

  #matching(candidates: Uint32Array | undefined): Uint32Array {
    const filter = this.#filter;
    const end = candidates?.length ?? this.#table.rows;
    const rows = new Uint32Array(end);
    let length = 0;
    for (let at = 0; at < end; at++) {
      const row = candidates === undefined ? at : (candidates[at] ?? 0);
      if (filter === undefined || filter(row) === true) rows[length++] = row;
    }
    return rows.subarray(0, length);
  }
}

/** Names in reach of the rows of a table; within $expand also the row of the request itself. */
function scopeOf(table: Table, { outer, ...context }: ReaderContext): Scope {
  const own = rowScope(table, { ...context, compile });
  return outer === undefined ? own : own.with('$outer', { kind: 'row', ...outer });
}

function placeAfter(after: Position | undefined): number {
  const [place = 0, ...more] = after ?? [];
  if (more.length === 0 && typeof place === 'number' && Number.isSafeInteger(place) && place >= 0)
    return place;
  throw new FeedError('PROTOCOL_PAGE_INVALID', 'The page link belongs to another order.');
}
