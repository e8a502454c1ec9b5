/** What the visitor has asked the table of apps for, and the URL that asks the feed for it. */
import { all, feedPath, text } from './odata-url.js';
import type { Readable } from './readable.js';

/** Rows on one page of the table. */
export const PAGE_ROWS = 25;

/** The set behind the table. */
export const SET = 'DiscoveredApps';

/** The table's state. */
export interface AppQuery {
  /** Part of a name, in any case. */
  readonly search: string;
  /** Values of columns that rows must have; '' for any. */
  readonly equal: Readonly<Record<'categoryName' | 'riskLevel' | 'streamName', string>>;
  readonly withoutGlobalReport: boolean;
  readonly sort: string;
  readonly descending: boolean;
  /** From 0. */
  readonly page: number;
}

/** Where the table begins: by users, the most first. */
export const FIRST_QUERY: AppQuery = {
  search: '',
  equal: { categoryName: '', riskLevel: '', streamName: '' },
  withoutGlobalReport: true,
  sort: 'userCount',
  descending: true,
  page: 0,
};

/**
 * Path of one page of rows below the service root. Names order rows that are otherwise alike, so that pages do not
 * overlap.
 *
 * @param columns what the table shows; the keys come with them, for links to one app
 */
export function appsPath(query: AppQuery, columns: readonly string[], readable: Readable): string {
  const { search, equal, withoutGlobalReport, sort, descending, page } = query;
  const conditions = [
    search === '' ? undefined : `contains(tolower(displayName),${text(search.toLowerCase())})`,
    ...Object.entries(equal).map(([name, value]) => (value === '' ? undefined : `${name} eq ${text(value)}`)),
    withoutGlobalReport && readable.has(SET, 'isGlobalReport') ? 'isGlobalReport ne true' : undefined,
  ];
  const order = readable.has(SET, sort) ? [`${sort}${descending ? ' desc' : ''}`] : [];
  const ties = ['displayName', 'id', 'streamId'].filter((name) => name !== sort && readable.has(SET, name));
  return feedPath(SET, {
    $filter: all(conditions),
    $select: [...new Set([...columns, 'tenantId', 'id'])].join(','),
    $orderby: [...order, ...ties].join(','),
    $count: 'true',
    $top: String(PAGE_ROWS),
    $skip: page === 0 ? '' : String(page * PAGE_ROWS),
  });
}

/** Values that a column has, for a list to choose from: one `$apply`. */
export function valuesPath(column: string): string {
  return feedPath(SET, { $apply: `groupby((${column}))`, $orderby: column });
}
