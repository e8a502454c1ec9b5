import { describe, expect, it } from '@jest/globals';
import { heapKeeper, servingGrowth } from '../../src/heap.js';

const MIB = 1024 * 1024;

describe('The heap', () => {
  it.each([
    [20, 100],
    [64, 100],
    [128, 50],
    [200, 32],
    [256, 25],
    [2_000, 25],
  ])('of %i MiB may grow by %i %% while rows are served', (used, percent) => {
    expect(servingGrowth(used * MIB)).toBe(percent);
  });

  it('is kept small from the start of a refresh to its end', () => {
    const grown: number[] = [];
    const observe = heapKeeper((percent) => grown.push(percent));
    const url = 'http://localhost:4004/odata/';
    observe({ kind: 'serverStarted', url, tenants: [], isSample: true });
    observe({ kind: 'refreshStarted', refreshId: '1', tenantId: 't', trigger: 'schedule' });
    observe({ kind: 'generationRefused', id: '1', reason: 'it changes nothing here' });
    expect(grown).toEqual([expect.any(Number), 25]);
    const ended = { status: 'succeeded', durationMs: 1, pages: 1, rows: 1 };
    observe({ kind: 'refreshEnded', refreshId: '1', tenantId: 't', ...ended });
    expect(grown).toEqual([expect.any(Number), 25, expect.any(Number)]);
  });
});
