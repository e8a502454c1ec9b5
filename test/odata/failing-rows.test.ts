import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { expectODataError } from './expect-odata-error.js';
import { startSmallFeed, type SmallFeed } from './small-feed.js';

let feed: SmallFeed;
beforeAll(async () => {
  feed = await startSmallFeed();
});
afterAll(() => feed.close());

describe('An expression that fails on a row', () => {
  it.each([
    ['$filter', 'riskScore eq 1 or userCount div 0 eq 1', 'QUERY_VALUE', 28],
    ['$filter', '1 mod (riskScore sub riskScore) eq 1', 'QUERY_VALUE', 2],
    ['$orderby', 'userCount divby 0', 'QUERY_VALUE', 10],
    ['$filter', "matchesPattern(displayName,'a(b')", 'QUERY_VALUE', 27],
    ['$filter', "matchesPattern(displayName,'(?=a)')", 'QUERY_UNSUPPORTED', 27],
  ] as const)('%s=%s names its place', async (option, expression, code, position) => {
    const answer = await request(feed.server).get(
      `/odata/DiscoveredApps?${option}=${encodeURIComponent(expression)}`,
    );
    expectODataError(answer, { status: code === 'QUERY_VALUE' ? 400 : 501, code });
    const { error } = answer.body as { error: { message: string; target: string } };
    expect(error.message).toContain(`(at position ${position} in ${option})`);
    expect(error.target).toBe(option);
  });
});
