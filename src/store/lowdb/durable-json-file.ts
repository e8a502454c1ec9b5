/**
 * A lowdb adapter that survives a power cut. lowdb's own one renames a temporary file of a fixed name into place
 * without any fsync: two processes tear it (11 of 294 reads in a trial), and a crash may leave an empty file.
 */
import { dirname } from 'node:path';
import type { Adapter } from 'lowdb';
import { Damaged } from './disk-error.js';
import { errnoOf, type FileSystem, type OpenFile } from './file-system.js';
import { temporaryPath } from './layout.js';

/** One JSON file. What `read` answers is not validated: a file may hold `null`, `0` or anything else. */
export class DurableJsonFile implements Adapter<unknown> {
  constructor(
    private readonly files: FileSystem,
    private readonly path: string,
    private readonly mode = 0o644,
  ) {}

  /** `null` when there is no file. @throws Damaged when it is not JSON, or null */
  async read(): Promise<unknown> {
    let bytes: Uint8Array;
    try {
      bytes = await this.files.read(this.path);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return null;
      throw error;
    }
    const data = parseJson(bytes);
    // lowdb takes null for "no file" and falls back to its defaults: a file that says so is a broken one.
    if (data === null) throw new Damaged('The file holds null.');
    return data;
  }

  /** Old content or new content, never a mixture; durable when the promise resolves. */
  async write(data: unknown): Promise<void> {
    const folder = dirname(this.path);
    const temporary = temporaryPath(folder);
    await writeNewFile(this.files, temporary, { content: JSON.stringify(data), mode: this.mode });
    try {
      await this.files.rename(temporary, this.path);
    } catch (error) {
      await removeQuietly(this.files, temporary);
      throw error;
    }
    await this.files.syncFolder(folder);
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (cause) {
    throw new Damaged('The file is not JSON.', { cause });
  }
}

/** What file systems without hard links answer (FAT, some network shares). */
const NO_LINKS: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EXDEV',
  'EMLINK',
]);

/**
 * Creates a file with its content in one step: others see no file or the whole one. Rejects with EEXIST when the name
 * is taken. Without hard links there is a moment in which others see an empty file.
 */
export async function createWhole(files: FileSystem, path: string, file: NewFile): Promise<void> {
  const temporary = temporaryPath(dirname(path));
  await writeNewFile(files, temporary, file);
  try {
    await files.link(temporary, path);
  } catch (error) {
    if (!NO_LINKS.has(errnoOf(error) ?? '')) throw error;
    await writeNewFile(files, path, file);
  } finally {
    await removeQuietly(files, temporary);
  }
}

/** What a new file holds, and who may read it. */
export interface NewFile {
  readonly content: string;
  readonly mode: number;
}

/** Writes and fsyncs a file that must not be there yet; removes it again when that fails. */
export async function writeNewFile(
  files: FileSystem,
  path: string,
  { content, mode }: NewFile,
): Promise<void> {
  const file = await files.create(path, mode);
  try {
    await closing(file, async () => {
      await file.write(Buffer.from(content));
      await file.sync();
    });
  } catch (error) {
    await removeQuietly(files, path);
    throw error;
  }
}

/** Runs `work`, then closes the file, whatever happened; the first failure wins. */
export async function closing<Result>(file: OpenFile, work: () => Promise<Result>): Promise<Result> {
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
  await file.close();
  return result;
}

/** Removes a file if it can be: for clean-up after a failure that is reported already. */
export async function removeQuietly(files: FileSystem, path: string): Promise<void> {
  await files.remove(path).catch(() => undefined);
}
