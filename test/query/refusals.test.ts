/** What is refused, with which code, place and advice. */
import { describe, expect, it } from '@jest/globals';
import { errorOf } from './understanding.js';

type Rows = readonly (readonly [input: string, code: string, text: string])[];
const table = (prefix: string, rows: Rows) => {
  it.each(rows)('%s', (input, code, text) => {
    const error = errorOf(prefix + input);
    expect(error.text).toContain(text);
    expect(error.code).toBe(code);
    expect(error.status).toBe(code === 'QUERY_UNSUPPORTED' ? 501 : code === 'PROTOCOL_NOT_FOUND' ? 404 : 400);
  });
};

describe('$filter: names', () => {
  table('DiscoveredApps?$filter=', [
    [
      'true and riskscor le 3',
      'QUERY_UNKNOWN_PROPERTY',
      "Unknown property 'riskscor' at position 9 in $filter. Did you mean 'riskScore'?",
    ],
    ['RISKSCORE le 3', 'QUERY_UNKNOWN_PROPERTY', "Did you mean 'riskScore'?"],
    ['nope eq 1', 'QUERY_UNKNOWN_PROPERTY', "Unknown property 'nope' at position 0 in $filter."],
    ['__proto__ eq 1', 'QUERY_UNKNOWN_PROPERTY', "Unknown property '__proto__' at position 0"],
    ['constructor/name eq 1', 'QUERY_UNKNOWN_PROPERTY', "Unknown property 'constructor' at position 0"],
    ['hasOwnProperty(displayName)', 'QUERY_UNKNOWN_FUNCTION', "Unknown function 'hasOwnProperty'"],
    ['toString(1) eq 1', 'QUERY_UNKNOWN_FUNCTION', "Unknown function 'toString' at position 0"],
    [
      'stream/displayNam eq 1',
      'QUERY_UNKNOWN_PROPERTY',
      "Unknown property 'displayNam' at position 7 in $filter. Did you mean 'displayName'?",
    ],
    [
      'displayName/length gt 3',
      'QUERY_UNKNOWN_PROPERTY',
      "'displayName' is a Edm.String and has no members at position 12",
    ],
    [
      "tags/any(t:t/x eq 'a')",
      'QUERY_UNKNOWN_PROPERTY',
      "'t' is a Edm.String and has no members at position 13",
    ],
    ["appTags/any(a:tag eq 'a')", 'QUERY_UNKNOWN_PROPERTY', "Did you mean 'a/tag'?"],
    ["tags/any(t:x eq 'a')", 'QUERY_UNKNOWN_PROPERTY', "Unknown property 'x' at position 11"],
    ["contain(displayName,'x')", 'QUERY_UNKNOWN_FUNCTION', "Did you mean 'contains'?"],
    ["substringof('x',displayName)", 'QUERY_UNKNOWN_FUNCTION', 'contains(text,part)'],
    ['Some.Function() eq 1', 'QUERY_UNKNOWN_FUNCTION', "Unknown function 'Some.Function' at position 0"],
  ]);
});

