import { describe, expect, it } from '@jest/globals';
import { MAX_EXPANDED_ROWS, MAX_MEMBERS } from '../../../src/store/memory/work.js';
import { planned } from './reading.js';
import { snapshotOf } from './tables.js';

/** One stream with 1,000 apps: three nested lambdas over them look at a thousand million rows. */
const APPS = Array.from({ length: 1000 }, (_, index) => ({
  tenantId: 't',
  streamId: 's',
  id: String(100_000 + index),
  userCount: index,
}));

const snapshot = snapshotOf({
  Tenants: [{ id: 't' }],
  Streams: [{ tenantId: 't', id: 's' }],
  DiscoveredApps: APPS,
});

describe('the work of one read', () => {
  it.each([
    [
      'nested any',
      'Streams?$filter=discoveredApps/any(a:a/stream/discoveredApps/any(b:b/stream/discoveredApps/any(c:c/userCount gt 99999)))',
      `more than ${MAX_MEMBERS} members`,
    ],
    [
      'nested all',
      'DiscoveredApps?$filter=stream/discoveredApps/all(a:a/stream/discoveredApps/all(b:b/userCount ge 0))',
      `more than ${MAX_MEMBERS} members`,
    ],
    [
      'nested $expand',
      'DiscoveredApps?$expand=stream($expand=discoveredApps($expand=stream($expand=discoveredApps)))',
      `more than ${MAX_EXPANDED_ROWS} rows`,
    ],
  ])('is bounded for %s, with the limit named', (_case, url, words) => {
    expect(() => snapshot.execute(planned(url))).toThrow(
      expect.objectContaining({
        code: 'QUERY_TOO_COMPLEX',
        message: expect.stringContaining(words) as unknown,
      }),
    );
  });

  it('leaves room for what reports ask', () => {
    const url =
      'Streams?$filter=discoveredApps/any(a:a/userCount gt 998)&$expand=discoveredApps($expand=stream,tenant)&$count=true';
    const { rows, total } = snapshot.execute(planned(url));
    expect(total).toBe(1);
    expect(rows[0]?.expanded('discoveredApps').rows).toHaveLength(1000);
  });
});
