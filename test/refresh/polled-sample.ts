/** A sample tenant over real HTTP, a store in a folder of its own, and the write line between them. */
import { expect } from '@jest/globals';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SetName } from '../../src/model/catalog.js';
import type { JsonRow } from '../../src/model/edm.js';
import type { Generation } from '../../src/model/generation.js';
import type { Observation, Observe } from '../../src/observe/observation.js';
import { refreshTenant } from '../../src/refresh/refresh.js';
import type { RunReport } from '../../src/refresh/run-report.js';
import type { PolledTenant, RefreshDeps, RefreshSettings } from '../../src/refresh/run.js';
import { openStore } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import { MONDAY, SETTINGS } from './polled-tenant.js';

/** A folder below the system's temporary one; `remove` it at the end. */
export async function temporaryFolder(
  copyOf?: string,
): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'feed-refresh-'));
  if (copyOf !== undefined) await cp(copyOf, path, { recursive: true });
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** What a run left behind. */
export interface LastRun {
  readonly refresh: JsonRow;
  /** Its rows of StreamRefreshes. */
  readonly parts: readonly JsonRow[];
  /** Their status, by `<stream id> <period>`. */
  readonly statuses: Readonly<Record<string, unknown>>;
  /** All rows of Streams. */
  readonly streams: readonly JsonRow[];
  /** All rows of DiscoveredApps. */
  readonly usage: readonly JsonRow[];
}

/** A store with the write line in front of it. */
export class Feed {
  readonly observed: Observation[] = [];
  readonly published: Generation[] = [];
  settings: RefreshSettings = SETTINGS;
  onObservation?: Observe;
  /** Each run begins a minute after the one before; a test may set it. */
  clockMs = MONDAY.getTime();
  stepMs = 60_000;

  private constructor(
    readonly store: Store,
    readonly folder: string,
    private readonly remove: () => Promise<void>,
  ) {
    store.onPublished((generation) => this.published.push(generation));
  }

  /** @param copyOf a data folder to begin with */
  static async open(tenantIds: readonly string[], copyOf?: string): Promise<Feed> {
    const { path, remove } = await temporaryFolder(copyOf);
    const store = await openStore({ dataDir: path, tenantIds, observe: () => undefined, writer: true });
    return new Feed(store, path, remove);
  }

  get deps(): RefreshDeps {
    return {
      store: this.store,
      settings: this.settings,
      observe: (observation) => {
        this.observed.push(observation);
        this.onObservation?.(observation);
      },
      now: () => new Date(this.clockMs),
      nextRun: () => new Date(this.clockMs + 6 * 3_600_000),
    };
  }

  /** One run. */
  async poll(tenant: PolledTenant, signal: AbortSignal = new AbortController().signal): Promise<RunReport> {
    this.clockMs += this.stepMs;
    return refreshTenant(tenant, this.deps, 'command', signal);
  }

  /** The rows that the feed shows of one set, in order. */
  async rows(set: SetName, tenantId?: string): Promise<JsonRow[]> {
    return (await this.read([set], tenantId))[set];
  }

  /** The same of several sets. */
  async read<Name extends SetName>(
    sets: readonly Name[],
    tenantId?: string,
  ): Promise<Record<Name, JsonRow[]>> {
    const draft = await this.store.draft();
    try {
      const all: Partial<Record<Name, JsonRow[]>> = {};
      for (const set of sets) {
        const rows: JsonRow[] = [];
        for await (const row of draft.rows(set, tenantId)) rows.push(row);
        all[set] = rows;
      }
      return all as Record<Name, JsonRow[]>;
    } finally {
      await draft.discard();
    }
  }

  /** What the last run of a tenant left: its row of Refreshes, its rows of StreamRefreshes, and the feed. */
  async lastRun(tenantId?: string): Promise<LastRun> {
    const sets = ['Refreshes', 'StreamRefreshes', 'Streams', 'DiscoveredApps'] as const;
    const read = await this.read(sets, tenantId);
    const ids = read.Refreshes.map(({ id }) => id);
    const refresh = read.Refreshes.at(-1) ?? {};
    const parts = read.StreamRefreshes.filter((row) => row.refreshId === refresh.id);
    expect(new Set(ids).size).toBe(ids.length);
    const statuses = Object.fromEntries(
      parts.map((row) => [[row.streamId, row.period].join(' '), row.status]),
    );
    return { refresh, parts, statuses, streams: read.Streams, usage: read.DiscoveredApps };
  }

  /** Names of all files of the data folder. */
  async files(): Promise<string[]> {
    return (await readdir(this.folder, { recursive: true })).sort();
  }

  /** Those that are unfinished. */
  async unfinishedFiles(): Promise<string[]> {
    return (await this.files()).filter((name) => name.includes('.tmp-'));
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.remove();
  }
}

/** Rows without some columns. */
export function without(rows: readonly JsonRow[], ...columns: readonly string[]): JsonRow[] {
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !columns.includes(name))),
  );
}

/** Exactly these rows, in this order, `categoryName` aside; fast on many rows, and exact on Int64. */
export function expectRows(actual: readonly JsonRow[], expected: readonly JsonRow[]): void {
  const [shown, wanted] = [actual, expected].map((rows) => rows.map(canonical)) as [string[], string[]];
  const place = wanted.findIndex((text, index) => text !== shown[index]);
  if (place !== -1 && place < shown.length) {
    expect(without([actual[place]!], 'categoryName')[0]).toEqual(expected[place]);
    expect(shown[place]).toBe(wanted[place]);
  }
  expect(shown).toHaveLength(wanted.length);
  expect(place).toBe(-1);
}

function canonical(row: JsonRow): string {
  const members = Object.entries(row).filter(([name]) => name !== 'categoryName');
  members.sort(([left], [right]) => (left < right ? -1 : 1));
  return members
    .map(([name, value]) => `${name}=${typeof value === 'bigint' ? `${value}n` : JSON.stringify(value)}`)
    .join('\n');
}
