/**
 * What Power BI, Excel and clients like Azure DevOps' send to an OData feed, as public documentation and captures show
 * it, a row each; rows whose name ends in `, with …` are siblings with other literals. Each row says how many rows of
 * upstream's data it must bring, by plain array code that knows nothing of the feed's own engine.
 */
import type { ErrorCode } from '../../src/errors.js';
import type { UsageRow } from './usage-rows.js';

const POWER_QUERY = 'Microsoft.Data.Mashup (https://go.microsoft.com/fwlink/?LinkID=304225)';
const PACKED = { 'Accept-Encoding': 'gzip, deflate' };

/** The first contact: all that Power Query could read, JSON first. */
const FIRST = {
  Accept:
    'application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9,application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,text/plain;q=0.7',
  'OData-MaxVersion': '4.0',
  MaxDataServiceVersion: '3.0',
  'User-Agent': POWER_QUERY,
  ...PACKED,
};
const asking = (accept: string) => ({
  Accept: accept,
  'OData-MaxVersion': '4.0',
  'User-Agent': POWER_QUERY,
  ...PACKED,
});
/** A read of data. */
const DATA = asking('application/json;odata.metadata=minimal');
const XML = asking('application/xml');
const TEXT = asking('text/plain');
const BARE = { 'User-Agent': POWER_QUERY };
const ATOM = {
  Accept: 'application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,text/plain;q=0.7',
  MaxDataServiceVersion: '2.0',
  'User-Agent': POWER_QUERY,
};
const AZURE_DEVOPS = {
  'User-Agent': 'Microsoft.Data.Mashup',
  Prefer: 'odata.maxpagesize=1000',
  'OData-MaxVersion': '4.0',
  Accept: 'application/json;odata.metadata=minimal',
};

/** The key of the feed that asks for one. */
export const API_KEY = 'SECRET';

/** Stands for a token that is right and has none of the scopes that are let in; a replay sends a real one. */
export const TOKEN_WITHOUT_SCOPE = 'Bearer valid.but.noscope';

/**
 * Which feed a request is sent to: one on loopback without sign-in, one that asks for {@link API_KEY}, one that lets
 * holders of Entra tokens with a scope in, or one whose only place is taken.
 */
export type Feed = 'open' | 'keyed' | 'organizational' | 'busy';

/** What an answer must be. */
export type Expected =
  | { readonly kind: 'service' | 'metadata' | 'head' }
  /** A collection; the count over all of its pages. */
  | { readonly kind: 'rows'; readonly rows: (usage: readonly UsageRow[]) => number }
  | { readonly kind: 'count'; readonly rows: (usage: readonly UsageRow[]) => number }
  | { readonly kind: 'error'; readonly status: number; readonly code: ErrorCode };

