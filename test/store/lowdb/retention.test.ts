import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { EMPTY_POLLER_STATE, type Generation } from '../../../src/model/generation.js';
import { nodeFileSystem } from '../../../src/store/lowdb/file-system.js';
import { generationsToRemove } from '../../../src/store/lowdb/retention.js';
import type { Store } from '../../../src/store/store.js';
import {
  CATEGORIES,
  categoryRows,
  commit,
  commitTags,
  CONTOSO,
  readTags,
  tagRows,
  tagsOf,
  wholeSet,
} from '../../contract/feed-rows.js';
import { DataFolder } from './data-folder.js';
import { systemError } from './failing-file-system.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const NOW = Date.parse('2026-11-23T12:00:00Z');

/** A generation with row files named by letters, published so many hours ago; a capital letter takes 100 bytes, a small one 10. */
function generation(number: number, hoursAgo: number, files: string): Generation {
  return {
    id: `${number}-abcdef`,
    publishedAt: new Date(NOW - hoursAgo * HOUR).toISOString(),
    partitions: Array.from(files, (sha256) => ({
      set: 'AppTags',
      sha256,
      rows: 1,
      bytes: sha256 === sha256.toUpperCase() ? 100 : 10,
    })),
    poller: EMPTY_POLLER_STATE,
  };
}