describe('$filter: types', () => {
  table('DiscoveredApps?$filter=', [
    [
      'category eq 5',
      'QUERY_TYPE',
      "'eq' cannot compare Edm.String and Edm.Int32 at position 9 in $filter. Put text into single quotes",
    ],
    [
      "riskScore gt '5'",
      'QUERY_TYPE',
      "'gt' cannot compare Edm.Int32 and Edm.String at position 10 in $filter. Write Edm.Int32 without quotes",
    ],
    ["lastSeenDateTime gt '2024-01-01'", 'QUERY_TYPE', 'without quotes, for example 2026-01-31T00:00:00Z'],
    ['tenantId eq 01234567-89ab-cdef-0123-456789abcdef', 'QUERY_TYPE', 'Put text into single quotes'],
    ['riskScore eq true', 'QUERY_TYPE', 'Edm.Int32 and Edm.Boolean'],
    ["tags eq 'x'", 'QUERY_TYPE', 'Use any(): tags/any(x:x eq …).'],
    ["contains(tags,'x')", 'QUERY_TYPE', 'Use any(): tags/any(x:contains(x,…)).'],
    ["appTags/tag eq 'x'", 'QUERY_TYPE', 'Use any(): appTags/any(x:x/tag eq …).'],
    ['appTags', 'QUERY_TYPE', "'appTags' is a collection of rows, not a value at position 0"],
    [
      'tags',
      'QUERY_TYPE',
      'Expected a condition (Edm.Boolean), but found Collection(Edm.String) at position 0',
    ],
    ['riskScore', 'QUERY_TYPE', 'Expected a condition (Edm.Boolean), but found Edm.Int32 at position 0'],
    ['isSanctioned and riskScore', 'QUERY_TYPE', 'position 17'],
    ['not riskScore', 'QUERY_TYPE', 'position 4'],
    ['not riskScore eq 5', 'QUERY_TYPE', 'position 4'],
    ['tags/any(t:t)', 'QUERY_TYPE', 'position 11'],
    [
      'displayName add 1 eq 2',
      'QUERY_TYPE',
      "'add' cannot be applied to Edm.String and Edm.Int32 at position 12",
    ],
    ['-displayName eq 1', 'QUERY_TYPE', "'-' cannot be applied to Edm.String"],
    [
      'lastSeenDateTime add lastSeenDateTime ne null',
      'QUERY_TYPE',
      "'add' cannot be applied to Edm.DateTimeOffset and Edm.DateTimeOffset",
    ],
    [
      'contains(displayName,5)',
      'QUERY_TYPE',
      'Argument 2 of contains must be Edm.String, but is Edm.Int32 at position 21',
    ],
    [
      'contains(displayName)',
      'QUERY_TYPE',
      'contains does not take 1 arguments at position 0 in $filter. Write contains(Edm.String,Edm.String).',
    ],
    [
      'year(displayName) eq 1',
      'QUERY_TYPE',
      'Argument 1 of year must be Edm.DateTimeOffset or Edm.Date, but is Edm.String',
    ],
    ['now(1) eq null', 'QUERY_TYPE', 'now does not take 1 arguments'],
    ["riskScore in ('a')", 'QUERY_TYPE', "'in' cannot compare Edm.Int32 and Edm.String at position 14"],
    ["category in ('a',5)", 'QUERY_TYPE', 'position 17'],
    ['riskScore in tags', 'QUERY_TYPE', "'in' cannot compare Edm.Int32 and Edm.String"],
    ['riskScore in (riskScore)', 'QUERY_TYPE', "'in' needs a list or a collection, but found Edm.Int32"],
    ["tags in ('a')", 'QUERY_TYPE', 'needs a single value'],
    ["category has Sales.Pattern'Yellow'", 'QUERY_TYPE', "'has' needs an enumeration before it"],
    ["category eq Sales.Pattern'Yellow'", 'QUERY_TYPE', "Unknown enumeration type 'Sales.Pattern'"],
    ["case(true:1,false:'a') eq 1", 'QUERY_TYPE', 'must share a type'],
    ['case(1:1) eq 1', 'QUERY_TYPE', 'position 5'],
    ['cast(category,Edm.Foo) eq 1', 'QUERY_TYPE', "Unknown primitive type 'Edm.Foo'"],
    ['["a",1] eq null', 'QUERY_TYPE', 'An array cannot hold Edm.String and Edm.Int32'],
    ['lastSeenDateTime gt 2024-02-30', 'QUERY_VALUE', "'2024-02-30' is no valid Edm.Date at position 20"],
    ["lastSeenDateTime gt duration'P1Y'", 'QUERY_VALUE', 'Edm.Duration'],
    ["displayName/any(x:x eq 'a')", 'QUERY_TYPE', 'not a collection'],
    ['stream/any(x:true)', 'QUERY_TYPE', 'any() needs a collection before it'],
    ['stream/$count gt 1', 'QUERY_TYPE', '$count needs a collection before it'],
    ['@a&@a=@b and @b&@b=@a', 'QUERY_VALUE', 'uses itself'],
    ["riskScore eq @a&@a='x'", 'QUERY_TYPE', 'position 10 in $filter'],
    ['@a&@a=nope eq 1', 'QUERY_UNKNOWN_PROPERTY', "Unknown property 'nope' at position 0 in @a."],
  ]);
});

