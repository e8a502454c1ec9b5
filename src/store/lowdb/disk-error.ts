/** Failures of the disk, as a person meets them. */
import { FeedError } from '../../errors.js';
import { errnoOf } from './file-system.js';

const FULL = 'The disk is full: free space on the volume of DATA_DIR, or lower STORE_MAX_BYTES.';
const FORBIDDEN = 'Give the account that runs this program read and write permission on DATA_DIR.';

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  EROFS: 'DATA_DIR is on a read-only file system: mount it writable, or set DATA_DIR to another folder.',
  EIO: 'The disk reports an I/O error: check the volume of DATA_DIR (cable, quota, network share, failing disk).',
  ENOTDIR: 'Set DATA_DIR to a folder: a part of the path is a file.',
  EMFILE: 'The process has too many open files: raise its limit (ulimit -n).',
};

/**
 * STORE_UNAVAILABLE for a failed call of the file system, with a hint that fits its errno; errors of our own pass
 * through, and what is no error of the file system is a bug and stays as it is.
 *
 * @param doing what was under way, as it reads after "Cannot": `write rows of Apps`
 */
export function asDiskError(error: unknown, doing: string): unknown {
  if (error instanceof FeedError) return error;
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const hint = HINTS[errno];
  return new FeedError('STORE_UNAVAILABLE', `Cannot ${doing}: ${errno}.`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Runs one piece of disk work; its failures become {@link asDiskError}. */
export async function onDisk<Result>(doing: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw asDiskError(error, doing);
  }
}

/** What a file holds is not what was written: a checksum, a count or a shape is wrong, or the file is gone. */
export class Damaged extends Error {
  override readonly name = 'Damaged';
}

/**
 * Why a file cannot be trusted; `undefined` when the failure says nothing about its content (permissions, too many
 * open files, a bug) and falling back to older data would be wrong.
 */
export function damageOf(error: unknown): string | undefined {
  if (error instanceof Damaged) return error.message;
  if (error instanceof SyntaxError) return 'A row is not JSON.';
  const errno = errnoOf(error);
  if (errno === 'ENOENT') return 'A row file is missing.';
  return errno === 'EIO' || errno === 'EISDIR' ? `A file cannot be read: ${errno}.` : undefined;
}