/** A request and what it must be answered. */
export interface RecordedRequest {
  readonly name: string;
  readonly method: string;
  /** As it goes over the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly feed: Feed;
  readonly expected: Expected;
}

type Rest = Partial<Pick<RecordedRequest, 'method' | 'headers' | 'feed'>>;
type Rows = readonly UsageRow[];

function sent(name: string, path: string, expected: Expected, rest: Rest = {}): RecordedRequest {
  return { name, method: 'GET', path: `/odata${path}`, headers: FIRST, feed: 'open', expected, ...rest };
}

/** A read of DiscoveredApps. @param options what follows `DiscoveredApps` */
function read(
  name: string,
  options: string,
  rows: (usage: Rows) => number,
  rest: Rest = {},
): RecordedRequest {
  return sent(name, `/DiscoveredApps${options}`, { kind: 'rows', rows }, { headers: DATA, ...rest });
}

/** The rows of DiscoveredApps that a predicate lets through. */
function filter(
  name: string,
  options: string,
  lets: (row: UsageRow) => boolean,
  rest: Rest = {},
): RecordedRequest {
  return read(name, `?$filter=${options}`, (usage) => usage.filter(lets).length, rest);
}

function refused(
  name: string,
  path: string,
  [status, code]: readonly [number, ErrorCode],
  rest: Rest = {},
): RecordedRequest {
  return sent(name, path, { kind: 'error', status, code }, { headers: DATA, ...rest });
}

const SERVICE = { kind: 'service' } as const;
const METADATA = { kind: 'metadata' } as const;
const atMost = (limit: number) => (usage: Rows) => Math.min(limit, usage.length);
const all = (usage: Rows) => usage.length;
const none = () => 0;

const CONNECTING: readonly RecordedRequest[] = [
  sent('svc-root-no-slash', '', SERVICE),
  sent('svc-root-slash', '/', SERVICE),
  sent('svc-root-empty-bearer', '/', SERVICE, {
    headers: { Authorization: 'Bearer', ...BARE, Connection: 'Keep-Alive' },
  }),
  refused('svc-root-empty-bearer, with sign-in required', '/', [401, 'AUTH_REQUIRED'], {
    headers: { Authorization: 'Bearer', ...BARE, Connection: 'Keep-Alive' },
    feed: 'organizational',
  }),
  refused('svc-root-anon-when-auth-required', '/', [401, 'AUTH_REQUIRED'], {
    headers: FIRST,
    feed: 'keyed',
  }),
  sent('svc-root-apikey-query', `/?key=${API_KEY}`, SERVICE, { feed: 'keyed' }),
  read('set-apikey-query', `?key=${API_KEY}&$top=1000`, atMost(1000), { feed: 'keyed' }),
  sent('svc-root-api-version-query', '/?api-version=v1.0', SERVICE),
  sent('metadata', '/$metadata', METADATA, { headers: XML }),
  sent('metadata-no-accept', '/$metadata', METADATA, { headers: BARE }),
  sent('metadata-encoded', '/%24metadata', METADATA, { headers: XML }),
  refused('svc-root-atom-only', '/', [406, 'PROTOCOL_NOT_ACCEPTABLE'], { headers: ATOM }),
  sent('forwarded-proto', '/', SERVICE, {
    headers: { ...FIRST, 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'feed.contoso.com' },
  }),
  sent('head-root', '/', { kind: 'head' }, { method: 'HEAD', headers: BARE }),
  refused('post-set-readonly', '/DiscoveredApps', [405, 'PROTOCOL_METHOD_NOT_ALLOWED'], {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...BARE },
  }),
  refused('case-mismatch-set', '/discoveredapps', [404, 'PROTOCOL_NOT_FOUND']),
];

const WINDOWS: readonly RecordedRequest[] = [
  read('preview-1000', '?$top=1000', atMost(1000)),
  read('top-1', '?$top=1', atMost(1)),
  read('top-0', '?$top=0', none),
  read('skip-only', '?$skip=100', (usage) => usage.slice(100).length),
  read('skip-only, with a top', '?$skip=100&$top=700', (usage) => usage.slice(100, 800).length),
  read(
    'skip-only, with a skip to the last row',
    '?$skip=1500&$top=5000',
    (usage) => usage.slice(1500).length,
  ),
  sent('count-segment', '/DiscoveredApps/$count', { kind: 'count', rows: all }, { headers: TEXT }),
  sent(
    'count-segment-json-accept',
    '/DiscoveredApps/$count',
    { kind: 'count', rows: all },
    { headers: DATA },
  ),
  sent(
    'count-segment, with a filter',
    '/DiscoveredApps/$count?$filter=riskScore%20lt%205',
    {
      kind: 'count',
      rows: (usage) => usage.filter((row) => row.riskScore !== null && row.riskScore < 5).length,
    },
    { headers: TEXT },
  ),
  read('count-true', '?$count=true&$top=0', none),
  read('count-true, with rows', '?$count=true&$top=600', atMost(600)),
  read('count-false', '?$count=false&$top=5', atMost(5)),
  read('prefer-maxpagesize', '', all, { headers: { ...DATA, Prefer: 'odata.maxpagesize=50' } }),
  read('prefer-maxpagesize, with a top', '?$top=120', atMost(120), {
    headers: { ...DATA, Prefer: 'maxpagesize=50' },
  }),
  read('omit-nulls', '?$top=1000', atMost(1000), { headers: { ...DATA, Prefer: 'omit-values=nulls' } }),
  read('gzip', '?$top=1000', atMost(1000)),
  read('azdo-user-agent-short', '', all, { headers: AZURE_DEVOPS }),
  read('max-version-401', '?$top=1', atMost(1), { headers: { ...DATA, 'OData-MaxVersion': '4.01' } }),
  read('format-json', '?$format=json&$top=5', atMost(5), {
    headers: { Accept: '*/*', 'User-Agent': 'Mozilla/5.0' },
  }),
  refused('throttled', '/DiscoveredApps?$top=1000', [429, 'PROTOCOL_TOO_MANY_REQUESTS'], { feed: 'busy' }),
  refused('forbidden', '/DiscoveredApps', [403, 'AUTH_NOT_GRANTED'], {
    headers: { ...DATA, Authorization: TOKEN_WITHOUT_SCOPE },
    feed: 'organizational',
  }),
];

