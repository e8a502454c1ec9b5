import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readSet, readTags } from '../contract/feed-rows.js';
import { DataFolder } from '../store/lowdb/data-folder.js';
import { MOMENTS, PHASES } from '../store/lowdb/dying-file-system.js';
import { WriterProgram } from '../store/lowdb/processes.js';
import { Dice, errorText, Faults, type Asked, type Figure, type Row } from './row.js';

const ROWS_OF_A_VERSION = 1800;
/** Every so many kills come from outside, at any moment. */
const ANY_MOMENT_EVERY = 4;

async function run({ long, broken, seed, say }: Asked): Promise<Figure> {
  const kills = long ? 1000 : 20;
  const dice = new Dice(seed);
  const faults = new Faults();
  const places = new Map<string, number>();
  const program = new WriterProgram(fileURLToPath(new URL('../../', import.meta.url)));
  const folder = await DataFolder.make();
  let acknowledged = 0;
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const isAnyMoment = kill % ANY_MOMENT_EVERY === ANY_MOMENT_EVERY - 1;
      const phase = dice.pick(PHASES);
      const death = isAnyMoment ? '' : `${phase} ${1 + dice.below(8)} ${dice.pick(MOMENTS)}`;
      const writer = program.start(broken === 'boast' ? 'boast' : 'commit', folder.path, death);
      const heard = await writer.hear();
      // It says nothing when it dies while it opens.
      if (heard?.startsWith('refused') === true) faults.add(`the next writer is not let in: ${heard}`);
      if (isAnyMoment) {
        await wait(dice.below(80));
        await writer.kill();
      } else while ((await writer.hear()) !== undefined);
      const place = isAnyMoment ? 'any moment' : phase;
      places.set(place, (places.get(place) ?? 0) + 1);
      acknowledged = Math.max(acknowledged, ...numbersIn(writer.said));
      await look(folder, acknowledged, faults).catch((error: unknown) => {
        faults.add(`cannot be opened: ${errorText(error)}`);
      });
      if (long && kill % 100 === 99) say(`${kill + 1} kills, ${acknowledged} generations acknowledged`);
    }
  } finally {
    await folder.remove();
  }
  const where = [...places].map(([place, times]) => `${place} ${times}`).join(', ');
  faults.unless(acknowledged > kills / 4, `only ${acknowledged} generations were acknowledged`);
  return {
    counted: `${kills} kills -9 (${where}), ${acknowledged} generations acknowledged`,
    faults: faults.list,
  };
}

/** Opens the store as the next start would. */
async function look(folder: DataFolder, acknowledged: number, faults: Faults): Promise<void> {
  const store = await folder.open();
  const current = store.current();
  const number = Number(current?.id.split('-')[0] ?? 0);
  faults.unless(number >= acknowledged, 'an acknowledged generation is lost');
  faults.unless(folder.seen('generationRefused').length === 0, 'a generation is torn');
  if (current !== undefined) {
    const { tags, rows } = await readTags(store, current.id);
    const isWhole = rows === ROWS_OF_A_VERSION && tags.join() === current.poller.rowSettings.contoso;
    faults.unless(isWhole, `a mixture: ${rows} rows of ${tags.join()}`);
    faults.unless((await readSet(store, current.id, 'AppCategories')).length === 1, 'a set is lost');
  }
  await store.close();
}

function numbersIn(said: readonly string[]): number[] {
  return said.filter((line) => line.startsWith('ack ')).map((line) => Number(line.split(/[ -]/)[1]));
}

/** Processes that die while they write. */
export const kill: Row = {
  promise: 'kill -9 in a write, a rename, the manifest, a prune: nothing torn, nothing acknowledged lost',
  breaks: { boast: 'the writer acknowledges before it has committed' },
  run,
};
