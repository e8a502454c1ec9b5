import { readPages } from './paging.js';
import { errorText, Faults, type Asked, type Figure, type Row } from './row.js';
import { ServedFeed } from './served-feed.js';

const READERS = 4;
const CEILING_MEGABYTES = 450;
/** The sample tenant makes about two rows of an app. */
const APPS = { short: 1_500, long: 97_500 };

async function run({ long, broken, seed }: Asked): Promise<Figure> {
  const faults = new Faults();
  const feed = await ServedFeed.start({
    apps: long ? APPS.long : APPS.short,
    seed,
    env: { POLL_CRON: '* * * * * *' },
    preload: broken === 'leak' ? 'leak' : undefined,
  });
  const afterFirst = await feed.peakMegabytes();
  let rows = 0;
  let loads = 0;
  try {
    // The schedule starts the next run at once: readers import all the while, until further runs have ended.
    const until = feed.refreshes + (long ? 2 : 1);
    const read = async () => {
      while (feed.refreshes < until) {
        const load = await readPages(feed, 'DiscoveredApps').catch((error: unknown) => {
          faults.add(errorText(error));
          return { rows: [] };
        });
        rows = Math.max(rows, load.rows.length);
        loads += 1;
      }
    };
    await Promise.all(Array.from({ length: READERS }, read));
    const peak = await feed.peakMegabytes();
    faults.unless(peak < CEILING_MEGABYTES, `${peak.toFixed(0)} MB resident, above ${CEILING_MEGABYTES} MB`);
    for (const problem of feed.problems) faults.add(`the log says: ${problem}`);
    return {
      counted: `${rows} rows, ${READERS} readers, ${loads} loads during ${feed.refreshes - 1} refreshes; peak ${afterFirst.toFixed(0)} MB after the first run, ${peak.toFixed(0)} MB at the end`,
      faults: faults.list,
    };
  } finally {
    await feed.close();
  }
}

/** What a large tenant takes of memory. */
export const memory: Row = {
  promise: `200,000 rows, refreshes under ${READERS} importing readers: below ${CEILING_MEGABYTES} MB resident`,
  breaks: { leak: 'the server keeps 80 MB a second' },
  run,
};
