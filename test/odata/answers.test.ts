import { gunzipSync, inflateSync } from 'node:zlib';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { FeedError } from '../../src/errors.js';
import { expectODataError } from './expect-odata-error.js';
import { FIRST_APP, ROWS, startSmallFeed, USAGE, type SmallFeed } from './small-feed.js';

let feed: SmallFeed;
beforeAll(async () => {
  feed = await startSmallFeed({ pageSize: 50, maxPageSize: 50 });
});
afterAll(() => feed.close());

const get = (path: string) => request(feed.server).get(`/odata${path}`);
const json = 'application/json;odata.metadata=minimal';

/** The bytes as they come, not decoded. */
function rawGet(
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ message: IncomingMessage; body: Buffer }> {
  return new Promise((resolve, reject) => {
    httpGet(`${feed.root.slice(0, -1)}${path}`, { headers }, (message) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.on('end', () => {
        resolve({ message, body: Buffer.concat(chunks) });
      });
      message.on('error', reject);
    }).on('error', reject);
  });
}

describe('the service document (Protocol 11.1.1)', () => {
  it('lists the sets below an absolute context', async () => {
    const answer = await get('/');
    expect(answer.headers['content-type']).toBe(json);
    expect(answer.text.startsWith(`{"@odata.context":"${feed.root}$metadata","value":[`)).toBe(true);
    expect((answer.body as { value: unknown[] }).value[0]).toEqual({
      name: 'DiscoveredApps',
      kind: 'EntitySet',
      url: 'DiscoveredApps',
    });
  });

  it.each(['/odata', '/odata/', '/odata?api-version=v1.0', '/odata/?key=SECRET'])(
    'answers at %s',
    async (path) => {
      const answer = await request(feed.server).get(path);
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain('SECRET');
    },
  );

  it('is refused to a client that only takes Atom', async () => {
    const answer = await get('/').set('Accept', 'application/atomsvc+xml,application/xml;q=0.7');
    expectODataError(answer, { status: 406, code: 'PROTOCOL_NOT_ACCEPTABLE' });
  });
});

describe('one form whatever Accept says', () => {
  it.each(['application/json', 'application/xml', 'text/html', '*/*'])(
    '$metadata, Accept: %s',
    async (accept) => {
      const answer = await get('/$metadata').set('Accept', accept);
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toMatch(/^application\/xml/);
    },
  );

  it.each(['application/json', 'text/plain', 'image/png'])('/$count, Accept: %s', async (accept) => {
    const answer = await get('/DiscoveredApps/$count').set('Accept', accept);
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    expect(answer.text).toBe('23');
  });

  it('/$value', async () => {
    const answer = await get(
      "/DiscoveredApps(tenantId='contoso',streamId='s1',id='1003')/displayName/$value",
    );
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    expect(answer.text).toBe('O\'Reilly & 50% "é" 😀');
    expect((await get(`/${FIRST_APP}/userCount/$value`)).text).toBe('0');
    expect((await get(`/${FIRST_APP}/domains/$count`)).text).toBe('2');
    expect(
      (await get("/DiscoveredApps(tenantId='contoso',streamId='s1',id='1009')/userCount/$value")).text,
    ).toBe('9007199254740993');
    expect((await get(`/${FIRST_APP}/lastSeenDateTime/$value`)).text).toBe('2026-11-01T00:00:00Z');
  });
});

