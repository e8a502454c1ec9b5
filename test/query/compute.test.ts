/** $compute: what computed properties are bound to, where they may be used, what is refused. */
import { describe, expect, it } from '@jest/globals';
import { expressionText } from '../../src/query/explain.js';
import { errorOf, planOf } from './understanding.js';

const names = (url: string) => planOf(url).select.map(({ name }) => name);

describe('Protocol 11.2.5.3, $compute', () => {
  it('stands for its expression in $filter and $orderby', () => {
    const plan = planOf(
      'DiscoveredApps?$compute=userCount mul 2 as twice&$filter=twice gt 5&$orderby=twice desc',
    );
    expect(expressionText(plan.filter!)).toBe('((userCount mul 2:Edm.Int32) gt 5:Edm.Int64)');
    expect(expressionText(plan.orderBy[0]!.expr)).toBe('(userCount mul 2:Edm.Int32)');
    expect(plan.orderBy).toHaveLength(4);
  });

  it('sees what stands before it in the list, through navigation too', () => {
    const plan = planOf(
      "DiscoveredApps?$compute=stream/displayName as s,concat(s,'!') as loud&$filter=tags/any(t:t eq loud)",
    );
    expect(expressionText(plan.filter!)).toBe("tags/any(t: (t eq concat(stream/displayName, '!')))");
  });

  it.each([
    ['userCount mul 2', 'Edm.Int64', false],
    ['userCount divby 2', 'Edm.Decimal', false],
    ['riskScore gt 3', 'Edm.Boolean', false],
    ['length(displayName)', 'Edm.Int32', false],
    ["case(riskScore gt 3:'high')", 'Edm.String', false],
    ['date(lastSeenDateTime)', 'Edm.Date', false],
    ['substring(tags,1)', 'Edm.String', true],
    ['cast(userCount,Edm.Double)', 'Edm.Double', false],
    ['null', 'Edm.String', false],
  ])('infers the type of %s: %s', (expression, type, collection) => {
    const property = planOf(`DiscoveredApps?$compute=${expression} as x`).select.at(-1);
    expect(property).toMatchObject({ name: 'x', type, collection, nullable: true, dynamic: true });
  });

  it('is written without $select, with * and where it is named, and else not', () => {
    expect(names('RiskLevels?$compute=1 as one')).toHaveLength(6);
    expect(names('RiskLevels?$compute=1 as one&$select=*').at(-1)).toBe('one');
    expect(names('RiskLevels?$compute=1 as one&$select=one,id')).toEqual(['id', 'one']);
    expect(names('RiskLevels?$compute=1 as one&$select=id')).toEqual(['id']);
    expect(planOf('RiskLevels?$compute=1 as one&$select=id').compute).toBeUndefined();
  });

  it('may stand in $expand, at one entity, and in /$count for $filter', () => {
    const [expand] = planOf(
      "Apps?$expand=appTags($compute=toupper(tag) as upper;$filter=upper eq 'HR';$select=upper)",
    ).expand;
    expect(expressionText(expand!.rows.filter!)).toBe("(toupper(tag) eq 'HR')");
    expect(expand!.rows.select.map(({ name }) => name)).toEqual(['upper']);
    expect(planOf("Tenants('x')?$compute=toupper(id) as upper").compute?.size).toBe(1);
    expect(expressionText(planOf('Apps/$count?$compute=1 as one&$filter=one eq 2').filter!)).toContain('eq');
  });

  it.each([
    ['$compute=userCount mul 2', 'QUERY_SYNTAX', 'Expected as and a name'],
    ['$compute=userCount as', 'QUERY_SYNTAX', 'Expected a name'],
    ['$compute=1 as a.b', 'QUERY_SYNTAX', 'Expected a name'],
    ['$compute=', 'QUERY_SYNTAX', 'Expected an expression'],
    [
      '$compute=1 as userCount',
      'QUERY_VALUE',
      "'userCount' is taken by a property of DiscoveredApp at position 5",
    ],
    ['$compute=1 as stream', 'QUERY_VALUE', 'taken by a property'],
    ['$compute=1 as a,2 as a', 'QUERY_VALUE', "The name 'a' is taken at position 12"],
    ['$compute=b as a,1 as b', 'QUERY_UNKNOWN_PROPERTY', "'b' at position 0 in $compute"],
    ['$compute=nosuch as a', 'QUERY_UNKNOWN_PROPERTY', 'nosuch'],
    ['$compute=1 as a&$select=b', 'QUERY_UNKNOWN_PROPERTY', "'b'"],
    ['$compute=1 as a&$filter=a/x eq 1', 'QUERY_UNSUPPORTED', 'after the computed'],
    ["$compute=1 as a&$filter=a eq 'x'", 'QUERY_TYPE', 'Edm.Int32 and Edm.String'],
    ['$compute=tags as t&$orderby=t', 'QUERY_TYPE', 'cannot be ordered'],
    ['$expand=stream($compute=1 as id)', 'QUERY_VALUE', 'taken by a property of Stream'],
  ])('%s is refused', (options, code, words) => {
    const error = errorOf(`DiscoveredApps?${options}`);
    expect(error.code).toBe(code);
    expect(error.text).toContain(words);
  });

  it('refuses at once what would grow beyond all bounds', () => {
    const doubling = Array.from({ length: 40 }, (_, at) => `x${at} add x${at} as x${at + 1}`);
    expect(errorOf(`DiscoveredApps?$compute=userCount as x0,${doubling.join(',')}`).code).toBe(
      'QUERY_TOO_COMPLEX',
    );
    const deepening = Array.from({ length: 90 }, (_, at) => `-(-(-x${at})) as x${at + 1}`);
    expect(errorOf(`DiscoveredApps?$compute=userCount as x0,${deepening.join(',')}`).code).toBe(
      'QUERY_TOO_COMPLEX',
    );
    const many = Array.from({ length: 200 }, (_, at) => `1 as x${at}`);
    expect(errorOf(`DiscoveredApps?$compute=${many.join(',')}`).text).toContain('computed properties, 100');
  });
});
