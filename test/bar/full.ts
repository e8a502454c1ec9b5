import { FeedError } from '../../src/errors.js';
import { readTags } from '../contract/feed-rows.js';
import { DataFolder } from '../store/lowdb/data-folder.js';
import { BoundedDisk } from './bounded-disk.js';
import { Faults, type Asked, type Figure, type Row } from './row.js';
import { commitTagsOfTwo, expectVersion, loseRows } from './two-tenants.js';

const STEPS = { short: 25, long: 400 };

async function run({ long, broken }: Asked): Promise<Figure> {
  const faults = new Faults();
  const steps = long ? STEPS.long : STEPS.short;
  const { base, whole } = await sizes();
  let refused = 0;
  for (let step = 0; step <= steps; step += 1)
    for (const tellsRoom of [false, true]) {
      // From no room at all to more than the commit takes (and what the store wants to be left, where it asks).
      const spare = tellsRoom ? 17 * 1024 * 1024 : 0;
      const room = base + Math.round((step / steps) * (1.1 * whole + spare));
      if (await fill(new BoundedDisk(Infinity, tellsRoom), { room, faults, loses: broken !== undefined }))
        refused += 1;
    }
  faults.unless(refused > steps / 2, `only ${refused} commits met a full disk`);
  return {
    counted: `${2 * (steps + 1)} commits on disks of ${steps + 1} sizes, which tell their room or not: ${refused} were refused, each store served on and committed when there was room again`,
    faults: faults.list,
  };
}

/** Bytes that two generations take, and a third one beside them. */
async function sizes(): Promise<{ base: number; whole: number }> {
  const folder = await DataFolder.make();
  const disk = new BoundedDisk(Infinity, false);
  try {
    const store = await folder.open({ fileSystem: disk.fileSystem, keepHours: 0, keepMinutes: 0 });
    await commitTagsOfTwo(store, 'v1');
    const first = disk.taken;
    await commitTagsOfTwo(store, 'v2');
    return { base: disk.taken, whole: disk.taken - first };
  } finally {
    await folder.remove();
  }
}

/** @returns whether the disk was too small for the third generation */
async function fill(
  disk: BoundedDisk,
  { room, faults, loses }: { readonly room: number; readonly faults: Faults; readonly loses: boolean },
): Promise<boolean> {
  const folder = await DataFolder.make();
  try {
    const store = await folder.open({ fileSystem: disk.fileSystem, keepHours: 0, keepMinutes: 0 });
    await commitTagsOfTwo(store, 'v1');
    const base = await commitTagsOfTwo(store, 'v2');
    disk.capacity = room;
    const acknowledged = await commitTagsOfTwo(store, 'v3').catch((error: unknown) => {
      const isSaid = error instanceof FeedError && error.code === 'STORE_UNAVAILABLE' && error.hint !== '';
      faults.unless(isSaid, `a full disk is told as ${String(error)}`);
      return undefined;
    });
    if (loses) await loseRows(folder, store.current()!);
    const version = acknowledged === undefined ? 'v2' : 'v3';
    expectVersion(await readTags(store, acknowledged ?? base), [version], faults);
    const restarted = await folder.open();
    expectVersion(await readTags(restarted, restarted.current()!.id), [version], faults);
    const left = [...(await folder.names('rows')), ...(await folder.names('generations'))];
    faults.unless(!left.some((name) => name.startsWith('.')), 'an unfinished file takes room');

    disk.capacity = Infinity;
    expectVersion(await readTags(store, await commitTagsOfTwo(store, 'v4')), ['v4'], faults);
    return acknowledged === undefined;
  } finally {
    await folder.remove();
  }
}

/** A disk that fills up. */
export const full: Row = {
  promise: 'a disk that fills up at any byte: the feed serves on, says so, and commits when there is room',
  breaks: { lose: 'a row file of the current generation is removed' },
  run,
};
