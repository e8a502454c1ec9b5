import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { smallest } from '../../../src/store/memory/smallest.js';

describe('The first items in an order', () => {
  it('are those of a full sort, whatever their number', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 200 }), fc.nat(60), (keys, count) => {
        const order = (left: number, right: number) => keys[left]! - keys[right]! || left - right;
        const items = Uint32Array.from(keys.keys());
        const expected = [...keys.keys()].sort(order).slice(0, count);
        expect([...smallest(items, Math.min(count, items.length), order)]).toEqual(expected);
      }),
      { seed: 1 },
    );
  });
});
