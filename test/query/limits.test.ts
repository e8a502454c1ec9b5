/** Hostile sizes: what is refused, what fits, and that work grows with length only. */
import { describe, expect, it } from '@jest/globals';
import { errorOf, filterText, planOf, SETTINGS } from './understanding.js';
import { understand } from '../../src/query/read-request.js';

const URL_LENGTH = 16 * 1024;
const nest = (open: string, inner: string, close: string, times: number) =>
  open.repeat(times) + inner + close.repeat(times);
const fill = (piece: string, separator: string, length: number) =>
  Array.from({ length: Math.floor(length / (piece.length + separator.length)) }, () => piece).join(separator);

describe('beyond a limit: 400 at once, the limit named', () => {
  it.each([
    ['3,000 parentheses', nest('(', 'true', ')', 3000)],
    ['1,500 parentheses', nest('(', 'true', ')', 1500)],
    ['8,000 opening parentheses', '('.repeat(8000)],
    ['1,500 nots', `${'not '.repeat(1500)}true`],
    ['5,000 minus signs', `${'- '.repeat(5000)}1 eq 1`],
    ['nested concat', `${nest("concat('',", "''", ')', 1000)} eq ''`],
    ['nested lambdas', nest('tags/any(t:', 'true', ')', 500)],
    ['nested case', `${nest('case(true:', '1', ')', 500)} eq 1`],
    ['nested casts', `${nest('cast(', '1', ',Edm.String)', 500)} eq '1'`],
    ['nested arrays', `${nest('[', '', ']', 3000)} eq null`],
    ['nested objects', `${nest('{"a":', '1', '}', 2000)} eq null`],
    ['nested $count', nest('tags/$count($filter=', 'true', ') eq 1', 400)],
    ['a chain of additions', `${fill('1', ' add ', 10_000)} eq 1`],
    ['a chain of comparisons', fill('true', ' eq ', 10_000)],
    ['6,000 values of in', `riskScore in (${fill('1', ',', 12_000)})`],
    ['nested expressions of in', nest('1 in (', '1', ')', 500)],
  ])('%s', (_, filter) => {
    expect(errorOf(`DiscoveredApps?$filter=${filter}`)).toMatchObject({
      code: 'QUERY_TOO_COMPLEX',
      status: 400,
    });
  });

  it('aliases that double one another', () => {
    const chain = Array.from(
      { length: 30 },
      (_, index) => `@a${index}=@a${index + 1} and @a${index + 1}`,
    ).join('&');
    expect(errorOf(`DiscoveredApps?$filter=@a0&${chain}&@a30=true`).code).toBe('QUERY_TOO_COMPLEX');
  });

  it('aliases that nest through one another', () => {
    const chain = Array.from({ length: 300 }, (_, index) => `@a${index}=not @a${index + 1}`).join('&');
    expect(errorOf(`DiscoveredApps?$filter=@a0&${chain}`).code).toBe('QUERY_TOO_COMPLEX');
  });

  it('nested and repeated $expand', () => {
    expect(
      errorOf(`Tenants?$expand=${nest('streams($expand=tenant($expand=', 'streams', '))', 4)}`).code,
    ).toBe('QUERY_TOO_COMPLEX');
    expect(errorOf(`Tenants?$expand=${nest('streams($expand=', 'streams', ')', 900)}`).code).toBe(
      'QUERY_TOO_COMPLEX',
    );
    expect(errorOf('Streams?$expand=*($levels=5)').code).toBe('QUERY_UNSUPPORTED');
  });

  it('many order items and nested searches', () => {
    expect(errorOf(`Apps?$orderby=${fill('id', ',', 3000)}`).code).toBe('QUERY_TOO_COMPLEX');
    expect(errorOf(`Apps?$search=${nest('(', 'a', ')', 3000)}`).code).toBe('QUERY_TOO_COMPLEX');
    expect(errorOf(`Apps?$search=${'NOT '.repeat(3000)}a`).code).toBe('QUERY_TOO_COMPLEX');
  });
});

describe('within the limits', () => {
  it.each([
    ['85 or terms', fill("id eq '100000'", ' or ', 85 * 18)],
    ['as many or terms as a URL holds', fill('true', ' or ', URL_LENGTH)],
    ['as many and terms as a URL holds', fill('true', ' and ', URL_LENGTH)],
    ['1,000 values of in', `id in (${fill("'100000'", ',', 9000)})`],
    ['a text as long as a URL', `id eq '${'x'.repeat(URL_LENGTH)}'`],
    ['a text of quotes', `id eq '${"''".repeat(URL_LENGTH / 2)}'`],
    ['150 parentheses', nest('(', 'true', ')', 150)],
    ['150 nested concats', `${nest("concat('',", "''", ')', 150)} eq ''`],
  ])('%s', (_, filter) => {
    expect(() => planOf(`DiscoveredApps?$filter=${filter}`)).not.toThrow();
  });

  it('keeps long or chains shallow and in order', () => {
    const text = filterText(fill('true', ' or ', URL_LENGTH));
    expect(/^\(+/.exec(text)?.[0].length).toBeLessThan(20);
    expect(filterText('isSanctioned or isUnsanctioned or isGlobalReport or true')).toBe(
      '((isSanctioned or isUnsanctioned) or (isGlobalReport or true))',
    );
  });
});

describe('work grows with length', () => {
  const shapes: readonly (readonly [string, (length: number) => string])[] = [
    ['or chain', (length) => fill('true', ' or ', length)],
    ['in list', (length) => `riskScore in (${fill('1', ',', Math.min(length, 9000))})`],
    ['digits', (length) => `riskScore eq ${'1'.repeat(length)}`],
    ['digits and hyphens', (length) => `riskScore eq ${fill('11111111', '-', length)}`],
    ['quotes', (length) => `id eq '${"''".repeat(length / 2)}`],
    ['double quotes', (length) => `["${'\\"'.repeat(length / 2)}`],
    ['spaces', (length) => `true ${' '.repeat(length)}x`],
    ['a long name', (length) => `${'x'.repeat(length)} eq 1`],
    ['dots', (length) => `${fill('x', '.', length)} eq 1`],
    ['slashes', (length) => `${fill('stream', '/', length)} eq 1`],
    ['parentheses', (length) => '('.repeat(length)],
    ['strings', (length) => fill("'a'", ' ', length)],
  ];

  /** Least of several runs: noise only ever adds. */
  const cost = (url: string) => {
    let least = Infinity;
    for (let run = 0; run < 7; run += 1) {
      const start = process.hrtime.bigint();
      try {
        understand('DiscoveredApps', url, SETTINGS);
      } catch {
        // Refusing must be as cheap as accepting.
      }
      least = Math.min(least, Number(process.hrtime.bigint() - start));
    }
    return least;
  };

  it.each(shapes)('%s: eight times the length costs far less than sixty-four times the work', (_, shape) => {
    const url = (length: number) => `$filter=${encodeURIComponent(shape(length))}`;
    cost(url(URL_LENGTH / 8));
    const small = Math.max(cost(url(URL_LENGTH / 8)), 50_000);
    expect(cost(url(URL_LENGTH)) / small).toBeLessThan(40);
  });
});
