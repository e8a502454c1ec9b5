import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTags } from '../contract/feed-rows.js';
import { DataFolder } from '../store/lowdb/data-folder.js';
import { WriterProgram } from '../store/lowdb/processes.js';
import { errorText, Faults, type Asked, type Figure, type Row } from './row.js';

const CONTENDERS = 3;
const ROWS_OF_A_VERSION = 1800;
const READS = 20;

async function run({ long, broken }: Asked): Promise<Figure> {
  const rounds = long ? 100 : 4;
  const faults = new Faults();
  const program = new WriterProgram(fileURLToPath(new URL('../../', import.meta.url)));
  const folder = await DataFolder.make();
  let reads = 0;
  let acknowledged = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      const first = broken === undefined ? [] : [program.start('commit', folder.path)];
      for (const writer of first) await writer.hear();
      if (broken !== undefined) await rm(join(folder.path, 'writer.lock'));
      const writers = Array.from({ length: CONTENDERS }, () => program.start('commit', folder.path));
      const heard = await Promise.all(writers.map((writer) => writer.hear()));
      const held = heard.filter((said) => said === 'held').length + first.length;
      const refused = heard.filter((said) => said === 'refused STORE_LOCKED').length;
      faults.unless(held === 1, `${held} processes write to one folder`);
      faults.unless(held + refused === CONTENDERS + first.length, `a contender said ${heard.join(', ')}`);
      for (let read = 0; read < READS; read += 1) reads += await look(folder, faults);
      const all = [...first, ...writers];
      await Promise.all(all.map((writer) => writer.kill()));
      const numbers = all.flatMap(({ said }) => said.filter((line) => line.startsWith('ack ')).map(numberIn));
      faults.unless(new Set(numbers).size === numbers.length, 'two generations have one number');
      acknowledged = Math.max(acknowledged, ...numbers);
      reads += await look(folder, faults, acknowledged);
    }
  } finally {
    await folder.remove();
  }
  return {
    counted: `${rounds} rounds of ${CONTENDERS} writers on one folder: one holds it, ${CONTENDERS - 1} are refused; ${reads} reads by another process beside them, ${acknowledged} generations`,
    faults: faults.list,
  };
}

const numberIn = (line: string) => Number(line.split(/[ -]/)[1]);

/** A process that only reads. @returns 1 when there was something to read */
async function look(folder: DataFolder, faults: Faults, atLeast = 0): Promise<number> {
  const store = await folder.open();
  try {
    const current = store.current();
    faults.unless(Number(current?.id.split('-')[0] ?? 0) >= atLeast, 'an acknowledged generation is lost');
    if (current === undefined) return 0;
    const { tags, rows } = await readTags(store, current.id);
    const isWhole = rows === ROWS_OF_A_VERSION && tags.join() === current.poller.rowSettings.contoso;
    faults.unless(isWhole, `a mixture: ${rows} rows of ${tags.join()}`);
    return 1;
  } catch (error) {
    faults.add(errorText(error));
    return 0;
  } finally {
    await store.close();
  }
}

/** Processes that want the same folder. */
export const two: Row = {
  promise:
    'several processes on one store: one writes, the others are refused, readers see whole generations',
  breaks: { unlock: 'the lock of the first is removed' },
  run,
};
