import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { crc32Combine } from '../../src/odata/crc32-combine.js';

describe('The checksum of two texts, one after the other', () => {
  it.each([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
    [3, 65_535],
    [65_536, 2],
    [70_001, 131_072],
    [1_000_003, 777_777],
  ])('is that of both as one: %d and %d bytes', (left, right) => {
    const [first, second] = [randomBytes(left), randomBytes(right)];
    const both = crc32Combine(crc32(first), crc32(second), right);
    expect(both).toBe(crc32(Buffer.concat([first, second])));
  });

  it('is that of many, put together from left to right', () => {
    const texts = Array.from({ length: 200 }, (_, at) => randomBytes((at * 7919) % 1000));
    const all = texts.reduce((sum, text) => crc32Combine(sum, crc32(text), text.length), 0);
    expect(all).toBe(crc32(Buffer.concat(texts)));
  });

  it('holds for texts of more bits than 32 bits count', () => {
    // x to the power of (2^32 - 1) is 1: a text of so many bits more changes nothing about what stands before it.
    const [first, second] = [crc32('before'), crc32('after')];
    const period = 2 ** 32 - 1;
    expect(crc32Combine(first, second, period + 5)).toBe(crc32Combine(first, second, 5));
    expect(crc32Combine(first, second, 5)).toBe(crc32('beforeafter'));
  });
});
