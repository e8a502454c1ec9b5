import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { errorText, Faults, type Asked, type Figure, type Row } from './row.js';
import { ServedFeed } from './served-feed.js';

const DOWNLOADS = 20;
/** More bytes than the sockets of a loopback connection take in. */
const LARGE = 'DiscoveredApps?$expand=stream($expand=discoveredApps($top=20))&$top=300&$count=true';
const TAKE_BYTES = 64 * 1024;

async function run({ long, broken, seed }: Asked): Promise<Figure> {
  const rounds = long ? 20 : 1;
  const faults = new Faults();
  let whole = 0;
  let bytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    const env = {
      CONCURRENT_READS: '100',
      MAX_CONNECTIONS: '100',
      DRAIN_SECONDS: broken === 'no-drain' ? '0' : '60',
    };
    const feed = await ServedFeed.start({ apps: 400, seed: seed + round, env });
    try {
      const sizes = await stopInTheMiddle(feed, faults);
      whole += sizes.length;
      bytes += sizes.reduce((sum, size) => sum + size, 0);
    } finally {
      await feed.close();
    }
  }
  return {
    counted: `${whole} of ${rounds * DOWNLOADS} downloads came whole (${(bytes / 1024 / 1024).toFixed(0)} MB), ${rounds} stops`,
    faults: faults.list,
  };
}

/** @returns the size of each answer that came whole */
async function stopInTheMiddle(feed: ServedFeed, faults: Faults): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: DOWNLOADS }, () => begin(feed)));
  const ended = feed.end('SIGTERM');
  while (await feed.isReady()) await wait(10);
  const sizes: number[] = [];
  await Promise.all(
    answers.map(async (answer, place) => {
      try {
        sizes.push(await finish(answer, place % 4 === 0));
      } catch (error) {
        faults.add(`a cut answer: ${errorText(error)}`);
      }
    }),
  );
  const [code, signal] = await ended;
  faults.unless(code === 0, `the server ended with ${code ?? signal}`);
  return sizes;
}

/** Asks, and takes nothing but the head. */
async function begin(feed: ServedFeed): Promise<IncomingMessage> {
  const url = `${feed.url}${LARGE}`.replace('//localhost:', '//127.0.0.1:');
  const headers = { 'Accept-Encoding': 'identity' };
  const [answer] = (await once(get(url, { agent: false, headers }), 'response')) as [IncomingMessage];
  answer.pause();
  return answer;
}

async function finish(answer: IncomingMessage, slowly: boolean): Promise<number> {
  const parts: Buffer[] = [];
  let taken = 0;
  for await (const part of answer) {
    parts.push(part as Buffer);
    taken += (part as Buffer).length;
    if (slowly && taken > TAKE_BYTES) {
      taken = 0;
      await wait(2);
    }
  }
  const body = Buffer.concat(parts);
  const text = answer.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  const page = JSON.parse(text.toString()) as { value: unknown[] };
  if (!answer.complete || page.value.length !== 300) throw new Error('it is not whole');
  return body.length;
}

/** A stop while large answers are under way. */
export const drain: Row = {
  promise: 'SIGTERM during 20 large downloads: each of them comes whole, and the exit code is 0',
  breaks: { 'no-drain': 'DRAIN_SECONDS is 0' },
  run,
};
