/**
 * Upgrade and rollback. `format-1/` is a data folder as version 0.1.0 wrote it, and stays as it is: whatever comes
 * later has to open it, or say in its changelog that it does not.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  categoryRows,
  CATEGORIES,
  commit,
  CONTOSO,
  readSet,
  readTags,
  tagsOf,
} from '../../contract/feed-rows.js';
import { DataFolder } from './data-folder.js';

const OLD = 'test/store/lowdb/format-1';

interface StoredPartition {
  readonly set: string;
  readonly sha256: string;
  readonly rows: number;
  readonly bytes: number;
}

let folder: DataFolder;
beforeEach(async () => {
  folder = await DataFolder.make();
  await cp(OLD, folder.path, { recursive: true });
});
afterEach(() => folder.remove());

const parsed = (rows: readonly string[]) => rows.map((row) => JSON.parse(row) as Record<string, unknown>);

async function newestManifest(): Promise<string> {
  return join(folder.path, 'generations', (await folder.names('generations')).at(-1)!);
}

describe('A data folder of version 0.1.0', () => {
  it('is served: every generation, with the same rows, and the key that signed its page links', async () => {
    const before = await folder.names('rows');
    const store = await folder.open({ writer: true });
    expect(folder.seen('generationRefused')).toEqual([]);
    const newest = store.current()!.id;
    expect(newest).toMatch(/^2-/);
    expect(await readTags(store, newest)).toEqual({ tags: ['v2'], rows: 4 });
    const [older] = (await folder.names('generations')).map((name) => `1-${name.slice(10, 16)}`);
    expect(await store.at(older!)).toBeDefined();
    expect(await readTags(store, older!)).toEqual({ tags: ['v1'], rows: 3 });
    expect(parsed(await readSet(store, newest, 'AppCategories'))).toMatchObject(
      categoryRows(['cloudStorage', 'crm']),
    );
    const usage = await readSet(store, newest, 'DiscoveredApps');
    expect(parsed(usage).map(({ id, domains }) => [id, domains])).toEqual(
      ['1', '2', '3'].map((id) => [id, ['a.example', '*.b.example']]),
    );
    for (const row of usage) expect(row).toContain('"downloadNetworkTrafficInBytes":9007199254740993');
    const { key } = JSON.parse(await readFile(join(OLD, 'page-key.json'), 'utf8')) as { key: string };
    expect(Buffer.from(store.pageKey).toString('hex')).toBe(key);
    expect(await folder.names('rows')).toEqual(before);
  });

  it('is written on: rows that did not change are carried over, not copied', async () => {
    const store = await folder.open({ writer: true });
    const usage = (await folder.names('rows')).filter((name) => name.startsWith('DiscoveredApps-'));
    const next = await commit(store, async (draft) => {
      await draft.replace(CATEGORIES, categoryRows(['crm']));
    });
    expect(next.id).toMatch(/^3-/);
    expect(next.partitions.map(({ set }) => set).sort()).toEqual([
      'AppCategories',
      'AppTags',
      'DiscoveredApps',
    ]);
    expect((await folder.names('rows')).filter((name) => name.startsWith('DiscoveredApps-'))).toEqual(usage);
  });
});

/** What a later version of the same format may add: a set, a property, members of the manifest. */
async function writtenLater(): Promise<void> {
  const path = await newestManifest();
  const manifest = JSON.parse(await readFile(path, 'utf8')) as {
    formatVersion: number;
    generation: { partitions: StoredPartition[]; poller: Record<string, unknown> };
  };
  const { generation } = manifest;
  const tags = generation.partitions.find(({ set }) => set === 'AppTags')!;
  const lines = (
    await readFile(join(folder.path, 'rows', `AppTags-${tags.sha256}.jsonl`), 'utf8')
  ).replaceAll(/\}$/gm, ',"addedLater":7}');
  const others = generation.partitions.filter((partition) => partition !== tags);
  const later = {
    ...generation,
    partitions: [
      ...others,
      await storeRows('AppTags', lines, tags),
      await storeRows('AddedLater', '{"id":"1"}\n', tags),
    ],
    poller: { ...generation.poller, addedLater: { some: 'thing' } },
    addedLater: true,
  };
  await writeFile(path, JSON.stringify({ ...manifest, generation: later, checksum: checksumOf(later) }));
}

async function storeRows(set: string, lines: string, like: StoredPartition): Promise<StoredPartition> {
  const sha256 = createHash('sha256').update(lines).digest('hex');
  await writeFile(join(folder.path, 'rows', `${set}-${sha256}.jsonl`), lines);
  return { ...like, set, sha256, rows: lines.trim().split('\n').length, bytes: Buffer.byteLength(lines) };
}

/** As the documents of the store describe it: SHA-256 over JSON with the members of every object in order of their names. */
function checksumOf(value: unknown): string {
  const ordered = (part: unknown): unknown =>
    Array.isArray(part)
      ? part.map(ordered)
      : typeof part === 'object' && part !== null
        ? Object.fromEntries(
            Object.entries(part)
              .sort(([left], [right]) => (left < right ? -1 : 1))
              .map(([name, member]) => [name, ordered(member)]),
          )
        : part;
  return createHash('sha256')
    .update(JSON.stringify(ordered(value)))
    .digest('hex');
}

describe('Back to this version, after a later one has written', () => {
  it('serves what it knows of the same format, and leaves the files of what it does not know', async () => {
    await writtenLater();
    const store = await folder.open({ writer: true });
    expect(folder.seen('generationRefused')).toEqual([]);
    const { id } = store.current()!;
    expect(await readTags(store, id)).toEqual({ tags: ['v2'], rows: 4 });
    for (const row of await readSet(store, id, 'AppTags')) expect(row).not.toContain('addedLater');
    await commit(store, async (draft) => {
      await draft.replace(tagsOf(CONTOSO), []);
    });
    expect(
      (await readdir(join(folder.path, 'rows'))).filter((name) => name.startsWith('AddedLater-')),
    ).toHaveLength(1);
  });

  it('refuses another format, and changes nothing; without its generations the older ones are served', async () => {
    const path = await newestManifest();
    const manifest = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...manifest, formatVersion: 2 }));
    const before = [await folder.names('generations'), await folder.names('rows')];
    await expect(folder.open({ writer: true })).rejects.toMatchObject({
      code: 'STORE_TOO_NEW',
      exitCode: 78,
    });
    expect([await folder.names('generations'), await folder.names('rows')]).toEqual(before);
    await rename(path, join(folder.path, 'put-aside.json'));
    const store = await folder.open({ writer: true });
    expect(await readTags(store, store.current()!.id)).toEqual({ tags: ['v1'], rows: 3 });
  });
});
