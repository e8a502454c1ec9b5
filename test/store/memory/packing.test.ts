import { describe, expect, it } from '@jest/globals';
import { Block } from '../../../src/store/memory/block.js';
import { Packing } from '../../../src/store/memory/packing.js';

const blocks = (count: number) =>
  Array.from({ length: count }, (_, at) => new Block(new Uint8Array(1000).fill(at)));
const packed = (all: readonly Block[]) => all.filter(({ packed: text }) => text !== undefined).length;

describe('Packing', () => {
  it('compresses all blocks', async () => {
    const [packing, all] = [new Packing(), blocks(100)];
    for (const block of all) packing.add(block);
    await packing.settled(0);
    expect(packed(all)).toBe(100);
    expect(all.every(({ plain }) => plain === undefined)).toBe(true);
  });

  it('lets some wait, and says when no more of them wait than may', async () => {
    const [packing, all] = [new Packing(), blocks(100)];
    for (const block of all) packing.add(block);
    await packing.settled(30_000);
    expect(packed(all)).toBeGreaterThanOrEqual(70);
    await packing.settled();
    await packing.settled(0);
  });

  it('leaves so many bytes as they are until they are released', async () => {
    const [packing, all] = [new Packing(40_000), blocks(100)];
    for (const block of all) packing.add(block);
    await packing.settled(40_000);
    expect(packed(all)).toBe(60);
    // What had begun meanwhile would end by now.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(packed(all)).toBe(60);
    expect(all.slice(60).every(({ plain, length }) => plain?.length === length)).toBe(true);
    packing.release();
    await packing.settled(0);
    expect(packed(all)).toBe(100);
  });
});
