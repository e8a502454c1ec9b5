import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setOf } from '../../../src/model/catalog.js';
import { writeRow } from '../../../src/model/row-json.js';
import { nodeFileSystem } from '../../../src/store/lowdb/file-system.js';
import {
  CATEGORIES,
  collect,
  commit,
  commitTags,
  CONTOSO,
  FABRIKAM,
  readSet,
  readTags,
  tagRows,
  tagsOf,
} from '../../contract/feed-rows.js';
import { DataFolder } from './data-folder.js';

describe('row files and manifests', () => {
  let folder: DataFolder;
  beforeEach(async () => {
    folder = await DataFolder.make();
  });
  afterEach(() => folder.remove());

  it('are named by their content, hold a JSON object a line, and stand in the manifest with count and size', async () => {
    const store = await folder.open();
    const { id, partitions } = await commitTags(store, CONTOSO, 3, 'v1');
    const [partition] = partitions;
    const content = await readFile(join(folder.path, 'rows', `AppTags-${partition!.sha256}.jsonl`), 'utf8');
    const { type } = setOf('AppTags');
    expect(content).toBe(
      tagRows(CONTOSO, 3, 'v1')
        .map((row) => `${writeRow(type, row)}\n`)
        .join(''),
    );
    expect(partition).toEqual({
      ...tagsOf(CONTOSO),
      sha256: createHash('sha256').update(content).digest('hex'),
      rows: 3,
      bytes: Buffer.byteLength(content),
    });
    const [name] = await folder.names('generations');
    expect(name).toBe(`000000001-${id.slice(2)}.json`);
    const manifest = JSON.parse(await readFile(join(folder.path, 'generations', name!), 'utf8')) as object;
    expect(manifest).toEqual({
      formatVersion: 1,
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      generation: store.current(),
    });
  });

  it('are stored once for equal rows, and read once while they do not change', async () => {
    const read: string[] = [];
    const store = await folder.open({
      fileSystem: {
        ...nodeFileSystem,
        blocks: (path) => {
          read.push(path);
          return nodeFileSystem.blocks(path);
        },
      },
    });
    await commitTags(store, CONTOSO, 10, 'v1');
    await commit(store, async (draft) => {
      await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, 10, 'v1'));
      await draft.replace(CATEGORIES, []);
    });
    expect(read.filter((path) => path.includes('AppTags'))).toHaveLength(1);
    expect(await folder.names('rows')).toHaveLength(2);
  });

  it('hold rows of any length, across blocks, with text of any script', async () => {
    const store = await folder.open();
    const rows = tagRows(CONTOSO, 400, 'v1').map((row, index) => ({
      ...row,
      tag: '🚀ü"\\\n,'.repeat((index * index) % 3000),
    }));
    rows[200] = { ...rows[200]!, tag: 'x'.repeat(1_000_000) };
    const { id } = await commit(store, async (draft) => {
      await draft.replace(tagsOf(CONTOSO), rows);
      expect(await collect(draft.rows('AppTags'))).toEqual(rows);
    });
    const again = await folder.open();
    expect((await readSet(again, id, 'AppTags')).map((row) => JSON.parse(row) as unknown)).toEqual(rows);
  });

  it('are written with back-pressure: the source is not read ahead of the disk', async () => {
    let written = 0;
    let ahead = 0;
    const store = await folder.open({
      fileSystem: {
        ...nodeFileSystem,
        async create(path, mode) {
          const file = await nodeFileSystem.create(path, mode);
          return {
            ...file,
            async write(bytes) {
              await file.write(bytes);
              written += bytes.length;
            },
          };
        },
      },
    });
    const draft = await store.draft();
    function* source() {
      let produced = 0;
      for (const row of tagRows(CONTOSO, 20_000, 'v1')) {
        produced += JSON.stringify(row).length;
        ahead = Math.max(ahead, produced - written);
        yield row;
      }
    }
    const { bytes } = await draft.replace(tagsOf(CONTOSO), source());
    expect(bytes).toBeGreaterThan(1_000_000);
    expect(ahead).toBeLessThan(200_000);
    await draft.discard();
  });

  it('keep the key for page tokens from other accounts', async () => {
    await folder.open();
    const { mode } = await stat(join(folder.path, 'page-key.json'));
    // Windows has no such bits; its folders inherit their permissions.
    if (process.platform !== 'win32') expect(mode & 0o777).toBe(0o600);
  });

  it('have one key for page tokens, however many processes open the folder at once', async () => {
    const stores = await Promise.all([1, 2, 3, 4, 5].map(() => folder.open()));
    expect(new Set(stores.map(({ pageKey }) => Buffer.from(pageKey).toString('hex'))).size).toBe(1);
  });
});

