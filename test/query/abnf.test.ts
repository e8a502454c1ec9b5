/**
 * The OASIS test cases of the OData 4.01 grammar, run through the parser: syntax only, the names in them are not ours.
 * Every positive case that concerns read URLs parses, every negative one is refused.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { FeedError } from '../../src/errors.js';
import { parseWholeExpression } from '../../src/query/parse-expression.js';
import { parseQuery } from '../../src/query/parse-query.js';
import { parseSearch } from '../../src/query/parse-search.js';
import { decodePercent, splitQuery } from '../../src/query/query-options.js';
import { parseResourcePath } from '../../src/query/resource-path.js';

interface Case {
  readonly Rule: string;
  readonly Input: string;
  readonly FailAt?: number;
}

const decoded = (input: string) => decodePercent(input.replaceAll('+', ' '), 'query');
const asExpression = (input: string) => parseWholeExpression(decoded(input), '$filter');
const asQuery = (input: string) => parseQuery(splitQuery(input));
const asPath = (input: string) => parseResourcePath(input);
const asUrl = (input: string) => {
  const relative = input.replace(
    /^https?:\/\/[^/]+\/(?:(?:service|OData\/OData\.svc|MyService|Model\.Container)\/)?/,
    '',
  );
  const question = relative.indexOf('?');
  asPath(question === -1 ? relative : relative.slice(0, question));
  if (question !== -1) asQuery(relative.slice(question + 1));
};

/** Literal rules whose negative cases are literals of another kind. */
const asLiteral = (kind: string) => (input: string) => {
  const tree = asExpression(input);
  if (tree.kind !== 'literal' || tree.literal !== kind) throw new FeedError('QUERY_TYPE', `No ${kind}`);
};

/** How the cases of each rule are run. */
const RUN: Readonly<Record<string, (input: string) => unknown>> = {
  ...Object.fromEntries(
    [
      ...[
        'commonExpr',
        'boolCommonExpr',
        'boolcommonExpr',
        'firstMemberExpr',
        'propertyPathExpr',
        'notExpr',
        'isofExpr',
      ],
      ...[
        'primitiveLiteral',
        'binaryLiteral',
        'boolean',
        'date',
        'dateTimeOffsetLiteral',
        'decimalLiteral',
        'doubleLiteral',
      ],
      ...[
        'singleLiteral',
        'durationLiteral',
        'enumLiteral',
        'guid',
        'int16Literal',
        'int32Literal',
        'int64Literal',
      ],
      ...['sbyteLiteral', 'stringLiteral', 'timeOfDayLiteral', 'null', 'dateTimeOffsetValueInUrl'],
      ...['geographyCollection', 'geographyLineString', 'geographyMultiLineString', 'geographyMultiPoint'],
      ...[
        'geographyMultiPolygon',
        'geographyPoint',
        'geographyPolygon',
        'geometryCollection',
        'geometryLineString',
      ],
      ...[
        'geometryMultiLineString',
        'geometryMultiPoint',
        'geometryMultiPolygon',
        'geometryPoint',
        'geometryPolygon',
      ],
    ].map((rule) => [rule, asExpression]),
  ),
  ...Object.fromEntries(
    [
      ...[
        'queryOptions',
        'systemQueryOption',
        'customQueryOption',
        'filter',
        'orderby',
        'orderBy',
        'select',
        'expand',
      ],
      ...['compute', 'search', 'skiptoken', 'deltatoken'],
    ].map((rule) => [rule, asQuery]),
  ),
  boolean: asLiteral('boolean'),
  date: asLiteral('date'),
  guid: asLiteral('guid'),
  anyExpr: (input) => asExpression(`Products/${input}`),
  searchExpr: (input) => parseSearch(decoded(input), '$search'),
  resourcePath: asPath,
  entitySetName: asPath,
  odataRelativeUri: asUrl,
  odataUri: asUrl,
};

