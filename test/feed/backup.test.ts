/** A data folder, copied while its server refreshes and serves, and put in place elsewhere. */
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/load-config.js';
import type { Observation } from '../../src/observe/observation.js';
import { startServer, type RunningServer } from '../../src/server.js';
import { readUrl } from './read-url.js';
import { rowsOf, RunningFeed, type PageBody } from './running-feed.js';
import { exactJson } from './usage-rows.js';

const FIRST_DAY = Date.parse('2026-03-02T12:00:00Z');
const MS_PER_DAY = 86_400_000;
const BACKUPS = 8;
/** What a backup is of: docs/operations.md says the same. */
const isCopied = (name: string) => !name.startsWith('writer.lock') && !name.startsWith('.tmp-');

/** Copies as programs for that do: one file after the other, passing over those that vanish meanwhile. */
async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyFolder(source, target);
    else if (isCopied(entry.name))
      await copyFile(source, target).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      });
  }
}

let feed: RunningFeed;
let folder: string;
/** By generation, what the feed served of it. */
const served = new Map<string, Record<string, unknown>[]>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backup-'));
  feed = await RunningFeed.start({
    sample: { seed: 5, apps: 150, streams: 2, today: new Date(FIRST_DAY) },
    env: { PAGE_SIZE: '40', PERIODS: 'P90D' },
  });
  await readAll();
});
afterAll(async () => {
  await feed.close();
  await rm(folder, { recursive: true, force: true });
});

async function readAll(): Promise<PageBody[]> {
  let generation = '';
  const pages = await feed.pages('/odata/DiscoveredApps', {}, ({ header }) => {
    generation = header('feed-generation') ?? '';
  });
  served.set(generation, rowsOf(pages));
  return pages;
}

/** The product on a copy, with the tenant of the original. */
async function restore(dataDir: string): Promise<{ server: RunningServer; observed: Observation[] }> {
  const { credentials, authorityHost, graphBaseUrl } = feed.sample;
  const observed: Observation[] = [];
  const settings = loadConfig({
    env: {
      AZURE_TENANT_ID: credentials.tenantId,
      AZURE_CLIENT_ID: credentials.clientId,
      AZURE_CLIENT_SECRET: credentials.clientSecret,
      AZURE_AUTHORITY_HOST: authorityHost,
      GRAPH_BASE_URL: graphBaseUrl,
      DATA_DIR: dataDir,
      PORT: '0',
      PAGE_SIZE: '40',
      PERIODS: 'P90D',
      POLL_CRON: '0 0 1 1 *',
    },
  });
  const server = await startServer(settings, (observation) => observed.push(observation));
  return { server, observed };
}

/** All rows from a link on, its host changed to another server's: what a new host name would do. */
async function readFrom(link: string, origin: string) {
  const rows: Record<string, unknown>[] = [];
  let generation: string | undefined;
  for (let next: string | undefined = link; next !== undefined;) {
    const answer = await readUrl(next.replace(/^http:\/\/[^/]+/, origin));
    expect({ status: answer.status, text: answer.status === 200 ? '' : answer.text }).toEqual({
      status: 200,
      text: '',
    });
    generation = answer.header('feed-generation');
    const page = exactJson(answer.text) as PageBody;
    rows.push(...page.value);
    next = page['@odata.nextLink'];
  }
  return { rows, generation };
}

describe('A copy of the data folder, made while the server refreshes', () => {
  it('serves the rows of one generation of the original, page links too', async () => {
    const copies: { readonly dataDir: string; readonly links: readonly string[] }[] = [];
    for (let day = 1; day <= BACKUPS; day += 1) {
      const pages = await readAll();
      const links = pages.flatMap((page) => page['@odata.nextLink'] ?? []);
      const dataDir = join(folder, String(day));
      feed.sample.setToday(new Date(FIRST_DAY + day * MS_PER_DAY));
      await Promise.all([feed.refresh(), copyFolder(feed.folder, dataDir)]);
      copies.push({ dataDir, links });
    }
    await readAll();
    expect(served.size).toBe(BACKUPS + 1);

    const generations = new Set<string>();
    for (const { dataDir, links } of copies) {
      const { server } = await restore(dataDir);
      try {
        const { origin } = new URL(server.url);
        const { rows, generation } = await readFrom('http://original/odata/DiscoveredApps', origin);
        expect(rows).toEqual(served.get(generation!));
        generations.add(generation!);
        for (const [place, link] of links.entries()) {
          const rest = await readFrom(link, origin);
          expect(rest.rows).toEqual(served.get(rest.generation!)!.slice(40 * (place + 1)));
        }
      } finally {
        await server.stop('end of test');
      }
    }
    expect(generations.size).toBeGreaterThan(BACKUPS / 2);
  }, 180_000);

  it('polls on from where the original was, and does not disturb it', async () => {
    const dataDir = join(folder, 'on');
    await copyFolder(feed.folder, dataDir);
    const { server, observed } = await restore(dataDir);
    try {
      // The last success came with the copy: nothing is due.
      expect(server.pollsNow).toBe(false);
      await server.schedule.runNow('command');
      expect(observed.findLast(({ kind }) => kind === 'refreshEnded')).toMatchObject({ status: 'succeeded' });
      const [here, there] = [server.store.current()!.id, [...served.keys()].at(-1)!];
      expect(Number(here.split('-')[0])).toBe(Number(there.split('-')[0]) + 1);
      const original = await feed.read('/odata/DiscoveredApps?$top=1');
      expect(original.header('feed-generation')).toBe(there);
    } finally {
      await server.stop('end of test');
    }
  });
});
