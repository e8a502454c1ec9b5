/** A reverse proxy that ends TLS and says so in X-Forwarded-* headers, as nginx and gateways do. */
import { once } from 'node:events';
import { request as ask } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Pem } from '../tls/pem.js';

/** A proxy that listens on loopback. */
export interface HttpsProxy {
  readonly port: number;
  close(): Promise<void>;
}

/** @param target `http://localhost:<port>` @param host the name that the world knows the proxy by */
export async function startHttpsProxy(target: string, host: string, pem: Pem): Promise<HttpsProxy> {
  const server = createServer({ cert: pem.cert, key: pem.private }, (incoming, answer) => {
    const headers = {
      ...incoming.headers,
      host: new URL(target).host,
      'x-forwarded-proto': 'https',
      'x-forwarded-host': host,
      'x-forwarded-for': incoming.socket.remoteAddress ?? '',
    };
    const onward = ask(new URL(incoming.url ?? '/', target), { method: incoming.method, headers }, (back) => {
      answer.writeHead(back.statusCode ?? 502, back.headers);
      back.pipe(answer);
    });
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
