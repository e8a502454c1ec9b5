import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectEnvelope, expectOther } from './expect-answer.js';
import { rowsOf, RunningFeed, type PageBody } from './running-feed.js';
import { fingerprints, keyOf, usageRows, type UsageRow } from './usage-rows.js';

const FIRST_DAY = Date.parse('2026-03-02T12:00:00Z');
const MS_PER_DAY = 86_400_000;
const SAMPLE = { seed: 11, apps: 220, streams: 3, today: new Date(FIRST_DAY) };
const PAGE_SIZE = 60;
const HEADERS = { Accept: 'application/json;odata.metadata=minimal', 'Accept-Encoding': 'gzip, deflate' };

let feed: RunningFeed;
/** Days that the tenant has moved on. */
let days = 0;
beforeAll(async () => {
  feed = await RunningFeed.start({ sample: SAMPLE, env: { PAGE_SIZE: String(PAGE_SIZE), PERIODS: 'P90D' } });
});
afterAll(() => feed.close());

/** Another day, another generation. */
async function nextDay(): Promise<void> {
  days += 1;
  feed.sample.setToday(new Date(FIRST_DAY + days * MS_PER_DAY));
  await feed.refresh();
}

/** What upstream has on the day that the feed shows. */
const upstream = () => usageRows(feed.sample.tenant);
const usageOf = (pages: readonly PageBody[]) => rowsOf(pages) as unknown as UsageRow[];
const linkOf = (page: PageBody | undefined) => {
  const link = page?.['@odata.nextLink'];
  if (link === undefined) throw new Error('There is no next page.');
  return link;
};

/** All pages of a read, with a new generation before the third one. */
async function pagesAcrossRefresh(path: string): Promise<PageBody[]> {
  let read = 0;
  return feed.pages(path, HEADERS, async () => {
    read += 1;
    if (read === 2) await nextDay();
  });
}

async function firstPage(path: string): Promise<PageBody> {
  const answer = await feed.read(path, { headers: HEADERS });
  expect({ status: answer.status, error: answer.status === 200 ? '' : answer.text }).toEqual({
    status: 200,
    error: '',
  });
  return JSON.parse(answer.text) as PageBody;
}

async function expectRefused(
  url: string,
  status: number,
  code: 'PROTOCOL_PAGE_EXPIRED' | 'PROTOCOL_PAGE_INVALID',
) {
  const answer = await feed.read(url, { headers: HEADERS });
  expectEnvelope(answer, { headers: HEADERS, origin: feed.origin });
  expectOther(answer, { kind: 'error', status, code }, { headers: HEADERS, origin: feed.origin });
}

type Value = string | number | bigint | null;
const ascending = (left: Value, right: Value) =>
  left === right ? 0 : left === null ? -1 : right === null ? 1 : left < right ? -1 : 1;

