import { Agent, get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningFeed } from './running-feed.js';

/** The tables that the ready-made model loads. */
const TABLES = [
  'DiscoveredApps',
  'DiscoveredAppsByPeriod',
  'Apps',
  'AppTags',
  'AppDomains',
  'Streams',
  'Tenants',
  'Dates',
  'Refreshes',
];
const REFRESHES = 8;

let feed: RunningFeed;
beforeAll(async () => {
  // Every setting as it comes, and enough apps for several pages.
  feed = await RunningFeed.start({ sample: { apps: 2500, today: new Date() } });
}, 120_000);
afterAll(() => feed.close());

/** One model that loads: all its tables at once, one connection each, gzip as Power Query asks for it. */
function loadModel(statuses: number[]): Promise<{ rows: number; pages: number }[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: TABLES.length });
  return Promise.all(
    TABLES.map((table) => loadTable(`${feed.origin}/odata/${table}`, agent, statuses)),
  ).finally(() => {
    agent.destroy();
  });
}

async function loadTable(
  url: string,
  agent: Agent,
  statuses: number[],
): Promise<{ rows: number; pages: number }> {
  let rows = 0;
  let pages = 0;
  for (let next: string | undefined = url; next !== undefined; pages += 1) {
    const { status, text } = await page(next, agent);
    statuses.push(status);
    if (status !== 200) break;
    rows += text.split('\n').length;
    next = /"@odata\.nextLink":"([^"]+)"/.exec(text.slice(-3000))?.[1];
  }
  return { rows, pages };
}

function page(url: string, agent: Agent): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer: IncomingMessage) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() });
      });
    }).on('error', reject);
  });
}

describe('Eight refreshes of a model with nine tables, at once and with default settings', () => {
  it('are answered without one refusal, page by page', async () => {
    const statuses: number[] = [];
    const loads = await Promise.all(Array.from({ length: REFRESHES }, () => loadModel(statuses)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(statuses.length).toBeGreaterThan(REFRESHES * TABLES.length);
    for (const load of loads) expect(load).toEqual(loads[0]);
    expect(loads[0]![0]!.pages).toBeGreaterThan(1);
  }, 120_000);
});
