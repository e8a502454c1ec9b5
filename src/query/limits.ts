/**
 * How far a query may go. Each limit is far above what Power BI folds and far below what stalls the server: a URL of
 * 16 KiB fits, whatever it spends its characters on, except depth.
 */

/** Nesting of parentheses, functions, lambdas and operators; 1,500 nested parentheses are refused, not parsed. */
export const MAX_DEPTH = 200;
/** Nodes of all expressions of one query, with every use of a parameter alias counted again. */
export const MAX_NODES = 20_000;
/** Values of one `in` list, array or object. */
export const MAX_LIST_ITEMS = 5_000;
/** Levels of `$expand` within `$expand`. */
export const MAX_EXPAND_DEPTH = 5;
/** `$expand` items of one query, all levels together. */
export const MAX_EXPAND_ITEMS = 50;
/** Expressions of one `$orderby`. */
export const MAX_ORDER_ITEMS = 50;
/** Computed properties of one row. */
export const MAX_COMPUTED = 100;
/** Transformations of one `$apply`, those within others included. */
export const MAX_TRANSFORMATIONS = 100;
/** Sequences of one `concat`, and groupings of one `groupby` with `rollup`. */
export const MAX_BRANCHES = 20;
/** Words and phrases of one search: each is looked for in every text property. */
export const MAX_SEARCH_TERMS = 50;
/** Segments of one resource path. */
export const MAX_PATH_SEGMENTS = 50;

/** A written number of rows as one to count with: no ceiling, and above 2^53 - 1 rows all sets end alike. */
export function countedRows(digits: string): number {
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
}
