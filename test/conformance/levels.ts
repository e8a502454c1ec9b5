/**
 * Every numbered conformance requirement of OData 4.01 in our own words, and how the feed stands to it. What is met has a
 * check of the same id in levels-checks.ts; a gap has one too, which fails until the gap is closed.
 *
 * Specs: Protocol sections 13.1 and 13.2, JSON Format section 23, URL Conventions chapters 4 and 5 (its own
 * conformance chapter refers to the Protocol).
 */

const SPECS = 'https://docs.oasis-open.org/odata';
const PROTOCOL = `${SPECS}/odata/v4.01/odata-v4.01-part1-protocol.html`;
const URLS = `${SPECS}/odata/v4.01/odata-v4.01-part2-url-conventions.html`;
const JSON_FORMAT = `${SPECS}/odata-json-format/v4.01/odata-json-format-v4.01.html`;

/** How the feed stands to a requirement. */
export type Status =
  | { readonly kind: 'met'; readonly shownBy: string }
  | { readonly kind: 'notApplicable'; readonly because: string }
  | { readonly kind: 'gap'; readonly because: string };

/** One numbered requirement. */
export interface Requirement {
  /** Section and number: `13.1.2-7.1`. */
  readonly id: string;
  readonly word: 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT' | 'MAY';
  readonly text: string;
  readonly status: Status;
}

/** A section of a specification with its requirements. */
export interface Section {
  readonly title: string;
  readonly link: string;
  readonly requirements: readonly Requirement[];
}

type Entry = readonly [number: string, word: Requirement['word'], text: string, status: Status];

const met = (shownBy: string): Status => ({ kind: 'met', shownBy });
const none = (because: string): Status => ({ kind: 'notApplicable', because });

/** What is not met, and why. Its check is expected to fail: whoever closes a gap takes its line out. */
const GAPS: Readonly<Partial<Record<string, string>>> = {};

function section(number: string, title: string, link: string, entries: readonly Entry[]): Section {
  const prefix = number === 'URL' ? 'URL ' : `${number}-`;
  const requirements = entries.map(([own, word, text, status]): Requirement => {
    const because = GAPS[prefix + own];
    return {
      id: prefix + own,
      word,
      text,
      status: because === undefined ? status : { kind: 'gap', because },
    };
  });
  return { title, link, requirements };
}

const READ_ONLY = none('for updatable services; the feed is read-only and says so in $metadata');
const NO_ASYNC = none('asynchronous processing is optional and not offered: every read answers at once');
const NO_DERIVED = none('the model has no derived types');
const NO_OPERATIONS = none('the model has no actions or functions');
const NO_MEDIA = none('the model has no media entities');
const NO_CONSUMER = none('for consumers of payloads; the feed reads no data payload');
const UPDATABLE: readonly Entry[] = [
  ['18', 'MUST', 'includes edit links for what can be updated', READ_ONLY],
  ['19', 'MUST', 'POST of new entities to sets', READ_ONLY],
  ['20', 'MUST', 'POST of related entities', READ_ONLY],
  ['21', 'MUST', 'POST to $ref of a collection', READ_ONLY],
  ['22', 'MUST', 'PUT to $ref of a single entity', READ_ONLY],
  ['23', 'MUST', 'PATCH to edit URLs', READ_ONLY],
  ['24', 'MUST', 'DELETE to edit URLs', READ_ONLY],
  ['25', 'MUST', 'DELETE to $ref', READ_ONLY],
  ['26', 'MUST', 'If-Match in updates and deletes', READ_ONLY],
  ['27', 'MUST', 'Location of what was created', READ_ONLY],
  ['28', 'MUST', 'OData-EntityId with 204 after creation', READ_ONLY],
  ['29', 'MUST', 'upserts', READ_ONLY],
  ['30', 'SHOULD', 'PUT and PATCH to single properties', READ_ONLY],
  ['31', 'SHOULD', 'DELETE of a property value', READ_ONLY],
  ['32', 'SHOULD', 'deep inserts', READ_ONLY],
  ['33', 'MAY', 'set-based updates and deletes', READ_ONLY],
];

