import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, describe, it } from '@jest/globals';
import express, { type Express } from 'express';
import { messagesInForce, messagesOf } from '../../src/express-messages.js';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** An app that says its name, and whether what it was given had to be changed. */
function named(name: string): Express {
  const app = express();
  app.use((request, response) => {
    const isOwn = born.get(request) === app.request && born.get(response) === app.response;
    response.json({
      name: (request.app as { name?: string }).name,
      isOwn,
      query: request.query,
      ip: request.ip,
    });
  });
  Object.defineProperty(app, 'name', { value: name });
  return app;
}

/** Prototypes of the requests and responses as Node made them. */
const born = new WeakMap<object, unknown>();

describe('Requests and responses of a server', () => {
  it('are those of the app in force, and Express finds nothing to change', async () => {
    let app = named('first');
    let messages = messagesOf(app);
    server = createServer(
      messagesInForce(() => messages),
      (request, response) => {
        for (const message of [request, response]) born.set(message, Object.getPrototypeOf(message));
        app(request, response);
      },
    );
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const ask = async () => (await fetch(`http://127.0.0.1:${port}/?a=1`)).json();
    const common = { isOwn: true, query: { a: '1' }, ip: '127.0.0.1' };
    expect(await ask()).toEqual({ ...common, name: 'first' });
    app = named('second');
    messages = messagesOf(app);
    expect(await ask()).toEqual({ ...common, name: 'second' });
  });
});
