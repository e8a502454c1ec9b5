import { get as httpGet } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { setOf } from '../../src/model/catalog.js';
import { prefersCsv } from '../../src/odata/accept.js';
import { expectODataError } from './expect-odata-error.js';
import { FIRST_APP, ROWS, startSmallFeed, USAGE, type SmallFeed } from './small-feed.js';

const ODD = [
  '=1+1',
  '+1',
  '-1',
  '@x',
  '\tx',
  '\rx',
  "'x",
  'a=b',
  'a,b',
  'a"b',
  'a\r\nb',
  ' a ',
  '',
  'é😀',
  '0123',
  null,
];

let feed: SmallFeed;
beforeAll(async () => {
  const tags = ODD.map((displayName, index) => ({ id: `t${String(index).padStart(2, '0')}`, displayName }));
  feed = await startSmallFeed({ rows: { ...ROWS, Tenants: tags } });
});
afterAll(() => feed.close());

const get = (path: string) => request(feed.server).get(`/odata${path}`);

describe('CSV (RFC 4180)', () => {
  it('is the whole collection in one answer, with a header row, for download', async () => {
    const answer = await get(
      '/DiscoveredApps?$format=csv&$select=id,userCount,lastSeenDateTime,domains,tags,category',
    );
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv;charset=utf-8;header=present',
      'content-disposition': 'attachment; filename="DiscoveredApps.csv"',
      'odata-version': '4.0',
      'feed-generation': '1-abcdef',
    });
    const lines = answer.text.split('\r\n');
    const order = setOf('DiscoveredApps').type.properties.map(({ name }) => name);
    expect(lines[0]!.split(',')).toEqual(
      order.filter((name) =>
        ['id', 'userCount', 'lastSeenDateTime', 'domains', 'tags', 'category'].includes(name),
      ),
    );
    expect(lines).toHaveLength(USAGE.length + 2);
    expect(lines.at(-1)).toBe('');
    const row = Object.fromEntries(
      lines[0]!.split(',').map((name, index) => [name, lines[1]!.split(',')[index]]),
    );
    expect(row).toEqual({
      id: '1000',
      userCount: '0',
      lastSeenDateTime: '2026-11-01T00:00:00Z',
      domains: '*.example.com; example.com',
      tags: 'Sanctioned',
      category: '',
    });
    expect(answer.text).toContain('9007199254740993');
  });

  it('quotes where it must, and disarms formulas only', async () => {
    const answer = await get('/Tenants?$format=text/csv&$select=displayName');
    expect(answer.text).toBe(
      [
        'displayName',
        "'=1+1",
        "'+1",
        "'-1",
        "'@x",
        '"\'\tx"'.replaceAll('"', ''),
        '"\'\rx"',
        "'x",
        'a=b',
        '"a,b"',
        '"a""b"',
        '"a\r\nb"',
        '" a "',
        '""',
        'é😀',
        '0123',
        '',
        '',
      ].join('\r\n'),
    );
  });

  it.each([
    ['$filter=userCount%20lt%203', ['1000', '1001', '1002']],
    ['$orderby=id%20desc&$top=2', ['1022', '1021']],
    ['$skip=21', ['1021', '1022']],
    ['$top=15&$skip=3', USAGE.slice(3, 18).map(({ id }) => id)],
    ['$top=0', []],
  ])('honours %s', async (query, ids) => {
    const answer = await get(`/DiscoveredApps?${query}&$select=id&$format=csv`);
    expect(answer.text).toBe(['id', ...ids, ''].join('\r\n'));
  });

  it('is there for navigation properties', async () => {
    const answer = await get("/Streams(tenantId='contoso',id='s1')/discoveredApps?$select=id&$format=csv");
    expect(answer.text.split('\r\n')).toHaveLength(25);
    expectODataError(await get("/Streams(tenantId='contoso',id='none')/discoveredApps?$format=csv"), {
      status: 404,
      code: 'PROTOCOL_NOT_FOUND',
    });
  });

  it('answers 304, HEAD and asof as JSON does', async () => {
    const { etag } = (await get('/DiscoveredApps?$format=csv')).headers;
    expect((await get('/DiscoveredApps?$format=csv').set('If-None-Match', etag!)).status).toBe(304);
    expect(
      (await request(feed.server).head('/odata/DiscoveredApps?$format=csv')).headers['content-type'],
    ).toMatch(/^text\/csv/);
    expect((await get('/DiscoveredApps?$format=csv&asof=1-abcdef')).status).toBe(200);
  });

  it('has no place for $expand', async () => {
    expectODataError(await get('/DiscoveredApps?$format=csv&$expand=stream'), {
      status: 501,
      code: 'QUERY_UNSUPPORTED',
      target: '$expand',
    });
  });

  it.each(['/', `/${FIRST_APP}`, `/${FIRST_APP}/displayName`])('is not there for %s', async (path) => {
    expectODataError(await get(`${path}?$format=csv`), { status: 406, code: 'PROTOCOL_NOT_ACCEPTABLE' });
  });

  it.each(['xml', 'atom', 'application/atom+xml', 'text/csv;charset=utf-16', 'text/csv;header=absent'])(
    '$format=%s answers 406',
    async (format) => {
      expectODataError(await get(`/DiscoveredApps?$format=${encodeURIComponent(format)}`), {
        status: 406,
        code: 'PROTOCOL_NOT_ACCEPTABLE',
      });
    },
  );

  it('reads a page only when the client takes it', async () => {
    const rows = Array.from({ length: 60_000 }, (_, index) => ({
      ...USAGE[1]!,
      id: String(100_000 + index),
      displayName: 'x'.repeat(100),
    }));
    const large = await startSmallFeed({
      pageSize: 1_000,
      maxPageSize: 1_000,
      rows: { DiscoveredApps: rows },
    });
    try {
      const read = large.store.executed;
      const waited = await new Promise<number>((resolve) => {
        const client = httpGet(`${large.root}DiscoveredApps?$format=csv`, (message) => {
          message.pause();
          setTimeout(() => {
            resolve(large.store.executed - read);
            client.destroy();
          }, 300);
        });
      });
      expect(waited).toBeGreaterThan(0);
      expect(waited).toBeLessThan(60);
    } finally {
      await large.close();
    }
  });
});

describe('Accept (RFC 9110 12.5.1)', () => {
  it.each([
    ['text/csv', true],
    ['text/csv, */*', true],
    ['text/csv;q=0.5, */*;q=0.1', true],
    ['text/csv;q=0.5, application/json', false],
    ['application/json, text/csv', false],
    ['text/csv;q=0', false],
    ['text/*', false],
    ['text/csv;charset=latin1, application/json;q=0.1', false],
    ['text/plain;q=0.7, application/json', false],
  ])('%s: %s', (accept, csv) => {
    expect(prefersCsv(accept)).toBe(csv);
    expect(prefersCsv(accept, 'json')).toBe(false);
    expect(prefersCsv(accept, 'csv')).toBe(true);
  });
});