describe('entities and properties (Protocol 11.2.2 to 11.2.4)', () => {
  it('an entity stands below its context', async () => {
    const answer = await get(`/${FIRST_APP}?$select=id,displayName`);
    expect(answer.text).toBe(
      `{"@odata.context":"${feed.root}$metadata#DiscoveredApps(id,displayName)/$entity","@odata.id":"${FIRST_APP}","id":"1000","displayName":"App 0"}`,
    );
  });

  it('a property names its entity in the context', async () => {
    const context = `${feed.root}$metadata#${FIRST_APP}`;
    expect((await get(`/${FIRST_APP}/riskScore`)).body).toEqual({
      '@odata.context': `${context}/riskScore`,
      value: 0,
    });
    expect((await get(`/${FIRST_APP}/domains`)).body).toEqual({
      '@odata.context': `${context}/domains`,
      value: ['*.example.com', 'example.com'],
    });
  });

  it.each([`/${FIRST_APP}/category`, `/${FIRST_APP}/category/$value`, `/${FIRST_APP}/stream/description`])(
    'GET %s answers 204 for null',
    async (path) => {
      const answer = await get(path);
      expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' });
      expect(answer.headers['content-type']).toBeUndefined();
    },
  );

  it('a to-one navigation property that leads nowhere answers 204, one of a missing entity 404', async () => {
    expect((await get("/DiscoveredApps(tenantId='contoso',streamId='s1',id='1020')/app")).status).toBe(204);
    expectODataError(await get("/DiscoveredApps(tenantId='contoso',streamId='s1',id='none')/app"), {
      status: 404,
      code: 'PROTOCOL_NOT_FOUND',
    });
  });

  it('a collection below an entity keeps the context of its set', async () => {
    const answer = await get("/Streams(tenantId='contoso',id='s1')/discoveredApps?$top=1&$select=id");
    expect(answer.body).toEqual({
      '@odata.context': `${feed.root}$metadata#DiscoveredApps(id)`,
      value: [{ '@odata.id': FIRST_APP, id: '1000' }],
    });
    expect((await get("/Streams(tenantId='contoso',id='s1')/discoveredApps/$count")).text).toBe('23');
  });
});

describe('collections', () => {
  it('hold every declared property of every row, as stored', async () => {
    const answer = await get('/DiscoveredApps');
    const { value } = answer.body as { value: Record<string, unknown>[] };
    expect(value).toHaveLength(23);
    expect(answer.text).toContain('"userCount":9007199254740993,');
    expect(value[0]).toMatchObject({
      id: '1000',
      category: null,
      domains: ['*.example.com', 'example.com'],
      tags: ['Sanctioned'],
    });
    expect(Object.keys(value[5]!)).toEqual(Object.keys(value[0]!));
  });

  it('are counted before $top', async () => {
    const answer = await get('/DiscoveredApps?$count=true&$top=0');
    expect(answer.body).toEqual({
      '@odata.context': `${feed.root}$metadata#DiscoveredApps`,
      '@odata.count': 23,
      value: [],
    });
    expect((await get('/DiscoveredApps?$count=false&$top=1')).text).not.toContain('@odata.count');
  });

  it('expand with the context that Power Query accepts', async () => {
    const whole = await get('/DiscoveredApps?$expand=stream&$top=1');
    expect((whole.body as Record<string, unknown>)['@odata.context']).toBe(
      `${feed.root}$metadata#DiscoveredApps`,
    );
    const chosen = await get('/DiscoveredApps?$select=id&$expand=stream($select=displayName)&$top=1');
    expect(chosen.body).toEqual({
      '@odata.context': `${feed.root}$metadata#DiscoveredApps(id,stream(displayName))`,
      value: [
        {
          '@odata.id': FIRST_APP,
          id: '1000',
          stream: { '@odata.id': "Streams(tenantId='contoso',id='s1')", displayName: 'Global report' },
        },
      ],
    });
  });
});

describe('metadata levels (JSON Format 3.1)', () => {
  it.each(['none', 'minimal', 'full'])('%s', async (level) => {
    const answer = await get('/Tenants?$select=id&$top=1').set(
      'Accept',
      `application/json;odata.metadata=${level}`,
    );
    expect(answer.headers['content-type']).toBe(`application/json;odata.metadata=${level}`);
    const body = answer.body as { value: Record<string, unknown>[] };
    expect('@odata.context' in body).toBe(level !== 'none');
    expect('@odata.id' in body.value[0]!).toBe(level === 'full');
  });

  it('full ids lead back to the entity', async () => {
    const answer = await get('/Tenants?$format=application/json;odata.metadata=full');
    for (const { '@odata.id': id } of (answer.body as { value: Record<string, string>[] }).value) {
      const again = await request(feed.server).get(
        new URL(id!).href.slice(feed.root.length - '/odata/'.length),
      );
      expect(again.status).toBe(200);
    }
  });
});

