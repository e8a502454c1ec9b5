/** Generated queries: URL text, and the answer that plain array code gives. */
import fc from 'fast-check';
import { predicate, quote, sortable, type Expression, type Value } from './expressions.js';
import { STREAMS, TAGS, TENANTS, type AppRow, type Data, type TagRow } from './rows.js';

const SELECTABLE = [
  'id',
  'displayName',
  'userCount',
  'tags',
  'domains',
  'lastSeenDateTime',
  'isSanctioned',
  'appKey',
];

/** `$expand=appTags(…)`. */
interface Expand {
  readonly without?: string;
  readonly descending: boolean;
  readonly skip: number;
  readonly top?: number;
}

export interface Query {
  /** Rows of one stream by navigation, or the whole set. */
  readonly parent?: { readonly tenantId: string; readonly streamId: string };
  readonly filter?: Expression;
  readonly orderBy: readonly { readonly expression: Expression; readonly descending: boolean }[];
  readonly skip?: number;
  readonly top?: number;
  readonly count: boolean;
  readonly select?: readonly string[];
  readonly expand?: Expand;
}

const rarely = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** A query, as fast-check makes and shrinks it. */
export const query: fc.Arbitrary<Query> = fc
  .record({
    parent: rarely(
      fc.record({ tenantId: fc.constantFrom(...TENANTS), streamId: fc.constantFrom(...STREAMS) }),
    ),
    filter: fc.option(predicate, { nil: undefined, freq: 6 }),
    orderBy: fc.array(fc.record({ expression: sortable, descending: fc.boolean() }), { maxLength: 3 }),
    skip: rarely(fc.nat(6)),
    top: rarely(fc.nat(30)),
    count: fc.boolean(),
    select: rarely(fc.subarray(SELECTABLE, { minLength: 1 })),
    expand: rarely(
      fc.record(
        { without: fc.constantFrom(...TAGS), descending: fc.boolean(), skip: fc.nat(2), top: fc.nat(3) },
        { requiredKeys: ['descending', 'skip'] },
      ),
    ),
  })
  .map(
    (given) =>
      Object.fromEntries(
        Object.entries(given).filter(([, value]) => value !== undefined),
      ) as unknown as Query,
  );

/** Path and query of the URL, percent-encoded. */
export function urlOf(of: Query): [path: string, query: string] {
  const { parent, filter, orderBy, skip, top, count, select, expand } = of;
  const options: [string, string][] = [];
  if (filter) options.push(['$filter', filter.text]);
  if (orderBy.length > 0)
    options.push([
      '$orderby',
      orderBy.map(({ expression, descending }) => `${expression.text}${descending ? ' desc' : ''}`).join(','),
    ]);
  if (skip !== undefined) options.push(['$skip', String(skip)]);
  if (top !== undefined) options.push(['$top', String(top)]);
  if (count) options.push(['$count', 'true']);
  if (select) options.push(['$select', select.join(',')]);
  if (expand) options.push(['$expand', `appTags(${nested(expand)})`]);
  const path =
    parent === undefined
      ? 'DiscoveredApps'
      : `Streams(tenantId=${quote(parent.tenantId)},id=${quote(parent.streamId)})/discoveredApps`;
  return [path, options.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')];
}

function nested({ without, descending, skip, top }: Expand): string {
  return [
    '$count=true',
    `$orderby=tag ${descending ? 'desc' : 'asc'}`,
    `$skip=${skip}`,
    ...(top === undefined ? [] : [`$top=${top}`]),
    ...(without === undefined ? [] : [`$filter=tag ne ${quote(without)}`]),
  ].join(';');
}

export interface Answer {
  readonly rows: readonly AppRow[];
  readonly total: number;
}

/** Compares by code unit, as numbers, nulls lowest. */
function compare(left: Value, right: Value): number {
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  return left < right ? -1 : 1;
}

const byKey = (left: AppRow, right: AppRow) =>
  compare(left.tenantId, right.tenantId) ||
  compare(left.streamId, right.streamId) ||
  compare(left.id, right.id);

/** What the query should answer. `undefined`: the parent is not there. */
export function answer(of: Query, data: Data): Answer | undefined {
  const { parent, filter, orderBy, skip = 0, top = Infinity } = of;
  const there = data.streams.some(
    (stream) => stream.tenantId === parent?.tenantId && stream.id === parent.streamId,
  );
  if (parent !== undefined && !there) return undefined;
  const matching = data.apps
    .filter(
      (row) => parent === undefined || (row.tenantId === parent.tenantId && row.streamId === parent.streamId),
    )
    .filter((row) => filter === undefined || filter.value({ row, data, item: '' }) === true)
    .sort((left, right) => {
      for (const { expression, descending } of orderBy) {
        const sign = compare(
          expression.value({ row: left, data, item: '' }),
          expression.value({ row: right, data, item: '' }),
        );
        if (sign !== 0) return descending ? -sign : sign;
      }
      return byKey(left, right);
    });
  return { rows: matching.slice(skip, skip + top), total: matching.length };
}

/** What `$expand=appTags(…)` should answer for a row. */
export function expandedTags({ without, descending, skip, top = Infinity }: Expand, row: AppRow, data: Data) {
  const matching = data.appTags
    .filter((tag) => tag.tenantId === row.tenantId && tag.appId === row.id && tag.tag !== without)
    .sort((left: TagRow, right: TagRow) => compare(left.tag, right.tag) * (descending ? -1 : 1));
  return { tags: matching.slice(skip, skip + top).map(({ tag }) => tag), total: matching.length };
}