describe('$filter: syntax', () => {
  table('DiscoveredApps?$filter=', [
    ['', 'QUERY_SYNTAX', 'Expected an expression, but the text ends at position 0'],
    [' true', 'QUERY_SYNTAX', 'Unexpected space at position 0'],
    ['riskScore eq', 'QUERY_SYNTAX', 'Expected an expression, but the text ends at position 12'],
    ['riskScore eq eq', 'QUERY_UNKNOWN_PROPERTY', "Unknown property 'eq'"],
    ['(riskScore eq 1', 'QUERY_SYNTAX', "Expected ')', but the text ends at position 15"],
    ['riskScore eq 1)', 'QUERY_SYNTAX', "found ')' at position 14"],
    ['displayName == 1', 'QUERY_SYNTAX', 'OData compares with words'],
    [
      'riskScore > 1',
      'QUERY_SYNTAX',
      "Unexpected character '>' at position 10 in $filter. OData compares with words: gt, ge.",
    ],
    ["displayName eq 'O'Reilly'", 'QUERY_SYNTAX', 'closing quote starts at position 24 in $filter. Close it'],
    ["displayName eq 'abc", 'QUERY_SYNTAX', 'starts at position 15'],
    ['displayName eq "abc"', 'QUERY_SYNTAX', 'Put text into single quotes'],
    ['displayName eq %E2%80%98abc%E2%80%99', 'QUERY_SYNTAX', 'Unexpected character'],
    ['riskScore eq 5x', 'QUERY_SYNTAX', "Unexpected 'x' after '5' at position 14"],
    ['riskScore eq 5.', 'QUERY_SYNTAX', 'position 14'],
    ['riskScore eq .5', 'QUERY_SYNTAX', "found '.' at position 13"],
    ['any(x:true)', 'QUERY_SYNTAX', 'Expected a collection before any()'],
    ['tags/any(t)', 'QUERY_SYNTAX', "Expected ':'"],
    ['tags/all()', 'QUERY_SYNTAX', 'Expected a variable name'],
    ["tags/any(t:tags/any(t:t eq 'x'))", 'QUERY_SYNTAX', "The variable 't' is taken already"],
    ['tags/$count/x gt 1', 'QUERY_SYNTAX', 'Nothing can follow $count'],
    ['category in (category,displayName)', 'QUERY_SYNTAX', 'Expected a literal in the list of in'],
    ["contains(displayName,'x'", 'QUERY_SYNTAX', "Expected ')', but the text ends"],
    ['$root', 'QUERY_SYNTAX', "Expected '/' and an entity set after $root"],
    ['$foo eq 1', 'QUERY_SYNTAX', 'Expected an expression'],
    ["foo'bar' eq 1", 'QUERY_TYPE', "Unknown enumeration type 'foo'"],
    ["category eq 'a'; drop table", 'QUERY_SYNTAX', "found ';'"],
    ["category eq 'a' or 1=1", 'QUERY_SYNTAX', "found '='"],
    ['riskScore eq 1 -- x', 'QUERY_SYNTAX', "found '-'"],
    ['case() eq 1', 'QUERY_SYNTAX', 'Expected a condition'],
    ['[1,2', 'QUERY_SYNTAX', "Expected ']', but the text ends"],
    ['{"a":}', 'QUERY_SYNTAX', "Expected an expression, but found '}'"],
    ['["a\\q"] eq null', 'QUERY_SYNTAX', 'malformed JSON string'],
  ]);
});

describe('legal, and answered 501 with its name', () => {
  table('DiscoveredApps?', [
    ['$index=0', 'QUERY_UNSUPPORTED', '$index'],
    ['$deltatoken=x', 'QUERY_UNSUPPORTED', '$deltatoken'],
    ['$schemaversion=7', 'QUERY_UNSUPPORTED', '$schemaversion'],
    [
      '$filter=geo.distance(displayName,category) lt 1',
      'QUERY_UNSUPPORTED',
      "'geo.distance', used at position 0 in $filter",
    ],
    ["$filter=geo.length(geography'SRID=0;Point(1 2)') lt 1", 'QUERY_UNSUPPORTED', 'geo.length'],
    ["$filter=category eq geography'SRID=0;Point(1 2)'", 'QUERY_UNSUPPORTED', 'geography literals'],
    ['$filter=$root/Apps/$count gt 1', 'QUERY_UNSUPPORTED', '$root'],
    ['$filter=stream eq null', 'QUERY_UNSUPPORTED', 'Name one of its properties'],
    ['$filter=category/@Core.X eq 1', 'QUERY_UNSUPPORTED', 'annotations'],
    ["$filter=appTags/$filter(tag eq 'x')/$count gt 1", 'QUERY_UNSUPPORTED', '$filter within a path'],
    ["$filter=stream/any('x') eq 1", 'QUERY_SYNTAX', 'a variable name'],
    ['$filter=category in tolower(category)', 'QUERY_TYPE', "'in' needs a list or a collection"],
    ['$filter={"a":1} eq null', 'QUERY_UNSUPPORTED', 'objects'],
    ['$filter=isof(DefenderDiscoveryFeed.DiscoveredApp)', 'QUERY_UNSUPPORTED', 'isof of the whole row'],
    ['$expand=stream/$ref', 'QUERY_UNSUPPORTED', '$ref in $expand'],
    ['$expand=stream($levels=2)', 'QUERY_UNSUPPORTED', '$levels'],
    ['$expand=*($levels=max)', 'QUERY_UNSUPPORTED', '$levels'],
    ['$expand=appTags($filter=$it/category eq tag)', 'QUERY_UNSUPPORTED', '$it within $expand'],
    ['$expand=stream/tenant', 'QUERY_UNSUPPORTED', 'Nest it: stream($expand=tenant).'],
    ['$select=tags($top=1)', 'QUERY_UNSUPPORTED', 'options within $select'],
  ]);
  table('', [
    ['$batch', 'QUERY_UNSUPPORTED', '$batch'],
    ['$all', 'QUERY_UNSUPPORTED', '$all'],
    ['$entity?$id=x', 'QUERY_UNSUPPORTED', '$entity'],
    ['$crossjoin(Apps,Streams)', 'QUERY_UNSUPPORTED', '$crossjoin'],
    ['Apps/$ref', 'QUERY_UNSUPPORTED', '$ref'],
    ['Apps/$each', 'QUERY_UNSUPPORTED', '$each'],
    ['Apps/$query', 'QUERY_UNSUPPORTED', '$query'],
    ['Apps/$filter(riskScore gt 5)', 'QUERY_UNSUPPORTED', '$filter'],
  ]);
});

