/** Protocol 4.01 section 11.7 and JSON Format 4.01 section 19: batches of reads. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { metadataXml } from '../../src/odata/metadata.js';
import { multipart, partsOf, postJson, postMultipart } from '../odata/batching.js';
import { expectODataError } from '../odata/expect-odata-error.js';
import { FIRST_APP, ROWS, startSmallFeed, USAGE, type SmallFeed } from '../odata/small-feed.js';

let feed: SmallFeed;
beforeAll(async () => {
  feed = await startSmallFeed();
});
afterAll(() => feed.close());

interface JsonPart {
  readonly id: string;
  readonly atomicityGroup?: string;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}
const json = async (requests: readonly object[], headers: Record<string, string> = {}) => {
  const answer = await postJson(feed, requests, headers);
  expect(answer.status).toBe(200);
  return (answer.body as { responses: JsonPart[] }).responses;
};
const statuses = async (requests: readonly string[], headers: Record<string, string> = {}) =>
  partsOf(await postMultipart(feed, multipart(requests), headers)).map(({ status }) => status);

describe('Protocol 4.01 §11.7.3 Multipart batch format', () => {
  it('answers what Power Query sends: one GET with a long URL', async () => {
    const filter = Array.from({ length: 2_400 }, (_, index) => `'${1000 + index}'`).join(',');
    const url = `${feed.root}DiscoveredApps?$filter=${encodeURIComponent(`id in (${filter})`)}&$select=tenantId,streamId,id`;
    expect(url.length).toBeGreaterThan(20_000);
    const answer = await postMultipart(
      feed,
      multipart([
        `GET ${url} HTTP/1.1\r\nAccept: application/json;odata.metadata=minimal\r\nOData-MaxVersion: 4.0\r\n\r\n`,
      ]),
    );
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^multipart\/mixed;boundary=batchresponse_/);
    expect(answer.headers['odata-version']).toBe('4.0');
    const [part] = partsOf(answer);
    expect(part).toMatchObject({
      status: 200,
      headers: {
        'odata-version': '4.0',
        'content-type': 'application/json;odata.metadata=minimal',
        etag: expect.stringMatching(/^W\//),
        'feed-generation': '1-abcdef',
      },
    });
    const page = JSON.parse(part!.text) as Record<string, string> & { value: { id: string }[] };
    expect(page.value).toHaveLength(10);
    const [next] = partsOf(await postMultipart(feed, multipart([`GET ${page['@odata.nextLink']!}`])));
    expect((JSON.parse(next!.text) as { value: { id: string }[] }).value[0]!.id).toBe('1010');
  });

  it('answers in the order of the requests, each as it would be answered alone', async () => {
    const paths = [
      'Tenants',
      `${FIRST_APP}/displayName/$value`,
      'DiscoveredApps/$count',
      '$metadata',
      '',
      `${FIRST_APP}/category`,
    ];
    const parts = partsOf(await postMultipart(feed, multipart(paths.map((path) => `GET /odata/${path}`))));
    expect(parts.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', '6']);
    for (const [index, path] of paths.entries()) {
      const alone = await request(feed.server).get(`/odata/${path}`).buffer(true);
      expect(parts[index]!.status).toBe(alone.status);
      expect(parts[index]!.text).toBe(path === '$metadata' ? metadataXml() : alone.text);
      for (const name of ['etag', 'odata-version', 'content-type', 'vary', 'cache-control'])
        expect([name, parts[index]!.headers[name]]).toEqual([name, alone.headers[name]]);
    }
  });

  it('takes URLs that are absolute, begin with the path of the service or are relative', async () => {
    expect(
      await statuses([
        `GET ${feed.root}Tenants`,
        'GET /odata/Tenants',
        'GET Tenants',
        'GET Tenants?$top=1',
        'GET /odata',
      ]),
    ).toEqual([200, 200, 200, 200, 200]);
    const elsewhere = [
      'https://evil.example/odata/Tenants',
      '/elsewhere/Tenants',
      '//evil.example/odata/Tenants',
      'ftp://x/odata/Tenants',
    ];
    for (const url of elsewhere) {
      const [part] = partsOf(await postMultipart(feed, multipart([`GET ${url}`])));
      expect([url, part!.status, JSON.parse(part!.text)]).toEqual([
        url,
        400,
        { error: expect.objectContaining({ code: 'PROTOCOL_BAD_PATH' }) },
      ]);
    }
  });

  it('reads lines that end with LF alone, a preamble and an epilogue', async () => {
    const body = `preamble\n--b\nContent-Type: application/http\n\nGET Tenants/$count HTTP/1.1\n\n\n--b--\nepilogue`;
    expect(partsOf(await postMultipart(feed, body)).map(({ text }) => text)).toEqual(['2']);
  });

  it('is answered in multipart whatever Accept says', async () => {
    for (const accept of ['application/json', 'text/html', '*/*'])
      expect(
        (await postMultipart(feed, multipart(['GET Tenants']), { Accept: accept })).headers['content-type'],
      ).toMatch(/^multipart/);
  });

  it('honours headers of each request', async () => {
    const tag = (await request(feed.server).get('/odata/Tenants')).headers.etag!;
    const parts = partsOf(
      await postMultipart(
        feed,
        multipart([
          'GET Tenants HTTP/1.1\r\nAccept: application/json;odata.metadata=none\r\n\r\n',
          `GET Tenants HTTP/1.1\r\nIf-None-Match: ${tag}\r\n\r\n`,
          'GET Tenants HTTP/1.1\r\nOData-MaxVersion: 4.01\r\n\r\n',
          'GET Tenants HTTP/1.1\r\nPrefer: maxpagesize=1\r\n\r\n',
          'HEAD Tenants HTTP/1.1\r\nAuthorization: Basic x\r\nAccept-Encoding: gzip\r\n\r\n',
          'GET Tenants HTTP/1.1\r\nAccept: text/html\r\n\r\n',
        ]),
      ),
    );
    expect(parts.map(({ status }) => status)).toEqual([200, 304, 200, 200, 200, 406]);
    expect(parts[0]!.text).not.toContain('@odata.context');
    expect(parts[2]!.text).toContain('"@context"');
    expect(parts[3]!.headers['preference-applied']).toBe('maxpagesize=1');
    expect(parts[4]!.text).toBe('');
    expect(parts.every(({ headers }) => headers['content-encoding'] === undefined)).toBe(true);
  });

  it('lets the headers of the batch stand in where a request has none', async () => {
    const parts = partsOf(
      await postMultipart(
        feed,
        multipart([
          'GET Tenants',
          'GET Tenants HTTP/1.1\r\nPrefer: maxpagesize=2\r\nOData-MaxVersion: 4.0\r\n\r\n',
        ]),
        {
          'OData-MaxVersion': '4.01',
          Prefer: 'maxpagesize=1, omit-values=nulls',
          'OData-Isolation': 'snapshot',
        },
      ),
    );
    expect(parts.map(({ headers }) => [headers['odata-version'], headers['preference-applied']])).toEqual([
      ['4.01', 'maxpagesize=1, omit-values=nulls'],
      ['4.0', 'maxpagesize=2, omit-values=nulls'],
    ]);
  });
});

