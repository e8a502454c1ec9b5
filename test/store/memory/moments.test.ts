import { describe, expect, it } from '@jest/globals';
import { read } from './reading.js';
import { snapshotOf } from './tables.js';

const snapshot = snapshotOf({
  Refreshes: [{ id: 'r', tenantId: 't', startDateTime: '2026-11-23T00:00:00Z' }],
});

describe('a moment outside the years 1 to 9999', () => {
  it.each([
    "startDateTime add duration'P99999999D'",
    "startDateTime sub duration'P99999999D'",
    "date(startDateTime) add duration'P99999999D'",
    "year(maxdatetime() add duration'P99999999D')",
  ])('is null: %s', (expression) => {
    expect(read(snapshot, `Refreshes?$compute=${expression} as x&$select=x`)).toEqual([{ x: null }]);
  });
});
