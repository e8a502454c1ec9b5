/** A feed of a few rows over real HTTP: the OData room with the memory engine, and a store that tests can steer. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { ENTITY_SETS, setOf, type SetName } from '../../src/model/catalog.js';
import type { JsonRow } from '../../src/model/edm.js';
import { EMPTY_POLLER_STATE, type Generation } from '../../src/model/generation.js';
import { writeRow } from '../../src/model/row-json.js';
import type { Observation } from '../../src/observe/observation.js';
import { clientErrorResponse } from '../../src/odata/error-response.js';
import { createODataRouter, type HostMark, type ODataOptions } from '../../src/odata/odata-server.js';
import { MemorySnapshot } from '../../src/store/memory/snapshot.js';
import { TableBuilder } from '../../src/store/memory/table-builder.js';
import type { Store } from '../../src/store/store.js';

/** Rows of some sets; the others are empty. */
export type Rows = Partial<Readonly<Record<SetName, readonly JsonRow[]>>>;

const TENANT = 'contoso';
const ODD_KEY = "a/b'c?d#e&f+g%h é😀 ()";

/** Apps of the first stream: enough for several small pages, with nulls, ties and odd text. */
export const USAGE: readonly JsonRow[] = Array.from({ length: 23 }, (_, index) => ({
  tenantId: TENANT,
  streamId: 's1',
  id: String(1000 + index),
  displayName: index === 3 ? 'O\'Reilly & 50% "é" 😀' : `App ${index}`,
  category: index % 5 === 0 ? null : index % 2 === 0 ? 'crm' : 'cloudStorage',
  riskScore: index === 7 ? null : index % 11,
  userCount: index === 9 ? 9007199254740993n : index,
  lastSeenDateTime: `2026-11-${String(1 + index).padStart(2, '0')}T00:00:00Z`,
  domains: index === 0 ? ['*.example.com', 'example.com'] : [],
  tags: index % 4 === 0 ? ['Sanctioned'] : [],
  appKey: `${TENANT}:${1000 + index}`,
  streamKey: `${TENANT}:s1`,
}));

/** What the feed serves unless a test publishes something else. */
export const ROWS: Rows = {
  Tenants: [
    { id: TENANT, displayName: 'Contoso' },
    { id: ODD_KEY, displayName: 'Odd' },
  ],
  Streams: [
    { tenantId: TENANT, id: 's1', displayName: 'Global report' },
    { tenantId: TENANT, id: 's2', displayName: null },
  ],
  DiscoveredApps: USAGE,
  Apps: USAGE.slice(0, 5).map(({ tenantId, id, displayName, appKey }) => ({
    tenantId: tenantId!,
    id: id!,
    displayName: displayName!,
    appKey: appKey!,
  })),
  Dates: [{ dateKey: 20261123, date: '2026-11-23', year: 2026, monthName: 'November' }],
};

/** A key that needs every kind of escaping, as it stands in a URL. */
export const ODD_TENANT = `Tenants('${encodeURIComponent(ODD_KEY.replaceAll("'", "''"))}')`;
/** The entity of the first usage row. */
export const FIRST_APP = "DiscoveredApps(tenantId='contoso',streamId='s1',id='1000')";

/** A store that keeps what tests publish until they forget it. */
export class SteeredStore {
  readonly #snapshots = new Map<string, { generation: Generation; snapshot: MemorySnapshot }>();
  #newest: Generation | undefined;
  #published = 0;

  constructor(readonly pageKey: Uint8Array = randomBytes(32)) {}

  /** How many plans were executed. */
  executed = 0;
  /** Generations that were asked for, as often as they were: what keeps them from pruning. */
  readonly asked: string[] = [];
  /** Called after each plan. */
  afterExecute: () => unknown = () => undefined;
  /** Thrown by the next reads, when set. */
  failure: Error | undefined;

  publish(rows: Rows): Generation {
    const id = `${++this.#published}-abcdef`;
    const generation = {
      id,
      publishedAt: '2026-11-23T04:05:06Z',
      partitions: [],
      poller: EMPTY_POLLER_STATE,
    };
    this.#snapshots.set(id, { generation, snapshot: snapshotOf(rows) });
    this.#newest = generation;
    return generation;
  }

  forget(id: string): void {
    this.#snapshots.delete(id);
  }

  asStore(): Store {
    const store: Pick<Store, 'current' | 'at' | 'execute' | 'pageKey'> = {
      current: () => this.#newest,
      at: (id) => {
        this.asked.push(id);
        return Promise.resolve(this.#snapshots.get(id)?.generation);
      },
      execute: (plan, id, after) => {
        this.executed += 1;
        if (this.failure !== undefined) return Promise.reject(this.failure);
        const page = this.#snapshots.get(id)!.snapshot.execute(plan, after);
        this.afterExecute();
        return Promise.resolve(page);
      },
      pageKey: this.pageKey,
    };
    return store as Store;
  }
}

function snapshotOf(rows: Rows): MemorySnapshot {
  return new MemorySnapshot(
    new Map(
      ENTITY_SETS.map(({ name }) => {
        const builder = new TableBuilder(setOf(name));
        const lines = (rows[name] ?? []).map((row) => `${writeRow(setOf(name).type, row)}\n`);
        builder.addRowFile(Buffer.from(lines.join('')));
        return [name, builder.build()];
      }),
    ),
  );
}

/** A running feed. */
export interface SmallFeed {
  readonly server: Server;
  readonly port: number;
  /** `http://127.0.0.1:<port>/odata/` */
  readonly root: string;
  readonly store: SteeredStore;
  readonly observed: Observation[];
  /** What came through odata-v4-server, in order; `undefined` for an answer that did not. */
  readonly hosted: (HostMark | undefined)[];
  close(): Promise<void>;
}

/** Starts a feed on a free port of 127.0.0.1. */
export async function startSmallFeed(
  changes: Partial<ODataOptions> & { rows?: Rows | 'none' } = {},
): Promise<SmallFeed> {
  const { rows = ROWS, ...options } = changes;
  const store = new SteeredStore();
  if (rows !== 'none') store.publish(rows);
  const observed: Observation[] = [];
  const hosted: (HostMark | undefined)[] = [];
  const app = express();
  app.disable('x-powered-by');
  app.use((request, response, next) => {
    response.locals.principal = request.headers['x-test-principal'];
    response.once('finish', () => hosted.push(response.locals.host as HostMark | undefined));
    next();
  });
  app.use(
    '/odata',
    createODataRouter({
      store: store.asStore(),
      pageSize: 10,
      maxPageSize: 20,
      apiKeyParameter: 'key',
      serviceRoot: {},
      observe: (observation) => observed.push(observation),
      now: () => Date.parse('2026-11-23T00:00:00Z'),
      ...options,
    }),
  );
  const server = createServer({ maxHeaderSize: 64 * 1024 }, app);
  server.on('clientError', clientErrorResponse);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  return { server, port, root: `http://127.0.0.1:${port}/odata/`, store, observed, hosted, close };
}
