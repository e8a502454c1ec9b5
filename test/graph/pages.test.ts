import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cloudDiscovery } from '../../src/graph/cloud-discovery.js';
import type { GraphClient } from '../../src/graph/graph-client.js';
import { pages } from '../../src/graph/pages.js';
import { startSampleTenant, type RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';
import {
  anyGraph,
  clientOf,
  collect,
  failureOf,
  NEVER,
  triedClient,
  usageIds,
  type AnyGraph,
} from './graph-fixture.js';

const BASE = 'https://graph.example/beta';

/** A client whose answers are a table of path and query. */
function scripted(answers: Readonly<Record<string, unknown>>): GraphClient {
  return {
    baseUrl: BASE,
    counters: { requests: 0, retries: 0 },
    get: (url) => Promise.resolve(answers[url.slice(BASE.length)]),
  };
}

function read(answers: Readonly<Record<string, unknown>>, maxPages = 10) {
  return collect(pages(scripted(answers), `${BASE}/a`, { maxPages, signal: NEVER }));
}

const link = (path: string) => `${BASE}${path}`;

describe('Pages', () => {
  it('follow absolute and relative links, and number themselves', async () => {
    const all = await read({
      '/a': { value: [{ id: '1' }], '@odata.nextLink': link('/a?$skip=1') },
      '/a?$skip=1': { value: [{ id: '2' }], '@odata.nextLink': 'a?$skip=2' },
      '/a?$skip=2': { value: [{ id: '3' }], '@odata.nextLink': null },
    });
    expect(all.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(all.flatMap(({ rows }) => rows)).toEqual([{ id: '1' }, { id: '2' }, { id: '3' }]);
  });

  it('leave out rows that repeat, within a page and across pages, and count them', async () => {
    const all = await read({
      '/a': { value: [{ id: '1' }, { id: '1' }, { id: '2' }], '@odata.nextLink': link('/a?2') },
      '/a?2': { value: [{ id: '2' }, { id: '3' }, {}, {}, null] },
    });
    expect(all.map(({ duplicates }) => duplicates)).toEqual([1, 1]);
    expect(all.map(({ rows }) => rows.length)).toEqual([2, 4]);
  });

  it('may be one empty page', async () => {
    expect(await read({ '/a': { value: [] } })).toEqual([{ rows: [], number: 1, duplicates: 0 }]);
  });

  it('may bring nothing new for a while: rows move under $skip', async () => {
    const same = { value: [{ id: '1' }] };
    const all = await read({
      '/a': { ...same, '@odata.nextLink': link('/a?2') },
      '/a?2': { ...same, '@odata.nextLink': link('/a?3') },
      '/a?3': { ...same, '@odata.nextLink': link('/a?4') },
      '/a?4': { value: [{ id: '2' }] },
    });
    expect(all.flatMap(({ rows }) => rows)).toHaveLength(2);
  });

  const refused: [title: string, nextLink: unknown][] = [
    ['to another host', 'https://evil.example/beta/a?2'],
    ['to another port', 'https://graph.example:8443/beta/a?2'],
    ['to plain http', 'http://graph.example/beta/a?2'],
    ['to a host that only begins alike', 'https://graph.example.evil.example/beta/a?2'],
    ['with a user name', 'https://graph.example@evil.example/beta/a?2'],
    ['without a scheme', '//evil.example/beta/a?2'],
    ['to another version', 'https://graph.example/v1.0/a?2'],
    ['that climbs out of the base path', 'https://graph.example/beta/../v1.0/a?2'],
    ['to a path that only begins alike', 'https://graph.example/betamax/a'],
    ['to the page itself', link('/a')],
    ['to the page itself with a fragment', link('/a#again')],
    ['to a file', 'file:///etc/passwd'],
    ['that is no URL', 'https://['],
    ['that is no text', 7],
    ['that is an object', { href: link('/a?2') }],
  ];
  it.each(refused)('do not follow a link %s', async (_title, nextLink) => {
    const reading = read({ '/a': { value: [{ id: '1' }], '@odata.nextLink': nextLink } });
    expect((await failureOf(reading)).code).toBe('GRAPH_NEXT_LINK_REFUSED');
  });

  it('end when a link leads back over several pages', async () => {
    const reading = read({
      '/a': { value: [{ id: '1' }], '@odata.nextLink': link('/a?2') },
      '/a?2': { value: [{ id: '2' }], '@odata.nextLink': link('/a?3') },
      '/a?3': { value: [{ id: '3' }], '@odata.nextLink': link('/a?2') },
    });
    expect((await failureOf(reading)).message).toBe('Page 3 links back to a page that was read before.');
  });

  it('end after the limit', async () => {
    const endless: GraphClient = {
      ...scripted({}),
      get: (url) => Promise.resolve({ value: [{ id: url }], '@odata.nextLink': `${url}0` }),
    };
    const reading = collect(pages(endless, `${BASE}/a`, { maxPages: 5, signal: NEVER }));
    expect((await failureOf(reading)).message).toContain('after 5 pages');
  });

  it.each([undefined, null, 7, 'text', [], {}, { value: null }, { value: {} }, { value: 'x' }])(
    'are unreadable as %j',
    async (answer) => {
      expect((await failureOf(read({ '/a': answer }))).code).toBe('GRAPH_UNREADABLE');
    },
  );
});

describe('Cloud Discovery', () => {
  let sample: RunningSampleTenant;
  beforeAll(async () => {
    sample = await startSampleTenant({ seed: 3, apps: 250, streams: 6, today: new Date('2026-03-01') });
  });
  afterAll(() => sample.close());

  it('lists the streams', async () => {
    const { client } = clientOf(sample);
    const all = await collect(cloudDiscovery(client, { maxPages: 5 }).listStreams(NEVER));
    expect(all.flatMap(({ rows }) => rows)).toEqual(sample.tenant.streams);
  });

  it('reads every app of every stream and period', async () => {
    const { client } = clientOf(sample);
    for (const { id } of sample.tenant.streams) {
      for (const period of ['P7D', 'P30D', 'P90D'] as const) {
        expect(await usageIds(client, id, period)).toEqual(
          sample.tenant.usage(id, period).map((app) => app.id),
        );
      }
    }
  });

  it('meets 403 when consent is missing', async () => {
    const { clientId, clientSecret } = sample.credentials;
    sample.entra.setClient({ clientId, secret: clientSecret, state: 'noConsent' });
    const { client } = clientOf(sample);
    const listing = collect(cloudDiscovery(client, { maxPages: 5 }).listStreams(NEVER));
    expect((await failureOf(listing)).code).toBe('GRAPH_CONSENT_MISSING');
    sample.entra.setClient({ clientId, secret: clientSecret });
  });

  const services: [title: string, knows: RegExp, status: number, forms: readonly string[]][] = [
    ['the qualified form only', /\/microsoft\.graph\.security\.aggregated/, 400, ['q', 'q']],
    ['the unqualified form only (400)', /\/aggregated/, 400, ['q', 'u', 'u']],
    ['the unqualified form only (404)', /\/aggregated/, 404, ['q', 'u', 'u']],
    ['both', /aggregated/, 400, ['q', 'q']],
  ];
  it.each(services)('works with a service that knows %s', async (_title, knows, status, forms) => {
    const seen: string[] = [];
    const graph = await formGraph(knows, status, seen);
    const discovery = cloudDiscovery(triedClient({ baseUrl: graph.baseUrl }).client, { maxPages: 5 });
    for (const period of ['P7D', 'P90D'] as const) {
      expect(await collect(discovery.aggregatedApps('a/b c', period, NEVER))).toHaveLength(1);
    }
    expect(seen.map((url) => (url.includes('/microsoft.graph.') ? 'q' : 'u'))).toEqual(forms);
    expect(seen[0]).toContain(
      "/uploadedStreams/a%2Fb%20c/microsoft.graph.security.aggregatedAppsDetails(period=duration'P7D')",
    );
    await graph.close();
  });

  it('reports the first refusal when no form is known: the stream is gone', async () => {
    const seen: string[] = [];
    const graph = await formGraph(/never/, 404, seen);
    const discovery = cloudDiscovery(triedClient({ baseUrl: graph.baseUrl }).client, { maxPages: 5 });
    const reading = collect(discovery.aggregatedApps('x', 'P7D', NEVER));
    expect(await failureOf(reading)).toMatchObject({
      code: 'GRAPH_NOT_FOUND',
      target: expect.stringContaining('microsoft.graph.security'),
    });
    await graph.close();
  });

  function formGraph(knows: RegExp, status: number, seen: string[]): Promise<AnyGraph> {
    return anyGraph((request, response) => {
      const url = request.url ?? '';
      seen.push(url);
      if (knows.test(url)) return void response.end('{"value":[{"id":"1"}]}');
      response.writeHead(status);
      response.end('{"error":{"code":"BadRequest","message":"Resource not found for the segment \'x\'."}}');
    });
  }
});
