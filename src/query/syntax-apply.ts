/** The syntax tree of `$apply`. Spec: Data Aggregation ABNF 4.0, `applyExpr`. */
import type {
  ComputeItemSyntax,
  NameSyntax,
  OrderItemSyntax,
  SearchOptionSyntax,
  Syntax,
  TextSyntax,
} from './syntax.js';

/** A path of names: `stream/displayName`. */
export type PathSyntax = readonly NameSyntax[];

/** One aggregate: `userCount with sum as Total`, `$count as Apps`, or (without a method) a custom aggregate. */
export interface AggregateItemSyntax {
  readonly position: number;
  /** Absent: `$count`. */
  readonly expression?: Syntax;
  readonly method?: NameSyntax;
  /** Where `from` stands. */
  readonly from?: number;
  readonly alias?: NameSyntax;
}

/** One element of a grouping: a path, or the levels of a rollup. */
export type GroupElementSyntax =
  | { readonly kind: 'path'; readonly path: PathSyntax }
  | { readonly kind: 'rollup'; readonly levels: readonly PathSyntax[]; readonly position: number };

/** Which end of the values, and how much of it. */
export const BEST = {
  topcount: { lowest: false, by: 'count' },
  bottomcount: { lowest: true, by: 'count' },
  topsum: { lowest: false, by: 'sum' },
  bottomsum: { lowest: true, by: 'sum' },
  toppercent: { lowest: false, by: 'percent' },
  bottompercent: { lowest: true, by: 'percent' },
} as const;
export type BestName = keyof typeof BEST;

/** Every transformation that works: what $metadata advertises. */
export const TRANSFORMATIONS = [
  'aggregate',
  'groupby',
  'filter',
  'compute',
  'orderby',
  'search',
  'top',
  'skip',
  'concat',
  'identity',
  ...(Object.keys(BEST) as BestName[]),
] as const;

/** One transformation as written. */
export type TransformationSyntax = { readonly position: number } & (
  | { readonly kind: 'identity' }
  | { readonly kind: 'filter'; readonly predicate: Syntax }
  | { readonly kind: 'search'; readonly search: SearchOptionSyntax }
  | { readonly kind: 'orderby'; readonly items: readonly OrderItemSyntax[] }
  | { readonly kind: 'compute'; readonly items: readonly ComputeItemSyntax[] }
  | { readonly kind: 'top' | 'skip'; readonly count: TextSyntax }
  | { readonly kind: BestName; readonly amount: Syntax; readonly value: Syntax }
  | { readonly kind: 'aggregate'; readonly items: readonly AggregateItemSyntax[] }
  | { readonly kind: 'concat'; readonly branches: readonly (readonly TransformationSyntax[])[] }
  | {
      readonly kind: 'groupby';
      readonly elements: readonly GroupElementSyntax[];
      readonly then?: readonly TransformationSyntax[];
    }
);

/** A whole `$apply` with the number of its transformations. */
export type ApplySyntax = readonly TransformationSyntax[];