describe('the other options', () => {
  table('DiscoveredApps?', [
    ['$flter=true', 'QUERY_UNKNOWN_OPTION', "Unknown system query option '$flter'. Did you mean '$filter'?"],
    ['$inlinecount=allpages', 'QUERY_UNKNOWN_OPTION', '$count=true'],
    ['$=1', 'QUERY_UNKNOWN_OPTION', "'$'"],
    ['$filter =true', 'QUERY_UNKNOWN_OPTION', "Did you mean '$filter'?"],
    ['$top=1&$top=1', 'QUERY_OPTION_NOT_ALLOWED', "'$top' stands twice"],
    ['$top=1&top=2', 'QUERY_OPTION_NOT_ALLOWED', "'$top' and 'top' are the same one"],
    ['$filter=true&$Filter=true', 'QUERY_OPTION_NOT_ALLOWED', 'twice'],
    ['@a=1&@a=2', 'QUERY_OPTION_NOT_ALLOWED', '@a'],
    ['$top=-1', 'QUERY_VALUE', "'-1' is not a whole number from 0 to 2147483647 at position 0 in $top."],
    ['$top=2147483648', 'QUERY_VALUE', '2147483647'],
    ['$top=1.5', 'QUERY_VALUE', '1.5'],
    ['$top=', 'QUERY_VALUE', '$top'],
    ['$top=ten', 'QUERY_VALUE', 'ten'],
    ['$top=1e3', 'QUERY_VALUE', '1e3'],
    ['$skip=-5', 'QUERY_VALUE', '$skip'],
    ['$count=yes', 'QUERY_VALUE', "'yes' is neither true nor false"],
    ['$count', 'QUERY_VALUE', '$count'],
    ['$format=', 'QUERY_VALUE', '$format'],
    ['$skiptoken=', 'QUERY_VALUE', '$skiptoken'],
    ['$levels=2', 'QUERY_OPTION_NOT_ALLOWED', 'parentheses of $expand'],
    ['$id=x', 'QUERY_OPTION_NOT_ALLOWED', '$id'],
    ['$select=', 'QUERY_SYNTAX', 'Expected a property name'],
    ['$select=id,', 'QUERY_SYNTAX', 'position 3'],
    ['$select=id;category', 'QUERY_SYNTAX', "found ';'"],
    ['$select=id,nope', 'QUERY_UNKNOWN_PROPERTY', "Unknown property 'nope' at position 3 in $select."],
    ['$select=*,nope', 'QUERY_UNKNOWN_PROPERTY', "'nope' at position 2"],
    ['$select=toString/name', 'QUERY_UNKNOWN_PROPERTY', "Unknown property 'toString'"],
    ['$select=id/name', 'QUERY_UNKNOWN_PROPERTY', "'id' has no members"],
    ['$select=__proto__', 'QUERY_UNKNOWN_PROPERTY', '__proto__'],
    ['$orderby=', 'QUERY_SYNTAX', 'position 0'],
    ['$orderby=riskScore dsc', 'QUERY_SYNTAX', "Did you mean 'desc'?"],
    ['$orderby=riskScore displayName', 'QUERY_SYNTAX', 'commas'],
    ['$orderby=tags', 'QUERY_TYPE', 'Rows cannot be ordered by Collection(Edm.String)'],
    ['$orderby=appTags/tag', 'QUERY_TYPE', 'any()'],
    ['$orderby=nope', 'QUERY_UNKNOWN_PROPERTY', 'position 0 in $orderby'],
    ['orderby=nope', 'QUERY_UNKNOWN_PROPERTY', 'position 0 in orderby'],
    ['$expand=strem', 'QUERY_UNKNOWN_PROPERTY', "Did you mean 'stream'?"],
    ['$expand=tags', 'QUERY_TYPE', 'Expandable are: stream, app, tenant, appTags, appDomains.'],
    ['$expand=stream,stream', 'QUERY_VALUE', 'expanded twice'],
    ['$expand=stream()', 'QUERY_SYNTAX', 'Expected one of'],
    ['$expand=stream($select=nope)', 'QUERY_UNKNOWN_PROPERTY', "'nope' at position 15 in $expand"],
    ['$expand=stream($top=1)', 'QUERY_OPTION_NOT_ALLOWED', '$top needs a collection'],
    ['$expand=stream/$count', 'QUERY_OPTION_NOT_ALLOWED', '/$count needs a collection'],
    ['$expand=appTags($top=-1)', 'QUERY_SYNTAX', 'a whole number'],
    ['$expand=appTags($top=9999999999)', 'QUERY_VALUE', 'above 2147483647'],
    ['$expand=appTags($top=1,$skip=2)', 'QUERY_SYNTAX', "found ','"],
    ['$expand=appTags($top=1;$top=2)', 'QUERY_SYNTAX', 'stands twice'],
    ['$expand=appTags($foo=1)', 'QUERY_SYNTAX', 'Expected one of'],
    ['$expand=appTags/$count($top=1)', 'QUERY_SYNTAX', '$filter= or $search='],
    ['$expand=appTags($filter=tag eq 5)', 'QUERY_TYPE', 'position 20 in $expand'],
    ['$filter=%', 'PROTOCOL_BAD_PATH', 'broken percent-encoding'],
    ['$filter=%FF', 'PROTOCOL_BAD_PATH', 'broken percent-encoding'],
    ['$filter=%00', 'PROTOCOL_BAD_PATH', 'broken percent-encoding'],
    ['$filter=%C0%AF', 'PROTOCOL_BAD_PATH', 'broken percent-encoding'],
  ]);
});