const COLUMNS: readonly RecordedRequest[] = [
  read('select-encoded-commas', '?$select=id%2CdisplayName%2Ccategory', all),
  read('select-with-spaces', '?$select=id%2C%20displayName', all),
  read('select-collection', '?$select=id%2Cdomains%2Ctags', all),
  refused('select-unknown', '/DiscoveredApps?$select=id%2Cnope', [400, 'QUERY_UNKNOWN_PROPERTY']),
  read('expand-no-select', '?$expand=stream', all),
  read(
    'expand-no-select, with a select inside',
    '?$expand=stream%28%24select%3DdisplayName%29&$top=40',
    atMost(40),
  ),
  read(
    'expand-no-select, with the navigation inside $select',
    '?$select=id%2CdisplayName%2Cstream&$expand=stream($select=id,displayName)&$top=40',
    atMost(40),
  ),
  read('expand-no-select, with rows of a bridge', '?$expand=appTags&$top=200', atMost(200)),
  read('orderby-asc', '?$orderby=displayName', all),
  read('orderby-desc-top', '?$orderby=uploadNetworkTrafficInBytes%20desc&$top=10', atMost(10)),
  read('orderby-desc-top, with more than a page', '?$orderby=lastSeenDateTime%20desc&$top=700', atMost(700)),
  read('orderby-odd-space', '?$orderby=riskScore%20desc,%20displayName%20asc', all),
  read(
    'full-fold',
    '?$filter=riskScore%20le%205&$select=id%2CdisplayName%2CriskScore&$orderby=riskScore&$top=100',
    (usage) => Math.min(100, usage.filter(({ riskScore }) => riskScore !== null && riskScore <= 5).length),
  ),
  read(
    'full-fold, with the options in another order',
    '?$top=100000&$orderby=riskScore&$select=id%2CdisplayName%2CriskScore&$filter=riskScore%20le%205',
    (usage) => usage.filter(({ riskScore }) => riskScore !== null && riskScore <= 5).length,
  ),
  read(
    'apply-groupby',
    '?$apply=groupby((category),aggregate(userCount%20with%20sum%20as%20TotalUsers))',
    (usage) => new Set(usage.map(({ category }) => category)).size,
  ),
  read(
    'apply-distinct',
    '?$apply=groupby((category))',
    (usage) => new Set(usage.map(({ category }) => category)).size,
  ),
];