describe('Protocol 4.01 §8.2.8.3 continue-on-error', () => {
  const three = ['GET Tenants/$count', 'GET Nope', 'GET Streams/$count'];

  it('a multipart batch stops at the first error', async () => {
    expect(await statuses(three)).toEqual([200, 404]);
    expect(await statuses(three, { Prefer: 'odata.continue-on-error=false' })).toEqual([200, 404]);
  });

  it.each(['continue-on-error', 'odata.continue-on-error', 'continue-on-error=true'])(
    'Prefer: %s goes on',
    async (prefer) => {
      const answer = await postMultipart(feed, multipart(three), { Prefer: prefer });
      expect(partsOf(answer).map(({ status }) => status)).toEqual([200, 404, 200]);
      expect(answer.headers['preference-applied']).toBe(`${prefer.replace('=true', '')}=true`);
    },
  );

  it('a JSON batch goes on unless told otherwise (JSON Format §19.4)', async () => {
    const requests = ['Tenants/$count', 'Nope', 'Streams/$count'].map((url, index) => ({
      id: String(index),
      method: 'get',
      url,
    }));
    expect((await json(requests)).map(({ status }) => status)).toEqual([200, 404, 200]);
    expect((await json(requests, { Prefer: 'continue-on-error=false' })).map(({ status }) => status)).toEqual(
      [200, 404],
    );
  });
});

