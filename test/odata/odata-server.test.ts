import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { ErrorCode } from '../../src/errors.js';
import { ENTITY_SETS } from '../../src/model/catalog.js';
import { clientErrorResponse } from '../../src/odata/error-response.js';
import { expectODataError } from './expect-odata-error.js';
import { FIRST_APP, ODD_TENANT, startSmallFeed, type SmallFeed } from './small-feed.js';

let feed: SmallFeed;
beforeAll(async () => {
  feed = await startSmallFeed();
});
afterAll(() => feed.close());

const get = (path: string) => request(feed.server).get(`/odata${path}`);

describe('odata-v4-server is on the path of sets, keys and properties', () => {
  it.each([
    ['/', ['document'], []],
    ['', ['document'], []],
    ['/DiscoveredApps', ['DiscoveredApps.collection'], []],
    ['/DiscoveredApps/?$top=1', ['DiscoveredApps.collection'], []],
    ['//DiscoveredApps', ['DiscoveredApps.collection'], []],
    [`/${FIRST_APP}`, ['DiscoveredApps.entity'], ['contoso', 's1', '1000']],
    [
      `/${FIRST_APP}/displayName`,
      ['DiscoveredApps.entity', 'DiscoveredApps.part'],
      ['contoso', 's1', '1000'],
    ],
    [`/${FIRST_APP}/domains`, ['DiscoveredApps.entity', 'DiscoveredApps.part'], ['contoso', 's1', '1000']],
    [`/${FIRST_APP}/id/$value`, ['DiscoveredApps.entity', 'DiscoveredApps.part'], ['contoso', 's1', '1000']],
    [
      `/${FIRST_APP}/domains/$count`,
      ['DiscoveredApps.entity', 'DiscoveredApps.part'],
      ['contoso', 's1', '1000'],
    ],
    [`/${FIRST_APP}/stream`, ['DiscoveredApps.entity', 'DiscoveredApps.part'], ['contoso', 's1', '1000']],
    [
      "/Streams(tenantId='contoso',id='s1')/discoveredApps",
      ['Streams.entity', 'Streams.part'],
      ['contoso', 's1'],
    ],
    ["/Tenants('contoso')", ['Tenants.entity'], ['contoso']],
    ["/Tenants(id='contoso')", ['Tenants.entity'], ['contoso']],
    ['/Dates(20261123)', ['Dates.entity'], [20261123]],
    [`/${ODD_TENANT}`, ['Tenants.entity'], ["a/b'c?d#e&f+g%h é😀 ()"]],
    [`/${ODD_TENANT}/displayName`, ['Tenants.entity', 'Tenants.part'], ["a/b'c?d#e&f+g%h é😀 ()"]],
  ])('GET %s', async (path, calls, keys) => {
    const before = feed.hosted.length;
    const answer = await get(path);
    expect({ status: answer.status, text: answer.status === 200 ? '' : answer.text }).toEqual({
      status: 200,
      text: '',
    });
    expect(feed.hosted[before]).toMatchObject({ name: 'odata-v4-server', calls });
    expect(feed.hosted[before]!.keys.map((key) => (typeof key === 'number' ? key : String(key)))).toEqual(
      keys,
    );
  });

  it('reaches every set', async () => {
    for (const { name } of ENTITY_SETS) {
      const before = feed.hosted.length;
      expect((await get(`/${name}`)).status).toBe(200);
      expect(feed.hosted[before]?.calls).toEqual([`${name}.collection`]);
    }
  });

  it('walks several steps', async () => {
    const before = feed.hosted.length;
    const answer = await get(
      `/Streams(tenantId='contoso',id='s1')/${FIRST_APP.replace('D', 'd')}/stream/displayName`,
    );
    expect(answer.body).toEqual({
      '@odata.context': `${feed.root}$metadata#Streams(tenantId='contoso',id='s1')/displayName`,
      value: 'Global report',
    });
    expect(feed.hosted[before]?.calls).toHaveLength(4);
  });

  it('sees no address longer than any row has', async () => {
    const before = feed.hosted.length;
    expectODataError(await get(`/Tenants('${'x'.repeat(2_000)}')`), {
      status: 404,
      code: 'PROTOCOL_NOT_FOUND',
    });
    expect(feed.hosted[before]).toBeUndefined();
  });

  it.each(['/$metadata', '/%24metadata', '/DiscoveredApps/$count'])('is passed by for %s', async (path) => {
    const before = feed.hosted.length;
    expect((await get(path)).status).toBe(200);
    expect(feed.hosted[before]).toBeUndefined();
  });
});

