/** Payloads of $apply (Data Aggregation 4.0, 3.1.1 and the examples of 3.2; JSON Format 4.5.8), and its pages. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSmallFeed, type SmallFeed } from './small-feed.js';

let feed: SmallFeed;
beforeAll(async () => {
  feed = await startSmallFeed();
});
afterAll(() => feed.close());

const get = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(url.startsWith('http') ? url : feed.root + url, { headers });
const body = async (url: string, headers?: Readonly<Record<string, string>>) =>
  (await (await get(url, headers)).text()).replaceAll(feed.root, '/');
const accept = (parameters: string) => ({ Accept: `application/json;${parameters}` });
const GROUPED =
  'DiscoveredApps?$apply=groupby((category),aggregate(userCount with sum as Total,$count as N))';

describe('Rows that have been aggregated', () => {
  it('list their properties in the context, are transient, and say the types that $metadata does not', async () => {
    expect(await body(GROUPED)).toBe(
      '{"@odata.context":"/$metadata#DiscoveredApps(category,Total,N)","value":[' +
        '{"@odata.id":null,"category":null,"Total@odata.type":"#Decimal","Total":50,"N@odata.type":"#Decimal","N":5},' +
        '{"@odata.id":null,"category":"cloudStorage","Total@odata.type":"#Decimal","Total":9007199254741085,"N@odata.type":"#Decimal","N":9},' +
        '{"@odata.id":null,"category":"crm","Total@odata.type":"#Decimal","Total":102,"N@odata.type":"#Decimal","N":9}]}',
    );
  });

  it('have bare values with metadata=none, and 4.01 names when 4.01 is spoken', async () => {
    const one = 'DiscoveredApps?$apply=aggregate($count as N)';
    expect(await body(one, accept('odata.metadata=none'))).toBe('{"value":[{"N":23}]}');
    expect(await body(one, { 'OData-MaxVersion': '4.01' })).toBe(
      '{"@context":"/$metadata#DiscoveredApps(N)","value":[{"N@type":"Decimal","N":23}]}',
    );
  });

  it('have all types with metadata=full, and no links', async () => {
    const text = await body(
      'DiscoveredApps?$apply=groupby((riskScore),aggregate(lastSeenDateTime with max as Last))/top(1)',
      accept('odata.metadata=full'),
    );
    expect(text).toContain(
      '"riskScore@odata.type":"#Int32","riskScore":0,"Last@odata.type":"#DateTimeOffset","Last":"2026-11-23T00:00:00Z"}',
    );
    expect(text).toContain('"@odata.id":null');
    expect(text).not.toMatch(/navigationLink|readLink/);
  });

  it('nest what was grouped by a path', async () => {
    const apply = 'groupby((stream/displayName,streamId,stream/id),aggregate($count as N))';
    expect(await body(`DiscoveredApps?$apply=${apply}`, accept('odata.metadata=minimal'))).toBe(
      '{"@odata.context":"/$metadata#DiscoveredApps(stream(displayName,id),streamId,N)","value":[' +
        '{"@odata.id":null,"stream":{"displayName":"Global report","id":"s1"},"streamId":"s1","N@odata.type":"#Decimal","N":23}]}',
    );
  });

  it('leave out what they lack, and the context lists only what all have', async () => {
    const apply = 'groupby((rollup(streamId,stream/displayName)),aggregate($count as N))';
    expect(await body(`DiscoveredApps?$apply=${apply}`, accept('odata.metadata=minimal'))).toBe(
      '{"@odata.context":"/$metadata#DiscoveredApps(streamId,N)","value":[' +
        '{"@odata.id":null,"streamId":"s1","stream":{"displayName":"Global report"},"N@odata.type":"#Decimal","N":23},' +
        '{"@odata.id":null,"streamId":"s1","N@odata.type":"#Decimal","N":23}]}',
    );
    const mixed = await body(
      'DiscoveredApps?$apply=concat(aggregate($count as N),aggregate(id with max as M))',
    );
    expect(mixed).toContain('$metadata#DiscoveredApps(@Core.AnyStructure)"');
    expect(mixed).toContain(
      '[{"@odata.id":null,"N@odata.type":"#Decimal","N":23},{"@odata.id":null,"M":"1022"}]',
    );
  });

  it('stand beside whole entities after concat', async () => {
    const text = await body(
      "DiscoveredApps?$apply=concat(filter(id eq '1000'),aggregate(userCount with max as Max))",
    );
    const { value } = JSON.parse(text) as { value: Record<string, unknown>[] };
    expect(value[0]).toMatchObject({
      id: '1000',
      domains: ['*.example.com', 'example.com'],
      tags: ['Sanctioned'],
    });
    expect(value[0]).not.toHaveProperty('Max');
    expect(Object.keys(value[1]!)).toEqual(['@odata.id', 'Max@odata.type', 'Max']);
    expect(text).toContain('"lastSeenDateTime":"2026-11-01T00:00:00Z"');
    expect(text).toContain('"Max":9007199254740993}');
  });

  it('are strings where IEEE754Compatible=true asks for it', async () => {
    const text = await body(
      'DiscoveredApps?$apply=aggregate(userCount with sum as S,riskScore with average as A)',
      {
        Accept: 'application/json;IEEE754Compatible=true;odata.metadata=none',
      },
    );
    expect(text).toMatch(/^\{"value":\[\{"S":"9007199254741237","A":4\.\d+\}\]\}$/);
  });
});

describe('Rows that have only been chosen', () => {
  it('stay entities, byte by byte', async () => {
    const chosen = await body("DiscoveredApps?$apply=filter(id eq '1003')");
    expect(chosen).toBe(await body("DiscoveredApps?$filter=id eq '1003'"));
  });

  it('may be expanded, and computed properties are listed', async () => {
    const text = await body(
      'DiscoveredApps?$apply=topcount(1,riskScore)/compute(riskScore mul 2 as Twice)&$select=id,Twice&$expand=stream($select=id)',
      accept('odata.metadata=none'),
    );
    expect(text).toBe('{"value":[{"id":"1010","Twice":20,"stream":{"id":"s1"}}]}');
  });
});

describe('The other options, after $apply', () => {
  it.each([
    [`${GROUPED}&$filter=Total gt 100&$orderby=Total&$select=category`, ['crm', 'cloudStorage']],
    [`${GROUPED}&$orderby=Total desc&$top=1`, ['cloudStorage']],
    [`${GROUPED}&$orderby=N desc,category desc&$skip=1`, ['cloudStorage', null]],
    [`${GROUPED}&$search=CLOUD`, ['cloudStorage']],
    [`${GROUPED}&$compute=Total div N as Mean&$filter=Mean eq 10`, [null]],
  ])('%s', async (url, categories) => {
    const { value } = JSON.parse(await body(url)) as { value: { category: string | null }[] };
    expect(value.map(({ category }) => category)).toEqual(categories);
  });

  it('counts the result', async () => {
    expect(await body(`${GROUPED}&$count=true&$top=1`)).toContain('"@odata.count":3,');
    expect(await body(GROUPED.replace('?', '/$count?'))).toBe('3');
    expect(await body(`${GROUPED.replace('?', '/$count?')}&$filter=N gt 5`)).toBe('2');
  });

  it('fails with its name when it costs too much', async () => {
    const response = await get(
      `DiscoveredApps?$apply=${'groupby((category),'.repeat(60)}identity${')'.repeat(60)}`,
    );
    expect(response.status).toBe(200);
    const doubled = await get(`DiscoveredApps?$apply=${'concat(identity,identity)/'.repeat(30)}identity`);
    expect(doubled.status).toBe(400);
    expect(await doubled.text()).toContain('$apply would look at more than 30000000 values');
  });

  it('pages follow signed links, and a refresh in between changes nothing', async () => {
    const url = 'DiscoveredApps?$apply=groupby((id,displayName))&$orderby=displayName desc&$count=true';
    const first = await body(url);
    let next: string | undefined = feed.root + url;
    const rows: unknown[] = [];
    let pages = 0;
    while (next !== undefined) {
      const page = (await (await get(next, { Prefer: 'odata.maxpagesize=9' })).json()) as {
        value: unknown[];
        '@odata.count': number;
        '@odata.nextLink'?: string;
      };
      expect(page['@odata.count']).toBe(23);
      rows.push(...page.value);
      next = page['@odata.nextLink'];
      if (++pages === 1) feed.store.publish({ DiscoveredApps: [] });
    }
    expect(pages).toBe(3);
    expect(rows).toHaveLength(23);
    expect(rows.slice(0, 10)).toEqual((JSON.parse(first) as { value: unknown[] }).value);
  });
});