describe('generationsToRemove', () => {
  const current = generation(5, 0, 'e');
  const rules = { never: new Set(['5-abcdef', '4-abcdef']), maxBytes: 1000, keepMs: 6 * HOUR, now: NOW };
  const removed = (kept: readonly Generation[], own: Partial<typeof rules> = {}) =>
    generationsToRemove(kept, { ...rules, ...own }).map(({ id }) => Number(id.split('-')[0]));

  it.each([
    ['keeps a generation alone', [current], {}, []],
    ['keeps what was superseded lately', [current, generation(4, 1, 'd'), generation(3, 50, 'c')], {}, []],
    [
      'removes what was superseded long ago',
      [current, generation(4, 7, 'd'), generation(3, 50, 'c')],
      {},
      [3],
    ],
    [
      'removes the oldest first',
      [current, generation(4, 7, 'd'), generation(3, 8, 'c'), generation(2, 9, 'b')],
      {},
      [2, 3],
    ],
    [
      'keeps what must never go, however old',
      [current, generation(4, 700, 'd'), generation(3, 800, 'c')],
      { never: new Set(['5-abcdef', '4-abcdef', '3-abcdef']) },
      [],
    ],
    [
      'lets the bytes win over what is young, oldest first',
      [current, generation(4, 1, 'D'), generation(3, 2, 'C'), generation(2, 3, 'B')],
      { maxBytes: 250 },
      [2],
    ],
    [
      'never breaks the list for the bytes',
      [current, generation(4, 1, 'D'), generation(3, 2, 'C')],
      { maxBytes: 1 },
      [3],
    ],
    [
      'counts shared row files once',
      [generation(5, 0, 'A'), generation(4, 1, 'A'), generation(3, 2, 'A'), generation(2, 3, 'AB')],
      { maxBytes: 200 },
      [],
    ],
    [
      'goes on until the bytes fit: a generation whose files are shared frees little',
      [generation(5, 0, 'A'), generation(4, 1, 'A'), generation(3, 2, 'B'), generation(2, 3, 'Ab')],
      { maxBytes: 150 },
      [2, 3],
    ],
  ])('%s', (_what, kept, own, expected) => {
    expect(removed(kept, own)).toEqual(expected);
  });

  it('keeps a thousand at most', () => {
    const kept = Array.from({ length: 1010 }, (_, index) => generation(1010 - index, 0, 'a'));
    expect(removed(kept, { never: new Set() })).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

describe('retention on disk', () => {
  let folder: DataFolder;
  let now: number;
  const clock = () => now;
  beforeEach(async () => {
    folder = await DataFolder.make();
    now = NOW;
  });
  afterEach(() => folder.remove());

  const numbers = async () => (await folder.names('generations')).map((name) => Number(name.slice(0, 9)));
  async function commitLater(store: Store, version: string, laterMs = 7 * HOUR): Promise<Generation> {
    now += laterMs;
    return commitTags(store, CONTOSO, 50, version);
  }

  it('removes manifest and rows of what is old, and says so', async () => {
    const store = await folder.open({ clock });
    const first = await commitLater(store, 'v1');
    await commitLater(store, 'v2');
    expect(await numbers()).toEqual([1, 2]);
    await commitLater(store, 'v3');
    expect(await numbers()).toEqual([2, 3]);
    expect(await folder.names('rows')).toHaveLength(2);
    expect(folder.seen('generationPruned')).toEqual([
      { kind: 'generationPruned', id: first.id, bytes: first.partitions[0]!.bytes },
    ]);
    await expect(store.at(first.id)).resolves.toBeUndefined();
    await expect(store.execute(wholeSet('AppTags'), first.id)).rejects.toMatchObject({
      code: 'PROTOCOL_PAGE_EXPIRED',
      status: 410,
    });
  });

  it('keeps a generation that was served a moment ago, however far the clock is set on', async () => {
    let elapsed = 0;
    const store = await folder.open({ clock, elapsed: () => elapsed });
    const first = await commitLater(store, 'v1');
    await commitLater(store, 'v2');
    await store.execute(wholeSet('AppTags'), first.id);
    elapsed += 66;
    await commitLater(store, 'v3', 30 * 24 * HOUR);
    expect(await readTags(store, first.id)).toEqual({ tags: ['v1'], rows: 50 });
    elapsed += 31 * MINUTE;
    await commitLater(store, 'v4', -24 * HOUR);
    await expect(store.at(first.id)).resolves.toBeUndefined();
  });

  it('keeps a generation for 30 minutes after a page of it was served', async () => {
    const store = await folder.open({ clock });
    const first = await commitLater(store, 'v1');
    await commitLater(store, 'v2');
    now += 7 * HOUR;
    await store.execute(wholeSet('AppTags'), first.id);
    await commitLater(store, 'v3', 1 * MINUTE);
    await commitLater(store, 'v4', 28 * MINUTE);
    expect(await numbers()).toContain(1);
    expect(await readTags(store, first.id)).toEqual({ tags: ['v1'], rows: 50 });
    await commitLater(store, 'v5', 31 * MINUTE);
    expect(await numbers()).not.toContain(1);
    await expect(store.at(first.id)).resolves.toBeUndefined();
  });

  it('keeps within the bytes, whatever is young', async () => {
    const store = await folder.open({ clock, maxBytes: 10_000 });
    const { partitions } = await commitLater(store, 'v1', 1000);
    const fit = Math.floor(10_000 / partitions[0]!.bytes);
    for (let version = 2; version < 12; version++) await commitLater(store, `v${version}`, 1000);
    expect(await numbers()).toHaveLength(Math.max(2, fit));
  });

  it('never removes row files that a kept generation shares', async () => {
    const store = await folder.open({ clock });
    await commit(store, (draft) => draft.replace(CATEGORIES, categoryRows(['a', 'b'])).then(() => undefined));
    for (const version of ['v1', 'v2', 'v3', 'v4']) await commitLater(store, version);
    expect(await folder.names('rows')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^AppCategories-/)]),
    );
    await store.close();
    const again = await folder.open();
    expect(again.current()?.partitions).toHaveLength(2);
  });

  it('leaves alone what Windows will not remove, and takes it the next time', async () => {
    let isOpen = true;
    const store = await folder.open({
      clock,
      fileSystem: {
        ...nodeFileSystem,
        remove: (path) => {
          if (isOpen && path.includes('AppTags')) return Promise.reject(systemError('EBUSY'));
          return nodeFileSystem.remove(path);
        },
      },
    });
    for (const version of ['v1', 'v2', 'v3', 'v4']) await commitLater(store, version);
    expect(await numbers()).toEqual([3, 4]);
    expect(await folder.names('rows')).toHaveLength(4);
    isOpen = false;
    await commitLater(store, 'v5');
    expect(await folder.names('rows')).toHaveLength(2);
  });

  it('tidies up what killed processes have left, when a writer starts', async () => {
    const store = await folder.open();
    await commitTags(store, CONTOSO, 5, 'v1');
    await store.close();
    const left = [
      join('rows', '.tmp-4711-abc'),
      join('rows', `AppTags-${'0'.repeat(64)}.jsonl`),
      join('generations', '.tmp-4711-abc'),
      '.tmp-4711-old',
      '.tmp-4711-new',
    ].map((name) => join(folder.path, name));
    for (const path of left) await writeFile(path, 'half a ro');
    const then = new Date(Date.now() - 2 * MINUTE);
    await utimes(left[3]!, then, then);
    const reader = await folder.open();
    expect(await folder.names('rows')).toHaveLength(3);
    await reader.close();
    const writer = await folder.open({ writer: true });
    expect(await folder.names('rows')).toHaveLength(1);
    expect(await folder.names('generations')).toHaveLength(1);
    // A young one may belong to a process that is just opening the folder.
    expect((await folder.names('.')).filter((name) => name.startsWith('.'))).toEqual(['.tmp-4711-new']);
    expect(await readTags(writer, writer.current()!.id)).toEqual({ tags: ['v1'], rows: 5 });
  });

  it('removes what a discarded draft has written', async () => {
    const store = await folder.open();
    await commitTags(store, CONTOSO, 5, 'v1');
    const draft = await store.draft();
    await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, 9, 'v2'));
    expect(await folder.names('rows')).toHaveLength(2);
    await draft.discard();
    expect(await folder.names('rows')).toHaveLength(1);
  });
});
