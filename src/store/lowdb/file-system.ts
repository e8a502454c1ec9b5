/**
 * The few file operations that the store stands on, as one object: so a test can make the n-th of them fail, and the
 * differences between platforms stand in one place.
 */
import {
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  stat,
  statfs,
  unlink,
  utimes,
} from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** A file that is being written. */
export interface OpenFile {
  /** Writes all bytes, or throws. */
  write(bytes: Uint8Array): Promise<void>;
  /** Durable when it resolves (fsync). */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What the store asks of a disk. Every method rejects with Node's own error (`code`: ENOENT, ENOSPC, EIO, …). */
export interface FileSystem {
  /** Makes a folder and its parents; content with one that is there. */
  makeFolder(path: string): Promise<void>;
  list(folder: string): Promise<readonly string[]>;
  stat(path: string): Promise<{ readonly bytes: number; readonly modifiedMs: number }>;
  /** Bytes that this user may still write, `Infinity` when the file system does not say. */
  freeBytes(folder: string): Promise<number>;
  /** A small file, whole. */
  read(path: string): Promise<Uint8Array>;
  /** A part of a file; shorter where the file ends before. */
  readAt(path: string, offset: number, length: number): Promise<Uint8Array>;
  /** A file of any size, block by block; the file is closed when the consumer stops. A block is valid until the next. */
  blocks(path: string): AsyncIterable<Uint8Array>;
  /** Creates a file that must not be there yet (EEXIST). */
  create(path: string, mode?: number): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  /** A second name for a file; EEXIST when the name is taken: the atomic "create with content". */
  link(existing: string, name: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Sets the time of modification to now. */
  touch(path: string): Promise<void>;
  /** Makes the names in a folder durable. */
  syncFolder(path: string): Promise<void>;
}

/** Large enough that hashing and parsing dominate the calls, small enough that a block never stalls the event loop. */
const BLOCK_BYTES = 256 * 1024;

/** The disk of this machine. */
export const nodeFileSystem: FileSystem = {
  makeFolder,
  list: (folder) => readdir(folder),
  async stat(path) {
    const { size, mtimeMs } = await stat(path);
    return { bytes: size, modifiedMs: mtimeMs };
  },
  freeBytes,
  read: (path) => readFile(path),
  readAt,
  blocks,
  create: async (path, mode = 0o644) => openFile(await open(path, 'wx', mode)),
  rename,
  link,
  remove: unlink,
  async touch(path) {
    const now = new Date();
    await utimes(path, now, now);
  },
  syncFolder,
};

/** The errno word of a failed call (`ENOSPC`), or `undefined` when the error is none of the file system's. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}

/**
 * Parents first where one is missing. Not `mkdir` with `recursive`: on Node 20 that never ends when a folder that is there
 * answers ENOENT to a new child, as /proc does.
 */
async function makeFolder(path: string): Promise<void> {
  const parent = dirname(resolve(path));
  if (parent !== resolve(path) && !(await isThere(parent))) await makeFolder(parent);
  try {
    await mkdir(path);
  } catch (error) {
    if (!(await isThere(path))) throw error;
  }
}

async function isThere(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch {
    return false;
  }
}

function openFile(handle: FileHandle): OpenFile {
  return {
    // FileHandle.writeFile goes on after a short write; FileHandle.write does not.
    write: (bytes) => handle.writeFile(bytes),
    sync: () => handle.sync(),
    close: () => handle.close(),
  };
}

async function readAt(path: string, offset: number, length: number): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The next block is read while the consumer has one. */
async function* blocks(path: string): AsyncGenerator<Uint8Array> {
  const handle = await open(path, 'r');
  let ahead: Promise<Uint8Array> | undefined;
  try {
    let [next, other] = [Buffer.allocUnsafe(BLOCK_BYTES), Buffer.allocUnsafe(BLOCK_BYTES)];
    for (;;) {
      const block = await (ahead ?? readBlock(handle, next));
      if (block.length === 0) return;
      [next, other] = [other, next];
      ahead = readBlock(handle, next);
      // Whoever takes the block meets the error; until then it is no unhandled one.
      ahead.catch(() => undefined);
      yield block;
    }
  } finally {
    await ahead?.catch(() => undefined);
    await handle.close();
  }
}

async function readBlock(handle: FileHandle, buffer: Buffer): Promise<Uint8Array> {
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
  return buffer.subarray(0, bytesRead);
}

async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, blocks: size, bsize } = await statfs(folder);
    return size === 0 ? Infinity : bavail * bsize;
  } catch (error) {
    if (errnoOf(error) === 'ENOSYS') return Infinity;
    throw error;
  }
}

/** Windows cannot fsync a folder (EPERM, EISDIR) and journals names by itself; elsewhere a failure is a failure. */
async function syncFolder(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    const isExpected = process.platform === 'win32' && ['EPERM', 'EISDIR'].includes(errnoOf(error) ?? '');
    if (!isExpected) throw error;
  }
}
