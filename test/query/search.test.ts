/** $search as a condition: what it is bound to, where it may stand, what is refused. */
import { describe, expect, it } from '@jest/globals';
import { expressionText } from '../../src/query/explain.js';
import { errorOf, filterText, planOf } from './understanding.js';

describe('URL Conventions 5.1.8, $search as a condition', () => {
  it.each([
    ['$search=Drive', "search('drive')"],
    ['$search="Google Drive"', "search('google drive')"],
    ['$search=a b', "(search('a') and search('b'))"],
    ['$search=a OR NOT b', "(search('a') or not search('b'))"],
    [
      '$search=(a OR b) AND NOT (c d)',
      "((search('a') or search('b')) and not (search('c') and search('d')))",
    ],
    ["$search='it''s (half'", "search('it''s (half')"],
    ['$search=a&$filter=riskScore eq 1', "((riskScore eq 1:Edm.Int32) and search('a'))"],
    ['search=a', "search('a')"],
  ])('%s', (options, bound) => {
    const { filter } = planOf(`DiscoveredApps?${options}`);
    expect(expressionText(filter!)).toBe(bound);
  });

  it('looks at text and collections of text, keys included', () => {
    const { filter } = planOf('Apps?$search=a');
    const names = filter?.kind === 'search' ? filter.properties.map(({ name }) => name) : [];
    expect(names).toEqual(expect.arrayContaining(['id', 'displayName', 'domains', 'tags', 'tagsText']));
    expect(names).not.toContain('riskScore');
    expect(names).not.toContain('isSanctioned');
  });

  it('counts in /$count, in $expand and in $count(…)', () => {
    expect(planOf('DiscoveredApps/$count?$search=a').filter).toMatchObject({ kind: 'search', text: 'a' });
    const [expand] = planOf('DiscoveredApps?$expand=appTags($search=HR OR IT;$top=1)').expand;
    expect(expressionText(expand!.rows.filter!)).toBe("(search('hr') or search('it'))");
    const [counted] = planOf('DiscoveredApps?$expand=appTags/$count($search="a b")').expand;
    expect(expressionText(counted!.rows.filter!)).toBe("search('a b')");
    expect(filterText("appTags/$count($search=hr;$filter=tag ne 'x') gt 0")).toBe(
      "(appTags/$count($filter=(($this/tag ne 'x') and $this/search('hr'))) gt 0:Edm.Int64)",
    );
    expect(filterText('tags/$count($search=HR) gt 0')).toBe(
      "(tags/$count($filter=contains(tolower($this), 'hr')) gt 0:Edm.Int64)",
    );
  });

  it.each([
    ['DiscoveredApps?$search=', 'QUERY_SYNTAX', 'but the text ends at position 0 in $search'],
    ['DiscoveredApps?$search=a (b', 'QUERY_SYNTAX', 'in $search'],
    ['DiscoveredApps?$expand=stream($search=a)', 'QUERY_OPTION_NOT_ALLOWED', '$search needs a collection'],
    [`DiscoveredApps?$search=${'a '.repeat(51)}`, 'QUERY_TOO_COMPLEX', 'words and phrases in a search, 50'],
    [`DiscoveredApps?$search=${'NOT '.repeat(3000)}a`, 'QUERY_TOO_COMPLEX', 'nesting'],
    ["Streams(tenantId='t',id='s')?$search=a", 'QUERY_OPTION_NOT_ALLOWED', "'$search'"],
  ])('%.80s is refused', (url, code, words) => {
    const error = errorOf(url);
    expect(error).toMatchObject({ code, status: 400 });
    expect(error.text).toContain(words);
  });

  it('says where within $expand a search is wrong', () => {
    expect(errorOf('DiscoveredApps?$expand=appTags($search="a)').text).toContain('at position 16 in $expand');
  });
});