describe('older generations', () => {
  let folder: DataFolder;
  beforeEach(async () => {
    folder = await DataFolder.make();
  });
  afterEach(() => folder.remove());

  it('are loaded once for many readers at the same time, and a few stay in memory', async () => {
    const writer = await folder.open();
    const ids: string[] = [];
    for (const version of ['v1', 'v2', 'v3', 'v4', 'v5'])
      ids.push((await commitTags(writer, CONTOSO, 9, version)).id);
    let loads = 0;
    const reader = await folder.open({
      fileSystem: {
        ...nodeFileSystem,
        blocks: (path) => {
          loads++;
          return nodeFileSystem.blocks(path);
        },
      },
    });
    expect(loads).toBe(1);
    const answers = await Promise.all(Array.from({ length: 20 }, () => readTags(reader, ids[0]!)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set(['{"tags":["v1"],"rows":9}']),
    );
    expect(loads).toBe(2);
    for (const [index, id] of ids.entries())
      expect(await readTags(reader, id)).toEqual({ tags: [`v${index + 1}`], rows: 9 });
    expect(loads).toBe(5);
    await readTags(reader, ids[0]!);
    expect(loads).toBe(6);
  });

  it('are the same for a reader in flight while the writer goes on', async () => {
    const store = await folder.open({ keepMinutes: 0, keepHours: 0 });
    const { id } = await commit(store, async (draft) => {
      await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, 500, 'v1'));
      await draft.replace(tagsOf(FABRIKAM), tagRows(FABRIKAM, 500, 'v1'));
    });
    const reads = Promise.all(Array.from({ length: 5 }, () => readTags(store, id)));
    await commitTags(store, CONTOSO, 1, 'v2');
    for (const read of await reads) expect(read).toEqual({ tags: ['v1'], rows: 1000 });
  });
});

describe('folders', () => {
  let folder: DataFolder;
  beforeEach(async () => {
    folder = await DataFolder.make();
  });
  afterEach(() => folder.remove());

  it('are made with the parents that are missing, and left as they are when they are there', async () => {
    const deep = join(folder.path, 'a', 'b', 'c');
    await nodeFileSystem.makeFolder(deep);
    await nodeFileSystem.makeFolder(deep);
    expect((await stat(deep)).isDirectory()).toBe(true);
  });

  it('fail where none can be made, instead of trying for ever', async () => {
    const file = join(folder.path, 'file');
    await writeFile(file, '');
    await expect(nodeFileSystem.makeFolder(join(file, 'below'))).rejects.toThrow();
    if (process.platform === 'linux')
      await expect(nodeFileSystem.makeFolder('/proc/none')).rejects.toThrow('ENOENT');
  });
});

describe('blocks of a file', () => {
  let folder: DataFolder;
  beforeEach(async () => {
    folder = await DataFolder.make();
  });
  afterEach(() => folder.remove());

  const text = Array.from({ length: 200_000 }, (_, at) => `${at},`).join('');

  it('follow each other without a gap, and each is as it was until the next is asked for', async () => {
    await writeFile(join(folder.path, 'file'), text);
    const parts: string[] = [];
    for await (const block of nodeFileSystem.blocks(join(folder.path, 'file'))) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      parts.push(Buffer.from(block).toString());
    }
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.join('')).toBe(text);
  });

  it('may be left before the end', async () => {
    await writeFile(join(folder.path, 'file'), text);
    for await (const block of nodeFileSystem.blocks(join(folder.path, 'file'))) {
      expect(block.length).toBeGreaterThan(0);
      break;
    }
  });

  it('fail as the disk does', async () => {
    const blocks = nodeFileSystem.blocks(folder.path)[Symbol.asyncIterator]();
    await expect(blocks.next()).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