const HOSTILE: readonly (readonly [path: string, status: number, code: ErrorCode])[] = [
  ['/DiscoveredApps/$each', 501, 'QUERY_UNSUPPORTED'],
  [`/${FIRST_APP}/displayName/$ref`, 400, 'PROTOCOL_BAD_PATH'],
  ['/Nope', 404, 'PROTOCOL_NOT_FOUND'],
  ['/discoveredapps', 404, 'PROTOCOL_NOT_FOUND'],
  ['/__proto__', 404, 'PROTOCOL_NOT_FOUND'],
  ['/constructor', 404, 'PROTOCOL_NOT_FOUND'],
  ['/toString', 404, 'PROTOCOL_NOT_FOUND'],
  ['/DiscoveredApps/Nope', 404, 'PROTOCOL_NOT_FOUND'],
  [`/${FIRST_APP}/nope`, 404, 'PROTOCOL_NOT_FOUND'],
  [`/${FIRST_APP}/__proto__`, 404, 'PROTOCOL_NOT_FOUND'],
  ["/DiscoveredApps(tenantId='contoso')", 400, 'PROTOCOL_BAD_PATH'],
  ["/DiscoveredApps('1000')", 400, 'PROTOCOL_BAD_PATH'],
  ["/DiscoveredApps(tenantId='contoso',streamId='s1',id='1000',x='1')", 400, 'PROTOCOL_BAD_PATH'],
  ["/DiscoveredApps(tenantId='contoso',streamId='s1',id='none')", 404, 'PROTOCOL_NOT_FOUND'],
  ["/DiscoveredApps(tenantId='contoso',streamId='s1',id='none')/displayName", 404, 'PROTOCOL_NOT_FOUND'],
  ['/DiscoveredApps?$filter=riskScore%20eq', 400, 'QUERY_SYNTAX'],
  ['/DiscoveredApps?$filter=nope%20eq%201', 400, 'QUERY_UNKNOWN_PROPERTY'],
  [`/DiscoveredApps?$filter=${'('.repeat(3000)}`, 400, 'QUERY_TOO_COMPLEX'],
  ['/DiscoveredApps?$select=__proto__', 400, 'QUERY_UNKNOWN_PROPERTY'],
  ['/DiscoveredApps?$select=__proto__/x', 400, 'QUERY_UNKNOWN_PROPERTY'],
  ['/DiscoveredApps?$select=toString/name', 400, 'QUERY_UNKNOWN_PROPERTY'],
  ['/DiscoveredApps?$expand=__proto__', 400, 'QUERY_UNKNOWN_PROPERTY'],
  ['/DiscoveredApps?$nope=1', 400, 'QUERY_UNKNOWN_OPTION'],
  ['/DiscoveredApps?$top=1&$top=2', 400, 'QUERY_OPTION_NOT_ALLOWED'],
  ['/DiscoveredApps?$top=-1', 400, 'QUERY_VALUE'],
  ['/DiscoveredApps?$apply=nest(identity as Rows)', 501, 'QUERY_UNSUPPORTED'],
  ['/DiscoveredApps?$skiptoken=abc', 400, 'PROTOCOL_PAGE_INVALID'],
  ['/DiscoveredApps?$format=xml', 406, 'PROTOCOL_NOT_ACCEPTABLE'],
  ['/$metadata?$format=yaml', 406, 'PROTOCOL_NOT_ACCEPTABLE'],
  ['/?$top=1', 400, 'QUERY_OPTION_NOT_ALLOWED'],
  ['/$all', 501, 'QUERY_UNSUPPORTED'],
  ['/$crossjoin(Apps,Tenants)', 501, 'QUERY_UNSUPPORTED'],
  ['/$entity?$id=Tenants(1)', 400, 'PROTOCOL_BAD_PATH'],
  ['/DiscoveredApps%ZZ', 400, 'PROTOCOL_BAD_PATH'],
  ['/DiscoveredApps?$filter=%E0%A4%A', 400, 'PROTOCOL_BAD_PATH'],
  [`/DiscoveredApps?x=${'a'.repeat(17_000)}`, 414, 'PROTOCOL_URL_TOO_LONG'],
  ['/DiscoveredApps/%2e%2e/%2e%2e/etc/passwd', 404, 'PROTOCOL_NOT_FOUND'],
];

