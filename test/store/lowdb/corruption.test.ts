import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Generation } from '../../../src/model/generation.js';
import { commitTags, CONTOSO, readTags, tagRows, tagsOf } from '../../contract/feed-rows.js';
import { DataFolder } from './data-folder.js';

type Damage = readonly [what: string, damage: (path: string) => Promise<unknown>];

async function change(path: string, how: (bytes: Buffer) => Buffer): Promise<void> {
  await writeFile(path, how(await readFile(path)));
}

function flipBit(at: number): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const index = Math.floor((bytes.length - 1) * at);
    bytes[index] = bytes[index]! ^ 1;
    return bytes;
  };
}

/** What disks, crashes and people do to any file. */
const DAMAGES: readonly Damage[] = [
  ['is gone', (path) => rm(path)],
  ['is empty', (path) => truncate(path, 0)],
  ['is cut in the middle', (path) => change(path, (bytes) => bytes.subarray(0, bytes.length >> 1))],
  ['lacks its last byte', (path) => change(path, (bytes) => bytes.subarray(0, -1))],
  ['is full of zeros', (path) => change(path, (bytes) => bytes.fill(0))],
  ['ends in zeros', (path) => change(path, (bytes) => bytes.fill(0, bytes.length >> 1))],
  ['has one bit flipped at its start', (path) => change(path, flipBit(0))],
  ['has one bit flipped in the middle', (path) => change(path, flipBit(0.5))],
  ['has one bit flipped at its end', (path) => change(path, flipBit(1))],
  ['has a byte too many', (path) => change(path, (bytes) => Buffer.concat([bytes, Buffer.from('x')]))],
  ['is another file', (path) => writeFile(path, 'not what was written\n')],
  ['holds null', (path) => writeFile(path, 'null')],
  ['holds 0', (path) => writeFile(path, '0')],
  ['holds false', (path) => writeFile(path, 'false')],
  ['holds an empty text', (path) => writeFile(path, '""')],
  ['holds []', (path) => writeFile(path, '[]')],
  ['holds {}', (path) => writeFile(path, '{}')],
];

/** What only a manifest can suffer: it is JSON, it has the shape, and it lies. */
const LIES: readonly Damage[] = [
  [
    'has another number of rows',
    (path) => change(path, (bytes) => replaced(bytes, '"rows":30', '"rows":31')),
  ],
  [
    'has another moment',
    (path) => change(path, (bytes) => replaced(bytes, '"publishedAt":"2', '"publishedAt":"3')),
  ],
  ['has no checksum', (path) => change(path, (bytes) => replaced(bytes, '"checksum"', '"checksun"'))],
  ['has a format version of nothing', (path) => change(path, (bytes) => replaced(bytes, 'on":1', 'on":0'))],
  [
    'is a copy of an older one',
    async (path) => writeFile(path, await readFile(path.replace(/0000002-[0-9a-f]{6}/, olderName))),
  ],
];
let olderName = '';

function replaced(bytes: Buffer, from: string, to: string): Buffer {
  const text = bytes.toString();
  expect(text).toContain(from);
  return Buffer.from(text.replace(from, to));
}

describe('what the disk damages', () => {
  let folder: DataFolder;
  let first: Generation;
  let second: Generation;

  beforeEach(async () => {
    folder = await DataFolder.make();
    const store = await folder.open();
    first = await commitTags(store, CONTOSO, 20, 'v1');
    second = await commitTags(store, CONTOSO, 30, 'v2');
    olderName = `0000001-${first.id.slice(2)}`;
    await store.close();
  });
  afterEach(() => folder.remove());

  const manifest = () => join(folder.path, 'generations', `000000002-${second.id.slice(2)}.json`);
  const rowFile = () => join(folder.path, 'rows', `AppTags-${second.partitions[0]!.sha256}.jsonl`);

  async function expectPreviousServed(isGone = false): Promise<void> {
    const store = await folder.open();
    expect(store.current()?.id).toBe(first.id);
    expect(await readTags(store, first.id)).toEqual({ tags: ['v1'], rows: 20 });
    await expect(store.at(second.id)).resolves.toBeUndefined();
    const refused = folder.seen('generationRefused');
    expect(refused.map(({ id }) => id)).toEqual(isGone ? [] : [second.id]);
    for (const { reason } of refused) expect(reason).toMatch(/\w+.*\.$/);

    const third = await commitTags(store, CONTOSO, 30, 'v2');
    expect(third.id).toMatch(isGone ? /^2-/ : /^3-/);
    await store.close();
    const again = await folder.open();
    expect(again.current()?.id).toBe(third.id);
    expect(await readTags(again, third.id)).toEqual({ tags: ['v2'], rows: 30 });
  }

  it.each(DAMAGES)(
    'serves the previous generation when a row file %s, and mends it with the next',
    async (_what, damage) => {
      await damage(rowFile());
      await expectPreviousServed();
    },
  );

  it.each([...DAMAGES, ...LIES])(
    'serves the previous generation when the manifest %s',
    async (what, damage) => {
      await damage(manifest());
      await expectPreviousServed(what === 'is gone');
    },
  );

  it('serves nothing rather than something wrong when no generation is whole', async () => {
    for (const { sha256 } of [...first.partitions, ...second.partitions])
      await change(join(folder.path, 'rows', `AppTags-${sha256}.jsonl`), flipBit(0.5));
    const store = await folder.open();
    expect(store.current()).toBeUndefined();
    const third = await commitTags(store, CONTOSO, 5, 'v3');
    expect(third.id).toMatch(/^3-/);
    expect(await readTags(store, third.id)).toEqual({ tags: ['v3'], rows: 5 });
  });

  it('keeps reading a row that went bad under a running writer from becoming a new generation', async () => {
    const store = await folder.open();
    const draft = await store.draft();
    await change(rowFile(), flipBit(0.5));
    await expect(
      (async () => {
        for await (const row of draft.rows('AppTags')) expect(row).toBeDefined();
      })(),
    ).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, 30, 'v2'));
    const third = await draft.commit();
    expect(await readTags(store, third.id)).toEqual({ tags: ['v2'], rows: 30 });
  });

  it('ignores files that are none of its own', async () => {
    for (const name of ['notes.txt', '2-abcdef.json', '000000009-ABCDEF.json', '000000009-abcdef.json.bak'])
      await writeFile(join(folder.path, 'generations', name), '{}');
    const store = await folder.open();
    expect(store.current()?.id).toBe(second.id);
    expect(folder.seen('generationRefused')).toEqual([]);
  });

  it.each(DAMAGES.filter(([what]) => what !== 'is gone'))(
    'makes a new key for page tokens when its file %s',
    async (_what, damage) => {
      await damage(join(folder.path, 'page-key.json'));
      const store = await folder.open();
      expect(store.pageKey).toHaveLength(32);
      const again = await folder.open();
      expect(Buffer.from(again.pageKey).equals(Buffer.from(store.pageKey))).toBe(true);
      expect(store.current()?.id).toBe(second.id);
    },
  );

  it('refuses a folder that a newer version has written, and says so', async () => {
    await change(manifest(), (bytes) => replaced(bytes, '"formatVersion":1', '"formatVersion":2'));
    await expect(folder.open()).rejects.toMatchObject({
      code: 'STORE_TOO_NEW',
      exitCode: 78,
      message: expect.stringContaining(folder.path) as unknown,
      hint: expect.stringContaining('newer') as unknown,
    });
  });
});
