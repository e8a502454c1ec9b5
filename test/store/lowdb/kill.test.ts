import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSet, readTags } from '../../contract/feed-rows.js';
import { DataFolder } from './data-folder.js';
import { WriterProgram } from './processes.js';

/** How often the writer is killed: more for a long run (`KILLS=1000`). */
const KILLS = Number(process.env.KILLS ?? 20);
const ROWS_OF_A_VERSION = 1800;

describe('kill -9 of a process that commits generation after generation', () => {
  let program: WriterProgram;
  let folder: DataFolder;
  beforeAll(async () => {
    program = await WriterProgram.compile();
  });
  afterAll(() => program.remove());
  beforeEach(async () => {
    folder = await DataFolder.make();
  });
  afterEach(() => folder.remove());

  it(
    `loses nothing acknowledged and tears nothing, ${KILLS} times out of ${KILLS}`,
    async () => {
      let acknowledged = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        const writer = program.start('commit', folder.path);
        // The lock of the one before is broken at once: its process is dead.
        expect(await writer.hear()).toBe('held');
        if (kill % 3 > 0) await writer.hear();
        await sleep(Math.random() * 60);
        await writer.kill();
        acknowledged = Math.max(acknowledged, ...numbersIn(writer.said));
        const store = await folder.open();
        const id = store.current()?.id ?? '0';
        expect(Number(id.split('-')[0])).toBeGreaterThanOrEqual(acknowledged);
        expect(folder.seen('generationRefused')).toEqual([]);
        if (id !== '0') {
          const version = store.current()?.poller.rowSettings.contoso;
          expect(await readTags(store, id)).toEqual({ tags: [version], rows: ROWS_OF_A_VERSION });
          expect(await readSet(store, id, 'AppCategories')).toHaveLength(1);
        }
        await store.close();
      }
      expect(acknowledged).toBeGreaterThan(KILLS / 2);
    },
    KILLS * 10_000,
  );

  it('leaves nothing behind that the next writer does not tidy up', async () => {
    for (let kill = 0; kill < 3; kill++) {
      const writer = program.start('commit', folder.path);
      await writer.hear();
      await writer.hear();
      await writer.kill();
    }
    const store = await folder.open({ writer: true });
    const named = new Set<string>();
    for (const name of await folder.names('generations')) {
      const generation = await store.at(`${Number(name.split('-')[0])}-${name.slice(10, 16)}`);
      for (const { set, sha256 } of generation!.partitions) named.add(`${set}-${sha256}.jsonl`);
    }
    expect(await folder.names('rows')).toEqual([...named].sort());
    expect(folder.seen('lockBroken')).toHaveLength(1);
  });
});

function numbersIn(said: readonly string[]): number[] {
  return said.filter((line) => line.startsWith('ack ')).map((line) => Number(line.split(/[ -]/)[1]));
}
