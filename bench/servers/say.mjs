/** What every server under measurement tells the one who started it: where it listens, and, when asked, its memory and processor time. */
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
  strict: false,
});

/** Rows that are served, and their seed. */
export const COUNT = Number(values.rows);
export const SEED = Number(values.seed);

/** @param handlers by message, what to do; the answer goes back */
export function ready(url, handlers = {}) {
  let peak = 0;
  setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20).unref();
  const all = {
    memory: () => {
      const seen = Math.max(peak, process.memoryUsage().rss);
      peak = 0;
      return seen;
    },
    /** Microseconds of processor time since the start, of all threads. */
    cpu: () => {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    ...handlers,
  };
  process.on('message', async ({ id, ask, with: given }) => {
    try {
      process.send({ id, answer: await all[ask](given) });
    } catch (error) {
      process.send({ id, error: String(error?.stack ?? error) });
    }
  });
  process.send({ url });
}
