import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createSampleTenant } from '../../src/sample-tenant/tenant.js';
import { SAMPLE } from './sample.js';
import { REQUESTS } from './requests.js';
import { usageRows } from './usage-rows.js';

describe('the table of recorded requests', () => {
  const usage = usageRows(createSampleTenant(SAMPLE));

  it('names every request once', () => {
    const names = REQUESTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('expects neither nothing nor everything from at least 40 of them', () => {
    const counts = REQUESTS.flatMap(({ name, expected }) =>
      'rows' in expected ? [{ name, count: expected.rows(usage) }] : [],
    );
    const telling = counts.filter(({ count }) => count > 0 && count < usage.length);
    const lines = [
      `${REQUESTS.length} requests; ${counts.length} bring rows,`,
      `${telling.length} neither none nor all ${usage.length}:`,
      telling.map(({ name, count }) => `${name} ${count}`).join(' · '),
    ];
    process.stdout.write(`${lines.join(' ')}\n`);
    expect(telling.length).toBeGreaterThanOrEqual(40);
  });

  const reference = process.env.POWER_QUERY_REQUESTS;
  if (reference === undefined) {
    it.skip('holds every request of the reference list (needs POWER_QUERY_REQUESTS, the path of its JSON)', () =>
      undefined);
  } else {
    it('holds every request of the reference list, as it stands there', () => {
      const list = JSON.parse(readFileSync(reference, 'utf8')) as {
        name: string;
        method?: string;
        path: string;
        headers: Record<string, string>;
      }[];
      const ours = new Map(REQUESTS.map((request) => [request.name, request]));
      for (const { name, method = 'GET', path, headers } of list)
        expect(ours.get(name)).toMatchObject({ name, method, path, headers });
      expect(list.length).toBeGreaterThan(0);
    });
  }
});
