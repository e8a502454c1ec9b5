/** $filter and $orderby: what expressions are bound to. */
import { describe, expect, it } from '@jest/globals';
import { expressionText } from '../../src/query/explain.js';
import { filterText, planOf } from './understanding.js';

type Rows = readonly (readonly [input: string, bound: string])[];
const table = (rows: Rows) => {
  it.each(rows)('%s', (input, bound) => {
    expect(filterText(input)).toBe(bound);
  });
};

describe('URL Conventions 5.1.1.16, operator precedence', () => {
  table([
    [
      'riskScore eq 1 or riskScore eq 2 and isSanctioned',
      '((riskScore eq 1:Edm.Int32) or ((riskScore eq 2:Edm.Int32) and isSanctioned))',
    ],
    [
      '(riskScore eq 1 or riskScore eq 2) and isSanctioned',
      '(((riskScore eq 1:Edm.Int32) or (riskScore eq 2:Edm.Int32)) and isSanctioned)',
    ],
    ['not isSanctioned and isUnsanctioned', '(not isSanctioned and isUnsanctioned)'],
    ['not isSanctioned eq true', '(not isSanctioned eq true)'],
    ['not (riskScore gt 5)', 'not (riskScore gt 5:Edm.Int32)'],
    ["not category in ('crm')", "not category in ('crm')"],
    ['riskScore gt 1 eq true', '((riskScore gt 1:Edm.Int32) eq true)'],
    ['userCount add 2 mul 3 eq 7', '((userCount add (2:Edm.Int32 mul 3:Edm.Int32)) eq 7:Edm.Int64)'],
    ['userCount sub 2 sub 3 eq 7', '(((userCount sub 2:Edm.Int32) sub 3:Edm.Int32) eq 7:Edm.Int64)'],
    ['-userCount add 2 lt 0', '((-userCount add 2:Edm.Int32) lt 0:Edm.Int64)'],
    ['- userCount mul -2 lt 0', '((-userCount mul -2:Edm.Int32) lt 0:Edm.Int64)'],
    [
      'userCount div 2 divby 4 mod 3 le 1',
      '((((userCount div 2:Edm.Int32) divby 4:Edm.Int32) mod 3:Edm.Int32) le 1:Edm.Decimal)',
    ],
    ['not not isSanctioned', 'not not isSanctioned'],
    [
      'isSanctioned or isUnsanctioned or isGlobalReport',
      '((isSanctioned or isUnsanctioned) or isGlobalReport)',
    ],
  ]);
});

describe('URL Conventions 5.1.1.1, comparison and membership', () => {
  table([
    ["category eq 'crm'", "(category eq 'crm')"],
    ["category EQ 'crm' AND riskScore LT 3", "((category eq 'crm') and (riskScore lt 3:Edm.Int32))"],
    ["displayName eq 'O''Reilly'", "(displayName eq 'O''Reilly')"],
    ["displayName eq ''", "(displayName eq '')"],
    ["displayName eq 'Notepad%2B%2B'", "(displayName eq 'Notepad++')"],
    ["displayName eq 'a+b'", "(displayName eq 'a b')"],
    ["displayName eq 'Caf%C3%A9 %F0%9F%98%80'", "(displayName eq 'Café 😀')"],
    ['category ne null', '(category ne null)'],
    ['null eq null', '(null eq null)'],
    ['null ne category', '(null ne category)'],
    ["category in ('crm','webemail')", "category in ('crm', 'webemail')"],
    ["category in ( 'crm' , 'webemail' )", "category in ('crm', 'webemail')"],
    ['category in ["crm","webemail",null]', "category in ('crm', 'webemail', null)"],
    ['category in ()', 'category in ()'],
    [
      "category in [tolower(displayName),'crm',streamName]",
      "((category in ('crm') or (category eq tolower(displayName))) or (category eq streamName))",
    ],
    ['riskScore in (1,2.5,3e0,null)', 'riskScore in (1, 2.5, 3, null)'],
    ["'Sanctioned' in tags", "'Sanctioned' in tags"],
    ["'Sanctioned' in (tags)", "'Sanctioned' in tags"],
    ['isSanctioned gt false', '(isSanctioned gt false)'],
    ['false', 'false'],
    ['tRUe', 'true'],
    ['null', 'null'],
    ['stream/displayName eq streamName', '(stream/displayName eq streamName)'],
    ["stream/tenant/displayName eq 'x'", "(stream/tenant/displayName eq 'x')"],
    ["$it/category eq 'crm'", "(category eq 'crm')"],
    ["$this/category eq 'crm'", "(category eq 'crm')"],
    ["DefenderDiscoveryFeed.DiscoveredApp/category eq 'crm'", "(category eq 'crm')"],
  ]);
});

