/** Starts and stops the fakes' servers: loopback only, plain HTTP or TLS. */
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A key pair in PEM. */
export interface TlsPair {
  readonly key: string;
  readonly cert: string;
}

/** Where a fake listens. */
export interface ListenOptions {
  /** 0 (default) takes any free port. */
  readonly port?: number | undefined;
  /** With it the fake speaks TLS only. */
  readonly tls?: TlsPair | undefined;
}

/** A server that answers. */
export interface Listening {
  /** Origin without a slash at the end: `http://127.0.0.1:49152`. */
  readonly url: string;
  /** Stops at once: open connections, hanging answers too, are cut. */
  readonly close: () => Promise<void>;
}

/** Listens on 127.0.0.1. With TLS the origin says `localhost`, for which certificates are easy to make. */
export async function listen(listener: RequestListener, options: ListenOptions): Promise<Listening> {
  const server: Server = options.tls
    ? createHttpsServer({ ...options.tls }, listener)
    : createHttpServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: options.tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => {
          if (error) reject(error);
          else resolve();
        });
        server.closeAllConnections();
      }),
  };
}
