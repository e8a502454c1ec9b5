import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { compile } from '../../../scripts/compiled.mjs';
import { DataFolder } from './data-folder.js';
import { WRITER_SOURCES, WriterProgram } from './processes.js';

/** That nothing is torn or lost is the row `kill` of the bar (test/bar/kill.ts). */
describe('kill -9 of a process that commits generation after generation', () => {
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
