import { createHash } from 'node:crypto';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import express, { type Request, type Response } from 'express';
import type { Observation } from '../../src/observe/observation.js';
import { sendError } from '../../src/odata/error-response.js';
import { sendBody, type ResponseHead } from '../../src/odata/send.js';

const HEAD: ResponseHead = { status: 200, version: '4.0', contentType: 'application/json' };
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(answer: (request: Request, response: Response) => void): Promise<number> {
  const app = express();
  app.use(answer);
  server = createServer(app);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Bytes that arrived, and whether the answer ended as HTTP says that it must. */
function fetchAll(port: number, coding = 'identity'): Promise<{ bytes: number; complete: boolean }> {
  return new Promise((resolve) => {
    get({ port, host: '127.0.0.1', headers: { 'Accept-Encoding': coding } }, (message: IncomingMessage) => {
      let bytes = 0;
      message.on('data', (chunk: Buffer) => (bytes += chunk.length));
      message.on('error', () => undefined);
      message.on('close', () => {
        resolve({ bytes, complete: message.complete });
      });
    });
  });
}

/** 48 KiB of hexadecimal digits, which compress to about half. */
const BODIES = Array.from({ length: 10 }, (_, index) => {
  const line = (at: number) => createHash('sha512').update(`${index} ${at}`).digest('hex');
  return Buffer.from(Array.from({ length: 384 }, (_line, at) => line(at)).join(''));
});

function* pieces(count: number, failAt = Infinity): Generator<Buffer> {
  for (let index = 0; index < count; index++) {
    if (index === failAt) throw new TypeError('a broken row');
    yield BODIES[index % 10] ?? Buffer.alloc(0);
  }
}

describe('bodies', () => {
  it.each(['identity', 'gzip'])(
    '%s: a failure in the middle cuts the connection and is observed',
    async (coding) => {
      const observed: Observation[] = [];
      const port = await serve((request, response) => {
        sendBody(request, response, HEAD, pieces(40, 30)).catch((error: unknown) => {
          sendError(error, request, response, (observation) => observed.push(observation));
        });
      });
      const { complete } = await fetchAll(port, coding);
      expect(complete).toBe(false);
      expect(observed).toMatchObject([
        { kind: 'requestFailed', stack: expect.stringContaining('a broken row') },
      ]);
    },
  );

  it.each([
    ['identity', 0],
    ['gzip', 0],
    ['gzip', 10],
  ])('%s: a failure in what is gathered (piece %i) is still an error answer', async (coding, failAt) => {
    const port = await serve((request, response) => {
      sendBody(request, response, HEAD, pieces(40, failAt)).catch((error: unknown) => {
        sendError(error, request, response, () => undefined);
      });
    });
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { 'Accept-Encoding': coding } });
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ error: { code: 'INTERNAL' } });
  });

  it.each(['gzip', 'deflate', 'identity'])('%s: is whole, whatever its length', async (coding) => {
    for (const count of [0, 1, 2, 10, 21, 22, 60]) {
      const port = await serve((request, response) => {
        void sendBody(request, response, HEAD, pieces(count));
      });
      const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { 'Accept-Encoding': coding } });
      const text = [...pieces(count)].join('');
      expect((await answer.text()) === text).toBe(true);
      const packed = coding !== 'identity' && text.length > 0;
      expect(answer.headers.get('content-encoding')).toBe(packed ? coding : null);
      // A megabyte is gathered to be compressed at once, and its length is known then.
      const inOnePiece = text.length <= (coding === 'identity' ? 64 * 1024 : 1024 * 1024);
      expect([count, answer.headers.has('content-length')]).toEqual([count, inOnePiece]);
      server?.close();
    }
  });

  it('a client that leaves in the middle is no failure of ours', async () => {
    const settled = new Promise<unknown>((resolve) => {
      void serve((request, response) => {
        sendBody(request, response, HEAD, pieces(2_000)).then(() => {
          resolve('quiet');
        }, resolve);
      }).then((port) => {
        get({ port, host: '127.0.0.1' }, (message) => {
          message.once('data', () => message.destroy());
        }).on('error', () => undefined);
      });
    });
    expect(await settled).toBe('quiet');
  });

  it('a slow client holds the rows back', async () => {
    let asked = 0;
    function* counted(): Generator<Buffer> {
      for (const piece of pieces(2_000)) {
        asked += 1;
        yield piece;
      }
    }
    const port = await serve((request, response) => {
      void sendBody(request, response, HEAD, counted());
    });
    await new Promise<void>((resolve) => {
      get({ port, host: '127.0.0.1' }, (message) => {
        message.pause();
        message.on('error', () => undefined);
        setTimeout(() => {
          message.destroy();
          resolve();
        }, 300);
      }).on('error', () => undefined);
    });
    expect(asked).toBeLessThan(1_000);
  });
});
