import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { GZIP } from './paging.js';
import { errorText, Faults, quantile, type Asked, type Figure, type Row } from './row.js';
import { ServedFeed } from './served-feed.js';

const SLOW_CLIENTS = 200;
/** Bytes that a slow client takes at a time. */
const SIP_BYTES = 1024;
const SIP_EVERY_MS = 500;
const LARGE = '/odata/DiscoveredApps?$expand=stream($expand=discoveredApps($top=20))&$top=200';
const NORMAL = 'DiscoveredApps?$filter=riskScore%20lt%205&$top=100';
/** By the clock: only in the long form. */
const RATIO = 2;

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');

async function run({ long, broken, seed }: Asked): Promise<Figure> {
  const faults = new Faults();
  const reads = long ? 3000 : 100;
  const feed = await ServedFeed.start({
    apps: 400,
    seed,
    env: {
      API_KEYS: `normal:${sha256('normal')},slow:${sha256('slow')}`,
      QUEUE_SECONDS: '2',
      // Really answered at once, all of them, unless the queue is what is broken.
      ...(broken === undefined && { CONCURRENT_READS: '300' }),
    },
  });
  const slow: Socket[] = [];
  try {
    await timed(feed, reads, faults);
    const alone = await timed(feed, reads, faults);
    const key = broken === 'one-queue' ? 'normal' : 'slow';
    for (let place = 0; place < SLOW_CLIENTS; place += 1) slow.push(sip(feed, key));
    // What their first bytes cost is over when all of them have some, and sip.
    const until = Date.now() + 20_000;
    while (slow.some(({ bytesRead }) => bytesRead === 0) && Date.now() < until) await wait(100);
    await wait(1000);
    const beside = await timed(feed, broken === undefined ? reads : 3, faults);
    const alive = slow.filter(({ destroyed, bytesRead }) => !destroyed && bytesRead > 0).length;
    faults.unless(alive === SLOW_CLIENTS, `only ${alive} slow clients are being answered`);
    for (const socket of slow) socket.destroy();
    // Before and after: so that a machine which got busier meanwhile is not taken for the slow clients' doing.
    if (broken === undefined) alone.push(...(await timed(feed, reads, faults)));
    const ratio = quantile(beside, 0.95) / quantile(alone, 0.95);
    if (long) faults.unless(ratio < RATIO, `p95 is ${ratio.toFixed(2)} times as long`);
    return {
      counted: `${SLOW_CLIENTS} slow clients (${alive} being answered); ${reads} normal reads: p95 ${quantile(alone, 0.95).toFixed(1)} ms alone, ${quantile(beside, 0.95).toFixed(1)} ms beside them, ratio ${ratio.toFixed(2)}`,
      faults: faults.list,
    };
  } finally {
    for (const socket of slow) socket.destroy();
    await feed.close();
  }
}

/** Asks for a large answer and takes a sip of it now and then; asks again when it is over. */
function sip(feed: ServedFeed, key: string): Socket {
  const socket = connect(Number(new URL(feed.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`GET ${LARGE} HTTP/1.1\r\nHost: localhost\r\nx-api-key: ${key}\r\n\r\n`);
  socket.pause();
  const timer = setInterval(() => {
    socket.read(Math.min(SIP_BYTES, Math.max(1, socket.readableLength)));
  }, SIP_EVERY_MS);
  socket.once('close', () => {
    clearInterval(timer);
  });
  return socket;
}

/** Normal reads, one after the other. @returns their times in milliseconds */
async function timed(feed: ServedFeed, reads: number, faults: Faults): Promise<number[]> {
  const times: number[] = [];
  for (let read = 0; read < reads; read += 1) {
    const started = performance.now();
    try {
      const { status } = await feed.read(NORMAL, { headers: { ...GZIP, 'x-api-key': 'normal' } });
      faults.unless(status === 200, `a normal reader was answered ${status}`);
    } catch (error) {
      faults.add(`a normal reader was not answered: ${errorText(error)}`);
    }
    times.push(performance.now() - started);
  }
  return times;
}

/** Clients on bad lines. */
export const slow: Row = {
  promise: `${SLOW_CLIENTS} slow clients: normal readers are answered as before, p95 below ${RATIO} times`,
  breaks: { 'one-queue': 'all of them read with one key, so that they share a queue' },
  run,
};
