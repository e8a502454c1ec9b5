/** URL Conventions 4.01 sections 4 and 5: addresses beyond sets and keys, and queries in a body. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { belowRoot } from '../../src/odata/own-url.js';
import { expectODataError } from '../odata/expect-odata-error.js';
import { FIRST_APP, ODD_TENANT, startSmallFeed, type SmallFeed } from '../odata/small-feed.js';

let feed: SmallFeed;
beforeAll(async () => {
  feed = await startSmallFeed();
});
afterAll(() => feed.close());

const get = (path: string) => request(feed.server).get(`/odata${path}`);

describe('URL Conventions 4.01 §4.4 Dereferencing entity-ids: $entity', () => {
  const ids: readonly (readonly [string, () => string])[] = [
    ['relative', () => FIRST_APP],
    ['from the root of the host', () => `/odata/${FIRST_APP}`],
    ['absolute', () => feed.root + FIRST_APP],
    ['with the keys as segments', () => 'DiscoveredApps/contoso/s1/1000'],
  ];

  it.each(ids)('%s', async (_title, id) => {
    for (const option of ['$id', 'id', '$ID', '%24id']) {
      const answer = await get(`/$entity?${option}=${encodeURIComponent(id())}&$select=displayName`);
      expect(answer.body).toMatchObject({
        '@odata.context': `${feed.root}$metadata#DiscoveredApps(displayName)/$entity`,
        displayName: 'App 0',
      });
    }
  });

  it('takes every id that the service writes', async () => {
    const full = await get('/Tenants?$format=application/json;odata.metadata=full');
    for (const row of (full.body as { value: Record<string, string>[] }).value)
      expect((await get(`/$entity?$id=${encodeURIComponent(row['@odata.id']!)}`)).body).toMatchObject({
        id: row.id,
      });
    expect((await get(`/$entity?$id=${encodeURIComponent(ODD_TENANT)}`)).body).toMatchObject({
      displayName: 'Odd',
    });
  });

  it('expands, and casts to the type of the entity', async () => {
    const id = encodeURIComponent(FIRST_APP);
    expect((await get(`/$entity?$id=${id}&$expand=stream`)).body).toMatchObject({ stream: { id: 's1' } });
    expect((await get(`/$entity/DefenderDiscoveryFeed.DiscoveredApp?$id=${id}`)).status).toBe(200);
  });

  it.each([
    ['no id', '', 400, 'QUERY_VALUE'],
    ['two ids', '?$id=Tenants(%27a%27)&id=Tenants(%27a%27)', 400, 'QUERY_OPTION_NOT_ALLOWED'],
    ['an empty id', '?$id=', 400, 'QUERY_VALUE'],
    ['another host', '?$id=https://evil.example/odata/Tenants(%27a%27)', 400, 'QUERY_VALUE'],
    ['another path', '?$id=/elsewhere/Tenants(%27a%27)', 400, 'QUERY_VALUE'],
    ['an id with a query', '?$id=Tenants(%27a%27)?$select=id', 400, 'QUERY_VALUE'],
    ['a collection', '?$id=Tenants', 400, 'QUERY_VALUE'],
    ['a property', `?$id=${FIRST_APP}/displayName`, 400, 'QUERY_VALUE'],
    ['an unknown key', '?$id=Tenants(%27none%27)', 404, 'PROTOCOL_NOT_FOUND'],
    ['an unknown set', '?$id=Nope(1)', 404, 'PROTOCOL_NOT_FOUND'],
    ['a broken percent sign', '?$id=%ZZ', 400, 'PROTOCOL_BAD_PATH'],
    ['$filter', '?$id=Tenants(%27contoso%27)&$filter=true', 400, 'QUERY_OPTION_NOT_ALLOWED'],
  ] as const)('refuses %s', async (_title, query, status, code) => {
    expectODataError(await get(`/$entity${query}`), { status, code });
  });

  it('$id means nothing elsewhere', async () => {
    expectODataError(await get('/Tenants?$id=x'), { status: 400, code: 'QUERY_OPTION_NOT_ALLOWED' });
  });
});

describe('URL Conventions 4.01 §4.3.5 Key as segment', () => {
  it.each([
    ['/Apps/contoso/1000', 200],
    ['/Apps/contoso/1000/displayName/$value', 200],
    ['/Tenants/contoso/streams/$count', 200],
    ['/Apps/contoso/none', 404],
    ['/Tenants/Nope', 404],
    ['/DiscoveredApps/Nope', 404],
    ['/DiscoveredApps/Nope/$count', 404],
    ['/Dates/abc', 404],
    ['/Dates/20261123', 200],
  ])('GET %s answers %d', async (path, status) => {
    expect((await get(path)).status).toBe(status);
  });

  it('says what is missing', async () => {
    expectODataError(await get('/DiscoveredApps/Nope'), {
      status: 404,
      code: 'PROTOCOL_NOT_FOUND',
      message: /'Nope' .*DiscoveredApps\(tenantId=/,
    });
  });
});

describe('URL Conventions 4.01 §4.17 Query options in the body: POST /$query', () => {
  const post = (path: string, body: string, type = 'text/plain') =>
    request(feed.server).post(`/odata${path}`).set('Content-Type', type).send(body);

  it('answers as GET does', async () => {
    const query = '$filter=userCount%20lt%203&$select=id&$orderby=id%20desc';
    const posted = await post('/DiscoveredApps/$query', query);
    expect(posted.status).toBe(200);
    expect(posted.text).toBe((await get(`/DiscoveredApps?${query}`)).text);
    expect(
      (await post('/DiscoveredApps/%24query?$select=id', '$top=1', 'text/plain;charset=utf-8')).body,
    ).toMatchObject({ value: [{ id: '1000' }] });
    expect((await post('/DiscoveredApps/$count/$query', '$filter=userCount%20lt%203')).text).toBe('3');
    expect((await post(`/${FIRST_APP}/$query`, '$select=displayName')).body).toMatchObject({
      displayName: 'App 0',
    });
    expect((await post('/Tenants/$query', '')).status).toBe(200);
  });

  it('next pages are links as always', async () => {
    const first = await post('/DiscoveredApps/$query', '$select=tenantId,streamId,id');
    const next = new URL((first.body as Record<string, string>)['@odata.nextLink']!);
    expect(next.pathname).toBe('/odata/DiscoveredApps');
    const page = await request(feed.server).get(next.pathname + next.search);
    expect((page.body as { value: { id: string }[] }).value[0]!.id).toBe('1010');
  });

  it('is bounded as a URL is', async () => {
    expect(
      (
        await post(
          '/DiscoveredApps/$query',
          `$filter=id in (${Array<string>(1_500).fill("'1000'").join(',')})`,
        )
      ).status,
    ).toBe(200);
    expectODataError(await post('/DiscoveredApps/$query', `$filter=${'x'.repeat(17_000)}`), {
      status: 414,
      code: 'PROTOCOL_URL_TOO_LONG',
    });
  });

  it('refuses other media types, options that stand twice and GET', async () => {
    expectODataError(await post('/Tenants/$query', '{}', 'application/json'), {
      status: 415,
      code: 'PROTOCOL_MEDIA_TYPE',
    });
    expectODataError(await post('/Tenants/$query?$top=1', '$top=2'), {
      status: 400,
      code: 'QUERY_OPTION_NOT_ALLOWED',
    });
    expectODataError(await get('/Tenants/$query'), {
      status: 405,
      code: 'PROTOCOL_METHOD_NOT_ALLOWED',
      allow: 'POST, OPTIONS',
    });
  });
});

describe('Protocol 4.01 §9.3.1 What is not served says its name', () => {
  it.each(['/$all', '/$crossjoin(Apps,Tenants)', '/Tenants/$each'])('GET %s', async (path) => {
    expectODataError(await get(path), { status: 501, code: 'QUERY_UNSUPPORTED', message: /\$\w+/ });
  });
});

describe('Protocol 4.01 §11.1 URLs are tolerant of slashes', () => {
  it.each(['/DiscoveredApps/?$top=1', '//DiscoveredApps?$top=1', '/DiscoveredApps//$count', '//'])(
    'GET %s',
    async (path) => {
      expect((await get(path)).status).toBe(200);
    },
  );
});

describe('Protocol 4.01 §9.1 Methods', () => {
  const paths = [
    '/',
    '/$metadata',
    '/DiscoveredApps',
    `/${FIRST_APP}`,
    `/${FIRST_APP}/displayName/$value`,
    '/DiscoveredApps/$count',
  ];

  it.each(paths)('%s answers GET, HEAD and OPTIONS, and no other', async (path) => {
    expect((await request(feed.server).head(`/odata${path}`)).status).toBe(200);
    expect((await request(feed.server).options(`/odata${path}`)).headers.allow).toBe('GET, HEAD, OPTIONS');
    for (const method of ['post', 'put', 'patch', 'delete'] as const)
      expectODataError(await request(feed.server)[method](`/odata${path}`), {
        status: 405,
        code: 'PROTOCOL_METHOD_NOT_ALLOWED',
      });
  });
});

describe('RFC 3986 §5 References to this service', () => {
  const root = 'https://feed.contoso.com/bi/odata/';
  it.each([
    ['Tenants', 'Tenants'],
    ["Tenants('a:b')", "Tenants('a:b')"],
    ['/bi/odata/Tenants?$top=1', 'Tenants?$top=1'],
    ['/bi/odata', ''],
    ['/bi/odata?x=1', '?x=1'],
    ['https://feed.contoso.com/bi/odata/Tenants', 'Tenants'],
    ['HTTPS://FEED.contoso.com/bi/odata/Tenants', 'Tenants'],
    ['http://feed.contoso.com/bi/odata/Tenants', undefined],
    ['https://feed.contoso.com.evil/bi/odata/Tenants', undefined],
    ['https://feed.contoso.com@evil/bi/odata/Tenants', undefined],
    ['//evil/bi/odata/Tenants', undefined],
    ['/odata/Tenants', undefined],
    ['/bi/odataTenants', undefined],
    ['javascript:alert(1)', undefined],
  ])('%s leads to %s', (reference, expected) => {
    expect(belowRoot(reference, root)).toBe(expected);
  });
});
