/** Connections: HTTP or HTTPS, their limits and time-outs, listening, draining. What they carry is the app's business. */
import { createServer as createHttp, type RequestListener, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { readTlsPair } from './config/tls-files.js';
import type { Settings } from './config/settings.js';
import { FeedError } from './errors.js';
import type { Messages } from './express-messages.js';
import type { Observe } from './observe/observation.js';
import { clientErrorResponse, connectResponse } from './odata/error-response.js';
import { secureOptions } from './tls/secure-options.js';

/**
 * Limits of every connection. A missing Host is answered by the app, as an OData error. Time-outs lie above those of
 * usual proxies, and above the pauses of a person in the Power Query editor.
 */
const LIMITS = {
  requireHostHeader: false,
  maxHeaderSize: 64 * 1024,
  keepAliveTimeout: 95_000,
  headersTimeout: 60_000,
  requestTimeout: 60_000,
};

/** Milliseconds for a TLS handshake: Node's two minutes would let idle strangers hold connections. */
const HANDSHAKE_TIMEOUT_MS = 20_000;

/** What connections carry requests to. */
export interface Carried {
  readonly messages: Messages;
  readonly answer: RequestListener;
}

/** A server that speaks HTTPS when the settings name a certificate; it does not listen yet. */
export function createConnections(settings: Settings, observe: Observe, carried: Carried): Server {
  const handler: RequestListener = (request, response) => {
    request.url = originForm(request.url ?? '/');
    carried.answer(request, response);
  };
  const { tls } = settings;
  const options = { ...LIMITS, ...carried.messages };
  const server =
    tls === undefined
      ? createHttp(options, handler)
      : createHttps(
          { ...options, ...secureOptions(readTlsPair(tls)), handshakeTimeout: HANDSHAKE_TIMEOUT_MS },
          handler,
        );
  server.maxConnections = settings.maxConnections;
  server.on('drop', () => {
    observe({ kind: 'connectionRefused' });
  });
  server.on('clientError', answerClientError);
  server.on('connect', connectResponse);
  // An expectation that nobody can meet may be passed over (RFC 9110, 10.1.1); Node would answer 417 without a body.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  return server;
}

/** A handshake that failed has no channel for an answer in HTTP. */
function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code?.startsWith('ERR_SSL_') === true || error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT')
    socket.destroy();
  else clientErrorResponse(error, socket);
}

/** A target in absolute form without its scheme and host (RFC 9112, 3.2.2): Express would keep them in mounted URLs. */
function originForm(target: string): string {
  return target.replace(/^https?:\/\/[^/?#]*(?=[/?#]|$)/i, '') || '/';
}

/** Resolves when the server listens. @throws FeedError CONFIG_INVALID when the port is taken */
export function listen(
  server: Server,
  { host, port }: Pick<Settings, 'host' | 'port'>,
  setting = 'PORT',
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        new FeedError('CONFIG_INVALID', `Cannot listen on ${host}:${port}: ${error.message}.`, {
          target: setting,
          hint: taken
            ? `Another program has the port: set ${setting} to a free one, or 0 for any.`
            : `Check the address and ${setting}.`,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}

/** URL of the service root on this machine. */
export function localUrl(server: Server, { host, tls }: Settings): string {
  const { port } = server.address() as AddressInfo;
  const name =
    host === '127.0.0.1' || host === '0.0.0.0' || host === '::' || host === '::1' ? 'localhost' : host;
  return `${tls === undefined ? 'http' : 'https'}://${name}:${port}/odata/`;
}

/** Lets answers under way end; returns how many connections had to be cut after `limitMs`. */
export async function drain(server: Server, limitMs: number): Promise<number> {
  let cut = 0;
  const closed = new Promise<void>((resolve) =>
    server.close(() => {
      resolve();
    }),
  );
  server.closeIdleConnections();
  const timer = setTimeout(() => {
    server.getConnections((_error, count) => {
      cut = count;
      server.closeAllConnections();
    });
  }, limitMs);
  await closed;
  clearTimeout(timer);
  return cut;
}