describe('Protocol 4.01 §11.7.2 Request identifiers and references', () => {
  it('$<id> stands for the entity that an earlier request has read', async () => {
    const parts = partsOf(
      await postMultipart(
        feed,
        multipart([
          `GET ${FIRST_APP}?$select=id`,
          'GET $1/displayName/$value',
          'GET $1/stream?$select=id',
          'GET $3/displayName/$value',
        ]),
      ),
    );
    expect(parts.map(({ text }) => text.slice(0, 20))).toEqual([
      expect.any(String),
      'App 0',
      expect.any(String),
      'Global report',
    ]);
  });

  it('a reference to a request that failed answers 424, one to none 404', async () => {
    expect(await statuses(['GET Nope', 'GET $1/id', 'GET $7/id'], { Prefer: 'continue-on-error' })).toEqual([
      404, 424, 404,
    ]);
  });
});

describe('Protocol 4.01 §11.7.3.1 Change sets', () => {
  const changeSet = (requests: readonly string[]) =>
    `--b\r\nContent-Type: multipart/mixed;boundary=c\r\n\r\n${multipart(requests, 'c')}\r\n${multipart(['GET Tenants/$count'])}`;

  it('with GET are malformed: 400 for the change set as one', async () => {
    const parts = partsOf(
      await postMultipart(feed, changeSet(['GET Tenants', 'GET Streams']), { Prefer: 'continue-on-error' }),
    );
    expect(parts.map(({ status }) => status)).toEqual([400, 200]);
    expect(parts[0]!.text).toContain('PROTOCOL_BATCH_INVALID');
  });

  it('are not allowed, because the feed is read-only: 405', async () => {
    expect(partsOf(await postMultipart(feed, changeSet(['POST Tenants', 'DELETE Tenants'])))).toMatchObject([
      { status: 405 },
    ]);
  });

  it('single writes answer 405', async () => {
    expect(
      await statuses(['POST Tenants', 'PATCH Tenants', 'DELETE Tenants', 'PUT Tenants', 'GET Tenants'], {
        Prefer: 'continue-on-error',
      }),
    ).toEqual([405, 405, 405, 405, 200]);
  });
});