describe('ABNF primitiveLiteral', () => {
  table([
    ['userCount eq 2147483647', '(userCount eq 2147483647:Edm.Int64)'],
    ['userCount eq 9007199254740993', '(userCount eq 9007199254740993:Edm.Int64)'],
    ['userCount lt 9223372036854775808', '(userCount lt 9223372036854775808:Edm.Decimal)'],
    ['userCount eq -1', '(userCount eq -1:Edm.Int64)'],
    ['userCount eq %2B1', '(userCount eq 1:Edm.Int64)'],
    ['riskScore ge 3.5', '(riskScore ge 3.5:Edm.Decimal)'],
    ['userCount ge 1E%2B15', '(userCount ge 1000000000000000:Edm.Double)'],
    ['userCount ge 1E+15', '(userCount ge 1000000000000000:Edm.Double)'],
    ['userCount ge 1e-3', '(userCount ge 0.001:Edm.Double)'],
    [
      'userCount lt INF and userCount gt -INF or userCount eq NaN',
      '(((userCount lt INF:Edm.Double) and (userCount gt -INF:Edm.Double)) or (userCount eq NaN:Edm.Double))',
    ],
    ['lastSeenDateTime ge 2024-01-01', '(lastSeenDateTime ge 2024-01-01T00:00:00Z)'],
    ['2024-01-01 le lastSeenDateTime', '(2024-01-01T00:00:00Z le lastSeenDateTime)'],
    ['lastSeenDateTime gt 2021-02-03T04:05:06Z', '(lastSeenDateTime gt 2021-02-03T04:05:06Z)'],
    ['lastSeenDateTime gt 2019-10-01T00:00:00-06:00', '(lastSeenDateTime gt 2019-10-01T06:00:00Z)'],
    ['lastSeenDateTime gt 2019-10-01T02:00%2B02:00', '(lastSeenDateTime gt 2019-10-01T00:00:00Z)'],
    ['lastSeenDateTime gt 2019-10-01T02:00:00+02:00', '(lastSeenDateTime gt 2019-10-01T00:00:00Z)'],
    ['lastSeenDateTime gt 2024-01-01T00:00:00.1234567Z', '(lastSeenDateTime gt 2024-01-01T00:00:00.123Z)'],
    ["lastSeenDateTime gt now() sub duration'P7D'", '(lastSeenDateTime gt (now() sub P7D:Edm.Duration))'],
    [
      "lastSeenDateTime sub firstSeenDateTime gt 'PT1H'",
      '((lastSeenDateTime sub firstSeenDateTime) gt PT3600S:Edm.Duration)',
    ],
    ['time(lastSeenDateTime) lt 12:30', '(time(lastSeenDateTime) lt 12:30:00.000:Edm.TimeOfDay)'],
    [
      'cast(tenantId,Edm.Guid) eq 01234567-89AB-cdef-0123-456789abcdef',
      '(cast(tenantId, Edm.Guid) eq 01234567-89ab-cdef-0123-456789abcdef)'.replace(
        /0123.*f\)/,
        "'01234567-89ab-cdef-0123-456789abcdef')",
      ),
    ],
  ]);
});

