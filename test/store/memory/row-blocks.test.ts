import { constants, crc32, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { BlockWriter } from '../../../src/store/memory/block-writer.js';
import type { RowBlocks } from '../../../src/store/memory/row-blocks.js';

const SYNC = { finishFlush: constants.Z_SYNC_FLUSH };
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text));
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** Rows of all lengths: none, of many bytes a character, one that fills more than a block. */
const rows = Array.from({ length: 700 }, (_, at) => `{"id":${at},"ü":"${'é📦 '.repeat((at * 37) % 90)}"}`);
rows[300] = `{"long":"${'x'.repeat(200_000)}"}`;

/** @param waiting blocks that may still be compressed */
async function written(texts: readonly string[], waiting = 0): Promise<RowBlocks> {
  const writer = new BlockWriter();
  for (const text of texts) {
    writer.add(bytesOf(text));
    await writer.settled();
  }
  const blocks = writer.finish();
  await writer.settled(waiting);
  return blocks;
}

const upTo = (count: number) => Uint32Array.from({ length: count }, (_, at) => at);

describe('Blocks of rows', () => {
  it.each([
    ['all of them', upTo(700), 0.99],
    ['from the middle of a block to the middle of another', upTo(700).subarray(7, 613), 0.6],
    ['two runs', Uint32Array.from([...upTo(700).subarray(400), ...upTo(400)]), 0.6],
    ['one', Uint32Array.of(300), 0],
    ['none', new Uint32Array(), 0],
    ['every other one', upTo(299).map((row) => row * 2 + (row < 150 ? 0 : 1)), 0],
    ['backwards', upTo(300).reverse(), 0],
  ])('stand for rows that follow each other, all of theirs: %s', async (_which, wanted, share) => {
    let [next, covered, length] = [0, 0, 0];
    for (const { at, count, packed } of (await written(rows)).packed(wanted)) {
      expect(at).toBeGreaterThanOrEqual(next);
      next = at + count;
      covered += packed.length;
      const text = [...wanted.subarray(at, next)].map((row) => `${rows[row] ?? ''},`).join('');
      expect(textOf(packed.text())).toBe(text);
      expect(textOf(inflateRawSync(packed.deflated, SYNC))).toBe(text);
      expect([packed.length, packed.crc32]).toEqual([Buffer.byteLength(text), crc32(text)]);
    }
    for (const row of wanted) length += Buffer.byteLength(rows[row] ?? '') + 1;
    expect(covered / (length || 1)).toBeGreaterThanOrEqual(share * 0.9);
    if (share === 0) expect(covered).toBe(0);
  });

  it('never hold the last row of a page: no comma stands behind it', async () => {
    const blocks = await written(rows);
    for (const count of upTo(700)) {
      const last = [...blocks.packed(upTo(count))].at(-1);
      expect((last?.at ?? 0) + (last?.count ?? 0)).toBeLessThan(Math.max(count, 1));
    }
  });

  it('are passed over as long as they are not compressed', async () => {
    const blocks = await written(rows, Infinity);
    expect([...blocks.packed(upTo(700))].length).toBeLessThan(
      [...(await written(rows)).packed(upTo(700))].length,
    );
  });

  it('know how many rows there are', async () => {
    expect([(await written(rows)).rows, new BlockWriter().finish().rows]).toEqual([700, 0]);
  });
});
