import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { compile } from '../../../scripts/compiled.mjs';
import { nodeFileSystem, type FileSystem } from '../../../src/store/lowdb/file-system.js';
import type { Store } from '../../../src/store/store.js';
import { commitTags, CONTOSO, readTags, tagRows, tagsOf } from '../../contract/feed-rows.js';
import { DataFolder } from './data-folder.js';
import { WRITER_SOURCES, WriterProgram } from './processes.js';

describe('the writer’s lock', () => {
  let program: WriterProgram;
  let folder: DataFolder;
  beforeAll(async () => {
    program = new WriterProgram(await compile(WRITER_SOURCES));
  });
  afterAll(() => program.remove());
  beforeEach(async () => {
    folder = await DataFolder.make();
  });
  afterEach(() => folder.remove());

  const lockPath = () => join(folder.path, 'writer.lock');
  const readLock = async () => JSON.parse(await readFile(lockPath(), 'utf8')) as Record<string, unknown>;
  const writeLock = (lock: unknown) => writeFile(lockPath(), JSON.stringify(lock));
  const age = async (seconds: number) => {
    const then = new Date(Date.now() - seconds * 1000);
    await utimes(lockPath(), then, then);
  };
  /** A lock as a writer of this host leaves it when it dies, with changes. */
  async function leaveLock(changes: Record<string, unknown>): Promise<void> {
    const store = await folder.open({ writer: true });
    const lock = await readLock();
    await store.close();
    await writeLock({ ...lock, nonce: 'other', ...changes });
  }

  it('is taken with the first draft and kept; a reader takes none', async () => {
    const store = await folder.open();
    expect(await folder.names('.')).not.toContain('writer.lock');
    await commitTags(store, CONTOSO, 1, 'v1');
    expect(await readLock()).toMatchObject({ pid: process.pid, host: hostname() });
    await store.close();
    expect(await folder.names('.')).not.toContain('writer.lock');
  });

  it('is taken at once by a store that is opened as the writer', async () => {
    await folder.open({ writer: true });
    expect(await readLock()).toMatchObject({ pid: process.pid });
  });

  it('names the live process that holds it; readers read on', async () => {
    const holder = program.start('hold', folder.path);
    expect(await holder.hear()).toBe('held');
    const refusal = {
      code: 'STORE_LOCKED',
      exitCode: 75,
      message: expect.stringContaining(`Process ${holder.pid} on ${hostname()}`) as unknown,
      hint: expect.stringContaining(`Stop process ${holder.pid}`) as unknown,
    };
    await expect(folder.open({ writer: true })).rejects.toMatchObject(refusal);
    const reader = await folder.open();
    await expect(reader.draft()).rejects.toMatchObject(refusal);
    const other = program.start('hold', folder.path);
    expect(await other.hear()).toBe('refused STORE_LOCKED');
    expect(await other.exitCode()).toBe(75);
    await holder.kill();
    await (await reader.draft()).discard();
  });

  it('is broken at once when its process is dead on this host', async () => {
    const holder = program.start('hold', folder.path);
    await holder.hear();
    await holder.kill();
    const store = await folder.open({ writer: true });
    expect(folder.seen('lockBroken')).toEqual([{ kind: 'lockBroken', pid: holder.pid }]);
    await commitTags(store, CONTOSO, 1, 'v1');
  });

  it('goes to exactly one of several breakers in one process', async () => {
    const holder = program.start('hold', folder.path);
    await holder.hear();
    await holder.kill();
    const left = await readLock();
    for (let round = 0; round < 40; round++) {
      await writeLock(left);
      const opened = await Promise.allSettled([1, 2, 3, 4].map(() => folder.open({ writer: true })));
      const stores = opened.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
      expect(stores).toHaveLength(1);
      for (const refused of opened.filter((result) => result.status === 'rejected'))
        expect(refused.reason).toMatchObject({ code: 'STORE_LOCKED' });
      for (const store of stores) await store.close();
      await rm(lockPath(), { force: true });
    }
  });

  it('goes to exactly one of several breaking processes', async () => {
    const holder = program.start('hold', folder.path);
    await holder.hear();
    await holder.kill();
    const breakers = [1, 2, 3].map(() => program.start('hold', folder.path));
    const heard = await Promise.all(breakers.map((breaker) => breaker.hear()));
    expect(heard.sort()).toEqual(['held', 'refused STORE_LOCKED', 'refused STORE_LOCKED']);
    for (const breaker of breakers) await breaker.kill();
  });

  it('is not touched by a breaker that saw the dead holder before another broke it', async () => {
    const dead = program.start('hold', folder.path);
    await dead.hear();
    await dead.kill();
    const { nonce } = await readLock();
    const succession = `${lockPath()}.${String(nonce)}`;
    let other: Store | undefined;
    const slow: FileSystem = {
      ...nodeFileSystem,
      async link(existing, name) {
        if (name === succession) other ??= await folder.open({ writer: true });
        await nodeFileSystem.link(existing, name);
      },
    };
    const refusal = {
      code: 'STORE_LOCKED',
      message: expect.stringContaining(`Process ${process.pid} `) as unknown,
    };
    await expect(folder.open({ writer: true, fileSystem: slow })).rejects.toMatchObject(refusal);
    await commitTags(other!, CONTOSO, 1, 'v1');
    expect(await folder.names('.')).not.toContain(basename(succession));
  });

  it('is broken when a breaker died in the act, too; what that left is cleared away', async () => {
    const dead = program.start('hold', folder.path);
    await dead.hear();
    await dead.kill();
    const left = await readLock();
    const succession = `${lockPath()}.${String(left.nonce)}`;
    await writeFile(succession, JSON.stringify({ ...left, nonce: 'breaker' }));
    const outdated = `${lockPath()}.0123456789abcdef`;
    await writeFile(outdated, JSON.stringify(left));
    const longAgo = new Date(Date.now() - 70_000);
    await utimes(outdated, longAgo, longAgo);
    const store = await folder.open({ writer: true });
    expect((await readLock()).nonce).not.toBe(left.nonce);
    await store.close();
    expect((await folder.names('.')).filter((name) => name.startsWith('writer.lock'))).toEqual([]);
  });

  it('is free again when its holder could not be replaced', async () => {
    await leaveLock({ pid: process.pid });
    const failing: FileSystem = {
      ...nodeFileSystem,
      syncFolder: () => Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })),
    };
    await expect(folder.open({ writer: true, fileSystem: failing })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    expect((await folder.names('.')).filter((name) => name.startsWith('writer.lock'))).toEqual([]);
    await folder.open({ writer: true });
  });

  it('publishes nothing after it was lost', async () => {
    const store = await folder.open();
    const { id } = await commitTags(store, CONTOSO, 1, 'v1');
    const draft = await store.draft();
    await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, 2, 'v2'));
    await writeLock({ ...(await readLock()), nonce: 'other', pid: process.ppid });
    await expect(draft.commit()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    // What is unneeded in our eyes may be the draft of whoever holds the lock now: nothing is removed.
    await draft.discard();
    expect(await folder.names('rows')).toHaveLength(2);
    expect(store.current()?.id).toBe(id);
    expect((await folder.open()).current()?.id).toBe(id);
    expect(await folder.names('generations')).toHaveLength(1);
  });

  it('is taken anew, on top of what another writer has published meanwhile', async () => {
    const mine: Store = await folder.open();
    await commitTags(mine, CONTOSO, 1, 'v1');
    await rm(lockPath());
    const theirs = await folder.open();
    await commitTags(theirs, CONTOSO, 2, 'v2');
    await theirs.close();
    const draft = await mine.draft();
    expect(draft.base?.id).toMatch(/^2-/);
    const third = await draft.commit();
    expect(third.id).toMatch(/^3-/);
    expect(await readTags(mine, third.id)).toEqual({ tags: ['v2'], rows: 2 });
  });

  it('does not remove another’s lock when it is released', async () => {
    const store = await folder.open({ writer: true });
    await writeLock({ ...(await readLock()), nonce: 'other' });
    await store.close();
    expect(await readLock()).toMatchObject({ nonce: 'other' });
  });

  describe('left by a process that cannot be looked at', () => {
    it.each([
      ['on another host', { host: 'elsewhere' }],
      ['in another container', { processSpace: 'pid:[1]' }],
    ])('%s counts as held while its heart beats, and as dead after a minute', async (_where, changes) => {
      await leaveLock(changes);
      await expect(folder.open({ writer: true })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
      await age(50);
      await expect(folder.open({ writer: true })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
      await age(70);
      await folder.open({ writer: true });
      expect(folder.seen('lockBroken')).toHaveLength(1);
    });

    it.each([
      ['is empty', ''],
      ['is no lock', '[]'],
      ['holds null', 'null'],
    ])('in a file that %s counts as held for a minute, then as dead', async (_what, content) => {
      await writeFile(lockPath(), content);
      await expect(folder.open({ writer: true })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
      await age(70);
      await folder.open({ writer: true });
    });
  });

  it('is not fooled by an id that a later process was given: our own', async () => {
    await leaveLock({ pid: process.pid });
    await folder.open({ writer: true });
    expect(folder.seen('lockBroken')).toHaveLength(1);
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux(
    'is not fooled by an id that a later process was given: any (where /proc tells its start)',
    async () => {
      await leaveLock({ pid: process.ppid, processStart: 'another boot:1' });
      await folder.open({ writer: true });
      expect(folder.seen('lockBroken')).toEqual([{ kind: 'lockBroken', pid: process.ppid }]);
    },
  );

  it('trusts the id of a live process when its start is not known', async () => {
    await leaveLock({ pid: process.ppid, processStart: '' });
    await age(3600);
    await expect(folder.open({ writer: true })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
  });
});
