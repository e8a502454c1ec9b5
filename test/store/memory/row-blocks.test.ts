import { constants, crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { Block, BlockTexts } from '../../../src/store/memory/block-texts.js';
import { BlockWriter } from '../../../src/store/memory/block-writer.js';
import type { RowBlocks } from '../../../src/store/memory/row-blocks.js';
import type { StoredText } from '../../../src/store/store.js';

const SYNC = { finishFlush: constants.Z_SYNC_FLUSH };
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text));
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString();

function packedBlock(text: string): Block {
  const block = new Block(bytesOf(text));
  block.pack(deflateRawSync(bytesOf(text), SYNC));
  return block;
}

/** Rows of all lengths: none, of many bytes a character, one that fills more than a block. */
const rows = Array.from({ length: 700 }, (_, at) => `{"id":${at},"ü":"${'é📦 '.repeat((at * 37) % 90)}"}`);
rows[300] = `{"long":"${'x'.repeat(200_000)}"}`;

/** Blocks of which some are, or all are compressed. */
async function written(texts: readonly string[], waiting?: number): Promise<RowBlocks> {
  const writer = new BlockWriter();
  for (const text of texts) {
    writer.add(bytesOf(text));
    await writer.settled();
  }
  const blocks = writer.finish();
  await writer.settled(waiting);
  return blocks;
}

const packed = (texts: readonly string[]) => written(texts, 0);

const upTo = (count: number) => Uint32Array.from({ length: count }, (_, at) => at);
const joined = (pieces: Iterable<StoredText>) => [...pieces].map(({ text }) => textOf(text())).join('');

describe('Blocks of rows', () => {
  it('give back every row as it was added, before and after they are compressed', async () => {
    for (const blocks of [await written(rows), await packed(rows)])
      expect(rows.map((_, row) => textOf(blocks.json(row)))).toEqual(rows);
  });

  it('know no rows beyond their own', async () => {
    const blocks = await written(rows.slice(0, 3));
    expect(() => blocks.json(3)).toThrow(RangeError);
    expect(() => blocks.reordered(Uint32Array.of(1)).json(1)).toThrow(RangeError);
    expect(() => new BlockWriter().finish().json(0)).toThrow(RangeError);
  });

  it('give some of the rows in another order, and some of these again', async () => {
    const some = (await packed(rows)).reordered(Uint32Array.of(699, 300, 0, 301));
    expect([0, 1, 2, 3].map((row) => textOf(some.json(row)))).toEqual(
      [699, 300, 0, 301].map((row) => rows[row]),
    );
    const fewer = some.reordered(Uint32Array.of(3, 0));
    expect([fewer.rows, textOf(fewer.json(0)), textOf(fewer.json(1))]).toEqual([2, rows[301], rows[699]]);
  });

  it.each([
    ['all of them', upTo(700)],
    ['from the middle of a block to the middle of another', upTo(700).subarray(7, 613)],
    ['one', Uint32Array.of(300)],
    ['none', new Uint32Array()],
    ['every other one', upTo(350).map((row) => row * 2)],
    ['backwards', upTo(700).reverse()],
    ['two runs', Uint32Array.from([...upTo(700).subarray(400), ...upTo(400)])],
  ])('are one text with commas in between: %s', async (_which, wanted) => {
    const pieces = [...(await packed(rows)).texts(wanted)];
    expect(joined(pieces)).toBe([...wanted].map((row) => rows[row]).join(','));
    for (const { length, text } of pieces) expect(text()).toHaveLength(length);
  });

  it('come as they are compressed where all of a block is wanted, with the checksum of its text', async () => {
    const pieces = [...(await packed(rows)).texts(upTo(700).subarray(1))];
    const whole = pieces.filter(({ deflated }) => deflated !== undefined);
    expect(whole.length).toBe(pieces.length - 2);
    for (const { deflated, text } of whole) {
      expect(textOf(inflateRawSync(deflated?.bytes ?? '', SYNC))).toBe(textOf(text()));
      expect(deflated?.crc32).toBe(crc32(text()));
    }
  });
});

describe('A part of the rows', () => {
  it('never comes as its blocks are compressed: their ends tell of rows that are not in it', async () => {
    const part = (await packed(rows)).reordered(upTo(700).subarray(1));
    const pieces = [...part.texts(upTo(699))];
    expect(joined(pieces)).toBe(rows.slice(1).join(','));
    expect(pieces.filter(({ deflated }) => deflated !== undefined)).toEqual([]);
  });
});

describe('Texts at hand', () => {
  const eightBlocks = () => Array.from({ length: 8 }, (_, at) => packedBlock(String(at).repeat(100)));
  const read = (texts: BlockTexts, asked: readonly Block[]) => {
    texts.begin();
    return asked.map((block) => texts.of(block));
  };
  /** Whether the same text comes again, and not an equal one. */
  const isKept = (texts: BlockTexts, block: Block, text: unknown) => texts.of(block) === text;

  it('are kept as long as there is room', () => {
    const [texts, blocks] = [new BlockTexts(350), eightBlocks()];
    const [first, second, third] = read(texts, blocks.slice(0, 3));
    expect(isKept(texts, blocks[1]!, second)).toBe(true);
    expect(isKept(texts, blocks[0]!, first)).toBe(true);
    expect(isKept(texts, blocks[2]!, third)).toBe(true);
  });

  it('stay when scans of more blocks than there is room for go by, however often', () => {
    const [texts, blocks] = [new BlockTexts(350), eightBlocks()];
    const before = read(texts, blocks);
    for (let time = 0; time < 5; time++) read(texts, blocks);
    expect(blocks.map((block, at) => isKept(texts, block, before[at])).slice(0, 3)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('give way to those that were asked for again meanwhile: of the next generation, say', () => {
    const [texts, blocks] = [new BlockTexts(350), eightBlocks()];
    const [old] = read(texts, blocks.slice(0, 3));
    const fresh = blocks.slice(4, 7);
    read(texts, fresh);
    expect(fresh.map((block) => texts.isCheap(block))).toEqual([false, false, false]);
    texts.begin();
    expect(fresh.map((block) => texts.isCheap(block))).toEqual([true, true, true]);
    const again = read(texts, fresh);
    expect(isKept(texts, fresh[0]!, again[0])).toBe(true);
    expect(isKept(texts, blocks[0]!, old)).toBe(false);
  });
});
