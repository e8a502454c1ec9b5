import { describe, expect, it } from '@jest/globals';
import { bytes, count, day, NONE } from '../../src/status/page/browser/format.js';
import { all, feedPath, key, text } from '../../src/status/page/browser/odata-url.js';
import { verdictOf, type State } from '../../src/status/page/browser/verdict.js';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const GOOD = {
  lastRefreshStatus: 'succeeded',
  lastSuccessfulRefreshDateTime: '2026-03-02T06:00:00Z',
  nextRefreshDateTime: '2026-03-02T18:00:00Z',
};
const FRESH = { isStale: false };

describe('The line about freshness', () => {
  it.each<[what: string, tenants: State[], streams: State[], verdict: [tone: string, words: RegExp]]>([
    ['all is well', [GOOD], [FRESH], ['good', /fresh/]],
    ['one stream of two is stale', [GOOD], [FRESH, { isStale: true }], ['warn', /1 of 2 streams/]],
    [
      'the last refresh failed',
      [{ ...GOOD, lastRefreshStatus: 'failed' }],
      [FRESH],
      ['bad', /last refresh failed/],
    ],
    [
      'one tenant of two is late',
      [GOOD, { ...GOOD, nextRefreshDateTime: '2026-03-02T11:30:00Z' }],
      [FRESH],
      ['warn', /overdue/],
    ],
    [
      'a refresh that is due is running',
      [{ ...GOOD, lastRefreshStatus: 'running', nextRefreshDateTime: '2026-03-02T11:30:00Z' }],
      [FRESH],
      ['good', /fresh/],
    ],
    [
      'nothing has been read yet',
      [{ lastRefreshStatus: 'running', lastSuccessfulRefreshDateTime: null }],
      [],
      ['unknown', /is running/],
    ],
    [
      'nothing could be read',
      [{ lastRefreshStatus: 'failed', lastSuccessfulRefreshDateTime: null }],
      [],
      ['bad', /first refresh failed/],
    ],
    ['the visitor may not know', [], [FRESH], ['unknown', /may not read/]],
  ])('%s', (_what, tenants, streams, [tone, words]) => {
    const verdict = verdictOf(tenants, streams, NOW);
    expect(verdict.tone).toBe(tone);
    expect(verdict.words).toMatch(words);
  });
});

describe('URLs for people', () => {
  it('encode what a query must, and leave the rest readable', () => {
    const filter = all([`displayName eq ${text("O'Reilly & 50% + #1=?")}`, '', undefined, 'riskScore lt 4']);
    const path = feedPath('DiscoveredApps', { $filter: filter, $orderby: '', $top: '5' });
    expect(path).toBe(
      "DiscoveredApps?$filter=displayName%20eq%20'O''Reilly%20%26%2050%25%20%2B%20%231%3D%3F'%20and%20riskScore%20lt%204&$top=5",
    );
  });

  it('encode slashes in keys', () => {
    expect(key({ tenantId: 't', id: "a/b'c" })).toBe("(tenantId='t',id='a%2Fb''c')");
  });
});

describe('Values for people', () => {
  it.each([
    [999, '999 B'],
    [1000, '1 KB'],
    [29_617_175_854, '29.6 GB'],
    [2 ** 53, '9.01 PB'],
    [0, '0 B'],
    [null, NONE],
  ])('%p bytes are %s', (value, said) => {
    expect(bytes(value)).toBe(said);
  });

  it('what is not measured is a dash, never zero', () => {
    expect([count(null), count(0), day(null), day('2026-03-02T00:00:00Z')]).toEqual([
      NONE,
      '0',
      NONE,
      '2026-03-02',
    ]);
  });
});