const TEXTS: readonly RecordedRequest[] = [
  filter(
    'filter-eq-string-observed',
    'category%20eq%20%27cloudStorage%27&$select=id%2CdisplayName',
    ({ category }) => category === 'cloudStorage',
    { headers: FIRST },
  ),
  filter(
    'filter-quote-doubling',
    'displayName%20eq%20%27O%27%27Reilly%27',
    (row) => row.displayName === "O'Reilly",
  ),
  filter('filter-unicode', 'displayName%20eq%20%27Caf%C3%A9%27', (row) => row.displayName === 'Caf\u00e9'),
  filter('filter-unicode, with a pair of surrogates', 'contains(displayName%2C%27%F0%9F%9A%80%27)', (row) =>
    row.displayName.includes('\u{1f680}'),
  ),
  filter(
    'filter-plus-in-literal',
    'displayName%20eq%20%27Notepad%2B%2B%27',
    (row) => row.displayName === 'Notepad++',
  ),
  filter(
    'filter-plus-in-literal, with & and % and /',
    'displayName%20eq%20%27Stra%C3%9Fe%20%26%20Weg%27%20or%20startswith(displayName%2C%27100%25%27)%20or%20contains(displayName%2C%27TCP%2FIP%27)',
    (row) =>
      row.displayName === 'Straße & Weg' ||
      row.displayName.startsWith('100%') ||
      row.displayName.includes('TCP/IP'),
  ),
  filter('filter-contains', 'contains(displayName%2C%27box%27)', (row) => row.displayName.includes('box')),
  filter('filter-contains, with an underscore', 'contains(displayName%2C%27_%27)', (row) =>
    row.displayName.includes('_'),
  ),
  filter('filter-startswith', 'startswith(displayName%2C%27Micro%27)', (row) =>
    row.displayName.startsWith('Micro'),
  ),
  filter('filter-startswith, with its end', 'endswith(displayName%2C%27Drive%27)', (row) =>
    row.displayName.endsWith('Drive'),
  ),
  filter(
    'filter-tolower',
    'tolower(category)%20eq%20%27crm%27',
    (row) => row.category.toLowerCase() === 'crm',
  ),
  filter('filter-contains-tolower', 'contains(tolower(displayName)%2C%27google%27)', (row) =>
    row.displayName.toLowerCase().includes('google'),
  ),
  filter(
    'filter-contains-tolower, with a length',
    'length(displayName)%20gt%2014%20and%20indexof(displayName%2C%27%20%27)%20eq%209',
    (row) => row.displayName.length > 14 && row.displayName.indexOf(' ') === 9,
  ),
  filter(
    'filter-tolower, with trimmed text',
    'trim(displayName)%20ne%20displayName',
    (row) => row.displayName.trim() !== row.displayName,
  ),
  filter(
    'filter-eq-string-observed, with a range of names',
    'displayName%20ge%20%27S%27%20and%20displayName%20lt%20%27T%27',
    (row) => row.displayName >= 'S' && row.displayName < 'T',
  ),
  filter('filter-in', 'category%20in%20(%27webemail%27,%27crm%27)', ({ category }) =>
    ['webemail', 'crm'].includes(category),
  ),
  filter(
    'filter-paren-or-and',
    '(category%20eq%20%27webemail%27%20or%20category%20eq%20%27crm%27)%20and%20userCount%20gt%2010',
    ({ category, userCount }) =>
      (category === 'webemail' || category === 'crm') && userCount !== null && userCount > 10,
  ),
  filter(
    'filter-paren-or-and, with no parentheses',
    'category%20eq%20%27webemail%27%20or%20category%20eq%20%27crm%27%20and%20userCount%20gt%2010',
    ({ category, userCount }) =>
      category === 'webemail' || (category === 'crm' && userCount !== null && userCount > 10),
  ),
  filter('filter-not', 'not%20(category%20eq%20%27crm%27)', (row) => row.category !== 'crm'),
  filter(
    'filter-not, with a function',
    'not%20contains(displayName%2C%27a%27)',
    (row) => !row.displayName.includes('a'),
  ),
  filter('filter-ne-includes-null', 'category%20ne%20%27crm%27', (row) => row.category !== 'crm'),
  filter('filter-ne-includes-null, with a score', 'riskScore%20ne%205', (row) => row.riskScore !== 5),
  filter('filter-any-tags', 'tags/any(t:t%20eq%20%27Sanctioned%27)', (row) =>
    row.tags.includes('Sanctioned'),
  ),
  filter(
    'filter-any-tags, with all',
    'domains/any()%20and%20domains/all(d:endswith(d%2C%27.com%27))',
    (row) => row.domains.length > 0 && row.domains.every((domain) => domain.endsWith('.com')),
  ),
  filter('filter-any-tags, with none', 'not%20tags/any()', (row) => row.tags.length === 0),
  filter('long-uri-2048', longFilter(), (row) => /^100(0[0-7]\d|08[0-4])$/.test(row.id)),
];

