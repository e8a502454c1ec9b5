/** A disk under a process that kills itself in a call: before it, after it, or in the middle of a write. */
import { basename, dirname } from 'node:path';
import { nodeFileSystem, type FileSystem, type OpenFile } from '../../../src/store/lowdb/file-system.js';

/** What the process is at when it dies. */
export const PHASES = ['write', 'rename', 'manifest', 'prune'] as const;
export const MOMENTS = ['before', 'half', 'after'] as const;

/** @param death `<phase> <n> <moment>`: the n-th call of that phase */
export function dyingFileSystem(death: string): FileSystem {
  const [phase, number, moment] = death.split(' ');
  let calls = 0;
  const at = async <Result>(own: string, call: () => Promise<Result>, half?: () => Promise<void>) => {
    if (own !== phase || (calls += 1) !== Number(number)) return call();
    if (moment === 'half') await half?.();
    if (moment === 'after') await call();
    process.kill(process.pid, 'SIGKILL');
    return new Promise<Result>(() => undefined);
  };
  const phaseOf = (path: string, inRows: string) =>
    ({ rows: inRows, generations: 'manifest', other: 'lock' })[placeOf(path)];
  const dying = (file: OpenFile, own: string): OpenFile => ({
    write: (bytes) =>
      at(
        own,
        () => file.write(bytes),
        () => file.write(bytes.subarray(0, bytes.length >> 1)),
      ),
    sync: () => at(own, () => file.sync()),
    close: () => at(own, () => file.close()),
  });
  return {
    ...nodeFileSystem,
    create: async (path, mode) => dying(await nodeFileSystem.create(path, mode), phaseOf(path, 'write')),
    rename: (from, to) => at(phaseOf(to, 'rename'), () => nodeFileSystem.rename(from, to)),
    syncFolder: (path) =>
      at(basename(path) === 'generations' ? 'manifest' : 'rename', () => nodeFileSystem.syncFolder(path)),
    remove: (path) => at(placeOf(path) === 'other' ? 'lock' : 'prune', () => nodeFileSystem.remove(path)),
  };
}

function placeOf(path: string): 'rows' | 'generations' | 'other' {
  const folder = basename(dirname(path));
  return folder === 'rows' || folder === 'generations' ? folder : 'other';
}
