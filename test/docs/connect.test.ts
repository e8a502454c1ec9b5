import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DefaultSettings, TaskUtils } from '@microsoft/powerquery-parser';
import { ERRORS } from '../../src/errors.js';
import { findSet } from '../../src/model/catalog.js';
import { connecting, CREDENTIAL_KINDS } from '../../src/status/page/connect-steps.js';
import { RunningFeed, type PageBody } from '../feed/running-feed.js';
import { textOf } from './repository.js';

const DOCUMENT = textOf('docs/connect.md');
const KEY = 'THE-KEY';
const ROOT = 'https://feed.contoso.com/odata/';

/** What Power Query sends with a read of data, and with `OmitValues`. */
const HEADERS = {
  Accept: 'application/json;odata.metadata=minimal',
  'OData-MaxVersion': '4.0',
  'User-Agent': 'Microsoft.Data.Mashup (https://go.microsoft.com/fwlink/?LinkID=304225)',
  'Accept-Encoding': 'gzip, deflate',
  Prefer: 'odata.omit-values=nulls',
};

interface Snippet {
  readonly heading: string;
  readonly m: string;
  /** Paths, as they are sent. */
  readonly requests: readonly string[];
}

const SNIPPETS: readonly Snippet[] = [
  ...DOCUMENT.matchAll(/^```powerquery\n([\s\S]*?)^```\n\n```http\n([\s\S]*?)^```$/gm),
].map(({ index, 1: m = '', 2: requests = '' }) => ({
  heading: [...DOCUMENT.slice(0, index).matchAll(/^##+ (.+)$/gm)].at(-1)?.[1] ?? '',
  m,
  requests: [...requests.matchAll(/^GET (\S+)$/gm)].map(([, path = '']) => path),
}));

async function parses(m: string): Promise<boolean> {
  return TaskUtils.isParseStageOk(await TaskUtils.tryLexParse(DefaultSettings, m));
}

let feed: RunningFeed;
beforeAll(async () => {
  const sha256 = createHash('sha256').update(KEY).digest('hex');
  feed = await RunningFeed.start({
    sample: { seed: 7, apps: 60, streams: 3, today: new Date('2026-03-02T12:00:00Z') },
    env: { API_KEYS: `reader:${sha256}`, PAGE_SIZE: '40' },
  });
});
afterAll(() => feed.close());

describe('The queries in docs/connect.md', () => {
  it('each stand above the requests that they fold to', () => {
    expect(SNIPPETS).toHaveLength([...DOCUMENT.matchAll(/^```powerquery$/gm)].length);
    expect(SNIPPETS.length).toBeGreaterThanOrEqual(5);
    for (const { requests } of SNIPPETS) expect(requests.length).toBeGreaterThan(0);
  });

  describe.each(SNIPPETS)('$heading', ({ m, requests }) => {
    it('parses as M, and would not with a fault in it', async () => {
      expect(await parses(m)).toBe(true);
      expect(await parses(m.replace(']', ''))).toBe(false);
    });

    it('names the address of this document, sets and columns that there are', () => {
      expect(m).toContain(`("${ROOT}"`);
      const [, name = 'DiscoveredApps'] = /(?:\[Name|RelativePath) = "(\w+)"/.exec(m) ?? [];
      const properties = findSet(name)!.type.properties.map((property) => property.name);
      const lists = [...m.matchAll(/Table\.SelectColumns\(\w+, \{([^}]*)\}/g)].flatMap(([, list = '']) =>
        [...list.matchAll(/"(\w+)"/g)].map(([, column]) => column),
      );
      const tested = [...m.matchAll(/\[(\w+)\] *(?:<>|=|>=|<)/g)].map(([, column]) => column);
      expect(properties).toEqual(expect.arrayContaining([...lists, ...tested]));
      for (const column of tested) expect(requests.join('\n')).toContain(column);
    });

    it.each(requests)('GET %s is answered, to the last page', async (path) => {
      const headers = path.includes(`key=${KEY}`) ? HEADERS : { ...HEADERS, 'x-api-key': KEY };
      if (!path.includes('?') || path.includes('key=')) {
        expect((await feed.read(path, { headers })).status).toBe(200);
        return;
      }
      const pages: PageBody[] = await feed.pages(path, headers);
      expect(pages.flatMap(({ value }) => value).length).toBeGreaterThan(0);
    });
  });
});

describe('What docs/connect.md promises', () => {
  it('304 for an ETag that still holds, and one point in time for asof', async () => {
    const headers = { 'x-api-key': KEY };
    const first = await feed.read('/odata/DiscoveredApps?$top=1', { headers });
    const etag = first.header('etag')!;
    const again = await feed.read('/odata/DiscoveredApps?$top=1', {
      headers: { ...headers, 'If-None-Match': etag },
    });
    expect([again.status, again.text]).toEqual([304, '']);
    const generation = first.header('feed-generation')!;
    const pinned = await feed.read(`/odata/Apps?$top=1&asof=${generation}`, { headers });
    expect([pinned.status, pinned.header('feed-generation')]).toEqual([200, generation]);
  });

  it('error codes that exist', () => {
    const codes = [...DOCUMENT.matchAll(/`((?:QUERY|PROTOCOL|AUTH|STORE)_[A-Z_]+)`/g)].map(
      ([, code]) => code,
    );
    expect(codes.length).toBeGreaterThan(4);
    expect(Object.keys(ERRORS)).toEqual(expect.arrayContaining(codes));
  });

  it('the three client ids of sign-in.md', () => {
    const ids = (text: string) =>
      [...new Set(text.match(/`[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}`/g))].sort();
    expect(ids(DOCUMENT)).toHaveLength(3);
    expect(ids(DOCUMENT)).toEqual(ids(textOf('docs/sign-in.md')));
  });
});

describe('The steps on the page', () => {
  it.each(CREDENTIAL_KINDS)(
    '%s: four steps, what scheduled refresh needs, and M that parses',
    async (kind) => {
      const { steps, schedule } = connecting(kind, { root: ROOT, keyParameter: 'api-token' });
      expect(steps).toHaveLength(4);
      expect(schedule).toMatch(/gateway/);
      for (const { code } of steps)
        if (code?.startsWith('OData.Feed') === true) expect(await parses(code)).toBe(true);
      expect(DOCUMENT).toContain(`| ${kind} |`);
    },
  );
});
