/** Read plans: everything that a store needs to answer one request, and nothing of HTTP. */
import type { EntitySet, NavigationProperty, Property } from '../model/edm.js';
import type { EdmValue } from '../model/edm-value.js';
import type { Expr, OrderItem } from './ast.js';

/** What is wanted of a collection property: `domains($filter=startswith($this,'a');$top=3)`. */
export interface ValuesPlan {
  /** Over `$this`, a value, and `$it`, its row. */
  readonly filter?: Expr;
  /** Empty: as they stand. */
  readonly orderBy: readonly OrderItem[];
  readonly skip: number;
  /** `undefined`: all values. */
  readonly top?: number;
  /** Whether the number of matching values (before skip and top) is wanted. */
  readonly count: boolean;
}

/** Rows to read from one set, for a request or for one `$expand` item. */
export interface RowsPlan {
  /** After `$apply` a set of the same name whose type has the properties of the result, and no key. */
  readonly set: EntitySet;
  readonly apply?: ApplyPlan;
  readonly filter?: Expr;
  /**
   * Total order: what the client asked for, then the key properties (ascending) that it did not name. With `apply` only
   * what was asked for: ties stay as the transformations leave them.
   */
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
  /** By name, collection properties in `select` of which not everything is wanted; absent when there are none. */
  readonly values?: ReadonlyMap<string, ValuesPlan>;
  /** `/$ref`: the ids of the rows instead of the rows; `select` is the key. */
  readonly references?: true;
}

/** One aggregate of a set of rows: a property of the one row that stands for them. */
export interface Aggregate {
  readonly property: Property;
  readonly method: 'count' | 'sum' | 'min' | 'max' | 'average' | 'countdistinct';
  /** Nulls among its values do not count; absent for `count`, which counts rows. */
  readonly expr?: Expr;
}

/** One column of a result that has a shape of its own. */
export interface OutputColumn {
  readonly property: Property;
  /** Value in the rows that the transformations before it make; absent: those rows lack the property. */
  readonly expr?: Expr;
  /** The index of the key that the column holds, in rows of groupings that have it. */
  readonly key?: number;
}

/** One transformation of `$apply`. Rows keep their order unless the transformation says otherwise. */
export type Transformation =
  | { readonly kind: 'filter'; readonly predicate: Expr }
  | { readonly kind: 'orderby'; readonly items: readonly OrderItem[] }
  | { readonly kind: 'skip' | 'top'; readonly count: number }
  /** topcount, bottomsum …: rows with the largest (or lowest) values until `amount` is reached. */
  | {
      readonly kind: 'best';
      readonly lowest: boolean;
      readonly by: 'count' | 'sum' | 'percent';
      readonly amount: number;
      readonly value: Expr;
    }
  /** One row, whatever comes in. */
  | { readonly kind: 'aggregate'; readonly items: readonly Aggregate[] }
  /** Branches without `columns`: all of them still are rows of what comes in. */
  | {
      readonly kind: 'concat';
      readonly branches: readonly {
        readonly transformations: readonly Transformation[];
        readonly columns?: readonly OutputColumn[];
      }[];
    }
  | {
      readonly kind: 'groupby';
      readonly keys: readonly Expr[];
      /** Indexes of the keys of each grouping: one list, or one for each combination of rollup levels. */
      readonly groupings: readonly (readonly number[])[];
      /** Applied to each group; absent: one row a group. */
      readonly then?: readonly Transformation[];
      /** Absent: the rows still are rows of what comes in. */
      readonly columns?: readonly OutputColumn[];
    };

/** What `$apply` makes of the rows before the other options look at them. */
export interface ApplyPlan {
  readonly transformations: readonly Transformation[];
  /** Whether the rows still are entities of the set; else they are transient, and have the properties of the plan's `set`. */
  readonly entities: boolean;
  /** Names of properties that some of the rows lack. */
  readonly optional: ReadonlySet<string>;
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

/** The rows of one set that may be read, and its model without what is withheld. */
export interface SetAccess {
  readonly set: EntitySet;
  /** Over rows of the whole set; rows for which it is not true are not there. Absent: all rows. */
  readonly rows?: Expr;
}

/** The part of a generation that the reader may read: for this plan there is no other. */
export interface RowAccess {
  /** Short, equal for equal access ({@link Grants.id}): selections of rows are kept under it. */
  readonly id: string;
  /** Rows of other tenants are not there; absent: all tenants. */
  readonly tenants?: ReadonlySet<string>;
  readonly sets: ReadonlyMap<string, SetAccess>;
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
  /** Absent: everything may be read. */
  readonly access?: RowAccess;
}