describe('options where they mean nothing', () => {
  const app = "DiscoveredApps(tenantId='a',streamId='b',id='c')";
  table('', [
    ['?$filter=true', 'QUERY_OPTION_NOT_ALLOWED', 'the service document'],
    ['$metadata?$top=1', 'QUERY_OPTION_NOT_ALLOWED', '$metadata'],
    [`${app}?$filter=true`, 'QUERY_OPTION_NOT_ALLOWED', "'$filter' means nothing for a single entity"],
    [`${app}?$top=1`, 'QUERY_OPTION_NOT_ALLOWED', 'address a collection'],
    [`${app}?$orderby=id`, 'QUERY_OPTION_NOT_ALLOWED', '$orderby'],
    [`${app}?$count=true`, 'QUERY_OPTION_NOT_ALLOWED', '$count'],
    [`${app}?$skiptoken=x`, 'QUERY_OPTION_NOT_ALLOWED', '$skiptoken'],
    [`${app}/displayName?$select=id`, 'QUERY_OPTION_NOT_ALLOWED', 'a property'],
    [`${app}/displayName/$value?$expand=stream`, 'QUERY_OPTION_NOT_ALLOWED', 'the value of a property'],
    [`DiscoveredApps/$count?$skiptoken=x`, 'QUERY_OPTION_NOT_ALLOWED', '$count'],
  ]);
});