describe('nothing of its default data path is reachable', () => {
  it.each(HOSTILE.map((row) => [row[0].slice(0, 60), ...row] as const))(
    'GET %s …',
    async (_title, path, status, code) => {
      const before = feed.hosted.length;
      expectODataError(await get(path), { status, code });
      // Only a well-formed address of rows that are not there, or a page or a format, gets as far as a controller.
      if (code !== 'PROTOCOL_NOT_FOUND' && status !== 406 && code !== 'PROTOCOL_PAGE_INVALID')
        expect(feed.hosted[before]).toBeUndefined();
    },
  );

  it.each(['post', 'put', 'patch', 'delete'] as const)('%s is refused everywhere', async (method) => {
    for (const path of ['/', '/DiscoveredApps', `/${FIRST_APP}`, `/${FIRST_APP}/displayName`, '/$metadata']) {
      const answer = await request(feed.server)[method](`/odata${path}`).send({ displayName: 'x' });
      expectODataError(answer, { status: 405, code: 'PROTOCOL_METHOD_NOT_ALLOWED' });
    }
  });

  it('$batch is ours, and never its own', async () => {
    const answer = await request(feed.server)
      .post('/odata/$batch')
      .set('Content-Type', 'multipart/mixed')
      .send('x');
    expectODataError(answer, { status: 400, code: 'PROTOCOL_BATCH_INVALID' });
  });

  it.each(['/', '/DiscoveredApps?$top=1', '/DiscoveredApps', `/${FIRST_APP}`, `/${FIRST_APP}/displayName`])(
    'a hostile Host reaches no link of %s',
    async (path) => {
      const answer = await get(path).set('Host', 'evil.example').set('X-Forwarded-Host', 'evil.example');
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain('evil');
      expect((answer.body as Record<string, string>)['@odata.context']).toContain(feed.root);
    },
  );

  it('a body that comes with a GET is not looked at', async () => {
    const answer = await get('/DiscoveredApps?$top=1')
      .set('Content-Type', 'application/json')
      .send('{"broken');
    expect(answer.status).toBe(200);
  });

  it('is as it was after all that', async () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    expect((await get('/DiscoveredApps')).status).toBe(200);
    expect(feed.observed).toEqual([]);
  });
});

describe('bytes that are no HTTP request', () => {
  function raw(bytes: string, port = feed.port): Promise<string> {
    return new Promise((resolve, reject) => {
      let received = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('close', () => {
        resolve(received);
      });
      socket.on('error', reject);
    });
  }

  it.each([
    ['NONSENSE\r\n\r\n', 400, 'PROTOCOL_BAD_REQUEST'],
    ['GET /odata/ HTTP/1.1\r\nHost: x\r\nBad Header: x\r\n\r\n', 400, 'PROTOCOL_BAD_REQUEST'],
    [
      `GET /odata/ HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(70_000)}\r\n\r\n`,
      431,
      'PROTOCOL_HEADERS_TOO_LARGE',
    ],
  ] as const)('%s is answered with an OData error', async (bytes, status, code) => {
    const [head = '', text = ''] = (await raw(bytes)).split('\r\n\r\n');
    const headers = Object.fromEntries(
      head
        .split('\r\n')
        .slice(1)
        .map((line) => {
          const at = line.indexOf(':');
          return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
        }),
    );
    expectODataError({ status: Number(head.split(' ')[1]), headers, text }, { status, code });
  });

  it('answers 408 to a request that does not arrive whole in time', async () => {
    const server = createServer({ headersTimeout: 40, requestTimeout: 40, connectionsCheckingInterval: 10 });
    server.on('clientError', clientErrorResponse);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const answer = await raw('GET /odata/ HTTP/1.1\r\nHost: x\r\n', port);
    await new Promise((resolve) => server.close(resolve));
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('"code":"PROTOCOL_REQUEST_TIMEOUT"');
  });
});

describe('a router that needs grants', () => {
  it('gives nothing to a request for which nobody has said what may be read', async () => {
    const strict = await startSmallFeed({ needsGrants: true });
    try {
      for (const path of ['/', '/$metadata', '/DiscoveredApps', '/DiscoveredApps/$count']) {
        const answer = await request(strict.server).get(`/odata${path}`);
        expect(answer.status).toBe(500);
        expect(answer.text).not.toContain('DiscoveredApp');
      }
    } finally {
      await strict.close();
    }
  });
});
