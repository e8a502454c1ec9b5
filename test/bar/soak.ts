import { setTimeout as wait } from 'node:timers/promises';
import { Days } from './days.js';
import { readPages } from './paging.js';
import { errorText, Faults, quantile, type Asked, type Figure, type Row } from './row.js';
import { ServedFeed } from './served-feed.js';

const READERS = 20;
const PAGE_SIZE = 120;
/** Resident memory may move by so much between the first and the last third; a server that has just started still grows. */
const GROWTH_MEGABYTES = { short: 250, long: 120 };
const SAMPLE_MS = 250;

async function run({ long, broken, seed, say }: Asked): Promise<Figure> {
  const seconds = long ? 1800 : 8;
  const feed = await ServedFeed.start({
    apps: long ? 400 : 240,
    seed,
    env: { PAGE_SIZE: String(PAGE_SIZE), POLL_CRON: '*/2 * * * * *' },
    preload: broken === 'leak' ? 'leak' : undefined,
  });
  const state = {
    feed,
    days: new Days(feed.sample.tenant, feed.today),
    faults: new Faults(),
    loads: 0,
    pages: 0,
  };
  const memory: number[] = [];
  try {
    const end = Date.now() + seconds * 1000;
    const meter = measure(feed, end, (megabytes) => {
      memory.push(megabytes);
      if (long && memory.length % (60_000 / SAMPLE_MS) === 0)
        say(`${state.loads} loads, ${feed.generations} generations, ${megabytes.toFixed(0)} MB resident`);
    });
    const readers = Array.from({ length: READERS }, () => read(state, end, broken === 'skip'));
    await Promise.all([meter, ...readers]);
    return figure(state, memory, long ? GROWTH_MEGABYTES.long : GROWTH_MEGABYTES.short);
  } finally {
    await feed.close();
  }
}

interface State {
  readonly feed: ServedFeed;
  readonly days: Days;
  readonly faults: Faults;
  loads: number;
  pages: number;
}

/** One reader: loads the whole set again and again, with a pause between pages, so that refreshes fall into each load. */
async function read(state: State, end: number, bySkip: boolean): Promise<void> {
  const { feed, days, faults } = state;
  let before = 0;
  while (Date.now() < end) {
    try {
      const { rows, pages } = await readPages(feed, 'DiscoveredApps', async (page) => {
        await wait(400);
        return bySkip ? `DiscoveredApps?$skip=${page * PAGE_SIZE}` : undefined;
      });
      const day = days.dayOf(rows, feed.today).getTime();
      faults.unless(day >= before, 'a reader was taken back to an older generation');
      before = day;
      state.loads += 1;
      state.pages += pages;
    } catch (error) {
      faults.add(errorText(error));
    }
  }
}

async function measure(feed: ServedFeed, end: number, sample: (megabytes: number) => void): Promise<void> {
  while (Date.now() < end) {
    sample((await feed.metric('process_resident_memory_bytes')) / 1024 / 1024);
    await wait(SAMPLE_MS);
  }
}

function figure({ feed, faults, loads, pages }: State, memory: readonly number[], limit: number): Figure {
  const third = Math.floor(memory.length / 3);
  const [first, last] = [memory.slice(0, third), memory.slice(-third)].map((part) => quantile(part, 0.5));
  const growth = (last ?? 0) - (first ?? 0);
  for (const problem of feed.problems) faults.add(`the log says: ${problem}`);
  faults.unless(loads > READERS && feed.generations > 2, 'too few loads or generations to tell anything');
  faults.unless(growth < limit, `memory grew by ${growth.toFixed(0)} MB`);
  return {
    counted:
      `${READERS} readers, ${loads} loads of ${pages} pages, ${feed.generations} generations; memory (median) ` +
      `${first?.toFixed(0)} MB in the first third, ${last?.toFixed(0)} MB in the last, worst ${Math.max(...memory).toFixed(0)} MB`,
    faults: faults.list,
  };
}

/** A refresh every two seconds under twenty readers that page. */
export const soak: Row = {
  promise: 'a refresh every 2 s under 20 paging readers: no duplicate, no gap, no mixture, no memory growth',
  breaks: {
    skip: 'readers page by $skip over live data, as servers without generations do',
    leak: 'the server keeps 80 MB a second',
  },
  run,
};