const NUMBERS: readonly RecordedRequest[] = [
  filter('filter-eq-int', 'riskScore%20eq%205', (row) => row.riskScore === 5),
  filter('filter-eq-int, with null', 'riskScore%20eq%20null', (row) => row.riskScore === null),
  filter(
    'filter-double-literal',
    'riskScore%20ge%203.5',
    (row) => row.riskScore !== null && row.riskScore >= 3.5,
  ),
  filter(
    'filter-exponent-literal',
    'downloadNetworkTrafficInBytes%20ge%201E%2B15',
    ({ downloadNetworkTrafficInBytes: bytes }) => bytes !== null && bytes >= 1e15,
  ),
  filter(
    'filter-exponent-literal, with an exact Int64',
    'uploadNetworkTrafficInBytes%20eq%209007199254740993',
    (row) => row.uploadNetworkTrafficInBytes === 9_007_199_254_740_993n,
  ),
  filter(
    'filter-exponent-literal, with what is not measured',
    'uploadNetworkTrafficInBytes%20eq%20null%20and%20deviceCount%20eq%20null',
    (row) => row.uploadNetworkTrafficInBytes === null && row.deviceCount === null,
  ),
  filter(
    'filter-and-nested',
    'riskScore%20ge%201%20and%20riskScore%20le%203',
    ({ riskScore }) => riskScore !== null && riskScore >= 1 && riskScore <= 3,
  ),
  filter(
    'filter-arith',
    'uploadNetworkTrafficInBytes%20add%20downloadNetworkTrafficInBytes%20gt%201000000',
    ({ uploadNetworkTrafficInBytes: up, downloadNetworkTrafficInBytes: down }) =>
      up !== null && down !== null && BigInt(up) + BigInt(down) > 1_000_000n,
  ),
  filter(
    'filter-arith, with all operators',
    '(transactionCount%20mod%20100%20sub%2050)%20mul%202%20lt%20transactionCount%20div%20userCount',
    ({ transactionCount, userCount }) =>
      userCount !== null &&
      ((Number(transactionCount) % 100) - 50) * 2 < Math.trunc(Number(transactionCount) / Number(userCount)),
  ),
  filter('filter-bool-false', 'false', () => false),
  filter(
    'filter-bool-false, with a column',
    'isSanctioned%20eq%20true%20or%20isUnsanctioned',
    ({ tags }) => tags.includes('Sanctioned') || tags.includes('Unsanctioned'),
  ),
  refused('filter-unknown-prop', '/DiscoveredApps?$filter=nope%20eq%201', [400, 'QUERY_UNKNOWN_PROPERTY']),
  refused('filter-unsupported-fn', '/DiscoveredApps?$filter=geo.distance(displayName%2C%27x%27)%20lt%201', [
    501,
    'QUERY_UNSUPPORTED',
  ]),
];

const since =
  (from: string, to = '9999') =>
  ({ lastSeenDateTime: seen }: UsageRow) =>
    seen !== null &&
    Date.parse(seen) >= Date.parse(from) &&
    (to === '9999' || Date.parse(seen) < Date.parse(to));
const after =
  (moment: string) =>
  ({ lastSeenDateTime: seen }: UsageRow) =>
    seen !== null && Date.parse(seen) > Date.parse(moment);

