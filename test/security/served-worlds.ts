/** The two worlds behind the whole app, and readers with different grants in front of it. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ReadQueues } from '../../src/admission/read-queues.js';
import { createHttpServer } from '../../src/http-server.js';
import { createKey } from '../../src/security/api-key.js';
import { load } from '../config/configuration.js';
import { ask, type RawAnswer } from '../hostile/ask.js';
import { SteeredStore } from '../odata/small-feed.js';
import type { Probe } from './probes.js';
import { ALPHA, RESTRICTED, WORLDS } from './two-worlds.js';

const PAGE_KEY = Buffer.alloc(32, 7);
const KEYS = {
  admin: createKey(),
  restricted: createKey(),
  columns: createKey(),
  dimensions: createKey(),
  nobody: createKey(),
};
/** Who asks: by the name of the key. */
export type Reader = keyof typeof KEYS;

const BASE = {
  tenants: [{ tenantId: ALPHA, clientId: '66666666-7777-8888-9999-000000000000', clientSecret: 'hush' }],
  publicUrl: 'https://feed.contoso.com',
  apiKeys: Object.entries(KEYS).map(([name, { sha256 }]) => ({ name, sha256 })),
};
const GRANTS = [
  RESTRICTED,
  { to: ['key:columns'], hide: ['DiscoveredApps/userCount'] },
  { to: ['key:dimensions'], sets: ['Apps', 'AppCategories', 'Dates'], hide: ['Apps/category'] },
  { to: ['key:admin'] },
];

/** The whole app over a store, with more members of the configuration. */
export async function serve(store: SteeredStore, members: object): Promise<Server> {
  const { server } = createHttpServer(store.asStore(), load({ file: { ...BASE, ...members } }), {
    observe: () => undefined,
    isStopping: () => false,
    hasStarted: () => true,
    queues: new ReadQueues({ concurrent: 32, waitMs: 10_000 }),
    readMetrics: () => Promise.resolve({ contentType: 'text/plain', text: '' }),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** One feed for each world; nothing but the rows differs between them. */
export class ServedWorlds {
  readonly #servers: Server[] = [];

  async start(): Promise<void> {
    for (const world of WORLDS) {
      const store = new SteeredStore(PAGE_KEY);
      store.publish(world);
      this.#servers.push(await serve(store, { grants: GRANTS }));
    }
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) await new Promise((resolve) => server.close(resolve));
  }

  /** The answer of one world, 0 or 1. */
  answerOf(world: number, probe: Probe, reader: Reader = 'restricted'): Promise<RawAnswer> {
    const request = typeof probe === 'string' ? { path: probe } : probe;
    const { port } = this.#servers[world]!.address() as AddressInfo;
    return ask(port, {
      ...request,
      path: `/odata/${request.path.replaceAll(' ', '%20')}`,
      headers: { ...request.headers, 'x-api-key': KEYS[reader].key },
    });
  }

  /**
   * Status line, headers and body as they came, without what the clock and chance decide: the date, the moment in a page
   * token (and so its signature), the boundary of a batch.
   */
  async bytesOf(world: number, probe: Probe, reader?: Reader): Promise<string> {
    const { raw } = await this.answerOf(world, probe, reader);
    return raw
      .replace(/^(Date|X-Request-Id): .*\r\n/gm, '')
      .replaceAll(/batchresponse_[-0-9a-f]{36}/g, 'batchresponse')
      .replaceAll(/skiptoken=([\w-]+)\.[\w-]+/g, (_, payload: string) => {
        const token = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
        return JSON.stringify({ ...token, n: 0 });
      });
  }
}
