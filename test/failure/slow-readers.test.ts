import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningFeed } from '../feed/running-feed.js';

/** More bytes than the sockets of a loopback connection take in. */
const LONG = '/odata/DiscoveredApps?$expand=stream($expand=discoveredApps($top=30))&$top=1000';

let feed: RunningFeed;
beforeAll(async () => {
  feed = await RunningFeed.start({
    sample: { apps: 400, today: new Date() },
    env: { SLOW_READER_SECONDS: '1', CONCURRENT_READS: '1', QUEUE_SECONDS: '120', MAX_CONNECTIONS: '4' },
  });
});
afterAll(() => feed.close());

const cuts = () => feed.observed.filter(({ kind }) => kind === 'slowReaderCut').length;

/** Asks for the long answer and reads only when told to. */
async function asking(): Promise<Socket> {
  const socket = connect(Number(new URL(feed.origin).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`GET ${LONG} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  await once(socket, 'readable');
  return socket;
}

describe('A client that takes nothing of its answer', () => {
  it('is cut after SLOW_READER_SECONDS, and its place goes to the next', async () => {
    const stalled = await asking();
    const next = feed.read('/odata/DiscoveredApps?$top=1');
    expect((await next).status).toBe(200);
    expect(cuts()).toBe(1);
    expect(feed.observed.find(({ kind }) => kind === 'slowReaderCut')).toMatchObject({
      afterMs: 1000,
      waitingBytes: expect.any(Number),
    });
    let received = '';
    stalled.on('data', (part: Buffer) => (received += part.toString('latin1')));
    await once(stalled, 'close');
    expect(received.endsWith('\r\n0\r\n\r\n')).toBe(false);
  }, 60_000);

  it('stays as long as it takes some of it now and then', async () => {
    const before = cuts();
    const slow = await asking();
    for (let sips = 0; sips < 5; sips += 1) {
      expect(slow.read(64 * 1024)).not.toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    let end = '';
    for await (const part of slow) end = (end + (part as Buffer).toString('latin1')).slice(-5);
    expect(end).toBe('0\r\n\r\n');
    expect(cuts()).toBe(before);
  }, 60_000);
});

describe('A connection beyond MAX_CONNECTIONS', () => {
  it('is closed without a byte, and observed; those that are open go on', async () => {
    const port = Number(new URL(feed.origin).port);
    const open = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect');
        return socket;
      }),
    );
    let received = 0;
    for (let refused = false; !refused;) {
      const beyond = connect(port, '127.0.0.1');
      beyond.on('error', () => undefined);
      beyond.on('data', (part: Buffer) => (received += part.length));
      await once(beyond, 'close');
      refused = feed.observed.some(({ kind }) => kind === 'connectionRefused');
    }
    expect(received).toBe(0);
    open[0]!.write('GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [answer] = (await once(open[0]!, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /);
    for (const socket of open) socket.destroy();
  });
});
