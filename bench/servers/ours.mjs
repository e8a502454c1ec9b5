/** The product as it is shipped: the whole server, asked for a key, polling a Graph in another process. */
import { createHash } from 'node:crypto';
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { loadConfig } from '../../dist/config/load-config.js';
import { boundHeap, heapKeeper } from '../../dist/heap.js';
import { startServer } from '../../dist/server.js';
import { ready } from './say.mjs';

boundHeap();
export const KEY = 'bench-key';
const sha256 = createHash('sha256').update(KEY).digest('hex');
const failures = [];
const keepHeap = heapKeeper();
const observe = (seen) => {
  keepHeap(seen);
  if (seen.kind === 'requestFailed' || (seen.kind === 'refreshEnded' && seen.status !== 'succeeded'))
    failures.push(seen);
};
const settings = loadConfig({
  env: {
    ...process.env,
    PORT: '0',
    POLL_CRON: '0 0 1 1 *',
    PERIODS: 'P90D',
    API_KEYS: `bench:${sha256}`,
    AUDIT_LOG: 'off',
  },
});
const startedMs = performance.now();
const server = await startServer(settings, observe);
const startMs = performance.now() - startedMs;
const profiler = new Session();
const stalls = monitorEventLoopDelay({ resolution: 1 });
ready(server.url.replace(/\/$/, ''), {
  refresh: async () => {
    await server.schedule.runNow('command');
    if (failures.length > 0) throw new Error(JSON.stringify(failures[0]));
  },
  startMs: () => startMs,
  watchStalls: () => {
    stalls.reset();
    stalls.enable();
  },
  longestStallMs: () => {
    stalls.disable();
    return stalls.max / 1e6;
  },
  stop: () => server.stop('bench'),
  startProfile: async () => {
    profiler.connect();
    await profiler.post('Profiler.enable');
    await profiler.post('Profiler.setSamplingInterval', { interval: 200 });
    await profiler.post('Profiler.start');
  },
  endProfile: async () => {
    const { profile } = await profiler.post('Profiler.stop');
    profiler.disconnect();
    return profile;
  },
  exit: () => setTimeout(() => process.exit(0), 10),
});
