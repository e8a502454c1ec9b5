import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Days } from './days.js';
import { readPages } from './paging.js';
import { errorText, Faults, quantile, type Asked, type Figure, type Row } from './row.js';
import { ServedFeed } from './served-feed.js';

const READERS = 6;
const PAGE_SIZE = 100;
/** At 30,000 rows, by the clock: only in the long form, on a machine that has nothing else to do. */
const READY_MS = 2000;

async function run({ long, broken, seed }: Asked): Promise<Figure> {
  const restarts = long ? 40 : 2;
  const faults = new Faults();
  const feed = await ServedFeed.start({
    apps: long ? 14_700 : 300,
    seed,
    env: { PAGE_SIZE: String(long ? 5000 : PAGE_SIZE), DRAIN_SECONDS: '20' },
  });
  const days = new Days(feed.sample.tenant, feed.today);
  const readyMs: number[] = [];
  let rows = 0;
  try {
    for (let round = 0; round < restarts; round += 1) {
      const gate = new Gate();
      const loads = Array.from({ length: READERS }, (_, reader) => load({ feed, days, gate }, reader));
      await gate.reached(READERS);
      await feed.end(round % 2 === 0 ? 'SIGTERM' : 'SIGKILL');
      if (broken === 'page-key') await rm(join(feed.dataDir, 'feed', 'page-key.json'));
      const started = performance.now();
      await feed.launch();
      while (!(await feed.isReady())) await wait(5);
      readyMs.push(performance.now() - started);
      gate.open();
      for (const outcome of await Promise.allSettled(loads)) {
        if (outcome.status === 'rejected') faults.add(errorText(outcome.reason));
        else rows = outcome.value.length;
      }
    }
  } finally {
    await feed.close();
  }
  const slowest = Math.max(...readyMs);
  if (long) faults.unless(slowest < READY_MS, `ready after ${slowest.toFixed(0)} ms`);
  return {
    counted:
      `${restarts * READERS} loads of ${rows} rows over ${restarts} restarts, every other one by kill -9; ready after ` +
      `${quantile(readyMs, 0.5).toFixed(0)} ms (median), ${slowest.toFixed(0)} ms (worst)`,
    faults: faults.list,
  };
}

/** Holds readers between two pages. */
class Gate {
  #waiting = 0;
  #open!: () => void;
  readonly #opened = new Promise<void>((resolve) => (this.#open = resolve));

  async pass(): Promise<void> {
    this.#waiting += 1;
    await this.#opened;
  }

  async reached(count: number): Promise<void> {
    while (this.#waiting < count) await wait(5);
  }

  open(): void {
    this.#open();
  }
}

/** Pages until the gate, each reader to another page of its load, and on from there after the restart. */
async function load(
  { feed, days, gate }: { readonly feed: ServedFeed; readonly days: Days; readonly gate: Gate },
  reader: number,
): Promise<readonly unknown[]> {
  const { rows } = await readPages(feed, 'DiscoveredApps', async (page) => {
    if (page === 1 + (reader % 3)) await gate.pass();
    return undefined;
  });
  days.dayOf(rows, feed.today);
  return rows;
}

/** Stops and kills between two pages of a load. */
export const restart: Row = {
  promise: 'a restart while readers page: their links survive, and each load is one generation',
  breaks: { 'page-key': 'the key that signs links is lost at the restart' },
  run,
};
