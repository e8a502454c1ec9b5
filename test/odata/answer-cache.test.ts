import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningFeed } from '../feed/running-feed.js';
import { readUrl } from '../feed/read-url.js';
import { SAMPLE } from '../feed/sample.js';
import { AnswerCache } from '../../src/odata/answer-cache.js';
import { ROWS, startSmallFeed } from './small-feed.js';

const small = { ...SAMPLE, apps: 120, streams: 2 };
const sha = (key: string) => createHash('sha256').update(key).digest('hex');
const all = { 'x-api-key': 'of-all' };
const few = { 'x-api-key': 'of-few' };
const gzip = { 'accept-encoding': 'gzip' };

let folder: string;
let feed: RunningFeed;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'answers-'));
  const config = join(folder, 'feed.json');
  const apiKeys = [
    { name: 'all', sha256: sha('of-all') },
    { name: 'few', sha256: sha('of-few') },
  ];
  const grants = [
    { to: ['key:few'], hide: ['DiscoveredApps/userCount'], rows: { Apps: "category eq 'crm'" } },
    { to: ['*'] },
  ];
  await writeFile(config, JSON.stringify({ apiKeys, grants }));
  feed = await RunningFeed.start({
    sample: small,
    env: { CONFIG_FILE: config, PAGE_SIZE: '50', AUDIT_LOG: join(folder, 'audit.log') },
  });
});
afterAll(async () => {
  await feed.close();
  await rm(folder, { recursive: true });
});

/** How often rows were really looked up since the last call, by the stage that only a real execution has. */
const executed = (answer: { header: (name: string) => string | undefined }) =>
  answer.header('server-timing')?.includes('plan;') === true;

async function audited(): Promise<{ route: string; sets: string[]; rows: number }[]> {
  const text = await readFile(join(folder, 'audit.log'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { route: string; sets: string[]; rows: number });
}

describe('An answer that was given before', () => {
  it.each([
    ['a collection', 'DiscoveredApps?$top=20', gzip],
    ['a collection in pieces, packed', 'DiscoveredApps', gzip],
    ['a collection as it is', 'DiscoveredApps?$top=20&$select=id', {}],
    ['a count', 'DiscoveredApps/$count', {}],
    ['an aggregation', 'DiscoveredApps?$apply=groupby((category))', gzip],
    ['the metadata', '$metadata', gzip],
    ['CSV', 'Apps?$format=csv', gzip],
  ])('is sent again byte for byte: %s', async (_what, path, headers) => {
    const ask = () => feed.read(`/odata/${path}`, { headers: { ...all, ...headers } });
    const [first, second] = [await ask(), await ask()];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.text).toBe(first.text);
    for (const name of [
      'content-type',
      'etag',
      'last-modified',
      'vary',
      'odata-version',
      'content-encoding',
      'feed-generation',
    ])
      expect([name, second.header(name)]).toEqual([name, first.header(name)]);
    expect([executed(first), executed(second)]).toEqual([path !== '$metadata', false]);
  });

  it('is counted and audited like the first', async () => {
    const ask = () => feed.read('/odata/Apps?$top=7&$orderby=id', { headers: all });
    await ask();
    await ask();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const lines = (await audited()).slice(-2);
    expect(lines[1]).toMatchObject({ route: 'collection', sets: ['Apps'], rows: 7 });
    expect(lines.map(({ route, sets, rows }) => [route, sets, rows])[0]).toEqual(['collection', ['Apps'], 7]);
  });

  it('never reaches a reader with other grants', async () => {
    const ask = (headers: Record<string, string>) => feed.read('/odata/Apps?$count=true', { headers });
    const whole = await ask(all);
    const part = await ask(few);
    const again = await ask(all);
    const counts = [whole, part, again].map(
      ({ text }) => (JSON.parse(text) as Record<string, number>)['@odata.count']!,
    );
    expect(counts[0]).toBe(counts[2]);
    expect(counts[1]).toBeLessThan(counts[0]!);
    expect((await feed.read('/odata/DiscoveredApps?$top=1', { headers: few })).text).not.toContain(
      'userCount',
    );
  });

  it('is another one for another form: coding, version, preference, format', async () => {
    const path = '/odata/Streams';
    const forms = [
      {},
      gzip,
      { 'odata-maxversion': '4.01' },
      { prefer: 'odata.maxpagesize=1' },
      { prefer: 'omit-values=nulls' },
      { accept: 'application/json;odata.metadata=full' },
      { accept: 'text/csv' },
    ];
    const once = await Promise.all(forms.map((form) => feed.read(path, { headers: { ...all, ...form } })));
    const twice = await Promise.all(forms.map((form) => feed.read(path, { headers: { ...all, ...form } })));
    expect(twice.map(({ text }) => text)).toEqual(once.map(({ text }) => text));
    expect(new Set(once.map((answer) => answer.text + (answer.header('content-encoding') ?? ''))).size).toBe(
      forms.length,
    );
  });

  it('does not hide what a condition asks', async () => {
    const first = await feed.read('/odata/Apps?$top=3', { headers: all });
    await feed.read('/odata/Apps?$top=3', { headers: all });
    const etag = first.header('etag')!;
    expect(
      (await feed.read('/odata/Apps?$top=3', { headers: { ...all, 'if-none-match': etag } })).status,
    ).toBe(304);
    expect((await feed.read('/odata/Apps?$top=3', { headers: { ...all, 'if-match': '"x"' } })).status).toBe(
      412,
    );
  });

  it('is not kept where it looks at the clock, or is an error', async () => {
    const clock = '/odata/Apps?$filter=now() gt 2020-01-01T00:00:00Z&$top=1'.replaceAll(' ', '%20');
    await feed.read(clock, { headers: all });
    expect(executed(await feed.read(clock, { headers: all }))).toBe(true);
    const wrong = '/odata/Apps?$filter=nope%20eq%201';
    expect([
      (await feed.read(wrong, { headers: all })).status,
      (await feed.read(wrong, { headers: all })).status,
    ]).toEqual([400, 400]);
  });

  it('does not outlive its generation', async () => {
    const ask = () => feed.read('/odata/Refreshes/$count', { headers: all });
    await ask();
    const before = await ask();
    await feed.refresh();
    const after = await ask();
    expect([executed(before), executed(after)]).toEqual([false, true]);
    expect(Number(after.text)).toBe(Number(before.text) + 1);
  });
});

