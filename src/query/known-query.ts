/**
 * Queries that were read before, by their text: reports and imports send the same options for one key after the other.
 * What is kept depends on nothing but the text and the model that it is read against, and nobody changes it.
 */
import { LRUCache } from 'lru-cache';
import type { Model } from '../model/readable-model.js';
import { parseQuery, type ParsedQuery } from './parse-query.js';
import type { RowsPlan } from './plan.js';
import { splitQuery, type QueryOptions } from './query-options.js';

/** A query with what was worked out from it. */
export interface KnownQuery {
  readonly options: QueryOptions;
  readonly query: ParsedQuery;
  /** Canonical text of the options that decide the rows of the answer, and of the aliases. */
  readonly shape: string;
  /** Plans of rows by what was addressed; see {@link rowsPlan}. */
  readonly plans: Map<string, RowsPlan>;
}

/** Queries that are remembered for each model. */
const QUERIES = 200;

/** Longer ones are read each time. */
const LONGEST_QUERY = 2048;

const known = new WeakMap<Model, LRUCache<string, KnownQuery>>();

/** Reads a query, or finds it. @throws FeedError QUERY_*, PROTOCOL_BAD_PATH: as {@link splitQuery} and {@link parseQuery} */
export function knownQuery(rawQuery: string, model: Model): KnownQuery {
  if (rawQuery.length > LONGEST_QUERY) return readQuery(rawQuery);
  let queries = known.get(model);
  if (queries === undefined) known.set(model, (queries = new LRUCache({ max: QUERIES })));
  let query = queries.get(rawQuery);
  if (query === undefined) queries.set(rawQuery, (query = readQuery(rawQuery)));
  return query;
}

function readQuery(rawQuery: string): KnownQuery {
  const options = splitQuery(rawQuery);
  return { options, query: parseQuery(options), shape: shapeOf(options), plans: new Map() };
}

function shapeOf({ system, aliases }: QueryOptions): string {
  const shaping = [...system].filter(([name]) => name !== 'format' && name !== 'skiptoken');
  const options = [...shaping.map(([name, { value }]) => [name, value]), ...aliases];
  return JSON.stringify(options.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
}

/** The plan of rows at an address of this query; made the first time. @param address what the plan depends on beside the query */
export function rowsPlan({ plans }: KnownQuery, address: string, make: () => RowsPlan): RowsPlan {
  let plan = plans.get(address);
  if (plan === undefined) plans.set(address, (plan = make()));
  return plan;
}