describe('OData-Version (Protocol 8.1.5)', () => {
  const everywhere = [
    '/',
    '/$metadata',
    '/DiscoveredApps',
    '/Nope',
    `/${FIRST_APP}/category`,
    '/DiscoveredApps?$filter=(',
  ];

  it.each(everywhere)('stands exactly once on GET %s', async (path) => {
    for (const max of ['4.0', '4.01']) {
      const { message } = await rawGet(path, { 'OData-MaxVersion': max });
      const names = message.rawHeaders.filter(
        (name, index) => index % 2 === 0 && /^odata-version$/i.test(name),
      );
      expect(names).toEqual(['OData-Version']);
    }
  });

  it('is 4.01 only when OData-MaxVersion allows it', async () => {
    expect((await get('/DiscoveredApps')).headers['odata-version']).toBe('4.0');
    expect((await get('/DiscoveredApps').set('OData-MaxVersion', '4.0')).headers['odata-version']).toBe(
      '4.0',
    );
    expect((await get('/DiscoveredApps').set('OData-MaxVersion', '4.01')).headers['odata-version']).toBe(
      '4.01',
    );
    expectODataError(await get('/').set('OData-MaxVersion', '3.0'), {
      status: 400,
      code: 'PROTOCOL_VERSION',
    });
  });
});

describe('HEAD and OPTIONS', () => {
  it.each(['/', '/$metadata', '/DiscoveredApps', `/${FIRST_APP}`, '/DiscoveredApps/$count', '/Nope'])(
    'HEAD %s has the headers of GET and no body',
    async (path) => {
      const full = await get(path);
      const head = await request(feed.server).head(`/odata${path}`).set('Accept-Encoding', 'gzip, deflate');
      expect(head.status).toBe(full.status);
      expect(head.text as string | undefined).toBeFalsy();
      for (const name of ['content-type', 'odata-version', 'etag', 'content-length', 'content-encoding'])
        expect([name, head.headers[name]]).toEqual([name, full.headers[name]]);
    },
  );

  it('OPTIONS says what is allowed', async () => {
    const answer = await request(feed.server).options('/odata/DiscoveredApps');
    expect(answer.status).toBe(204);
    expect(answer.headers.allow).toBe('GET, HEAD, OPTIONS');
    expect(answer.headers['odata-version']).toBe('4.0');
  });
});

describe('content coding', () => {
  it('gzip, deflate or none, with the same rows', async () => {
    const plain = await rawGet('/DiscoveredApps', {});
    const zipped = await rawGet('/DiscoveredApps', { 'Accept-Encoding': 'gzip, deflate, br' });
    const deflated = await rawGet('/DiscoveredApps', { 'Accept-Encoding': 'deflate' });
    expect(plain.message.headers['content-encoding']).toBeUndefined();
    expect(zipped.message.headers['content-encoding']).toBe('gzip');
    expect(deflated.message.headers['content-encoding']).toBe('deflate');
    expect(gunzipSync(zipped.body)).toEqual(plain.body);
    expect(inflateSync(deflated.body)).toEqual(plain.body);
    expect(zipped.message.headers.vary).toContain('Accept-Encoding');
  });

  it('large answers stream, complete', async () => {
    const large = await startSmallFeed({
      pageSize: 5_000,
      maxPageSize: 5_000,
      rows: { ...ROWS, DiscoveredApps: many(3_000) },
    });
    try {
      for (const coding of ['gzip', 'deflate', 'identity']) {
        const answer = await request(large.server)
          .get('/odata/DiscoveredApps')
          .set('Accept-Encoding', coding);
        expect((answer.body as { value: unknown[] }).value).toHaveLength(3_000);
      }
      const head = await request(large.server).head('/odata/DiscoveredApps');
      expect(head.status).toBe(200);
    } finally {
      await large.close();
    }
  });

  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ ...USAGE[0]!, id: String(10_000 + index) }));
});

