import { setTimeout as wait } from 'node:timers/promises';
import { Days } from './days.js';
import { readPages } from './paging.js';
import { errorText, Faults, type Asked, type Figure, type Row } from './row.js';
import { ServedFeed } from './served-feed.js';

const READERS = 4;
/** The slowest that refreshes may follow each other in, on average: they are due every second. */
const SECONDS_A_REFRESH = 6;

async function run({ long, broken, seed }: Asked): Promise<Figure> {
  const seconds = long ? 300 : 10;
  const faults = new Faults();
  const feed = await ServedFeed.start({
    apps: 200,
    seed,
    env: { PAGE_SIZE: '100', POLL_CRON: broken === 'no-poll' ? '0 0 1 1 *' : '* * * * * *' },
    preload: 'jumping-clock',
  });
  const days = new Days(feed.sample.tenant, feed.today);
  let loads = 0;
  const end = Date.now() + seconds * 1000;
  const before = feed.refreshes;
  const read = async () => {
    while (Date.now() < end) {
      try {
        const { rows } = await readPages(feed, 'DiscoveredApps', async () => {
          await wait(300);
          return undefined;
        });
        days.dayOf(rows, feed.today);
        loads += 1;
      } catch (error) {
        faults.add(errorText(error));
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: READERS }, read));
    const refreshes = feed.refreshes - before;
    faults.unless(refreshes >= seconds / SECONDS_A_REFRESH, `only ${refreshes} refreshes in ${seconds} s`);
    for (const problem of feed.problems) faults.add(`the log says: ${problem}`);
    return {
      counted: `${loads} loads and ${refreshes} refreshes in ${seconds} s, with a jump every 3 s (by 90 minutes, a day, 30 days, back and forth)`,
      faults: faults.list,
    };
  } finally {
    await feed.close();
  }
}

/** A clock that is set, or that a virtual machine wakes up with. */
export const clock: Row = {
  promise: 'a clock that jumps by hours to weeks, back and forth: loads stay whole, refreshes go on',
  breaks: { 'no-poll': 'the schedule is due once a year' },
  run,
};
