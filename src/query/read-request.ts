/**
 * The front door of the room: a path and a query in, a plan out.
 * Spec: URL Conventions 4.01; Protocol 4.01, 11.2.
 */
import { FeedError } from '../errors.js';
import type { Property } from '../model/edm.js';
import { EVERYTHING, type Grants } from '../model/grants.js';
import { accessOf, type Access } from './access.js';
import { bindResource, type Resource, type RowsAddress } from './bind-resource.js';
import { knownQuery, rowsPlan, type KnownQuery } from './known-query.js';
import { planRows, type RowOptions } from './make-plan.js';
import type { ParsedQuery } from './parse-query.js';
import type { ReadPlan } from './plan.js';
import { planContext } from './plan-context.js';
import type { RawOption, SystemOption } from './query-options.js';
import { parseResourcePath, type PathSegment } from './resource-path.js';

/** What the plan needs and the URL does not say. */
export interface ReadSettings {
  /** Rows per page for this request. */
  readonly pageSize: number;
  /** What `now()` answers, in milliseconds since 1970. */
  readonly now: number;
  /** What the reader may read; absent: everything. */
  readonly grants?: Grants;
}

/** Fields of every understood request. */
interface Understanding {
  /**
   * Canonical text of everything that decides the rows of the answer: path and system options, decoded, sorted, names
   * without `$`, and the grants that restrict it. Without `$skiptoken`, `$format` and custom options. For page tokens and
   * ETags.
   */
  readonly queryShape: string;
  /** `$format` as written. */
  readonly format?: string;
  /** `$skiptoken` as written. */
  readonly skipToken?: string;
  /** Custom query options: ignored here. */
  readonly custom: readonly RawOption[];
}

/** What a request asks for. */
export type Understood = Understanding &
  (
    | { readonly kind: 'service' | 'metadata' }
    | { readonly kind: 'collection' | 'entity' | 'count'; readonly plan: ReadPlan }
    /** `property`: as JSON; `value`: as text; `propertyCount`: how many values a collection property has. */
    | {
        readonly kind: 'property' | 'value' | 'propertyCount';
        readonly plan: ReadPlan;
        readonly property: Property;
      }
  );

/** Options that mean something at each kind of resource; the second list is legal there and has no effect. */
const ALLOWED: Readonly<Record<Resource['kind'], readonly SystemOption[]>> = {
  service: ['format', 'schemaversion'],
  metadata: ['format', 'schemaversion'],
  collection: [
    'filter',
    'orderby',
    'select',
    'expand',
    'top',
    'skip',
    'count',
    'format',
    'skiptoken',
    'schemaversion',
    'search',
    'compute',
    'apply',
    'index',
    'deltatoken',
  ],
  entity: ['select', 'expand', 'format', 'schemaversion', 'compute'],
  property: ['format', 'schemaversion'],
  value: ['format', 'schemaversion'],
  propertyCount: ['format', 'schemaversion'],
  count: ['filter', 'format', 'schemaversion', 'search', 'compute', 'apply'],
};
/** What means something where only references are wanted. */
const ALLOWED_FOR_REFERENCES: readonly SystemOption[] = [
  'filter',
  'search',
  'orderby',
  'skip',
  'top',
  'count',
  'format',
  'skiptoken',
  'schemaversion',
];
/** `/$count` is the number before paging: these do not change it (Protocol 11.2.10), and Power Query may leave them on. */
const WITHOUT_EFFECT_ON_COUNT: readonly SystemOption[] = [
  'orderby',
  'select',
  'expand',
  'top',
  'skip',
  'count',
];
/** Legal, and not done. */
const UNSUPPORTED: readonly SystemOption[] = ['index', 'deltatoken'];

/**
 * Understands a request.
 *
 * @param rawPath percent-encoded path after the service root, without a leading slash
 * @param rawQuery percent-encoded query without `?`, or empty
 * @throws FeedError QUERY_*, PROTOCOL_NOT_FOUND, PROTOCOL_BAD_PATH, AUTH_NOT_GRANTED
 * @example understand('DiscoveredApps', '$filter=riskScore%20le%203&$top=10', {pageSize: 5000, now: 0})
 */