describe('a full load with a refresh between its pages', () => {
  it.each<[orderBy: string, value: (row: UsageRow) => Value, direction: 1 | -1]>([
    ['displayName', (row) => row.displayName, 1],
    ['displayName desc', (row) => row.displayName, -1],
    ['riskScore', (row) => row.riskScore, 1],
    ['riskScore desc,displayName', (row) => row.riskScore, -1],
    ['uploadNetworkTrafficInBytes', (row) => row.uploadNetworkTrafficInBytes, 1],
    ['downloadNetworkTrafficInBytes desc', (row) => row.downloadNetworkTrafficInBytes, -1],
    ['lastSeenDateTime', (row) => row.lastSeenDateTime, 1],
    ['lastSeenDateTime desc,category', (row) => row.lastSeenDateTime, -1],
    ['deviceCount desc', (row) => row.deviceCount, -1],
    ['isSanctioned desc', (row) => Number(row.tags.includes('Sanctioned')), -1],
    ['length(displayName)', (row) => Array.from(row.displayName).length, 1],
    ['transactionCount mod 7', (row) => Number(row.transactionCount) % 7, 1],
  ])('ordered by %s brings each row of one generation once, in order', async (orderBy, value, direction) => {
    const before = upstream();
    const pages = await pagesAcrossRefresh(
      `/odata/DiscoveredApps?$orderby=${encodeURIComponent(orderBy).replaceAll('%20', '+')}`,
    );
    const rows = usageOf(pages);
    expect(pages.length).toBeGreaterThan(3);
    expect(fingerprints(rows)).toEqual(fingerprints(before));
    const values = rows.map(value);
    expect(values).toEqual([...values].sort((left, right) => direction * ascending(left, right)));
    expect(fingerprints(before)).not.toEqual(fingerprints(upstream()));
  });

  it('without an order brings the old generation to its end, and the next load the new one', async () => {
    const before = upstream();
    expect(fingerprints(usageOf(await pagesAcrossRefresh('/odata/DiscoveredApps')))).toEqual(
      fingerprints(before),
    );
    const after = await feed.pages('/odata/DiscoveredApps', HEADERS);
    expect(fingerprints(usageOf(after))).toEqual(fingerprints(upstream()));
  });

  it('with a refresh after each of its first pages brings one generation all the same', async () => {
    const before = upstream();
    let read = 0;
    const pages = await feed.pages('/odata/DiscoveredApps?$orderby=displayName', HEADERS, async () => {
      read += 1;
      if (read <= 4) await nextDay();
    });
    expect(fingerprints(usageOf(pages))).toEqual(fingerprints(before));
  });

  it('keeps $filter, $select, $orderby and $expand on every page', async () => {
    const streams = new Map(feed.sample.tenant.streams.map(({ id, displayName }) => [id, displayName]));
    const wanted = upstream().filter(({ riskScore }) => riskScore !== null && riskScore <= 6);
    const pages = await pagesAcrossRefresh(
      '/odata/DiscoveredApps?$filter=riskScore%20le%206&$select=id,streamId,riskScore&$orderby=riskScore%20desc&$expand=stream%28%24select%3DdisplayName%29',
    );
    const rows = rowsOf(pages) as unknown as (UsageRow & { stream: { displayName: string } })[];
    expect(pages.length).toBeGreaterThan(3);
    expect(rows.map((row) => `${keyOf(row)} ${row.riskScore}`).sort()).toEqual(
      wanted.map((row) => `${keyOf(row)} ${row.riskScore}`).sort(),
    );
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(['@odata.id', 'streamId', 'id', 'riskScore', 'stream']);
      expect(row.stream).toMatchObject({ displayName: streams.get(row.streamId) });
    }
    expect(new Set(pages.map((page) => page['@odata.context'])).size).toBe(1);
  });

  it('says the same @odata.count on every page', async () => {
    const wanted = upstream().filter(({ category }) => category !== 'crm').length;
    const pages = await pagesAcrossRefresh("/odata/DiscoveredApps?$count=true&$filter=category%20ne%20'crm'");
    expect(pages.map((page) => page['@odata.count'])).toEqual(pages.map(() => wanted));
    expect(rowsOf(pages)).toHaveLength(wanted);
  });

  it('keeps expanded rows to the generation of their page', async () => {
    const before = new Map(upstream().map((row) => [keyOf(row), row]));
    const pages = await pagesAcrossRefresh(
      '/odata/Apps?$select=id&$expand=usage($select=streamId,id,transactionCount,uploadNetworkTrafficInBytes)',
    );
    const usage = rowsOf(pages).flatMap((app) => app.usage as UsageRow[]);
    expect(usage).toHaveLength(before.size);
    for (const row of usage) {
      const { transactionCount, uploadNetworkTrafficInBytes } = before.get(keyOf(row))!;
      expect(row).toMatchObject({ transactionCount, uploadNetworkTrafficInBytes });
    }
  });
});

describe('$top, $skip and page sizes', () => {
  const ids = (pages: readonly PageBody[]) => usageOf(pages).map(keyOf);

  it.each([
    ['$top=150', 0, 150, [60, 60, 30]],
    ['$top=120', 0, 120, [60, 60]],
    ['$skip=45&$top=70', 45, 115, [60, 10]],
    ['$top=61&$skip=0&$orderby=streamId,id', 0, 61, [60, 1]],
  ])('%s is carried over the pages, and no more', async (options, from, to, sizes) => {
    const whole = ids(await feed.pages('/odata/DiscoveredApps', HEADERS));
    const pages = await pagesAcrossRefresh(`/odata/DiscoveredApps?${options}`);
    expect(pages.map(({ value }) => value.length)).toEqual(sizes);
    expect(ids(pages)).toEqual(whole.slice(from, to));
  });

  it('a preferred page size is said once and kept by the links', async () => {
    const answer = await feed.read('/odata/DiscoveredApps?$top=100', {
      headers: { ...HEADERS, Prefer: 'odata.maxpagesize=25' },
    });
    expect(answer.header('preference-applied')).toBe('odata.maxpagesize=25');
    const first = JSON.parse(answer.text) as PageBody;
    const rest = await feed.pages(linkOf(first), HEADERS);
    expect([first, ...rest].map(({ value }) => value.length)).toEqual([25, 25, 25, 25]);
  });

  it('a preferred page size above the own one does not make pages larger', async () => {
    const pages = await feed.pages('/odata/DiscoveredApps', { ...HEADERS, Prefer: 'maxpagesize=50000' });
    expect(Math.max(...pages.map(({ value }) => value.length))).toBe(PAGE_SIZE);
  });
});

