/** Pages that are well-formed and wrong: what a fault makes of the rows and links of a good page. */
import type { JsonFields, Page } from './upstream-json.js';

/** A good page and what lies around it. */
export interface PageView extends Page {
  /** Absolute URL of this very request. */
  readonly url: string;
  /** The first row's place in the whole collection. */
  readonly skip: number;
  /** Rows of the whole collection. */
  readonly total: number;
  /** The last rows of the page before; empty on the first page. */
  readonly before: readonly JsonFields[];
  /** How often this fault struck so far, from 1. */
  readonly strike: number;
}

function every(
  nth: number,
  rows: readonly JsonFields[],
  bend: (row: JsonFields, i: number) => JsonFields,
): JsonFields[] {
  return rows.map((row, i) => (i % nth === 0 ? bend(row, i) : row));
}

function without(row: JsonFields, ...names: readonly string[]): JsonFields {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
}

/** Always a link, never the same: a crawler without a limit goes on for ever. */
export function endlessLink(page: PageView): Page {
  const link = new URL(page.url);
  link.searchParams.set('$skiptoken', `again-${page.strike}`);
  return { ...page, nextLink: link.href };
}

/** The link leads to the page itself. */
export function loopLink(page: PageView): Page {
  return { ...page, nextLink: page.url };
}

/** The link leads to a foreign host: following it would hand the token over. */
export function foreignLink(page: PageView): Page {
  return { ...page, nextLink: 'http://evil.example/beta/security/next?$skip=100' };
}

/** No rows, but a link, and a fresh one each time. */
export function emptyWithLink(page: PageView): Page {
  return { ...endlessLink(page), rows: [] };
}

/** As if the stream had no rows at all. */
export function nothing(page: PageView): Page {
  return { ...page, rows: [], nextLink: undefined };
}

/** The last ten rows of the page before come again, as live data under $skip does; the first page repeats its own. */
export function repeatedRows(page: PageView): Page {
  const again = page.before.length > 0 ? page.before : page.rows;
  return { ...page, rows: [...again.slice(-10), ...page.rows] };
}

/** Every seventh row has lost its name, every fourteenth its id instead. */
export function withoutFields(page: PageView): Page {
  return { ...page, rows: every(7, page.rows, (row, i) => without(row, i % 2 === 0 ? 'id' : 'displayName')) };
}

/** Every fifth row says "many" where a count belongs, and the like. */
export function wrongTypes(page: PageView): Page {
  const wrong = {
    userCount: '"many"',
    riskScore: '"x"',
    tags: '"Sanctioned"',
    lastSeenDateTime: '"yesterday"',
  };
  return { ...page, rows: every(5, page.rows, (row) => ({ ...row, ...wrong })) };
}

/** Every fifth row has a category that nobody knows. */
export function newCategory(page: PageView): Page {
  return { ...page, rows: every(5, page.rows, (row) => ({ ...row, category: '"telepathy"' })) };
}

/** Every fifth row has negative or overflowing counts. */
export function impossibleCounts(page: PageView): Page {
  const wrong = { userCount: '-1', transactionCount: '9223372036854775808', deviceCount: '1.5' };
  return { ...page, rows: every(5, page.rows, (row) => ({ ...row, ...wrong })) };
}

/**
 * Every fifth row carries properties that poison careless object merging. Object.fromEntries makes `__proto__` an own
 * property; a spread or an assignment would set the prototype instead.
 */
export function poisonedKeys(page: PageView): Page {
  const poison = [
    ['__proto__', '{"polluted":true}'],
    ['constructor', '{"prototype":{"polluted":true}}'],
  ];
  const bend = (row: JsonFields) => Object.fromEntries([...Object.entries(row), ...poison]) as JsonFields;
  return { ...page, rows: every(5, page.rows, bend) };
}

/** The collection ends at 45 % of its rows, as if it were complete. */
export function lessThanHalf(page: PageView): Page {
  const limit = Math.floor(page.total * 0.45);
  const left = Math.max(0, limit - page.skip);
  const isLast = left <= page.rows.length;
  return { ...page, rows: page.rows.slice(0, left), nextLink: isLast ? undefined : page.nextLink };
}
