/**
 * Grants as the query room and the store understand them: the model that remains, and conditions on rows. Bound once per
 * grants, with the parser and binder of `$filter`.
 */
import { FeedError } from '../errors.js';
import type { EntitySet } from '../model/edm.js';
import { readsEverything, type Grants } from '../model/grants.js';
import { readableModel, WHOLE_MODEL, type Model } from '../model/readable-model.js';
import type { Expr } from './ast.js';
import { bothOf } from './bind-search.js';
import type { FunctionName } from './functions.js';
import { planRows } from './make-plan.js';
import { parseQuery } from './parse-query.js';
import type { RowAccess, SetAccess } from './plan.js';
import { planContext } from './plan-context.js';
import { splitQuery } from './query-options.js';

/** What one reader may read. */
export interface Access {
  /** Names are looked up in it and nowhere else. */
  readonly model: Model;
  /** Absent: everything. */
  readonly rows?: RowAccess;
}

const known = new WeakMap<Grants, Access>();

/** The access that grants give; worked out once. @throws FeedError QUERY_* when a row filter is wrong: refused at start */
export function accessOf(grants: Grants): Access {
  if (readsEverything(grants)) return { model: WHOLE_MODEL };
  let access = known.get(grants);
  if (access === undefined) {
    const model = readableModel(grants);
    const sets = model.sets.map((set) => [set.name, setAccess(set, grants)] as const);
    const { id, tenants } = grants;
    access = { model, rows: { id, sets: new Map(sets), ...(tenants === undefined ? {} : { tenants }) } };
    known.set(grants, access);
  }
  return access;
}

function setAccess(set: EntitySet, { tenants, rows }: Grants): SetAccess {
  const filter = rows?.get(set.name);
  const condition = bothOf(
    tenants && tenantCondition(set, tenants),
    filter === undefined ? undefined : bindRowFilter(set.name, filter),
  );
  return { set, ...(condition === undefined ? {} : { rows: condition }) };
}

function tenantCondition(set: EntitySet, tenants: ReadonlySet<string>): Expr | undefined {
  const property = set.tenantProperty === undefined ? undefined : set.type.property(set.tenantProperty);
  if (property === undefined) return undefined;
  const operand: Expr = { kind: 'property', type: property.type, variable: '$it', path: [], property };
  return { kind: 'in', type: 'Edm.Boolean', operand, values: [...tenants].sort() };
}

/**
 * The condition of a row filter, bound against the whole model: what decides whether a row may be read need not be
 * readable itself.
 *
 * @throws FeedError QUERY_* with the position in the filter
 */
export function bindRowFilter(setName: string, filter: string): Expr {
  const set = WHOLE_MODEL.find(setName);
  if (set === undefined) throw new Error(`The catalog has no set ${setName}`);
  const query = parseQuery(splitQuery(`$filter=${encodeURIComponent(filter)}`));
  const condition = query.filter && planRows(set, { filter: query.filter.value }, planContext(query)).filter;
  if (condition === undefined) throw new FeedError('QUERY_SYNTAX', 'The filter is empty.');
  for (const [name, hint] of Object.entries(NOT_IN_ROW_FILTERS))
    if (calls(name, condition))
      throw new FeedError('QUERY_UNSUPPORTED', `A row filter cannot call ${name}().`, { hint });
  return condition;
}

/** Functions whose outcome is known only when a row is read, and what to write instead. */
const NOT_IN_ROW_FILTERS: Partial<Record<FunctionName, string>> = {
  now: 'Name a date: which rows are granted must not change between two pages of one read.',
  matchesPattern:
    'Use contains, startswith or endswith: a pattern can fail on a row, and that row would be missing.',
};

function calls(name: string, part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  if ('kind' in part && part.kind === 'call' && 'name' in part && part.name === name) return true;
  return Object.values(part).some((inner) => calls(name, inner));
}
