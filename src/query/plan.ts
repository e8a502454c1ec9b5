/** Read plans: everything that a store needs to answer one request, and nothing of HTTP. */
import type { EntitySet, NavigationProperty, Property } from '../model/edm.js';
import type { EdmValue } from '../model/edm-value.js';
import type { Expr, OrderItem } from './ast.js';

/** Rows to read from one set, for a request or for one `$expand` item. */
export interface RowsPlan {
  readonly set: EntitySet;
  readonly filter?: Expr;
  /** Total order: what the client asked for, then the key properties (ascending) that it did not name. */
  readonly orderBy: readonly OrderItem[];
  readonly skip: number;
  /** `undefined`: all rows. */
  readonly top?: number;
  /** Whether the number of matching rows (before skip and top) is wanted. */
  readonly count: boolean;
  /** Properties of the answer in the order in which they are written: declared ones, then computed ones. */
  readonly select: readonly Property[];
  /** Whether `select` holds every property of the type: with nothing computed, stored JSON can be sent as it is. */
  readonly selectsAll: boolean;
  /** Where the values of the computed properties in `select` come from, by name; absent when there are none. */
  readonly compute?: ReadonlyMap<string, Expr>;
  readonly expand: readonly ExpandPlan[];
}

/** One item of `$expand`. */
export interface ExpandPlan {
  readonly navigation: NavigationProperty;
  readonly rows: RowsPlan;
  /** `$expand=appTags/$count`: only the number is wanted. */
  readonly countOnly: boolean;
}

/** One step of a resource path: the rows that a navigation property leads to, narrowed by a key if given. */
export interface PathStep {
  readonly navigation: NavigationProperty;
  readonly set: EntitySet;
  /** Key values by property name. */
  readonly key?: ReadonlyMap<string, EdmValue>;
}

/** A whole read. */
export interface ReadPlan extends RowsPlan {
  /** Where the path starts: a set, narrowed by a key if given. `set` of the plan is where it ends. */
  readonly root: EntitySet;
  /** Key values by property name, of the root. */
  readonly key?: ReadonlyMap<string, EdmValue>;
  readonly steps: readonly PathStep[];
  /** One entity (key or to-one navigation) or a collection of them. */
  readonly single: boolean;
  /** Only the number of matching rows is wanted (`/$count`). */
  readonly countOnly: boolean;
  /** Rows per page; paging carries `$top` beyond it. */
  readonly pageSize: number;
  /** What `now()` answers, in milliseconds since 1970: the same on every page of one read. */
  readonly now: number;
}
