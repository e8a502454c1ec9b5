/**
 * A process of its own that writes to a data folder, for tests that kill it. Arguments: what to do, the folder, and where
 * it is to kill itself (`<phase> <n> <moment>`, see dying-file-system.ts).
 * `commit`: commits version after version without end, and says `ack <id> <version>` when each is durable.
 * `boast`: the same, but says so before it is durable: what tests of kills have to notice.
 * `hold`: takes the writer's lock, says `held`, and stays. A refusal is said as `refused <code>`, with its exit code.
 */
import { writeSync } from 'node:fs';
import { FeedError } from '../../../src/errors.js';
import { openStore } from '../../../src/store/open-store.js';
import type { Store } from '../../../src/store/store.js';
import { CATEGORIES, categoryRows, CONTOSO, FABRIKAM, tagRows, tagsOf } from '../../contract/feed-rows.js';
import { dyingFileSystem } from './dying-file-system.js';

/** Rows of each tenant in a version: more than one block each. */
const ROWS = 900;

/** A pipe write that is done when it returns: what was said before a kill was said. */
function say(words: string): void {
  writeSync(1, `${words}\n`);
}

async function commitWithoutEnd(store: Store, boasts: boolean): Promise<void> {
  const [, number = '0'] = [...(store.current()?.poller.rowSettings[CONTOSO] ?? '').split('v')];
  for (let version = Number(number) + 1; ; version++) {
    const draft = await store.draft();
    const tag = `v${version}`;
    await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, ROWS, tag));
    await draft.replace(tagsOf(FABRIKAM), tagRows(FABRIKAM, ROWS, tag));
    if (version === 1) await draft.replace(CATEGORIES, categoryRows(['cloudStorage']));
    draft.setPoller({ heldBack: {}, absent: {}, rowSettings: { [CONTOSO]: tag }, lastSuccess: {} });
    if (boasts) say(`ack ${version + 1}-000000 ${tag}`);
    const { id } = await draft.commit();
    say(`ack ${id} ${tag}`);
  }
}

const [task, dataDir = '', death = ''] = process.argv.slice(2);
try {
  const store = await openStore({
    dataDir,
    tenantIds: [CONTOSO, FABRIKAM],
    observe: () => undefined,
    writer: true,
    keepMinutes: 0,
    keepHours: 0,
    ...(death !== '' && { fileSystem: dyingFileSystem(death) }),
  });
  say('held');
  if (task === 'commit' || task === 'boast') await commitWithoutEnd(store, task === 'boast');
  // Keeps the process alive: the lock's own timer does not.
  setInterval(() => undefined, 60_000);
} catch (error) {
  say(`refused ${error instanceof FeedError ? error.code : String(error)}`);
  process.exit(error instanceof FeedError ? error.exitCode : 70);
}