const UPDATABLE_401: readonly Entry[] = [
  ['18', 'MUST', 'conforms to 4.0 Minimal for updatable services', READ_ONLY],
  ['19', 'MUST', 'DELETE to the reference of a member by key', READ_ONLY],
  ['20', 'SHOULD', 'PUT with nested content', READ_ONLY],
  ['21', 'SHOULD', 'deep updates and deep inserts', READ_ONLY],
  ['22', 'SHOULD', 'PUT or DELETE to $ref of a collection', READ_ONLY],
  ['23', 'MAY', 'POST to collections of values', READ_ONLY],
  ['24', 'MAY', 'PATCH and DELETE to a collection', READ_ONLY],
  ['25', 'MAY', 'the same behind a type cast', READ_ONLY],
  ['26', 'MAY', 'PATCH of sets with a delta payload', READ_ONLY],
  ['27', 'MAY', '$select and $expand when modifying', READ_ONLY],
];

/** The table. */
export const SECTIONS: readonly Section[] = [
  section(
    '13.1.1',
    'Protocol 13.1.1: OData 4.0 Minimal Conformance Level',
    `${PROTOCOL}#sec_OData40MinimalConformanceLevel`,
    [
      [
        '1',
        'MUST',
        'a service document at the service root',
        met('the root lists every entity set with its URL'),
      ],
      [
        '2',
        'MUST',
        'data in the OData JSON format',
        met('a set answers as application/json with context and value'),
      ],
      [
        '3',
        'MUST',
        'partial results by server-driven paging only',
        met('a set beyond the page size carries nextLinks, which lead to every row exactly once'),
      ],
      [
        '4',
        'MUST',
        'the right OData-Version header',
        met('data, metadata, count, value and error each carry OData-Version once'),
      ],
      [
        '5.1',
        'MUST',
        'Accept is honoured, or the request fails',
        met('JSON is found among weighted ranges; what cannot be met is a 406'),
      ],
      [
        '5.2',
        'MUST',
        'OData-MaxVersion is honoured, or the request fails',
        met('4.0 gives 4.0, 4.01 gives 4.01, below 4.0 is refused'),
      ],
      [
        '6',
        'MUST',
        'follows the rules of extensibility',
        met(
          'custom query options, headers and preferences that are not known change nothing; unknown $-options are a 400',
        ),
      ],
      [
        '7',
        'MUST',
        'parses every supported system query option by the ABNF, or answers 501',
        met('options out of the ABNF are answered 200 or 501 with their name, never 400'),
      ],
      [
        '8',
        'MUST',
        'only data types of CSDL',
        met('every type of every property in $metadata is Edm or a type of the schema'),
      ],
      [
        '9',
        'MUST NOT',
        'requires clients to understand annotations, custom headers or content',
        met('without annotations (metadata=none) the values are the same'),
      ],
      [
        '10',
        'MUST NOT',
        'violates update semantics',
        met('POST, PUT, PATCH and DELETE are refused with 405 and Allow, and change nothing'),
      ],
      [
        '11',
        'MUST NOT',
        'violates any other semantics',
        met('null semantics: ne keeps nulls, not of a comparison with null is true, null sorts lowest'),
      ],
      ['12', 'SHOULD', '$expand', met('to one and to many')],
      ['13', 'SHOULD', 'metadata at $metadata as CSDL XML', met('$metadata is CSDL XML with every set')],
      ['14', 'MUST', 'prefixed forms of headers and preferences', met('odata.maxpagesize limits the page')],
      [
        '15',
        'MUST',
        'enumeration and duration literals with the type prefix',
        met("duration'P1D' in a filter"),
      ],
      ['16', 'MUST', 'asynchronous: the final response as application/http', NO_ASYNC],
      ['17', 'MAY', 'asynchronous: AsyncResult', NO_ASYNC],
      ...UPDATABLE,
    ],
  ),
  section(
    '13.1.2',
    'Protocol 13.1.2: OData 4.0 Intermediate Conformance Level',
    `${PROTOCOL}#sec_OData40IntermediateConformanceLevel`,
    [
      ['1', 'MUST', 'conforms to 4.0 Minimal', met('every MUST of 13.1.1 that applies is met')],
      [
        '2',
        'MUST',
        'parses the ABNF, or answers 501',
        met('paths out of the ABNF are answered 200 or 501 with their name'),
      ],
      ['3', 'MUST', '$select', met('only the named properties come')],
      ['4', 'MUST', 'casts to derived types, if there are any', NO_DERIVED],
      ['5', 'MUST', '$top', met('the first rows come')],
      [
        '6',
        'MUST',
        '/$value of media entities and properties',
        met('the raw value of a property as text; 204 for null'),
      ],
      ['7', 'MUST', '$filter', met('rows that do not meet it do not come')],
      ['7.1', 'MUST', 'eq and ne on properties', met('both, complementary')],
      ['7.2', 'MUST', 'aliases in $filter', met('@p stands for its value')],
      [
        '7.3',
        'SHOULD',
        'the other operations, or 501',
        met('gt ge lt le in and or not add sub mul div divby mod has'),
      ],
      [
        '7.4',
        'SHOULD',
        'the canonical functions, or 501',
        met('one filter per function; geo functions answer 501'),
      ],
      ['7.5', 'SHOULD', '$filter on expanded entities', met('an expanded collection is filtered')],
      ['8', 'SHOULD', 'metadata at $metadata', met('CSDL XML')],
      ['9', 'SHOULD', 'the JSON format', met('application/json')],
      [
        '10',
        'SHOULD',
        'considers Basic authentication over HTTPS',
        met('a right password reads, a wrong one is a 401 with a Basic challenge'),
      ],
      ['11', 'SHOULD', '$search', met('a word finds rows with it in their text')],
      ['12', 'SHOULD', '$skip', met('rows are left out from the front')],
      ['13', 'SHOULD', '$count', met('the count of all rows that meet the filter, whatever the page')],
      ['14', 'SHOULD', '$expand', met('with its own options')],
      ['15', 'SHOULD', 'any and all on navigation and collection properties', met('any and all over both')],
      ['16', 'SHOULD', '/$count on navigation and collection properties', met('both as path segments')],
      ['17', 'SHOULD', '$orderby with asc and desc', met('both directions')],
    ],
  ),
  section(
    '13.1.3',
    'Protocol 13.1.3: OData 4.0 Advanced Conformance Level',
    `${PROTOCOL}#sec_OData40AdvancedConformanceLevel`,
    [
      ['1', 'MUST', 'conforms to 4.0 Intermediate', met('every MUST of 13.1.2 that applies is met')],
      ['2', 'MUST', 'metadata at $metadata as CSDL XML', met('CSDL XML by default, whatever Accept says')],
      ['3', 'MUST', 'the JSON format', met('a whole set in JSON')],
      ['4', 'MUST', '/$count on navigation and collection properties', met('in $filter and $orderby too')],
      ['5', 'MUST', 'any and all', met('nested in one another')],
      ['6', 'MUST', '$skip', met('with $top and $orderby')],
      ['7', 'MUST', '$count', met('true and false')],
      ['8', 'MUST', '$orderby with asc and desc', met('several properties, mixed')],
      ['9', 'MUST', '$expand', met('nested in itself')],
      ['9.1', 'MUST', 'references of expanded properties', met('$expand=nav/$ref gives @odata.id only')],
      ['9.2', 'MUST', '$filter on expanded collections', met('rows of the expanded collection')],
      ['9.3', 'MUST', 'cast segments in expand with derived types', NO_DERIVED],
      ['9.4', 'SHOULD', '$orderby on expanded collections', met('both directions')],
      ['9.5', 'SHOULD', '$count on expanded collections', met('nav@odata.count, and nav/$count')],
      ['9.6', 'SHOULD', '$top and $skip on expanded collections', met('both')],
      ['9.7', 'SHOULD', '$search on expanded collections', met('rows with the word')],
      [
        '9.8',
        'SHOULD',
        '$levels for recursive expand',
        met(
          'no navigation property of the model leads to its own type: where the level is not 1 the answer is 400 or 501',
        ),
      ],
      ['9.9', 'MAY', '$compute on expanded properties', met('a computed property in the expanded row')],
      ['10', 'MUST', '$search', met('AND, OR, NOT, phrases and parentheses')],
      ['11', 'MUST', 'batch requests in multipart format', met('two reads, answered in order')],
      [
        '12',
        'MUST',
        'the resource path conventions',
        met('every row of URL Conventions chapter 4 that applies is met'),
      ],
      ['13', 'SHOULD', 'asynchronous requests', NO_ASYNC],
      [
        '14',
        'SHOULD',
        'delta change tracking',
        none(
          'optional: odata.track-changes is not applied and not said to be applied; a refresh reads a whole generation',
        ),
      ],
      ['15', 'SHOULD', 'cross-joins', met('$crossjoin is answered 501 with its name')],
      ['16', 'MAY', '$compute', met('a computed property')],
    ],
  ),
  section(
    '13.2.1',
    'Protocol 13.2.1: OData 4.01 Minimal Conformance Level',
    `${PROTOCOL}#sec_OData401MinimalConformanceLevel`,
    [
      ['1', 'MUST', 'conforms to 4.0 Minimal', met('every MUST of 13.1.1 that applies is met')],
      ['2', 'MUST', 'the JSON format of 4.01', met('OData-MaxVersion 4.01 gives a 4.01 payload')],
      ['3', 'MUST', 'AsyncResult, if asynchronous', NO_ASYNC],
      [
        '4',
        'MUST',
        'headers and preferences with and without prefix',
        met('maxpagesize and odata.maxpagesize, Isolation and OData-Isolation'),
      ],
      [
        '5',
        'MUST',
        'refuses an incompatible $schemaversion, if Core.SchemaVersion is annotated',
        none('the schema has no version annotation'),
      ],
      ['6', 'MUST', 'system query options with and without $', met('filter and $filter, top and $top')],
      [
        '7',
        'MUST',
        'names of options, operators and functions in any case',
        met('$FILTER with CONTAINS and AND'),
      ],
      [
        '8',
        'MUST',
        'identifiers as $metadata spells them',
        met('every property of a row stands in $metadata in the same case'),
      ],
      [
        '9',
        'MUST',
        '4.0 and 4.01 syntax whatever OData-MaxVersion',
        met('in and options without $ under OData-MaxVersion 4.0'),
      ],
      ['9.1', 'MUST', 'casts strings to primitive types in URLs', met("cast('5',Edm.Int32)")],
      ['9.2', 'MUST', 'duration literals with and without prefix', met("duration'P1D' and 'P1D'")],
      ['9.3', 'MUST', 'parameterless function imports with and without parentheses', NO_OPERATIONS],
      ['9.4', 'MUST', 'actions with an empty body', NO_OPERATIONS],
      ['9.5', 'MUST', 'operations in a default namespace', NO_OPERATIONS],
      ['9.6', 'MUST', 'parameter aliases for keys', met('a key value as an alias')],
      ['9.7', 'SHOULD', 'implicit aliasing of parameters', NO_OPERATIONS],
      ['9.8', 'SHOULD', 'navigation property eq null', met('eq null and ne null')],
      ['9.9', 'SHOULD', 'in', met('a list of values')],
      ['9.10', 'SHOULD', 'divby', met('5 divby 2 is 2.5')],
      ['9.11', 'SHOULD', 'negative indexes of substring', met('the last characters')],
      ['9.12', 'MAY', 'key as segment', met('an entity by segments')],
      ['9.12.1', 'MUST', 'and canonical URLs too', met('the same entity by parentheses')],
      ['9.13', 'MAY', 'the count of a filtered collection in an expression', met('nav/$count($filter=…)')],
      ['9.14', 'MAY', 'structural comparison', none('the model has no structured properties')],
      ['10', 'SHOULD', 'metadata as CSDL XML and as CSDL JSON', met('$format=json gives CSDL JSON')],
      [
        '11',
        'SHOULD NOT',
        'identifiers that differ by case only',
        met('no two names in one scope of $metadata do'),
      ],
      ['12', 'SHOULD', 'Core.ODataVersions', met('the container says 4.0 and 4.01')],
      [
        '13',
        'SHOULD',
        'capabilities by the vocabulary',
        met('every set has filter, sort, count, expand, search and update restrictions'),
      ],
      ['14', 'MAY', 'filters on annotation values', none('rows have no annotations; the answer is 501')],
      ['15', 'MAY', '$compute', met('used in $filter')],
      ['16', 'MAY', '$search for all collections', met('on every set')],
      [
        '17',
        'MAY',
        '4.01 behaviour without OData-MaxVersion',
        none('answers are 4.0 unless 4.01 is asked for: Power Query wants it so'),
      ],
      ...UPDATABLE_401,
    ],
  ),
  section(
    '13.2.2',
    'Protocol 13.2.2: OData 4.01 Intermediate Conformance Level',
    `${PROTOCOL}#sec_OData401IntermediateConformanceLevel`,
    [
      ['1', 'MUST', 'conforms to 4.01 Minimal', met('every MUST of 13.2.1 that applies is met')],
      ['2', 'MUST', 'conforms to 4.0 Intermediate', met('every MUST of 13.1.2 that applies is met')],
      ['3', 'MUST', 'navigation property eq null', met('in $filter of a set')],
      ['4', 'MUST', 'in', met('over a collection property too')],
      [
        '5',
        'MUST',
        '$select within $select',
        none('the model has no structured properties, on which alone it has a meaning'),
      ],
      ['6', 'SHOULD', 'the count of a filtered collection in an expression', met('in $orderby')],
      ['7', 'SHOULD', 'structural comparison', none('the model has no structured properties')],
      ['8', 'SHOULD', '$compute', met('used in $select and $orderby')],
      ['9', 'SHOULD', 'nested options in $select', met('options of a selected collection')],
      ['10', 'MAY', 'nested alias assignments', none('optional; the answer is 400 or 501')],
      ['11', 'MAY', '/$filter as a path segment', none('optional: see 13.2.3-8')],
    ],
  ),
  section(
    '13.2.3',
    'Protocol 13.2.3: OData 4.01 Advanced Conformance Level',
    `${PROTOCOL}#sec_OData401AdvancedConformanceLevel`,
    [
      ['1', 'MUST', 'conforms to 4.01 Intermediate', met('every MUST of 13.2.2 that applies is met')],
      ['2', 'MUST', 'conforms to 4.0 Advanced', met('every MUST of 13.1.3 that applies is met')],
      [
        '3',
        'MUST',
        'the count of a filtered or searched collection in an expression',
        met('nav/$count($filter=…) and ($search=…)'),
      ],
      ['4', 'MUST', '$compute', met('used in every other option')],
      ['5', 'MUST', 'nested options in $select', met('at least one')],
      ['5.1', 'MUST', '$filter on selected collections', met('values of the collection')],
      ['5.2', 'SHOULD', '$orderby on selected collections', met('both directions')],
      ['5.3', 'SHOULD', '$count on selected collections', met('property@odata.count')],
      ['5.4', 'SHOULD', '$top and $skip on selected collections', met('both')],
      ['5.5', 'SHOULD', '$search on selected collections', met('values with the word')],
      ['6', 'MUST', 'metadata as CSDL JSON', met('every entity type with its key')],
      ['7', 'MUST', 'batch requests in both formats', met('JSON and multipart')],
      ['8', 'SHOULD', '/$filter as a path segment', met('rows that meet it, and their count')],
      ['9', 'SHOULD', 'nested alias assignments', none('optional; the answer is 400 or 501')],
      [
        '10',
        'MAY',
        'identifiers in any case',
        none('optional: names of properties are exact, and the error says which name was meant'),
      ],
    ],
  ),
  section('JSON 23', 'JSON Format 23: Conformance', `${JSON_FORMAT}#sec_Conformance`, [
    ['1 to 8', 'MUST', 'consumes payloads', NO_CONSUMER],
    ['9', 'MUST', 'produces 4.0 payloads', met('OData-Version 4.0 without being asked')],
    [
      '9.1',
      'MUST NOT',
      'omits the odata. prefix',
      met('every control information and the media type of a 4.0 answer have it'),
    ],
    ['9.2', 'MUST NOT', 'omits # in @odata.type', met('metadata=full')],
    ['9.3', 'MUST NOT', 'entities within update payloads', READ_ONLY],
    ['9.4', 'MUST NOT', 'decimals with an exponent, unless asked', met('a quotient of decimals')],
    ['9.5', 'MUST NOT', 'operations by property prefix', NO_OPERATIONS],
    ['9.6', 'MUST NOT', 'null for operations', NO_OPERATIONS],
    ['9.7', 'MUST NOT', 'INF and NaN but for floating point', none('the model holds no such values')],
    ['10', 'MAY', 'produces 4.01 payloads', met('OData-Version 4.01 when asked')],
    ['10.1', 'MUST', 'property annotations just before their property', met('metadata=full, 4.01')],
    ['10.2', 'SHOULD', 'omits odata.', met('@context in 4.01')],
    ['10.3', 'SHOULD', 'omits # of primitive types', met('@type in 4.01')],
    ['10.4', 'MAY', 'nested deltas', none('no delta payloads')],
    ['10.5', 'MAY', 'TargetId', none('no delta payloads')],
    ['10.6', 'MAY', 'exponents', none('optional')],
    ['10.7', 'MAY', 'INF and NaN of decimals', none('optional')],
    ['11', 'MUST', 'complies with a level of the Protocol', met('every MUST of 13.1.1 that applies is met')],
    ['12', 'MUST', 'application/json in Accept', met('asked for and given')],
    ['13', 'MUST', 'well-formed JSON', met('quotes, control characters, emoji and 2^53+1 survive')],
    ['14', 'MUST', 'odata.metadata=full', met('type, id and links of every row')],
    ['15', 'MUST', 'nextLink in partial results', met('until the last page')],
    ['16', 'MUST', 'instances with external metadata', none('all types are of this service')],
    ['17', 'MUST', 'properties with external types', none('all types are of this service')],
    [
      '18',
      'MUST NOT',
      'violates anything else of the format',
      met('context first, count before value, nextLink last'),
    ],
    ['19', 'SHOULD', '$format', met('json and a media type; it wins over Accept')],
    ['20', 'MAY', 'odata.streaming=true', met('echoed in Content-Type')],
    ['21', 'MAY', 'full metadata always', none('optional: minimal is given when asked')],
    [
      '22',
      'MUST NOT',
      'omits nulls or defaults unless preferred and applied',
      met('nulls stand, unless omit-values=nulls is sent and applied'),
    ],
    ['23', 'MUST', '4.0 answers for OData-MaxVersion 4.0', met('@odata.context')],
    ['24', 'MUST', '4.0 request payloads', READ_ONLY],
    ['25', 'MUST', 'asynchronous: wrapped in application/http', NO_ASYNC],
    ['26', 'SHOULD', '4.01 answers for OData-MaxVersion 4.01', met('@context')],
    ['27', 'MUST', '4.01 request payloads', READ_ONLY],
    ['28', 'MUST', 'odata.etag in updates', READ_ONLY],
    ['29', 'MUST', 'asynchronous: plain JSON', NO_ASYNC],
  ]),
  section('URL', 'URL Conventions, chapter 4: Resource Path', `${URLS}#sec_ResourcePath`, [
    ['4.1', 'MUST', '$metadata', met('the model')],
    ['4.2', 'MUST', '$batch', met('POST is answered')],
    ['4.3', 'MUST', 'sets, entities by key, related entities', met('all of them')],
    ['4.3.1', 'SHOULD', 'canonical URLs', met('@odata.id leads to the entity')],
    ['4.3.2', 'MUST', 'contained entities', none('the model has no containment')],
    [
      '4.3.3',
      'SHOULD',
      'keys that follow from referential constraints left out',
      met('the short key of a related entity, or 400'),
    ],
    ['4.3.4', 'MUST', '$entity?$id=', met('the entity with that id')],
    ['4.3.5', 'MAY', 'key as segment', met('the entity')],
    ['4.4', 'MUST', '$ref', met('references of a set and of an entity')],
    ['4.5', 'MUST', 'operations', NO_OPERATIONS],
    ['4.6', 'MUST', 'properties', met('value with context')],
    ['4.7', 'MUST', '/$value', met('raw')],
    ['4.8', 'MUST', '/$count', met('of a set, with $filter')],
    ['4.9', 'MUST', 'members by key', met('of a navigation property')],
    ['4.10', 'MAY', 'members by ordinal', none('no collection of the model is ordered')],
    ['4.11', 'MUST', 'derived types', NO_DERIVED],
    ['4.12', 'SHOULD', '/$filter', met('a subset')],
    ['4.13', 'SHOULD', '/$each', READ_ONLY],
    ['4.14', 'MUST', 'media streams', NO_MEDIA],
    ['4.15', 'SHOULD', '$crossjoin', met('answered 501 with its name')],
    ['4.16', 'MUST', '$all', met('answered 501 with its name')],
    ['4.17', 'SHOULD', '/$query', met('options in a text/plain body')],
  ]),
  section('URL', 'URL Conventions, chapter 5: Query Options', `${URLS}#sec_QueryOptions`, [
    ['5.1.1.1', 'MUST', 'logical operators', met('with their null semantics')],
    ['5.1.1.2', 'MUST', 'arithmetic operators', met('integers, decimals, dates and durations')],
    ['5.1.1.3', 'MUST', 'grouping', met('parentheses change the result')],
    ['5.1.1.4', 'MUST', 'canonical functions', met('any case of the name')],
    [
      '5.1.1.5',
      'SHOULD',
      'string and collection functions',
      met('concat contains endswith indexof length startswith substring, on both'),
    ],
    ['5.1.1.6', 'SHOULD', 'collection functions', met('hassubset and hassubsequence')],
    ['5.1.1.7', 'SHOULD', 'string functions', met('matchesPattern tolower toupper trim')],
    ['5.1.1.8', 'SHOULD', 'date and time functions', met('each against a known moment')],
    ['5.1.1.9', 'SHOULD', 'arithmetic functions', met('ceiling floor round')],
    ['5.1.1.10', 'SHOULD', 'type functions', met('cast and isof')],
    ['5.1.1.11', 'SHOULD', 'geo functions', met('answered 501 with their name')],
    ['5.1.1.12', 'SHOULD', 'conditional functions', met('case')],
    ['5.1.1.13', 'MUST', 'any and all', met('with and without a condition')],
    ['5.1.1.14', 'MUST', 'literals', met('one of every primitive type')],
    ['5.1.1.15', 'MUST', 'path expressions', met('through a navigation property; $it')],
    ['5.1.1.16', 'MAY', 'annotation values', none('rows have no annotations; the answer is 501')],
    ['5.1.1.17', 'MUST', 'precedence', met('and binds tighter than or, mul than add')],
    ['5.1.1.18', 'MUST', 'numeric promotion', met('Int64 beyond 2^53 compares exactly with decimals')],
    ['5.1.2', 'MUST', '$filter', met('with $count')],
    ['5.1.3', 'MUST', '$expand', met('* too')],
    ['5.1.4', 'MUST', '$select', met('* and several')],
    ['5.1.5', 'MUST', '$orderby', met('an expression')],
    ['5.1.6', 'MUST', '$top and $skip', met('0, and beyond the end')],
    ['5.1.7', 'MUST', '$count', met('with $top=0')],
    ['5.1.8', 'MUST', '$search', met('with $filter')],
    ['5.1.9', 'SHOULD', '$format', met('an unknown one is a 406')],
    ['5.1.10', 'MUST', '$compute', met('two at once')],
    ['5.1.11', 'MUST', '$index', READ_ONLY],
    ['5.1.12', 'MAY', '$schemaversion', met('* is accepted')],
    ['5.2', 'MUST', 'custom query options', met('ignored')],
    ['5.3', 'MUST', 'parameter aliases', met('in $filter and $orderby')],
  ]),
];

/** All requirements. */
export const REQUIREMENTS: readonly Requirement[] = SECTIONS.flatMap(({ requirements }) => requirements);