export function understand(rawPath: string, rawQuery: string, settings: ReadSettings): Understood {
  const segments = parseResourcePath(rawPath);
  const access = accessOf(settings.grants ?? EVERYTHING);
  const known = knownQuery(rawQuery, access.model);
  const { query } = known;
  const resource = bindResource(segments, query.aliases, access.model);
  checkOptions(resource, query);
  const common = understanding(segments, known, access);
  if (resource.kind === 'service' || resource.kind === 'metadata') return { ...common, kind: resource.kind };
  const { pageSize, now } = settings;
  const rows = planOf(resource, known);
  const granted = access.rows === undefined ? {} : { access: access.rows };
  const plan: ReadPlan = { ...rows, pageSize, now, ...granted };
  if (!('property' in resource)) return { ...common, kind: resource.kind, plan };
  const { kind, property } = resource;
  return { ...common, kind, property, plan: { ...plan, select: [property], selectsAll: false } };
}

function checkOptions(resource: Resource, query: ParsedQuery): void {
  const allowed = allowedFor(resource);
  for (const name of Object.keys(query) as (keyof ParsedQuery)[]) {
    if (name === 'aliases') continue;
    const option = query[name]?.option ?? name;
    if (resource.kind === 'count' && WITHOUT_EFFECT_ON_COUNT.includes(name)) continue;
    if (!allowed.includes(name)) throw notAllowed(option, name, resource);
    if (UNSUPPORTED.includes(name)) throw unsupportedOption(option);
  }
  const version = query.schemaversion;
  if (version !== undefined && version.value !== '*')
    throw unsupportedOption(`${version.option} other than *`);
}

function allowedFor(resource: Resource): readonly SystemOption[] {
  const allowed = ALLOWED[resource.kind];
  if (!('rows' in resource) || resource.rows.references === undefined) return allowed;
  return resource.kind === 'collection' ? ALLOWED_FOR_REFERENCES : ALLOWED.property;
}

function unsupportedOption(option: string): FeedError {
  return new FeedError('QUERY_UNSUPPORTED', `This service does not support ${option}.`, { target: option });
}

const WHAT: Readonly<Record<Resource['kind'], string>> = {
  service: 'the service document',
  metadata: '$metadata',
  collection: 'a collection',
  entity: 'a single entity',
  property: 'a property',
  value: 'the value of a property',
  propertyCount: 'the count of a collection property',
  count: '$count',
};

function notAllowed(option: string, name: SystemOption, resource: Resource): FeedError {
  const hint =
    name === 'levels'
      ? 'It belongs into the parentheses of $expand.'
      : ALLOWED.collection.includes(name)
        ? undefined
        : 'Leave it out.';
  const references = 'rows' in resource && resource.rows.references !== undefined;
  const what = references ? '$ref' : WHAT[resource.kind];
  const message = `The option '${option}' means nothing for ${what}.`;
  return new FeedError('QUERY_OPTION_NOT_ALLOWED', message, {
    target: option,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Options that decide which rows there are. */
const COUNTED = ['apply', 'filter', 'search', 'compute'] as const;
const PLANNED = [...COUNTED, 'orderby', 'select', 'expand', 'top', 'skip', 'count'] as const;

function planOf(
  resource: Extract<Resource, { rows: RowsAddress }>,
  known: KnownQuery,
): Omit<ReadPlan, 'pageSize' | 'now'> {
  const { query } = known;
  const { root, key, steps, set, single, within, references } = resource.rows;
  const countOnly = resource.kind === 'count';
  const options = pick(query, countOnly ? COUNTED : PLANNED);
  const addressed = { within, ...(references && { references }) };
  const make = () => planRows(set, { ...options, ...addressed }, planContext(query));
  const rows =
    within.length > 0 ? make() : rowsPlan(known, `${set.name} ${countOnly} ${references === true}`, make);
  return { ...rows, root, ...(key === undefined ? {} : { key }), steps, single, countOnly };
}

function pick(query: ParsedQuery, names: readonly (keyof RowOptions & SystemOption)[]): RowOptions {
  return Object.fromEntries(
    names.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name].value]])),
  );
}

function understanding(
  segments: readonly PathSegment[],
  { options: { system, custom }, shape }: KnownQuery,
  { rows }: Access,
): Understanding {
  const format = system.get('format')?.value;
  const skipToken = system.get('skiptoken')?.value;
  const path = JSON.stringify(segments.map(({ text }) => text));
  return {
    queryShape: `[${path},${shape}${rows === undefined ? '' : `,${JSON.stringify(rows.id)}`}]`,
    custom,
    ...(format === undefined ? {} : { format }),
    ...(skipToken === undefined ? {} : { skipToken }),
  };
}