describe('URL Conventions 5.1.1.5 to 5.1.1.9, functions', () => {
  table([
    ["contains(tolower(displayName),'google')", "contains(tolower(displayName), 'google')"],
    ["CONTAINS( displayName , 'x' )", "contains(displayName, 'x')"],
    ["matchespattern(displayName,'%5EA')", "matchesPattern(displayName, '^A')"],
    ["indexof(displayName,'a') eq -1", "(indexof(displayName, 'a') eq -1:Edm.Int32)"],
    ["substring(displayName,1,2) eq 'ox'", "(substring(displayName, 1:Edm.Int32, 2:Edm.Int32) eq 'ox')"],
    [
      "concat(concat(category,'-'),displayName) ne null",
      "(concat(concat(category, '-'), displayName) ne null)",
    ],
    ['length(tags) gt 1', '(length(tags) gt 1:Edm.Int32)'],
    ['hassubset(tags,["a","b"])', "hassubset(tags, ['a', 'b'])"],
    ['contains(null,displayName)', 'contains(null, displayName)'],
    ['year(lastSeenDateTime) eq 2024', '(year(lastSeenDateTime) eq 2024:Edm.Int32)'],
    ['date(lastSeenDateTime) eq 2024-01-01', '(date(lastSeenDateTime) eq 2024-01-01:Edm.Date)'],
    ['lastSeenDateTime lt maxdatetime()', '(lastSeenDateTime lt maxdatetime())'],
    ['round(userCount) eq 3', '(round(userCount) eq 3:Edm.Decimal)'],
    [
      "case(riskScore gt 5:'low',true:null) eq 'low'",
      "(case((riskScore gt 5:Edm.Int32): 'low', true: null) eq 'low')",
    ],
    ["cast(riskScore,Edm.String) eq '5'", "(cast(riskScore, Edm.String) eq '5')"],
    ['isof(riskScore,Edm.Int32)', 'isof(riskScore, Edm.Int32)'],
  ]);
});

describe('URL Conventions 5.1.1.13, lambda operators and $count', () => {
  table([
    ["tags/any(t:t eq 'Sanctioned')", "tags/any(t: (t eq 'Sanctioned'))"],
    ['tags/any()', 'tags/any()'],
    ["tags/all( t : startswith(t,'x') )", "tags/all(t: startswith(t, 'x'))"],
    [
      "appTags/any(a:a/tag eq 'x' and category eq 'crm')",
      "appTags/any(a: ((a/tag eq 'x') and (category eq 'crm')))",
    ],
    [
      'app/usage/any(u:u/stream/appCount gt 5 and u/tags/any(t:t eq u/category))',
      'app/usage/any(u: ((u/stream/appCount gt 5:Edm.Int32) and u/tags/any(t: (t eq u/category))))',
    ],
    ['tags/$count gt 1', '(tags/$count gt 1:Edm.Int64)'],
    [
      "appTags/$count($filter=tag ne 'x') eq 0",
      "(appTags/$count($filter=($this/tag ne 'x')) eq 0:Edm.Int64)",
    ],
    [
      'tags/$count($filter=$this eq $it/category) eq 0',
      '(tags/$count($filter=($this eq category)) eq 0:Edm.Int64)',
    ],
  ]);
});

describe('URL Conventions 5.1.1.15, parameter aliases', () => {
  table([
    ["category eq @c&@c='crm'", "(category eq 'crm')"],
    ['category eq @missing', '(category eq null)'],
    ['@p&@p=riskScore in @l&@l=[1,2]', 'riskScore in (1, 2)'],
    ["category in (@a,@b)&@a='x'&@b='y'", "category in ('x', 'y')"],
    ["@s/displayName eq 'x'&@s=$it/stream", "(stream/displayName eq 'x')"],
  ]);
});

describe('Protocol 11.2.6.2, $orderby', () => {
  it.each([
    ['riskScore desc, displayName asc', 'riskScore desc, displayName, tenantId, streamId, id'],
    ['id,tenantId desc', 'id, tenantId desc, streamId'],
    ['length(displayName),tags/$count desc', 'length(displayName), tags/$count desc, tenantId, streamId, id'],
    ['stream/id', 'stream/id, tenantId, streamId, id'],
    ['riskScore ge 5 DESC', '(riskScore ge 5:Edm.Int32) desc, tenantId, streamId, id'],
  ])('%s', (input, order) => {
    const { orderBy } = planOf(`DiscoveredApps?$orderby=${input}`);
    expect(
      orderBy.map(({ expr, descending }) => expressionText(expr) + (descending ? ' desc' : '')).join(', '),
    ).toBe(order);
  });
});