describe('JSON Format 4.01 §19 Batch requests and responses', () => {
  it('§19.5 answers carry id, status, headers and body in the form of its type', async () => {
    const parts = await json([
      { id: 'rows', method: 'GET', url: '/odata/Tenants?$select=id&$top=1' },
      { id: 'count', method: 'get', url: 'Tenants/$count' },
      { id: 'xml', method: 'get', url: '$metadata' },
      { id: 'none', method: 'get', url: `${FIRST_APP}/category` },
      { id: 'gone', method: 'get', url: "Tenants('none')" },
      { id: 'csv', method: 'get', url: 'Tenants?$format=csv&$select=displayName&$top=1' },
    ]);
    expect(parts.map(({ id, status }) => [id, status])).toEqual([
      ['rows', 200],
      ['count', 200],
      ['xml', 200],
      ['none', 204],
      ['gone', 404],
      ['csv', 200],
    ]);
    expect(parts[0]!.body).toEqual({
      '@odata.context': `${feed.root}$metadata#Tenants(id)`,
      value: [{ id: expect.any(String) }],
    });
    expect(parts[1]!.body).toBe('2');
    expect(Buffer.from(parts[2]!.body as string, 'base64url').toString()).toBe(metadataXml());
    expect('body' in parts[3]!).toBe(false);
    expect(parts[4]!.body).toMatchObject({ error: { code: 'PROTOCOL_NOT_FOUND' } });
    expect(parts[5]!.body).toMatch(/^displayName\r\n/);
    for (const { headers } of parts) {
      expect(headers['odata-version']).toBe('4.0');
      expect(Object.keys(headers).every((name) => name === name.toLowerCase())).toBe(true);
    }
  });

  it('§19.5 text of any alphabet is kept', async () => {
    const url = "DiscoveredApps(tenantId='contoso',streamId='s1',id='1003')/displayName/$value";
    expect((await json([{ id: '1', method: 'get', url }]))[0]!.body).toBe('O\'Reilly & 50% "é" 😀');
  });

  it('§19.1 dependsOn: what depends on a failure is not executed, and answers 424', async () => {
    const parts = await json([
      { id: 'a', method: 'get', url: 'Tenants/$count' },
      { id: 'b', method: 'get', url: 'Nope' },
      { id: 'c', method: 'get', url: 'Tenants/$count', dependsOn: ['a'] },
      { id: 'd', method: 'get', url: 'Tenants/$count', dependsOn: ['a', 'b'] },
      { id: 'e', method: 'get', url: 'Tenants/$count', dependsOn: ['d'] },
      { id: 'f', method: 'get', url: 'Tenants/$count' },
    ]);
    expect(parts.map(({ status }) => status)).toEqual([200, 404, 200, 424, 424, 200]);
    expect(parts[3]!.body).toMatchObject({ error: { code: 'PROTOCOL_DEPENDENCY_FAILED' } });
  });

  it('§19.1 a group succeeds or fails together', async () => {
    const of = (id: string, url: string, rest: object = {}) => ({
      id,
      method: 'get',
      url,
      atomicityGroup: 'g',
      ...rest,
    });
    const parts = await json([
      of('a', 'Tenants/$count'),
      of('b', 'Nope'),
      of('c', 'Streams/$count'),
      { id: 'd', method: 'get', url: 'Tenants', dependsOn: ['g'] },
    ]);
    expect(parts.map(({ status, atomicityGroup }) => [status, atomicityGroup])).toEqual([
      [200, 'g'],
      [404, 'g'],
      [424, 'g'],
      [424, undefined],
    ]);
    const good = await json([
      of('a', 'Tenants/$count'),
      of('b', 'Streams/$count'),
      { id: 'c', method: 'get', url: 'Tenants/$count', dependsOn: ['g'] },
    ]);
    expect(good.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('§19.2 references name the request that they depend on', async () => {
    const parts = await json([
      { id: 'app', method: 'get', url: FIRST_APP },
      { id: 'name', method: 'get', url: '$app/displayName/$value', dependsOn: ['app'] },
    ]);
    expect(parts[1]!.body).toBe('App 0');
  });

  it.each([
    ['no JSON', '{"requests":', /no JSON/],
    ['no requests', '{}', /requests/],
    ['no array', '{"requests":{}}', /requests/],
    ['no id', '{"requests":[{"method":"get","url":"x"}]}', /requests\/0\/id/],
    [
      'an id twice',
      '{"requests":[{"id":"1","method":"get","url":"x"},{"id":"1","method":"get","url":"x"}]}',
      /same id/,
    ],
    ['no method', '{"requests":[{"id":"1","method":"trace","url":"x"}]}', /requests\/0\/method/],
    [
      'a forward reference',
      '{"requests":[{"id":"1","method":"get","url":"x","dependsOn":["2"]},{"id":"2","method":"get","url":"x"}]}',
      /depends on '2'/,
    ],
    [
      'a torn group',
      '{"requests":[{"id":"1","method":"get","url":"x","atomicityGroup":"g"},{"id":"2","method":"get","url":"x"},{"id":"3","method":"get","url":"x","atomicityGroup":"g"}]}',
      /together/,
    ],
    [
      'a group named as an id',
      '{"requests":[{"id":"g","method":"get","url":"x","atomicityGroup":"g"}]}',
      /as well/,
    ],
    [
      'a condition',
      '{"requests":[{"id":"1","method":"get","url":"x","if":"$0/$succeeded"}]}',
      /requests\/0\/if/,
    ],
    [
      'prototypes',
      '{"requests":[{"id":"1","method":"get","url":"x","headers":{"__proto__":1,"a":2}}]}',
      /headers/,
    ],
  ])('with %s answers 400', async (_title, body, message) => {
    const answer = await request(feed.server)
      .post('/odata/$batch')
      .set('Content-Type', 'application/json')
      .send(body);
    expectODataError(answer, { status: 400, code: 'PROTOCOL_BATCH_INVALID', message });
  });

  it('is empty for an empty batch', async () => {
    expect(await json([])).toEqual([]);
  });
});

describe('Protocol 4.01 §11.7.1 One batch is one snapshot', () => {
  it('reads one generation, whatever is published meanwhile', async () => {
    const own = await startSmallFeed();
    try {
      own.store.afterExecute = () => own.store.publish({ ...ROWS, DiscoveredApps: USAGE.slice(0, 3) });
      const parts = partsOf(
        await postMultipart(
          own,
          multipart(['GET DiscoveredApps/$count', 'GET DiscoveredApps/$count', 'GET Tenants/$count']),
        ),
      );
      expect(parts.map(({ text }) => text)).toEqual(['23', '23', '2']);
      expect(new Set(parts.map(({ headers }) => headers['feed-generation']))).toEqual(new Set(['1-abcdef']));
      expect((await request(own.server).get('/odata/DiscoveredApps/$count')).text).toBe('3');
    } finally {
      await own.close();
    }
  });

  it('asof pins the batch, or one request of it', async () => {
    const own = await startSmallFeed();
    try {
      own.store.publish({ ...ROWS, DiscoveredApps: USAGE.slice(0, 3) });
      const count = (id: string, asof = '') => ({ id, method: 'get', url: `DiscoveredApps/$count${asof}` });
      const ask = (query: string, requests: object[]) =>
        request(own.server).post(`/odata/$batch${query}`).send({ requests });
      const bodies = (answer: { body: unknown }) =>
        (answer.body as { responses: JsonPart[] }).responses.map(({ body }) => body);
      expect(bodies(await ask('?asof=1-abcdef', [count('1'), count('2', '?asof=2-abcdef')]))).toEqual([
        '23',
        '3',
      ]);
      expect(bodies(await ask('', [count('1'), count('2', '?asof=1-abcdef')]))).toEqual(['3', '23']);
      expectODataError(await ask('?asof=9-abcdef', [count('1')]), {
        status: 410,
        code: 'PROTOCOL_PAGE_EXPIRED',
      });
    } finally {
      await own.close();
    }
  });

  it('before the first commit its requests answer 503, $metadata 200', async () => {
    const own = await startSmallFeed({ rows: 'none' });
    try {
      const parts = partsOf(await postMultipart(own, multipart(['GET $metadata', 'GET Tenants'])));
      expect(parts).toMatchObject([{ status: 200 }, { status: 503, headers: { 'retry-after': '5' } }]);
    } finally {
      await own.close();
    }
  });
});

describe('Protocol 4.01 §11.7.1 Batch request headers, limits and refusals', () => {
  const post = (type: string, body: string) =>
    request(feed.server).post('/odata/$batch').set('Content-Type', type).send(body);

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])('%s $batch answers 405 with Allow', async (method) => {
    const answer = await request(feed.server)[method.toLowerCase() as 'get']('/odata/$batch');
    expect([answer.status, answer.headers.allow]).toEqual([405, 'POST, OPTIONS']);
  });

  it('OPTIONS $batch says so', async () => {
    expect((await request(feed.server).options('/odata/$batch')).headers.allow).toBe('POST, OPTIONS');
  });

  it.each(['text/plain', 'application/xml', 'multipart/form-data;boundary=b'])(
    'Content-Type: %s answers 415',
    async (type) => {
      expectODataError(await post(type, 'x'), { status: 415, code: 'PROTOCOL_MEDIA_TYPE' });
    },
  );

  it('a compressed body answers 415', async () => {
    const answer = await request(feed.server)
      .post('/odata/$batch')
      .set({ 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' })
      .send('x');
    expectODataError(answer, { status: 415, code: 'PROTOCOL_MEDIA_TYPE' });
  });

  it.each([
    ['no boundary', 'multipart/mixed', '--b\r\n--b--'],
    ['a boundary that no boundary can be', 'multipart/mixed;boundary="<b>"', '--<b>--'],
    ['a boundary of 71 characters', `multipart/mixed;boundary=${'b'.repeat(71)}`, '--b--'],
    ['another boundary', 'multipart/mixed;boundary=c', multipart(['GET Tenants'])],
    ['no end', 'multipart/mixed;boundary=b', multipart(['GET Tenants']).slice(0, -4)],
    ['no request line', 'multipart/mixed;boundary=b', multipart(['Tenants\r\n\r\n'])],
    ['a space in the URL', 'multipart/mixed;boundary=b', multipart(['GET Tenants?$filter=id eq 1'])],
    ['no HTTP version', 'multipart/mixed;boundary=b', multipart(['GET Tenants\r\n\r\n'])],
    [
      'a broken header',
      'multipart/mixed;boundary=b',
      multipart(['GET Tenants HTTP/1.1\r\nno header\r\n\r\n']),
    ],
    [
      'a part of another type',
      'multipart/mixed;boundary=b',
      '--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--',
    ],
    ['a part without a type', 'multipart/mixed;boundary=b', '--b\r\n\r\n--b--'],
    ['nothing', 'multipart/mixed;boundary=b', ''],
  ])('%s answers 400', async (_title, type, body) => {
    expectODataError(await post(type, body), { status: 400, code: 'PROTOCOL_BATCH_INVALID' });
  });

  it('101 requests answer 400, and name the limit', async () => {
    const requests = Array<string>(101).fill('GET Tenants/$count');
    expectODataError(await post('multipart/mixed;boundary=b', multipart(requests)), {
      status: 400,
      code: 'PROTOCOL_BATCH_INVALID',
      message: /101 requests; 100/,
    });
    expect(await statuses(requests.slice(1))).toHaveLength(100);
  });

  it('more than 1 MiB answers 413, announced or not', async () => {
    expectODataError(await post('multipart/mixed;boundary=b', 'x'.repeat(1024 * 1024 + 1)), {
      status: 413,
      code: 'PROTOCOL_BODY_TOO_LARGE',
    });
    const chunked = await fetch(`${feed.root}$batch`, {
      method: 'POST',
      headers: { 'Content-Type': 'multipart/mixed;boundary=b' },
      body: new Blob(['x'.repeat(1024 * 1024 + 1)]).stream(),
      duplex: 'half',
    });
    expect(chunked.status).toBe(413);
    await chunked.text();
  });

  it('a URL of more than 64 KiB answers 414 to that request', async () => {
    const long = `GET Tenants?x=${'y'.repeat(64 * 1024)}`;
    expect(await statuses([long])).toEqual([414]);
    expect(await statuses([long.slice(0, 60_000)])).toEqual([200]);
  });

  it('a batch within a batch answers 400 to that request', async () => {
    const inner = 'POST /odata/$batch HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{"requests":[]}';
    const parts = partsOf(await postMultipart(feed, multipart([inner])));
    expect(parts).toMatchObject([
      { status: 400, text: expect.stringContaining('cannot hold another batch') },
    ]);
  });

  it('is served through the host as every other read, without a connection of its own', async () => {
    const before = feed.hosted.length;
    expect(await statuses(['GET Tenants', 'GET Streams'])).toEqual([200, 200]);
    expect(feed.hosted).toHaveLength(before + 1);
  });

  it('is compressed as a whole', async () => {
    const answer = await fetch(`${feed.root}$batch`, {
      method: 'POST',
      headers: { 'Content-Type': 'multipart/mixed;boundary=b', 'Accept-Encoding': 'gzip' },
      body: multipart(['GET DiscoveredApps']),
    });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(await answer.text()).toContain('1009');
  });

  it('ends when the client goes away, and the server still serves', async () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => ({ ...USAGE[1]!, id: String(100_000 + index) }));
    const own = await startSmallFeed({ pageSize: 5_000, maxPageSize: 5_000, rows: { DiscoveredApps: rows } });
    try {
      const leaving = new AbortController();
      const url = `${own.root}$batch`;
      const headers = { 'Content-Type': 'multipart/mixed;boundary=b' };
      const body = multipart(Array<string>(100).fill('GET DiscoveredApps'));
      const answer = await fetch(url, { method: 'POST', headers, body, signal: leaving.signal });
      await answer.body!.getReader().read();
      leaving.abort();
      expect(partsOf(await postMultipart(own, multipart(['GET DiscoveredApps/$count'])))[0]!.text).toBe(
        '5000',
      );
      expect(own.store.executed).toBeLessThan(100);
      expect(own.observed).toEqual([]);
    } finally {
      await own.close();
    }
  });

  it('a failure in the middle of a request is answered there; the others are not lost', async () => {
    feed.store.failure = new TypeError('secret detail');
    const parts = partsOf(
      await postMultipart(feed, multipart(['GET Tenants', 'GET $metadata']), { Prefer: 'continue-on-error' }),
    );
    feed.store.failure = undefined;
    expect(parts).toMatchObject([{ status: 500 }, { status: 200 }]);
    expect(parts[0]!.text).not.toContain('secret');
  });
});
