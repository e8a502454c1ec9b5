/** Payloads of computed properties (JSON Format 4.6.3; Protocol 10.7 and 11.2.5.3). */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSmallFeed, type SmallFeed } from './small-feed.js';

let feed: SmallFeed;
beforeAll(async () => {
  feed = await startSmallFeed();
});
afterAll(() => feed.close());

const body = async (url: string, accept = 'application/json') => {
  const response = await fetch(feed.root + url, { headers: { Accept: accept } });
  // Ids of rows without their key are not the subject here.
  return (await response.text()).replaceAll(feed.root, '/').replaceAll(/"@odata.id":"[^"]*",/g, '');
};

describe('computed properties', () => {
  it('stand after the declared ones, and the context lists them', async () => {
    expect(
      await body('Streams?$compute=toupper(displayName) as upper,1 as one&$select=id,upper,one&$top=1'),
    ).toBe(
      '{"@odata.context":"/$metadata#Streams(id,upper,one)","value":[{"id":"s1","upper":"GLOBAL REPORT","one@odata.type":"#Int32","one":1}]}',
    );
  });

  it('come with all declared properties when nothing is selected', async () => {
    const text = await body('Dates?$compute=year add 1 as next');
    expect(text).toContain('"@odata.context":"/$metadata#Dates(*,next)"');
    expect(text).toMatch(/"year":2026,.*"next@odata.type":"#Int64","next":2027\}/);
  });

  it('have no type where JSON tells it, or when nothing is told', async () => {
    const url =
      "Streams?$compute=true as b,'x' as s,cast(1,Edm.Double) as d,null as n&$select=b,s,d,n&$top=1";
    expect(await body(url)).toContain('[{"b":true,"s":"x","d":1,"n":null}]');
    const none = 'application/json;odata.metadata=none';
    expect(await body('Streams?$compute=1 as one&$select=one&$top=1', none)).toBe('{"value":[{"one":1}]}');
  });

  it('say that INF is a number', async () => {
    const url = 'Streams?$compute=1e0 div 0e0 as inf&$select=inf&$top=1';
    expect(await body(url)).toContain('[{"inf@odata.type":"#Double","inf":"INF"}]');
  });

  it('are strings with IEEE754Compatible=true where declared ones are', async () => {
    const text = await body(
      'DiscoveredApps?$compute=userCount add 1 as more&$select=more&$filter=userCount gt 100',
      'application/json;IEEE754Compatible=true',
    );
    expect(text).toContain('[{"more@odata.type":"#Int64","more":"9007199254740994"}]');
  });

  it('carry their types with full metadata', async () => {
    const text = await body(
      'Tenants?$compute=length(id) as n&$select=n&$top=1',
      'application/json;odata.metadata=full',
    );
    expect(text).toContain('"n@odata.type":"#Int32","n":21');
  });

  it('are computed for one entity and within $expand', async () => {
    expect(await body("Tenants('contoso')?$compute=toupper(id) as upper&$select=upper")).toBe(
      '{"@odata.context":"/$metadata#Tenants(upper)/$entity","upper":"CONTOSO"}',
    );
    expect(
      await body(
        "Tenants('contoso')?$select=id&$expand=streams($compute=concat(id,'!') as loud;$select=loud)",
      ),
    ).toBe(
      '{"@odata.context":"/$metadata#Tenants(id,streams(loud))/$entity","id":"contoso","streams":[{"loud":"s1!"},{"loud":"s2!"}]}',
    );
  });
});
