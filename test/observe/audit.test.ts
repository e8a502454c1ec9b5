import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningFeed } from '../feed/running-feed.js';
import { SAMPLE } from '../feed/sample.js';

const KEY = 'audited-key';
const small = { ...SAMPLE, apps: 20, streams: 1 };
const headers = { 'x-api-key': KEY };
let folder: string;
let file: string;
let feed: RunningFeed;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'));
  file = join(folder, 'logs', 'audit.log');
  const sha256 = createHash('sha256').update(KEY).digest('hex');
  feed = await RunningFeed.start({
    sample: small,
    env: { AUDIT_LOG: file, API_KEYS: `power-bi:${sha256}`, PAGE_SIZE: '7' },
  });
});
afterAll(async () => {
  await feed.close();
  await rm(folder, { recursive: true });
});

type Line = Readonly<Record<string, unknown>>;

/** What a request adds to the audit log; the line is written when the answer has left. */
async function lineOf(read: () => Promise<unknown>): Promise<Line | undefined> {
  const before = (await lines()).length;
  await read();
  for (let tries = 0; tries < 100; tries += 1) {
    const line = (await lines())[before];
    if (line !== undefined) return line;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return undefined;
}

async function lines(): Promise<Line[]> {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

describe('The audit log', () => {
  it('says who read which sets, from where, how many rows and bytes', async () => {
    const line = await lineOf(() => feed.read('/odata/DiscoveredApps?$top=3&$select=id', { headers }));
    expect(line).toMatchObject({
      ...{ event: 'audit', principal: 'key:power-bi', method: 'GET', route: 'collection', status: 200 },
      ...{ sets: ['DiscoveredApps'], rows: 3, complete: true, signInRefused: false },
    });
    expect(line!.address).toMatch(/127\.0\.0\.1|::1/);
    expect(line!.bytes).toBeGreaterThan(100);
    expect(new Date(line!.time as string).getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  it('counts all requests of a batch in its line', async () => {
    const requests = ['Apps?$top=2', 'Streams'].map((url, id) => ({ id: String(id), method: 'GET', url }));
    const line = await lineOf(() =>
      fetch(`${feed.origin}/odata/$batch`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ requests }),
      }),
    );
    expect(line).toMatchObject({ route: 'batch', sets: ['Apps', 'Streams'], rows: 3 });
  });

  it('has refused sign-ins too', async () => {
    const line = await lineOf(() => feed.read('/odata/Apps', { headers: { 'x-api-key': 'guess-1' } }));
    expect(line).toMatchObject({ principal: 'unknown', status: 401, signInRefused: true, sets: [], rows: 0 });
  });

  it('has no literal, key or condition of any request; the log and the metrics have none either', async () => {
    const marks = ['Zq1', 'Zq2', 'Zq3', 'Zq4', 'Zq5', 'Zq6'];
    const urls = [
      `DiscoveredApps?$filter=contains(displayName,'${marks[0]}')`,
      `Apps(tenantId='${marks[1]}',id='x(y)')`,
      `Apps/$filter(contains(displayName,'${marks[2]}'))/$count`,
      `Apps?$search=${marks[3]}`,
      `Apps?key=${marks[4]}`,
      `Apps(tenantId='${marks[5]}'`,
    ];
    for (const url of urls) await lineOf(() => feed.read(`/odata/${encodeURI(url)}`, { headers }));
    const metrics = await feed.read('/metrics', { headers });
    const written = [await readFile(file, 'utf8'), ...feed.logLines, metrics.text].join('\n');
    expect(metrics.text).toContain('discovery_feed_');
    expect(written).toContain('DiscoveredApps');
    for (const mark of [...marks, KEY, 'guess-1'])
      expect([mark, written.includes(mark)]).toEqual([mark, false]);
  });

  it('leaves out what is nobody’s reading', async () => {
    const before = (await lines()).length;
    for (const path of ['/live', '/ready', '/', '/nothing']) await feed.read(path);
    await lineOf(() => feed.read('/odata/$metadata', { headers }));
    expect((await lines()).slice(before).map(({ route }) => route)).toEqual(['metadata']);
  });

  it('refuses to start with a file that cannot be opened', async () => {
    const blocked = join(folder, 'file');
    await writeFile(blocked, '');
    const starting = RunningFeed.start({ sample: small, env: { AUDIT_LOG: join(blocked, 'audit.log') } });
    await expect(starting).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
