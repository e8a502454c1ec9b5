import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { afterEach, describe, expect, it } from '@jest/globals';
import { admission } from '../../src/admission/admission.js';
import { ReadQueues, type QueueLimits } from '../../src/admission/read-queues.js';
import { FeedError } from '../../src/errors.js';

/** A server whose answers leave when the test says so. */
class Counter {
  readonly queues: ReadQueues;
  readonly inside: { readonly path: string; readonly end: () => void }[] = [];
  readonly #server: Server;
  #clients = new Set<Socket>();

  constructor(limits: QueueLimits) {
    this.queues = new ReadQueues(limits);
    const app = express();
    app.use((request, response, next) => {
      const name = request.headers['x-reader'];
      response.locals.principal = name === undefined ? undefined : { kind: 'key', name };
      next();
    });
    app.use(admission(this.queues), (request, response) => {
      const end = () => void response.end(request.path);
      this.inside.push({ path: request.path, end });
    });
    app.use(answerErrors);
    this.#server = createServer(app);
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Asks; resolves with status, Retry-After and text. */
  ask(path: string, reader = 'bi'): Promise<readonly [status: number, retryAfter: string, text: string]> {
    return new Promise((resolve, reject) => {
      const asked = get(
        { port: this.port, host: '127.0.0.1', path, agent: false, headers: { 'x-reader': reader } },
        (answer: IncomingMessage) => {
          let text = '';
          answer.on('data', (part: Buffer) => (text += part.toString()));
          answer.on('end', () => {
            resolve([answer.statusCode ?? 0, String(answer.headers['retry-after']), text]);
          });
        },
      );
      asked.on('error', reject);
    });
  }

  /** A connection of its own that sends these bytes. */
  raw(bytes: string): Socket {
    const socket = connect(this.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(bytes);
    this.#clients.add(socket);
    return socket;
  }

  /** Waits until so many are inside, and so many wait. */
  async until(running: number, waiting: number): Promise<void> {
    for (;;) {
      const depth = this.queues.depth;
      if (depth.running === running && depth.waiting === waiting) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Waits until a request with this number, counted from 0, is inside. */
  async has(index: number): Promise<void> {
    while (this.inside.length <= index) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  close(): void {
    for (const client of this.#clients) client.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

// Express tells an error handler by its four parameters.
const answerErrors: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  if (!(error instanceof FeedError)) throw error;
  response.status(error.status).set('Retry-After', String(error.retryAfterSeconds)).send(error.message);
};

let counter: Counter;
afterEach(() => {
  counter.close();
});

const LONG_MS = 60_000;
const wait = (path: string, reader = 'bi') =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nX-Reader: ${reader}\r\n\r\n`;

describe('Places of one reader', () => {
  it('are given in the order of arrival, and taken again when an answer has left', async () => {
    counter = await new Counter({ concurrent: 2, waitMs: LONG_MS }).listen();
    const answers = [];
    for (const [index, path] of ['/1', '/2', '/3', '/4'].entries()) {
      answers.push(counter.ask(path));
      await counter.until(Math.min(index + 1, 2), Math.max(index - 1, 0));
    }
    expect(counter.inside.map(({ path }) => path)).toEqual(['/1', '/2']);
    counter.inside[1]!.end();
    await counter.until(2, 1);
    expect(counter.inside.map(({ path }) => path)).toEqual(['/1', '/2', '/3']);
    for (const index of [0, 2, 3]) {
      await counter.has(index);
      counter.inside[index]!.end();
    }
    expect(await Promise.all(answers)).toEqual(
      ['/1', '/2', '/3', '/4'].map((path) => [200, 'undefined', path]),
    );
    await counter.until(0, 0);
  });

  it('are not those of another reader', async () => {
    counter = await new Counter({ concurrent: 1, waitMs: LONG_MS }).listen();
    counter.raw(wait('/mine', 'bi'));
    counter.raw(wait('/behind', 'bi'));
    await counter.until(1, 1);
    counter.raw(wait('/other', 'excel'));
    await counter.until(2, 1);
    expect(counter.inside.map(({ path }) => path)).toEqual(['/mine', '/other']);
  });

  it('run out: 429 after the wait, in whole seconds when to try again', async () => {
    counter = await new Counter({ concurrent: 1, waitMs: 30 }).listen();
    counter.raw(wait('/first'));
    await counter.until(1, 0);
    expect(await counter.ask('/second')).toEqual([
      429,
      '10',
      'As many of your requests are under way as this server answers at once (CONCURRENT_READS), and this one waited 0 s for its turn.',
    ]);
    await counter.until(1, 0);
  });

  it('run out at once where nobody may wait', async () => {
    counter = await new Counter({ concurrent: 1, waitMs: 0 }).listen();
    counter.raw(wait('/first'));
    await counter.until(1, 0);
    const [status, , message] = await counter.ask('/second');
    expect([status, message]).toEqual([429, expect.not.stringContaining('waited')]);
  });

  it('are free again when a client goes away, inside or in the queue', async () => {
    counter = await new Counter({ concurrent: 1, waitMs: LONG_MS }).listen();
    const inside = counter.raw(wait('/inside'));
    await counter.until(1, 0);
    const queued = counter.raw(wait('/queued'));
    await counter.until(1, 1);
    queued.destroy();
    await counter.until(1, 0);
    inside.destroy();
    await counter.until(0, 0);
    expect(counter.inside.map(({ path }) => path)).toEqual(['/inside']);
  });

  it('are free again when requests were sent one behind the other and the client goes away', async () => {
    counter = await new Counter({ concurrent: 2, waitMs: LONG_MS }).listen();
    const piped = counter.raw(wait('/1') + wait('/2') + wait('/3') + wait('/4'));
    await counter.until(2, 2);
    piped.destroy();
    await counter.until(0, 0);
  });

  it('become more at once when the limit is raised', async () => {
    counter = await new Counter({ concurrent: 1, waitMs: LONG_MS }).listen();
    for (const path of ['/1', '/2', '/3']) counter.raw(wait(path));
    await counter.until(1, 2);
    counter.queues.setLimits({ concurrent: 2, waitMs: LONG_MS });
    await counter.until(2, 1);
  });

  it('have a queue that ends: what comes when a thousand wait is refused at once', async () => {
    counter = await new Counter({ concurrent: 1, waitMs: LONG_MS }).listen();
    counter.raw(Array.from({ length: 1001 }, (_, index) => wait(`/${index}`)).join(''));
    await counter.until(1, 1000);
    expect((await counter.ask('/too-many'))[0]).toBe(429);
  });
});
