import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Lowest } from '../../../src/store/memory/lowest.js';

const number = fc.oneof(fc.nat(20), fc.constantFrom(Infinity, -Infinity));

describe('The items with the lowest numbers', () => {
  it('are those of a full sort, whatever their number', () => {
    fc.assert(
      fc.property(fc.array(number, { maxLength: 200 }), fc.nat(60), (numbers, count) => {
        const order = (left: number, right: number) => {
          const [one = 0, other = 0] = [numbers[left], numbers[right]];
          return one === other ? left - right : one < other ? -1 : 1;
        };
        const lowest = new Lowest(count);
        numbers.forEach((one, item) => {
          if (lowest.accepts(one)) lowest.add(one, item);
        });
        expect([...lowest.sorted()]).toEqual([...numbers.keys()].sort(order).slice(0, count));
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
