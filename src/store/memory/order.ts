/** The order of a read: sorts matching rows, finds where the page before ended, says where this one ends. */
import { FeedError } from '../../errors.js';
import type { EdmValue } from '../../model/edm-value.js';
import type { OrderItem } from '../../query/ast.js';
import type { Position } from '../store.js';
import type { Evaluator, Scope } from './scope.js';
import { Lowest } from './lowest.js';
import { smallest } from './smallest.js';
import { sortKey, type SortKey } from './sort-keys.js';
import type { Table } from './table.js';

/**
 * A compiled `orderBy`. Tables stand in key order, so the key properties at its end cost nothing: ties are broken by
 * row index. When nothing stands before them, no sorting happens at all.
 */
export class Order {
  readonly #table: Table;
  readonly #items: readonly OrderItem[];
  readonly #evaluators: readonly Evaluator[];
  readonly #sortKeys: readonly SortKey[];

  /** @param key properties in whose order the table stands; empty when its rows come in an order of their own */
  constructor(
    table: Table,
    items: readonly OrderItem[],
    scope: Scope,
    key: readonly string[] = table.set.type.key,
  ) {
    this.#table = table;
    this.#items = items;
    this.#evaluators = items.map((item) => scope.compile(item.expr));
    const sorted = items.length - trailingKey(items, key);
    this.#sortKeys = items
      .slice(0, sorted)
      .map((item, at) => sortKey(item, scope, this.#evaluators[at] ?? (() => null)));
  }

  /** Whether the order is that of the table. */
  get isTableOrder(): boolean {
    return this.#sortKeys.length === 0;
  }

  /** Where a page that ends with this row ends. */
  position(row: number): Position {
    return this.#evaluators.map((evaluate) => evaluate(row));
  }

  /** The first row, in table order, whose key is greater than that of the row at which the page before ended. */
  rowAfter(last: Position): number {
    if (last.length !== this.#items.length)
      throw new FeedError('PROTOCOL_PAGE_INVALID', 'The page link belongs to another order.');
    const byName = new Map<string, EdmValue>();
    this.#items.forEach((item, at) => {
      const name = plainProperty(item);
      if (name !== undefined) byName.set(name, last[at] ?? null);
    });
    return this.#table.upperBound(this.#table.set.type.key.map((name) => byName.get(name) ?? null));
  }

  /**
   * The first `count` rows of a table or of candidates (rows in table order) in this order, in one pass; `undefined` where
   * more than one number decides.
   *
   * @param lets whether a row is wanted; only asked about rows that would be among the first so far
   */
  first(
    candidates: Uint32Array | undefined,
    count: number,
    lets: (row: number) => boolean,
  ): Uint32Array | undefined {
    const [key, ...others] = this.#sortKeys;
    if (key?.numberOf === undefined || others.length > 0) return undefined;
    const { numberOf } = key;
    const lowest = new Lowest(count);
    const end = candidates?.length ?? this.#table.rows;
    for (let at = 0; at < end; at++) {
      const row = candidates === undefined ? at : (candidates[at] ?? 0);
      const number = numberOf(row);
      if (lowest.accepts(number) && lets(row)) lowest.add(number, row);
    }
    return lowest.sorted();
  }

  /** The first `count` of `rows` (in table order) that come after `last`, in this order. */
  sorted(rows: Uint32Array, count: number, last?: Position): Uint32Array {
    const keys = this.#sortKeys.map(({ gather }, at) => gather(rows, last && (last[at] ?? null)));
    const compare = (left: number, right: number) => {
      for (const key of keys) {
        const sign = key.compare(left, right);
        if (sign !== 0) return sign;
      }
      return left - right;
    };
    let places = new Uint32Array(rows.length);
    for (let place = 0; place < places.length; place++) places[place] = place;
    if (last !== undefined) {
      const rowAfter = this.rowAfter(last);
      places = places.filter((place) => {
        for (const key of keys) {
          const sign = key.compareWithLast(place);
          if (sign !== 0) return sign > 0;
        }
        return (rows[place] ?? 0) >= rowAfter;
      });
    }
    return smallest(places, Math.min(count, places.length), compare).map((place) => rows[place] ?? 0);
  }
}

/** Name of the property that an item is, when it is one of the row itself. */
function plainProperty({ expr }: OrderItem): string | undefined {
  return expr.kind === 'property' && expr.path.length === 0 ? expr.property.name : undefined;
}

/**
 * How many items at the end stand for "then in table order": ascending key properties, in the order of the key, that
 * together with those named before make up the whole key.
 */
function trailingKey(items: readonly OrderItem[], key: readonly string[]): number {
  let count = 0;
  let before = key.length;
  for (const item of items.toReversed()) {
    const at = key.indexOf(plainProperty(item) ?? '');
    if (item.descending || at < 0 || at >= before) break;
    before = at;
    count++;
  }
  return count;
}
