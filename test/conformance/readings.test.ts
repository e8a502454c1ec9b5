/** Readings of the specification that clients depend on, where it leaves room or is easily misread. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { expectODataError } from '../odata/expect-odata-error.js';
import { FIRST_APP, startSmallFeed, USAGE, type SmallFeed } from '../odata/small-feed.js';

let feed: SmallFeed;
beforeAll(async () => {
  feed = await startSmallFeed();
});
afterAll(() => feed.close());

const get = (path: string) => request(feed.server).get(`/odata${path}`);
const idsWhere = async (filter: string) => {
  const { text } = await get(`/DiscoveredApps?$filter=${encodeURIComponent(filter)}&$format=csv&$select=id`);
  return text.trim().split('\r\n').slice(1);
};
/** The rows whose number is null in the small feed. */
const [NULL_SCORE] = USAGE.filter(({ riskScore }) => riskScore === null).map(({ id }) => String(id));

describe('Protocol 4.01 §8.2.1 Header Accept', () => {
  it.each(['/', '/DiscoveredApps', `/${FIRST_APP}`, `/${FIRST_APP}/displayName`])(
    '%s answers 406 when it cannot be met',
    async (path) => {
      expectODataError(await get(path).set('Accept', 'text/html'), {
        status: 406,
        code: 'PROTOCOL_NOT_ACCEPTABLE',
        target: 'Accept',
      });
    },
  );

  it.each(['/$metadata', '/DiscoveredApps/$count', `/${FIRST_APP}/displayName/$value`])(
    '%s has one form, whatever it says',
    async (path) => {
      for (const accept of ['text/html', 'image/png', 'application/json'])
        expect((await get(path).set('Accept', accept)).status).toBe(200);
    },
  );
});

describe('Protocol 4.01 §11.2.4 Requesting Individual Properties', () => {
  it('a null answers 204, raw too', async () => {
    for (const suffix of ['', '/$value'])
      expect((await get(`/${FIRST_APP}/category${suffix}`)).status).toBe(204);
  });
});

describe('Protocol 4.01 §11.2.1 System Query Options', () => {
  it.each(['$top=1&$top=1', '$top=1&top=1', '$TOP=1&$top=2', '$filter=true&filter=true', '%24top=1&$top=1'])(
    '%s stands twice: 400',
    async (query) => {
      expectODataError(await get(`/DiscoveredApps?${query}`), {
        status: 400,
        code: 'QUERY_OPTION_NOT_ALLOWED',
      });
    },
  );

  it('custom options may stand as often as they like', async () => {
    expect((await get('/DiscoveredApps?x=1&x=2&api-version=1')).status).toBe(200);
  });
});

describe('URL Conventions 4.01 §5.1.1 Null semantics', () => {
  it('not (x gt 5) keeps null, x ne 5 keeps null, null eq null is true', async () => {
    expect(await idsWhere('not (riskScore gt 5)')).toContain(NULL_SCORE);
    expect(await idsWhere('riskScore ne 5')).toContain(NULL_SCORE);
    expect(await idsWhere('null eq null')).toHaveLength(USAGE.length);
    expect(await idsWhere("not contains(category,'c')")).not.toContain('1000');
  });

  it('nulls sort lowest (Protocol 4.01 §11.2.6.2)', async () => {
    const first = async (order: string) =>
      ((await get(`/DiscoveredApps?$orderby=${order}&$top=1`)).body as { value: { id: string }[] }).value[0]!
        .id;
    expect(await first('riskScore')).toBe(NULL_SCORE);
    expect(await first('riskScore%20desc')).not.toBe(NULL_SCORE);
  });
});

describe('Protocol 4.01 §9.4 Errors are answered at once', () => {
  it('1,500 nested parentheses are a 400', async () => {
    const filter = `${'('.repeat(1_500)}true${')'.repeat(1_500)}`;
    expectODataError(await get(`/DiscoveredApps?$filter=${filter}`), {
      status: 400,
      code: 'QUERY_TOO_COMPLEX',
    });
  });
});

describe('JSON Format 4.01 §7.1 Primitive values', () => {
  it('Int64 beyond 2^53 is exact, in conditions too', async () => {
    expect(await idsWhere('userCount eq 9007199254740993')).toEqual(['1009']);
    expect(await idsWhere('userCount eq 9007199254740992')).toEqual([]);
    expect(
      (await get("/DiscoveredApps(tenantId='contoso',streamId='s1',id='1009')/userCount")).text,
    ).toContain('"value":9007199254740993');
  });
});

describe('Protocol 4.01 §11.2.6.7 Server-driven paging', () => {
  it('a next link keeps every option as it was written', async () => {
    const query =
      '$filter=userCount%20ge%200&$select=id&$expand=stream(%24select=id)&$orderby=id%20desc&$count=true&$top=20&custom=%2B';
    const link = ((await get(`/DiscoveredApps?${query}`)).body as Record<string, string>)['@odata.nextLink']!;
    expect(link.startsWith(`${feed.root}DiscoveredApps?${query}&$skiptoken=`)).toBe(true);
  });

  it('the link of a URL at the limit can be followed', async () => {
    const values = Array<string>(3_000).fill('1000').join(',');
    const longest = `/odata/DiscoveredApps?$filter=userCount%20ge%200%20or%20userCount%20in%20(${values})&$select=id&x=`;
    const first = await request(feed.server).get(longest.padEnd(16 * 1024, 'x'));
    expect(first.status).toBe(200);
    expectODataError(await request(feed.server).get(longest.padEnd(16 * 1024 + 1, 'x')), {
      status: 414,
      code: 'PROTOCOL_URL_TOO_LONG',
    });
    const link = (first.body as Record<string, string>)['@odata.nextLink']!;
    expect((await request(feed.server).get(link.slice(feed.root.length - '/odata/'.length))).status).toBe(
      200,
    );
  });
});

describe('Protocol 4.01 §8.2.7 OData-MaxVersion', () => {
  it('4.01 is for those who ask for it: Power Query and silence get 4.0', async () => {
    for (const [max, version, context] of [
      [undefined, '4.0', '@odata.context'],
      ['4.0', '4.0', '@odata.context'],
      ['4.01', '4.01', '@context'],
    ] as const) {
      const asked = get('/Tenants');
      const answer = await (max === undefined ? asked : asked.set('OData-MaxVersion', max));
      expect(answer.headers['odata-version']).toBe(version);
      expect(Object.keys(answer.body as object)[0]).toBe(context);
    }
  });
});