it('Answers of an older generation leave memory with the first request that follows', async () => {
  const answers = new AnswerCache(2 ** 20);
  const served = await startSmallFeed({ answers });
  try {
    const ask = (query: string) => readUrl(`${served.root}DiscoveredApps${query}`);
    await ask('?$top=3');
    const { bytes: ofOne } = answers;
    for (const top of [1, 2, 4, 5]) await ask(`?$top=${top}`);
    expect(answers.bytes).toBeGreaterThan(3 * ofOne);
    served.store.publish(ROWS);
    await ask('?$top=3');
    expect(answers.bytes).toBe(ofOne);
  } finally {
    await served.close();
  }
});

it('An answer of an older generation that ends late is not kept', async () => {
  const answers = new AnswerCache(2 ** 20);
  const served = await startSmallFeed({ answers });
  try {
    served.store.afterExecute = () => {
      served.store.afterExecute = () => undefined;
      served.store.publish(ROWS);
    };
    await readUrl(`${served.root}DiscoveredApps?$top=3`);
    expect(answers.bytes).toBe(0);
  } finally {
    await served.close();
  }
});

it('An answer at hand counts as a use of its generation: its reader may go on to the next page', async () => {
  const served = await startSmallFeed({ answers: new AnswerCache(2 ** 20) });
  try {
    const ask = () => readUrl(`${served.root}DiscoveredApps?$select=id`);
    const { text } = await ask();
    const { length: before } = served.store.asked;
    const again = await ask();
    expect(again.text).toBe(text);
    expect(served.store.executed).toBe(1);
    expect(served.store.asked.slice(before)).toEqual(['1-abcdef']);
  } finally {
    await served.close();
  }
});

describe('The page after another one', () => {
  const linkOf = ({ text }: { text: string }) =>
    (JSON.parse(text) as { '@odata.nextLink'?: string })['@odata.nextLink'];
  /** The same worked out for this request alone: answers to conditions are not kept. */
  const fresh = (url: string, headers: Record<string, string>) =>
    feed.read(url, { headers: { ...headers, ...gzip, 'if-none-match': 'W/"other"' } });

  async function follow(first: string, headers: Record<string, string>, suffix = '') {
    const answers = [await feed.read(first + suffix, { headers: { ...headers, ...gzip } })];
    for (let next = linkOf(answers[0]!); next !== undefined; next = linkOf(answers.at(-1)!))
      answers.push(await feed.read(next + suffix, { headers: { ...headers, ...gzip } }));
    return answers;
  }

  it.each([
    ['a header', all, ''],
    ['a parameter, which is in no link', {}, '&key=of-all'],
  ])('is made ahead for who carries the key in %s, and is the same', async (_where, headers, suffix) => {
    const path = `/odata/DiscoveredApps?$orderby=riskScore&$select=id,riskScore,tags${suffix === '' ? '' : ',category'}`;
    const answers = await follow(path, headers, suffix);
    expect(answers.length).toBeGreaterThan(3);
    expect(answers.map(executed)).toEqual(answers.map((_, page) => page === 0));
    expect(executed(await fresh(`${linkOf(answers[0]!)}${suffix}`, headers))).toBe(true);
    for (const [page, answer] of answers.entries()) {
      if (page === 0) continue;
      expect(answer.text).toBe((await fresh(`${linkOf(answers[page - 1]!)}${suffix}`, headers)).text);
    }
  });

  it('is made for its reader alone', async () => {
    const path = '/odata/DiscoveredApps?$orderby=deviceCount';
    const [forAll, forFew] = [await follow(path, all), await follow(path, few)];
    expect(forFew.length).toBe(forAll.length);
    expect(forAll.every(({ text }) => text.includes('"userCount"'))).toBe(true);
    expect(forFew.some(({ text }) => text.includes('"userCount"'))).toBe(false);
  });

  it('is neither counted nor audited until it is asked for', async () => {
    const path = '/odata/DiscoveredApps?$orderby=displayName&$select=displayName';
    await audited();
    const before = (await audited()).length;
    const first = await feed.read(path, { headers: { ...all, ...gzip } });
    await feed.read(linkOf(first)!, { headers: { ...all, ...gzip } });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await audited()).length).toBe(before + 2);
  });

  it('is not made of an answer that would not be kept', async () => {
    const first = await feed.read('/odata/DiscoveredApps?$orderby=id&$select=id', { headers: all });
    const second = await feed.read(linkOf(first)!, { headers: all });
    expect(executed(await feed.read(linkOf(second)!, { headers: all }))).toBe(true);
  });
});
