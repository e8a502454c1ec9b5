/** The real server on the built-in sample tenant, its first poll finished. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load-config.js';
import type { Observation } from '../../src/observe/observation.js';
import { startServer } from '../../src/server.js';

/** A row of DiscoveredApps as it comes over the wire. */
export type Row = Readonly<Record<string, unknown>>;

/** A running server and what it serves. */
export interface LiveFeed {
  readonly port: number;
  /** Everything that the server observed, requests included. */
  readonly observed: readonly Observation[];
  /** All rows of DiscoveredApps. */
  readonly rows: readonly Row[];
  /** Address of one row: `DiscoveredApps(tenantId='…',streamId='…',id='…')`. */
  readonly app: string;
  readonly tenantId: string;
  close(): Promise<void>;
}

/** Starts it. @param env settings beside those that make it small and quiet */
export async function startLiveFeed(env: Readonly<Record<string, string>> = {}): Promise<LiveFeed> {
  const dataDir = await mkdtemp(join(tmpdir(), 'discovery-feed-hostile-'));
  const observed: Observation[] = [];
  let finished: () => void = () => undefined;
  const poll = new Promise<void>((resolve) => {
    finished = resolve;
  });
  const settings = loadConfig({
    env: { PORT: '0', DATA_DIR: dataDir, SAMPLE_APPS: '250', DRAIN_SECONDS: '1', ...env },
  });
  const server = await startServer(settings, (observation) => {
    observed.push(observation);
    if (observation.kind === 'refreshEnded') finished();
  });
  await poll;
  const rows = await readAll(`${server.url}DiscoveredApps`);
  const [first] = rows;
  if (first === undefined) throw new Error('The sample tenant has no rows.');
  const { tenantId, streamId, id } = first as Record<string, string>;
  return {
    port: Number(new URL(server.url).port),
    observed,
    rows,
    app: `DiscoveredApps(tenantId='${tenantId!}',streamId='${streamId!}',id='${id!}')`,
    tenantId: tenantId!,
    async close() {
      await server.stop('test');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function readAll(url: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let next: string | undefined = url; next !== undefined;) {
    const page = (await (await fetch(next)).json()) as { value: Row[]; '@odata.nextLink'?: string };
    rows.push(...page.value);
    next = page['@odata.nextLink'];
  }
  return rows;
}
