import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { FIRST_APP, startSmallFeed, type SmallFeed } from './small-feed.js';

let feed: SmallFeed;
beforeAll(async () => {
  feed = await startSmallFeed();
});
afterAll(() => feed.close());

const get = (path: string, accept = 'application/json', max = '4.0') =>
  request(feed.server).get(`/odata${path}`).set('Accept', accept).set('OData-MaxVersion', max);

const bodyOf = async (...asked: Parameters<typeof get>) => (await get(...asked)).body as object;

describe('4.01 drops odata. from names, 4.0 keeps it (JSON Format 4.01 3, 4.5)', () => {
  it.each([
    ['4.0', '@odata.', 'odata.'],
    ['4.01', '@', ''],
  ])('%s', async (version, at, prefix) => {
    const page = await get(
      '/DiscoveredApps?$count=true&$select=userCount',
      'application/json;metadata=full',
      version,
    );
    expect(page.headers['content-type']).toBe(`application/json;${prefix}metadata=full`);
    const body = page.body as Record<string, unknown> & { value: Record<string, unknown>[] };
    expect(Object.keys(body)).toEqual([`${at}context`, `${at}count`, 'value', `${at}nextLink`]);
    expect(Object.keys(body.value[0]!)).toEqual(
      [`${at}type`, `${at}id`, `${at}readLink`, `userCount${at}type`, 'userCount'].concat(
        ['stream', 'app', 'tenant', 'appTags', 'appDomains'].map((name) => `${name}${at}navigationLink`),
      ),
    );
    const property = (await get(`/${FIRST_APP}/userCount`, 'application/json;metadata=full', version))
      .body as object;
    expect(Object.keys(property)).toEqual([`${at}context`, `${at}type`, 'value']);
    expect(Object.keys((await get('/', 'application/json', version)).body as object)[0]).toBe(`${at}context`);
    expect(Object.keys((await get(`/${FIRST_APP}`, 'application/json', version)).body as object)[0]).toBe(
      `${at}context`,
    );
  });

  it('primitive types have a # in 4.0 only, declared types in both (4.5.3)', async () => {
    const types = async (version: string) => {
      const body = await bodyOf(
        `/${FIRST_APP}?$select=domains,userCount`,
        'application/json;metadata=full',
        version,
      );
      return Object.entries(body as Record<string, string>).filter(([name]) => name.endsWith('type'));
    };
    expect((await types('4.0')).map(([, type]) => type)).toEqual([
      '#DefenderDiscoveryFeed.DiscoveredApp',
      '#Collection(String)',
      expect.stringMatching(/^#Int/),
    ]);
    expect((await types('4.01')).map(([, type]) => type)).toEqual([
      '#DefenderDiscoveryFeed.DiscoveredApp',
      'Collection(String)',
      expect.stringMatching(/^Int/),
    ]);
  });

  it('a client that writes odata. itself gets it back in 4.01 too, as Power Query needs', async () => {
    const answer = await get('/Tenants', 'application/json;odata.metadata=minimal', '4.01');
    const { headers } = answer;
    expect([headers['odata-version'], headers['content-type']]).toEqual([
      '4.01',
      'application/json;odata.metadata=minimal',
    ]);
    expect(Object.keys(answer.body as object)).toEqual(['@odata.context', 'value']);
  });

  it('counts of expanded collections and streaming follow', async () => {
    const path = "/Streams(tenantId='contoso',id='s1')?$expand=discoveredApps($count=true;$top=1)";
    expect((await get(path, 'application/json;streaming=true', '4.01')).body).toMatchObject({
      'discoveredApps@count': 23,
    });
    const { headers } = await get(path, 'application/json;streaming=true', '4.01');
    expect(headers['content-type']).toBe('application/json;metadata=minimal;streaming=true');
  });
});

describe('id with minimal metadata (JSON Format 4.01 4.5.8)', () => {
  it.each([
    ['tenantId,streamId,id', undefined],
    ['displayName', FIRST_APP],
    ['tenantId,id', FIRST_APP],
  ])('$select=%s', async (select, id) => {
    const [row] = (
      (await get(`/DiscoveredApps?$top=1&$select=${select}`)).body as { value: Record<string, unknown>[] }
    ).value;
    expect(row!['@odata.id']).toBe(id);
  });

  it('leads back to the entity, relative to the context', async () => {
    const body = await bodyOf(
      "/DiscoveredApps(tenantId='contoso',streamId='s1',id='1003')?$select=riskScore",
    );
    const { '@odata.context': context, '@odata.id': id } = body as Record<string, string>;
    const url = new URL(id!, context);
    expect((await request(feed.server).get(url.pathname)).body).toMatchObject({ id: '1003' });
  });

  it('is not written with metadata=none', async () => {
    expect(
      (await get('/DiscoveredApps?$top=1&$select=id', 'application/json;odata.metadata=none')).text,
    ).toBe('{"value":[{"id":"1000"}]}');
  });
});

describe('Preference-Applied (Protocol 4.01 8.2.8, 8.3.6)', () => {
  const prefer = async (path: string, value: string) => {
    const answer = await get(path).set('Prefer', value);
    return [answer.status, answer.headers['preference-applied']];
  };

  it.each([
    ['omit-values=nulls', 'omit-values=nulls'],
    ['odata.omit-values=defaults', 'odata.omit-values=defaults'],
    ['odata.include-annotations="*"', 'odata.include-annotations="*"'],
    ['include-annotations="-display.*"', 'include-annotations="-display.*"'],
    ['return=minimal', undefined],
    ['respond-async, wait=10', undefined],
    ['odata.track-changes', undefined],
    ['odata.allow-entityreferences', undefined],
  ])('Prefer: %s', async (value, applied) => {
    for (const path of ['/DiscoveredApps', `/${FIRST_APP}`])
      expect(await prefer(path, value)).toEqual([200, applied]);
  });

  it('omit-values=defaults leaves out nulls, the only defaults that there are', async () => {
    const answer = await get(`/${FIRST_APP}`).set('Prefer', 'omit-values=defaults');
    expect(answer.text).not.toContain('null');
    expect(answer.body).toMatchObject({ riskScore: 0, domains: ['*.example.com', 'example.com'] });
  });
});

describe('media type parameters (JSON Format 4.01 3)', () => {
  it('ExponentialDecimals changes nothing; IEEE754Compatible quotes Int64 and counts', async () => {
    const path = '/DiscoveredApps?$filter=userCount%20gt%20100&$count=true&$select=userCount';
    expect((await get(path, 'application/json;ExponentialDecimals=true;metadata=none')).text).toBe(
      '{"@odata.count":1,"value":[{"userCount":9007199254740993}]}',
    );
    expect((await get(path, 'application/json;IEEE754Compatible=true;metadata=none')).text).toBe(
      '{"@odata.count":"1","value":[{"userCount":"9007199254740993"}]}',
    );
  });
});