describe('conditional requests (Protocol 8.2.5)', () => {
  it.each([
    '/',
    '/$metadata',
    '/DiscoveredApps',
    `/${FIRST_APP}`,
    `/${FIRST_APP}/displayName`,
    '/DiscoveredApps/$count',
  ])('GET %s answers 304 to its own entity tag', async (path) => {
    const { etag } = (await get(path)).headers;
    const again = await get(path).set('If-None-Match', etag!);
    expect({ status: again.status, text: again.text }).toEqual({ status: 304, text: '' });
    expect(again.headers.etag).toBe(etag);
    expect(again.headers['odata-version']).toBe('4.0');
  });

  it('the tag depends on format, Prefer, version, query and who asks', async () => {
    const tags = await Promise.all([
      get('/DiscoveredApps'),
      get('/DiscoveredApps').set('Accept', 'application/json;odata.metadata=full'),
      get('/DiscoveredApps').set('Prefer', 'omit-values=nulls'),
      get('/DiscoveredApps').set('Prefer', 'maxpagesize=5'),
      get('/DiscoveredApps').set('OData-MaxVersion', '4.01'),
      get('/DiscoveredApps').set('X-Test-Principal', 'someone'),
      get('/DiscoveredApps?$top=5'),
      get('/Tenants'),
    ]);
    expect(new Set(tags.map((answer) => answer.headers.etag)).size).toBe(tags.length);
  });

  it('a query that looks at the clock has none', async () => {
    expect((await get('/DiscoveredApps?$filter=lastSeenDateTime%20lt%20now()')).headers.etag).toBeUndefined();
  });

  it('answers are private, checked again each time, and dated by their generation', async () => {
    const { headers } = await get('/DiscoveredApps');
    expect(headers['cache-control']).toBe('private, no-cache');
    expect(headers['last-modified']).toBe('Mon, 23 Nov 2026 04:05:06 GMT');
    expect(headers.vary).toBe('Accept, Accept-Encoding, Authorization, Prefer, OData-MaxVersion');
  });
});

describe('omit-values=nulls (Protocol 8.2.8.6)', () => {
  it('is applied and said so', async () => {
    const answer = await get(`/${FIRST_APP}?$select=id,category`).set('Prefer', 'odata.omit-values=nulls');
    expect(answer.headers['preference-applied']).toBe('odata.omit-values=nulls');
    expect(answer.body).toEqual({
      '@odata.context': `${feed.root}$metadata#DiscoveredApps(id,category)/$entity`,
      '@odata.id': FIRST_APP,
      id: '1000',
    });
  });
});

describe('failures', () => {
  it('before the first commit data answers 503 with Retry-After; root and $metadata answer', async () => {
    const empty = await startSmallFeed({ rows: 'none' });
    try {
      for (const path of [
        '/DiscoveredApps',
        '/DiscoveredApps/$count',
        `/${FIRST_APP}`,
        `/${FIRST_APP}/displayName`,
      ])
        expectODataError(await request(empty.server).get(`/odata${path}`), {
          status: 503,
          code: 'STORE_EMPTY',
        });
      for (const path of ['/', '/$metadata'])
        expect((await request(empty.server).get(`/odata${path}`)).status).toBe(200);
    } finally {
      await empty.close();
    }
  });

  it('a failure of the store keeps its code, its hint and its Retry-After', async () => {
    feed.store.failure = new FeedError('STORE_UNAVAILABLE', 'The disk is gone.', { retryAfterSeconds: 31.5 });
    const answers = [
      await get('/DiscoveredApps'),
      await get(`/${FIRST_APP}/displayName`),
      await get('/Tenants/$count'),
    ];
    feed.store.failure = undefined;
    for (const answer of answers) {
      expectODataError(answer, {
        status: 503,
        code: 'STORE_UNAVAILABLE',
        message: /^The disk is gone\. Check free space/,
      });
      expect(answer.headers['retry-after']).toBe('32');
    }
  });

  it('a bug answers 500 with a correlation id and nothing else; the stack goes to the observers', async () => {
    feed.store.failure = new TypeError('secret detail');
    const answers = [
      await get('/DiscoveredApps'),
      await get(`/${FIRST_APP}/stream`),
      await get('/Tenants/$count'),
    ];
    feed.store.failure = undefined;
    for (const answer of answers) {
      expectODataError(answer, { status: 500, code: 'INTERNAL', message: /correlation id [0-9a-f-]{36}/ });
      expect(answer.text).not.toContain('secret detail');
      const { message } = (answer.body as { error: { message: string } }).error;
      const seen = feed.observed.find(
        (each) => each.kind === 'requestFailed' && message.includes(each.requestId),
      );
      expect(seen).toMatchObject({ kind: 'requestFailed', stack: expect.stringContaining('secret detail') });
    }
    feed.observed.length = 0;
  });
});
