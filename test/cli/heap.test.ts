import { describe, expect, it } from '@jest/globals';
import { heapKeeper } from '../../src/heap.js';

describe('The heap', () => {
  it('is kept small from the start of a refresh to its end', () => {
    const grown: number[] = [];
    const observe = heapKeeper((percent) => grown.push(percent));
    const url = 'http://localhost:4004/odata/';
    observe({ kind: 'serverStarted', url, tenants: [], isSample: true });
    observe({ kind: 'refreshStarted', refreshId: '1', tenantId: 't', trigger: 'schedule' });
    observe({ kind: 'generationRefused', id: '1', reason: 'it changes nothing here' });
    expect(grown).toEqual([25]);
    const ended = { status: 'succeeded', durationMs: 1, pages: 1, rows: 1 };
    observe({ kind: 'refreshEnded', refreshId: '1', tenantId: 't', ...ended });
    expect(grown).toEqual([25, 100]);
  });
});
