import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { nodeFileSystem } from '../../../src/store/lowdb/file-system.js';
import type { Store } from '../../../src/store/store.js';
import {
  CATEGORIES,
  categoryRows,
  commit,
  commitTags,
  CONTOSO,
  FABRIKAM,
  tagRows,
  tagsOf,
} from '../../contract/feed-rows.js';
import { DataFolder } from './data-folder.js';
import { FailingDisk, systemError } from './failing-file-system.js';

/** More than one block of rows, in two partitions. */
const ROWS = 700;

async function commitVersion(store: Store, version: string): Promise<string> {
  const draft = await store.draft();
  try {
    await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, ROWS, version));
    await draft.replace(tagsOf(FABRIKAM), tagRows(FABRIKAM, ROWS, version));
    draft.drop(CATEGORIES);
    return (await draft.commit()).id;
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

/** While a generation is written: that is the row `calls` of the bar (test/bar/calls.ts). */
describe('a disk whose n-th call fails while a store opens', () => {
  let folder: DataFolder;
  beforeEach(async () => {
    folder = await DataFolder.make();
  });
  afterEach(() => folder.remove());

  it('opens, or says why not, when the n-th call fails while it opens', async () => {
    const writer = await folder.open();
    await commitVersion(writer, 'v1');
    const newest = await commitVersion(writer, 'v2');
    await writer.close();
    let opened = 0;
    for (let call = 1; ; call++) {
      const disk = new FailingDisk();
      disk.arm({ call, errno: 'EACCES', recovers: true });
      const store = await folder.open({ fileSystem: disk.fileSystem }).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
        return undefined;
      });
      if (store === undefined) continue;
      opened++;
      expect(store.current()?.id).toBe(newest);
      if (disk.calls < call) break;
    }
    expect(opened).toBeGreaterThan(0);
  });

  it('falls back to the previous generation when the newest cannot be read for an I/O error', async () => {
    const writer = await folder.open();
    const first = await commitTags(writer, CONTOSO, 3, 'v1');
    const second = await commitTags(writer, CONTOSO, 3, 'v2');
    const store = await folder.open({
      fileSystem: {
        ...nodeFileSystem,
        blocks: (path) => {
          if (path.includes(second.partitions[0]!.sha256)) throw systemError('EIO');
          return nodeFileSystem.blocks(path);
        },
      },
    });
    expect(store.current()?.id).toBe(first.id);
  });
});

describe('a disk that is nearly full', () => {
  let folder: DataFolder;
  beforeEach(async () => {
    folder = await DataFolder.make();
  });
  afterEach(() => folder.remove());

  it('is noticed before rows are written, and the hint says what to do', async () => {
    const store = await folder.open({
      fileSystem: { ...nodeFileSystem, freeBytes: () => Promise.resolve(1_000_000) },
    });
    const draft = await store.draft();
    await expect(draft.replace(CATEGORIES, categoryRows(['a']))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/has 1 MB left, and 16 MB are needed/) as unknown,
      hint: expect.stringContaining('Free space') as unknown,
    });
    expect(await folder.names('rows')).toEqual([]);
    await draft.discard();
  });

  it('counts what the partition took before', async () => {
    let free = Infinity;
    const store = await folder.open({
      fileSystem: { ...nodeFileSystem, freeBytes: () => Promise.resolve(free) },
    });
    await commit(store, async (draft) => {
      await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, 20_000, 'v1'));
    });
    free = 16 * 1024 * 1024 + 1000;
    await expect(commitTags(store, CONTOSO, 20_000, 'v2')).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
  });

  it('leaves no unfinished file behind when it fills up while rows are written', async () => {
    const disk = new FailingDisk();
    const store = await folder.open({ fileSystem: disk.fileSystem });
    const draft = await store.draft();
    disk.arm({ call: 3, errno: 'ENOSPC', recovers: true });
    await expect(draft.replace(CATEGORIES, categoryRows(['a']))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('ENOSPC') as unknown,
      hint: expect.stringContaining('disk is full') as unknown,
    });
    expect(await folder.names('rows')).toEqual([]);
    await draft.discard();
  });
});
