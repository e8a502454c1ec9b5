import { describe, expect, it } from '@jest/globals';
import { Block } from '../../../src/store/memory/block.js';
import { Packing } from '../../../src/store/memory/packing.js';

const blocks = (count: number) =>
  Array.from({ length: count }, (_, at) => Block.of(new Uint8Array(1000).fill(at)));
const packed = (all: readonly Block[]) => all.filter(({ packed: text }) => text !== undefined).length;

describe('Packing', () => {
  it('compresses all blocks', async () => {
    const [packing, all] = [new Packing(), blocks(100)];
    for (const block of all) packing.add(block);
    await packing.settled(0);
    expect(packed(all)).toBe(100);
    expect(all.some(({ holdsText }) => holdsText)).toBe(false);
  });

  it('lets some wait, and says when no more of them wait than may', async () => {
    const [packing, all] = [new Packing(), blocks(100)];
    for (const block of all) packing.add(block);
    await packing.settled(30_000);
    expect(packed(all)).toBeGreaterThanOrEqual(70);
    await packing.settled();
    await packing.settled(0);
  });

  it('leaves blocks that are read again as they are until they are released', async () => {
    const texts = blocks(50).map((_, at) => new Uint8Array(1000).fill(0x61 + (at % 26)));
    const reads: number[] = [];
    const readAgain = (offset: number, length: number) => {
      reads.push(offset);
      return Promise.resolve(texts[offset / 1000]!.slice(0, length));
    };
    const inFile = texts.map((text, at) => Block.inFile(text, at * 1000, readAgain));
    const [packing, inMemory] = [new Packing(true), blocks(50)];
    for (const block of [...inFile, ...inMemory]) packing.add(block);
    await packing.settled(0);
    expect([packed(inFile), packed(inMemory), reads]).toEqual([0, 50, []]);
    packing.release();
    await packing.settled(0);
    expect([packed(inFile), reads.length]).toEqual([50, 50]);
    expect(inFile.map((block) => Buffer.from(block.packed!.text()).toString())).toEqual(
      texts.map((text) => Buffer.from(text).toString()),
    );
  });

  it.each([
    ['cannot be read', () => Promise.reject(new Error('EIO'))],
    ['are shorter', () => Promise.resolve(new Uint8Array(999))],
    ['have changed', () => Promise.resolve(new Uint8Array(1000).fill(1))],
  ])('leaves rows alone that %s any more', async (_which, readAgain) => {
    const [packing, block] = [new Packing(), Block.inFile(new Uint8Array(1000), 0, readAgain)];
    packing.add(block);
    await packing.settled(0);
    expect(block.packed).toBeUndefined();
  });

  it('puts commas where lines ended in the file', async () => {
    const text = new Uint8Array(Buffer.from('{"a":1},{"b":2},'));
    const block = Block.inFile(text, 7, (offset, length) => {
      expect([offset, length]).toEqual([7, 16]);
      return Promise.resolve(Buffer.from('{"a":1}\n{"b":2}\n'));
    });
    const packing = new Packing();
    packing.add(block);
    await packing.settled(0);
    expect(Buffer.from(block.packed!.text()).toString()).toBe('{"a":1},{"b":2},');
  });
});