const MOMENTS: readonly RecordedRequest[] = [
  filter('filter-ne-null', 'lastSeenDateTime%20ne%20null', (row) => row.lastSeenDateTime !== null),
  filter('filter-ne-null, with eq', 'lastSeenDateTime%20eq%20null', (row) => row.lastSeenDateTime === null),
  filter(
    'filter-dto-z-observed',
    'lastSeenDateTime%20gt%202021-02-03T04%3A05%3A06Z',
    after('2021-02-03T04:05:06Z'),
  ),
  read(
    'filter-dto-neg-offset-observed',
    '?$filter=lastSeenDateTime%20gt%202019-10-01T00:00:00-06:00&$select=id,lastSeenDateTime,displayName&$top=1000',
    (usage) => Math.min(1000, usage.filter(after('2019-10-01T00:00:00-06:00')).length),
  ),
  filter(
    'filter-dto-neg-offset-observed, with the moment before',
    'lastSeenDateTime%20le%202019-09-30T23:59:59-06:00',
    ({ lastSeenDateTime: seen }) => seen !== null && Date.parse(seen) <= Date.parse('2019-10-01T05:59:59Z'),
  ),
  // The feed keeps moments to the millisecond: the row of 00:00:00.1234567Z shows .123Z and lies before this literal.
  filter(
    'filter-dto-fraction',
    'lastSeenDateTime%20ge%202024-01-01T00%3A00%3A00.1234567Z',
    ({ lastSeenDateTime: seen }) =>
      seen !== null && Date.parse(seen) > Date.parse('2024-01-01T00:00:00.123Z'),
  ),
  filter(
    'incremental-partition-select',
    'lastSeenDateTime%20ge%202024-01-01T00%3A00%3A00%2B00%3A00%20and%20lastSeenDateTime%20lt%202024-01-02T00%3A00%3A00%2B00%3A00&$select=id%2CdisplayName%2ClastSeenDateTime',
    since('2024-01-01T00:00:00Z', '2024-01-02T00:00:00Z'),
  ),
  filter(
    'incremental-partition-select, with a week of use',
    'lastSeenDateTime%20ge%202026-02-01T00%3A00%3A00%2B01%3A00%20and%20lastSeenDateTime%20lt%202026-02-15T00%3A00%3A00%2B01%3A00&$select=id%2ClastSeenDateTime',
    since('2026-02-01T00:00:00+01:00', '2026-02-15T00:00:00+01:00'),
  ),
  filter('filter-date-literal-on-dto', 'lastSeenDateTime%20ge%202024-01-01', since('2024-01-01T00:00:00Z')),
  filter(
    'filter-date-literal-on-dto, with date()',
    'date(lastSeenDateTime)%20eq%202021-02-03',
    ({ lastSeenDateTime }) => lastSeenDateTime?.startsWith('2021-02-03') === true,
  ),
  filter(
    'filter-date-literal-on-dto, with year() and month()',
    'year(lastSeenDateTime)%20eq%202026%20and%20month(lastSeenDateTime)%20lt%203',
    ({ lastSeenDateTime }) => /^2026-0[12]/.test(lastSeenDateTime ?? ''),
  ),
  filter(
    'filter-date-literal-on-dto, with a key of Dates',
    'lastSeenDateKey%20ge%2020260215%20and%20lastSeenDateKey%20le%2020260301',
    since('2026-02-15T00:00:00Z', '2026-03-02T00:00:00Z'),
  ),
];

/** 85 ids one by one, as a merge of two queries folds to: about as long as Power Query's URLs get. */
function longFilter(): string {
  const ids = Array.from({ length: 85 }, (_, place) => String(100_000 + place));
  return ids.map((id) => `id%20eq%20%27${id}%27`).join('%20or%20');
}

/** Every request. */
export const REQUESTS: readonly RecordedRequest[] = [
  ...CONNECTING,
  ...WINDOWS,
  ...COLUMNS,
  ...TEXTS,
  ...NUMBERS,
  ...MOMENTS,
];