describe('next links', () => {
  it('bring the same bytes however often they are followed, refreshes in between or not', async () => {
    const link = linkOf(await firstPage('/odata/DiscoveredApps?$orderby=riskScore'));
    const { text } = await feed.read(link, { headers: HEADERS });
    await nextDay();
    expect((await feed.read(link, { headers: HEADERS })).text).toBe(text);
    await nextDay();
    expect((await feed.read(link, { headers: {} })).text).toBe(text);
  });

  it('survive a restart of the server, even with a refresh before it and one after it', async () => {
    const before = upstream();
    let read = 0;
    const pages = await feed.pages('/odata/DiscoveredApps?$orderby=displayName%20desc', HEADERS, async () => {
      read += 1;
      if (read === 2) await nextDay();
      if (read === 3) await feed.restart();
      if (read === 4) await nextDay();
    });
    expect(fingerprints(usageOf(pages))).toEqual(fingerprints(before));
  });

  it('are refused when they were altered, with 400 and what to do', async () => {
    const link = linkOf(await firstPage('/odata/DiscoveredApps?$filter=riskScore%20ne%20null'));
    const other = linkOf(await firstPage('/odata/DiscoveredApps?$filter=riskScore%20ne%201'));
    const [start, token] = link.split('$skiptoken=') as [string, string];
    const [payload, signature] = token.split('.') as [string, string];
    const bent = payload.replace(/^./, (letter) => (letter === 'e' ? 'f' : 'e'));
    const forged = Buffer.from(
      Buffer.from(payload, 'base64url')
        .toString()
        .replace(/"s":\d+/, '"s":50000'),
    ).toString('base64url');
    for (const wrong of [
      `${bent}.${signature}`,
      `${forged}.${signature}`,
      `${payload}.${Buffer.from(signature, 'base64url').reverse().toString('base64url')}`,
      payload,
      `${token}.`,
      `${token}=`,
      'null',
      '..',
      other.split('$skiptoken=')[1]!,
    ])
      await expectRefused(`${start}$skiptoken=${wrong}`, 400, 'PROTOCOL_PAGE_INVALID');
    await expectRefused(link.replace('ne%20null', 'ne%202'), 400, 'PROTOCOL_PAGE_INVALID');
    await expectRefused(link.replace('/DiscoveredApps?', '/Apps?'), 400, 'PROTOCOL_PAGE_INVALID');
    expect((await feed.read(link, { headers: HEADERS })).status).toBe(200);
  });

  it('of another feed are refused', async () => {
    const foreign = await RunningFeed.start({ sample: { ...SAMPLE, apps: 80 }, env: { PAGE_SIZE: '10' } });
    try {
      const answer = await foreign.read('/odata/DiscoveredApps', { headers: HEADERS });
      const link = linkOf(JSON.parse(answer.text) as PageBody);
      await expectRefused(link.replace(foreign.origin, feed.origin), 400, 'PROTOCOL_PAGE_INVALID');
    } finally {
      await foreign.close();
    }
  });
});

describe('a generation that is no longer kept', () => {
  it('answers 410 and says what to do, while newer reads go on', async () => {
    const settings = { keepPagesMinutes: 0, storeMaxBytes: 1 };
    const short = await RunningFeed.start({
      sample: SAMPLE,
      env: { PAGE_SIZE: '50', PERIODS: 'P90D' },
      settings,
    });
    try {
      const answer = await short.read('/odata/DiscoveredApps', { headers: HEADERS });
      const link = linkOf(JSON.parse(answer.text) as PageBody);
      for (const later of [1, 2, 3]) {
        short.sample.setToday(new Date(FIRST_DAY + later * MS_PER_DAY));
        await short.refresh();
      }
      const gone = await short.read(link, { headers: HEADERS });
      expectEnvelope(gone, { headers: HEADERS, origin: short.origin });
      const expected = { kind: 'error', status: 410, code: 'PROTOCOL_PAGE_EXPIRED' } as const;
      expectOther(gone, expected, { headers: HEADERS, origin: short.origin });
      expect(gone.text).toMatch(/refresh again/i);
      const pages = await short.pages('/odata/DiscoveredApps', HEADERS);
      expect(fingerprints(usageOf(pages))).toEqual(fingerprints(usageRows(short.sample.tenant)));
    } finally {
      await short.close();
    }
  });
});