describe('resource paths', () => {
  const app = "DiscoveredApps(tenantId='a',streamId='b',id='c')";
  table('', [
    [
      'discoveredapps',
      'PROTOCOL_NOT_FOUND',
      "There is no entity set 'discoveredapps'. Did you mean 'DiscoveredApps'?",
    ],
    ['favicon.ico', 'PROTOCOL_NOT_FOUND', 'favicon.ico'],
    ['__proto__', 'PROTOCOL_NOT_FOUND', '__proto__'],
    ['$foo', 'PROTOCOL_NOT_FOUND', '$foo'],
    ['DiscoveredApps()', 'PROTOCOL_BAD_PATH', "lacks 'tenantId' and 'streamId' and 'id'"],
    ["DiscoveredApps('a')", 'PROTOCOL_BAD_PATH', "Write DiscoveredApps(tenantId='…',streamId='…',id='…')."],
    ["DiscoveredApps(tenantId='a',streamId='b')", 'PROTOCOL_BAD_PATH', "lacks 'id'"],
    [
      "DiscoveredApps(tenantId='a',streamId='b',ID='c')",
      'PROTOCOL_BAD_PATH',
      "names 'ID', which is no key property",
    ],
    ["DiscoveredApps(tenantId='a',tenantId='a',id='c')", 'PROTOCOL_BAD_PATH', "names 'tenantId' twice"],
    ["DiscoveredApps('a','b','c')", 'PROTOCOL_BAD_PATH', 'without a name'],
    [
      "DiscoveredApps(tenantId=1,streamId='b',id='c')",
      'PROTOCOL_BAD_PATH',
      "'tenantId' of DiscoveredApps is Edm.String",
    ],
    ["DiscoveredApps(tenantId=null,streamId='b',id='c')", 'PROTOCOL_BAD_PATH', 'Edm.String'],
    [
      "Dates('2024')",
      'PROTOCOL_BAD_PATH',
      "'dateKey' of Dates is Edm.Int32, and its value is not. Write Dates(…).",
    ],
    ['Dates(99999999999)', 'PROTOCOL_BAD_PATH', 'Edm.Int32'],
    ['Dates/today', 'PROTOCOL_NOT_FOUND', 'Edm.Int32'],
    ['Tenants(a)', 'PROTOCOL_BAD_PATH', 'Expected a literal'],
    ["Tenants('a'", 'PROTOCOL_BAD_PATH', 'cannot be read'],
    ["Tenants('a')x", 'PROTOCOL_BAD_PATH', 'the end of the segment'],
    ["Tenants('O'Neil')", 'PROTOCOL_BAD_PATH', 'cannot be read'],
    ["Tenants('a/b')", 'PROTOCOL_BAD_PATH', '%2F'],
    ["Tenants(id='a';x='b')", 'PROTOCOL_BAD_PATH', 'cannot be read'],
    ['Tenants(@missing)', 'PROTOCOL_BAD_PATH', 'Edm.String'],
    ['DiscoveredApps/displayName', 'PROTOCOL_NOT_FOUND', 'stands where a key must'],
    [`${app}/nope`, 'PROTOCOL_NOT_FOUND', "DiscoveredApp has no property 'nope'"],
    [`${app}/displayNam`, 'PROTOCOL_NOT_FOUND', "Did you mean 'displayName'?"],
    [`${app}/toString`, 'PROTOCOL_NOT_FOUND', 'toString'],
    [`${app}/displayName/x`, 'PROTOCOL_BAD_PATH', 'cannot follow'],
    [`${app}/displayName/$count`, 'PROTOCOL_BAD_PATH', 'cannot follow'],
    [`${app}/tags/$value`, 'PROTOCOL_BAD_PATH', 'cannot follow'],
    [`${app}/displayName/$ref`, 'QUERY_UNSUPPORTED', '$ref'],
    [`${app}/displayName('a')`, 'PROTOCOL_BAD_PATH', 'takes no key'],
    [`${app}/stream('a')`, 'PROTOCOL_BAD_PATH', 'takes no key'],
    [`${app}/$count`, 'PROTOCOL_BAD_PATH', 'a single entity stands there'],
    [`${app}/$value`, 'PROTOCOL_BAD_PATH', '$value needs a property'],
    ['Apps/$count/x', 'PROTOCOL_BAD_PATH', 'Nothing can follow $count'],
    ['$count', 'PROTOCOL_BAD_PATH', 'needs an entity set'],
    ['%', 'PROTOCOL_BAD_PATH', 'broken percent-encoding'],
    ['%E0%A4', 'PROTOCOL_BAD_PATH', 'broken percent-encoding'],
    ['Apps%00', 'PROTOCOL_BAD_PATH', 'broken percent-encoding'],
    [`Apps${'/x'.repeat(60)}`, 'PROTOCOL_BAD_PATH', 'more than 50 segments'],
    ['../etc/passwd', 'PROTOCOL_NOT_FOUND', "'..'"],
  ]);
});