const PAYLOAD = 'a value in a JSON payload: model/edm-value.ts reads those';
const HEADER = 'a header: the odata room reads those';
/** Rules that do not concern this room. */
const OTHER_ROOMS: Readonly<Record<string, string>> = {
  booleanValue: PAYLOAD,
  byteValue: PAYLOAD,
  dateValue: PAYLOAD,
  dateTimeOffsetValue: PAYLOAD,
  decimalValue: PAYLOAD,
  doubleValue: PAYLOAD,
  durationValue: PAYLOAD,
  enumValue: PAYLOAD,
  int16Value: PAYLOAD,
  int32Value: PAYLOAD,
  int64Value: PAYLOAD,
  sbyteValue: PAYLOAD,
  singleValue: PAYLOAD,
  timeOfDayValue: PAYLOAD,
  primitiveValue: PAYLOAD,
  header: HEADER,
  prefer: HEADER,
  preference: HEADER,
  includeAnnotationsPreference: HEADER,
  maxpagesizePreference: HEADER,
  context: 'the fragment of a context URL: we write those and never read them',
  'request-id': 'an id within $batch (issue 3)',
  odataIdentifier: 'names are looked up in the model, whatever their letters',
  functionParameter: 'the model has no functions; their arguments run with odataRelativeUri',
  stringInUrl: 'runs within arrays and objects (commonExpr)',
};

const MODEL = 'syntax is right, the model of the test cases refuses it: ours has no such members';
const ENCODED =
  'differs from a legal one by percent-encoding only, and options are decoded before they are parsed';
const TWICE = 'Protocol 11.2.1: the same system query option must not stand twice; refused';
const CUSTOM = 'what follows the & is a custom query option of its own, and those are ignored';
const HOST = 'scheme and host are read before the feed sees the URL';
const FRAGMENT = 'clients keep fragments to themselves: none reaches a server';
const ENTITY = '$entity is answered 501 whatever its options are (issue 3)';
/** Cases that end otherwise here, with the reason. */
const OTHERWISE: Readonly<Record<string, string>> = {
  "$entity?$id=http://myservice/Customers('ALFKI')&$select=CompanyName,ContactName&$expand=Orders": ENTITY,
  '$entity?$format=json': ENTITY,
  'Categories/TheBestProduct()': MODEL,
  'Categories(1)/Address/$value': MODEL,
  'Categories(1)/Thumbnail/$value': MODEL,
  'Products(1)/Model.BestSellingProduct/Model.BestSellingProduct': MODEL,
  'ProductsByCategoryId(categoryId=2)(2)':
    'two pairs of parentheses follow functions only, and the model has none',
  'http//My.Org/': HOST,
  'http://host/service/$metadata#Customers': FRAGMENT,
  '$metadata#Customers(Address,Orders)': FRAGMENT,
  '$search=more&more': CUSTOM,
  '$skiptoken=Not&this': CUSTOM,
  '$search=#1': ENCODED,
  '$search=a;b': ENCODED,
  '"blue%22green': ENCODED,
  '$format=json&$Format=atom&$format=xml&$format=text/html': TWICE,
  '$format=JSON&$format=Atom&$format=XML&$format=text/html': TWICE,
  '$expand=Manager($search=a%3Bb)': ENCODED,
};

const folder = process.env.ODATA_TEST_DATA;

if (folder === undefined) {
  describe('OData ABNF test cases', () => {
    it.skip('need ODATA_TEST_DATA, the folder of odata-abnf-testcases.yaml', () => undefined);
  });
} else {
  const file = readFileSync(`${folder}/odata-abnf-testcases.yaml`, 'utf8');
  const cases = (load(file) as { TestCases: Case[] }).TestCases;
  const concerned = cases.filter(
    ({ Rule, Input }) => RUN[Rule] !== undefined && OTHERWISE[Input] === undefined,
  );

  describe('OData ABNF test cases: what reads are made of', () => {
    it.each(concerned.filter((each) => each.FailAt === undefined).map((each) => [each.Rule, each.Input]))(
      '%s parses %s',
      (rule, input) => {
        expect(() => RUN[rule]!(input)).not.toThrow();
      },
    );

    it.each(concerned.filter((each) => each.FailAt !== undefined).map((each) => [each.Rule, each.Input]))(
      '%s refuses %s',
      (rule, input) => {
        expect(() => RUN[rule]!(input)).toThrow(FeedError);
      },
    );

    it('every rule runs here or is named as not ours', () => {
      const unknown = cases
        .map(({ Rule }) => Rule)
        .filter((rule) => RUN[rule] === undefined && OTHER_ROOMS[rule] === undefined);
      expect([...new Set(unknown)]).toEqual([]);
    });

    it('every exception is still a test case', () => {
      const inputs = new Set(cases.map(({ Input }) => Input));
      expect(Object.keys(OTHERWISE).filter((input) => !inputs.has(input))).toEqual([]);
    });
  });
}
