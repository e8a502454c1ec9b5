import { FeedError } from '../../src/errors.js';
import { readTags } from '../contract/feed-rows.js';
import { DataFolder } from '../store/lowdb/data-folder.js';
import { FailingDisk, type Fault } from '../store/lowdb/failing-file-system.js';
import { Faults, type Asked, type Figure, type Row } from './row.js';
import { commitTagsOfTwo, expectVersion, loseRows } from './two-tenants.js';

const ERRNOS = ['EIO', 'ENOSPC', 'EACCES'] as const;

async function run({ long, broken }: Asked): Promise<Figure> {
  const faults = new Faults();
  let cases = 0;
  const last: number[] = [];
  for (const errno of long ? ERRNOS : ERRNOS.slice(0, 2))
    for (const recovers of long ? [true, false] : [errno === 'EIO']) {
      let call = 1;
      while (await strike({ call, errno, recovers }, faults, broken !== undefined)) call += 1;
      cases += call;
      last.push(call - 1);
    }
  return {
    counted: `${cases} commits, each with its n-th call failing, for every n up to ${Math.max(...last)} (${ERRNOS.slice(0, long ? 3 : 2).join(', ')}; writes end half-way; the disk recovers, or goes on failing)`,
    faults: faults.list,
  };
}

/** One fault on a folder of its own. @returns whether the call was reached */
async function strike(fault: Fault, faults: Faults, loses: boolean): Promise<boolean> {
  const folder = await DataFolder.make();
  const disk = new FailingDisk();
  const where = `call ${fault.call}, ${fault.errno}, ${fault.recovers ? 'recovers' : 'stays'}`;
  try {
    const store = await folder.open({ fileSystem: disk.fileSystem, keepHours: 0, keepMinutes: 0 });
    await commitTagsOfTwo(store, 'v1');
    const base = await commitTagsOfTwo(store, 'v2');
    disk.arm(fault);
    const acknowledged = await commitTagsOfTwo(store, 'v3').catch((error: unknown) => {
      const isSaid = error instanceof FeedError && error.code === 'STORE_UNAVAILABLE';
      faults.unless(isSaid, `${where}: ${String(error)}`);
      return undefined;
    });
    const wasReached = disk.calls >= fault.call;
    disk.arm(undefined);
    if (loses) await loseRows(folder, store.current()!);
    const version = acknowledged === undefined ? 'v2' : 'v3';
    faults.unless(store.current()?.id === (acknowledged ?? base), `${where}: serves another generation`);
    expectVersion(await readTags(store, acknowledged ?? base), [version], faults);

    // Another process now, or a restart: the base or, whole, what the disk took before it failed for good.
    const reader = await folder.open();
    const may = acknowledged !== undefined ? ['v3'] : fault.recovers ? ['v2'] : ['v2', 'v3'];
    expectVersion(await readTags(reader, reader.current()!.id), may, faults);
    if (fault.recovers && folder.seen('generationRefused').length > 0)
      faults.add(`${where}: left a torn one`);

    // The disk is well again: so is the store, and nothing is left behind.
    const next = await commitTagsOfTwo(store, 'v4');
    expectVersion(await readTags(store, next), ['v4'], faults);
    const left = [...(await folder.names('rows')), ...(await folder.names('generations'))];
    faults.unless(!left.some((name) => name.startsWith('.')), `${where}: left an unfinished file`);
    return wasReached;
  } finally {
    await folder.remove();
  }
}

/** A disk that fails at any one call. */
export const calls: Row = {
  promise: 'the n-th file-system call fails, for every n: the base or the new generation, whole',
  breaks: { lose: 'a row file of the current generation is removed' },
  run,
};
