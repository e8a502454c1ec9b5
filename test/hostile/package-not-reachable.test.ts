/** The whole product in a thin Express wrapper that sees which requests came through odata-v4-server, and as what. */
import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { createApp } from '../../src/app.js';
import { loadConfig } from '../../src/config/load-config.js';
import type { Observation } from '../../src/observe/observation.js';
import { createODataRouter, type HostMark } from '../../src/odata/odata-server.js';
import { createAuthentication } from '../../src/security/authenticate.js';
import { authorise } from '../../src/security/authorise.js';
import { refreshOnce } from '../../src/poller.js';
import { openFeed, type OpenFeed } from '../../src/server.js';
import { expectODataError } from '../odata/expect-odata-error.js';
import { ask, type Ask, type RawAnswer } from './ask.js';

const observed: Observation[] = [];
const observe = (observation: Observation) => void observed.push(observation);
/** One for each answer, in order; undefined for one that the package had no part in. */
const marks: (HostMark | undefined)[] = [];
let dataDir: string;
let feed: OpenFeed;
let server: Server;
let port: number;
let app: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'discovery-feed-package-'));
  const settings = loadConfig({ env: { DATA_DIR: dataDir, SAMPLE_APPS: '200' } });
  feed = await openFeed(settings, observe);
  await refreshOnce(feed, settings, observe, new AbortController().signal);
  const product = createApp({
    observe,
    trustedProxies: [],
    health: express.Router(),
    page: [],
    authenticate: createAuthentication(settings),
    admit: (_request, _response, next) => {
      next();
    },
    authorise: authorise(settings),
    odata: () => {
      const odata = createODataRouter({
        store: feed.store,
        pageSize: 100,
        maxPageSize: 100,
        serviceRoot: {},
        observe,
        now: Date.now,
      });
      return (request, response, next) => {
        response.once('close', () => marks.push(response.locals.host as HostMark | undefined));
        void odata(request, response, next);
      };
    },
  });
  server = createServer(product);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
  const page = JSON.parse((await get('/DiscoveredApps?$top=1')).text) as { value: Record<string, string>[] };
  const [row] = page.value;
  app = `/DiscoveredApps(tenantId='${row!.tenantId!}',streamId='${row!.streamId!}',id='${row!.id!}')`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await feed.close();
  await rm(dataDir, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  ask(port, { path: `/odata${path.replace('{app}', app)}`, headers });

/** Asks, and says what the package had to do with it. */
async function marked(
  request: Promise<RawAnswer>,
): Promise<{ answer: RawAnswer; mark: HostMark | undefined }> {
  marks.length = 0;
  const answer = await request;
  for (let turn = 0; marks.length === 0 && turn < 200; turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 5));
  return { answer, mark: marks[0] };
}

describe('odata-v4-server is on the path of every set, key and property', () => {
  it.each([
    ['/', ['document'], 0],
    ['/DiscoveredApps', ['DiscoveredApps.collection'], 0],
    ['/DiscoveredApps?$filter=riskScore lt 4&$orderby=id desc&$top=3', ['DiscoveredApps.collection'], 0],
    ['{app}', ['DiscoveredApps.entity'], 3],
    ['{app}/displayName', ['DiscoveredApps.entity', 'DiscoveredApps.part'], 3],
    ['{app}/displayName/$value', ['DiscoveredApps.entity', 'DiscoveredApps.part'], 3],
    ['{app}/stream', ['DiscoveredApps.entity', 'DiscoveredApps.part'], 3],
    ['{app}/appTags', ['DiscoveredApps.entity', 'DiscoveredApps.part'], 3],
  ])('GET %s is answered by its controllers', async (path, calls, keys) => {
    const { answer, mark } = await marked(get(path));
    expect(answer.status).toBe(200);
    expect(mark).toMatchObject({ name: 'odata-v4-server', calls });
    expect(mark?.keys).toHaveLength(keys);
  });

  it('every set of the service document is answered by a controller of its own', async () => {
    const { value } = JSON.parse((await get('/')).text) as { value: { name: string; url: string }[] };
    expect(value).toHaveLength(12);
    for (const { name, url } of value)
      expect((await marked(get(`/${url}?$top=1`))).mark?.calls).toEqual([`${name}.collection`]);
  });

  it('what it is given are the keys, decoded', async () => {
    const { mark } = await marked(get("/Tenants('O''Reilly %26 S%C3%B6hne%2F%25')"));
    expect(mark?.keys.map(String)).toEqual(["O'Reilly & Söhne/%"]);
  });
});

/** What kills, stalls or unmasks the package when it is left to itself. */
const LETHAL: readonly (readonly [what: string, path: string, status: number])[] = [
  ['a path that kills its process', '/DiscoveredApps/$ref', 200],
  ['the same behind an entity', '{app}/$ref', 200],
  ['the same behind a navigation property', '{app}/stream/$ref', 200],
  ['a selection that kills its process', '/DiscoveredApps?$select=toString/name', 400],
  ['the same on the root', '/?$select=toString/name', 400],
  ['a selection that pollutes Object.prototype', '/DiscoveredApps?$select=__proto__/x', 400],
  ['the same on an entity', '{app}?$select=__proto__/polluted', 400],
  ['the same through constructor', '/DiscoveredApps?$select=constructor/prototype/x', 400],
  ['a filter that stalls its parser', `/DiscoveredApps?$filter=${'('.repeat(3_000)}`, 400],
  [
    'a filter that stalls its parser, balanced',
    `/DiscoveredApps?$filter=${'('.repeat(1_500)}true${')'.repeat(1_500)}`,
    400,
  ],
  ['a filter that it cannot parse', '/DiscoveredApps?$filter=riskScore eq', 400],
  ['an alias that it does not know', '/DiscoveredApps?$filter=riskScore has @p', 400],
  ['a set that it does not know', '/Nope', 404],
  ['a property that it does not know', '{app}/nope', 404],
  ['an option on the root', '/?anything', 200],
  ['a system option on the root', '/?$top=1', 400],
  ['$apply', '/DiscoveredApps?$apply=nest(identity as Rows)', 501],
  ['$skiptoken, which it ignores', '/DiscoveredApps?$skiptoken=x', 400],
  ['$format, which it ignores', '/DiscoveredApps?$format=atom', 406],
  ['a name in $select that it ignores', '/DiscoveredApps?$select=nope', 400],
  ['a missing part of a key', "/DiscoveredApps(tenantId='x',streamId='y')", 400],
  ['two missing parts of a key', "/DiscoveredApps(tenantId='x')", 400],
  ['a key without a name', "/DiscoveredApps('x')", 400],
  ['no key at all', '/DiscoveredApps()', 400],
  ['a key part too many', "/Tenants(id='x',other='y')", 400],
  ['$batch', '/$batch', 405],
  ['$all', '/$all', 501],
  ['$crossjoin', '/$crossjoin(Apps,Tenants)', 501],
  ['$entity', '/$entity?$id=Tenants(1)', 400],
];

describe('none of its default data path is reachable', () => {
  it.each(LETHAL)('%s: GET %s', async (_what, path, status) => {
    const { answer, mark } = await marked(get(path));
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status });
    expect(answer.raw).not.toMatch(/node_modules|odata-v4|\n\s+at |"stack"/);
    if (status === 200) return;
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: expect.stringMatching(/^[A-Z_]+$/) } });
    // Only tokens and formats are judged behind its router, in our own rooms.
    if (!/skiptoken|format/.test(path)) expect(mark).toBeUndefined();
  });

  it('Object.prototype is clean, and the next requests are answered, whatever was selected', async () => {
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'])
      for (const option of ['$select', '$expand', '$orderby', '$filter', '$compute'])
        for (const suffix of ['', '/x', '/name', '/polluted eq 1'])
          expect((await get(`/DiscoveredApps?${option}=${name}${suffix}`)).status).toBeGreaterThanOrEqual(
            400,
          );
    expect(
      Reflect.ownKeys(Object.prototype).filter((key) => /^(x|name|polluted)$/.test(String(key))),
    ).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect((await get('/DiscoveredApps?$top=1')).status).toBe(200);
  });

  it.each(['POST', 'PUT', 'PATCH', 'MERGE', 'DELETE'])('%s does nothing, and says so', async (method) => {
    const before = (await get('{app}')).text;
    for (const path of [
      '/DiscoveredApps',
      '{app}',
      '{app}/displayName',
      '{app}/displayName/$value',
      '{app}/stream/$ref',
    ]) {
      const write: Ask = {
        method,
        path: `/odata${path.replace('{app}', app)}`,
        headers: { 'Content-Type': 'application/json' },
        body: '{"value":"overwritten","displayName":"overwritten"}',
      };
      const { answer, mark } = await marked(ask(port, write));
      expectODataError(answer, { status: 405, code: 'PROTOCOL_METHOD_NOT_ALLOWED' });
      expect(mark).toBeUndefined();
    }
    expect((await get('{app}')).text).toBe(before);
  });

  it('a Host header reaches no link: not the first one, not a later one', async () => {
    for (const host of [
      'evil.example',
      'evil.example:80@localhost',
      `localhost:${port}.evil.example`,
      '"><script>',
      '',
    ])
      for (const path of [
        '/',
        '/DiscoveredApps',
        '{app}',
        '{app}/displayName',
        '/$metadata',
        '/DiscoveredApps?$select=id',
      ]) {
        const { status, raw } = await get(path, { Host: host });
        expect(status).toBe(200);
        expect(raw).not.toMatch(/evil|script>/);
      }
  });

  it('it writes no page: 5xx, stacks and its own markup never leave the server', () => {
    expect(observed.filter(({ kind }) => kind === 'requestFailed')).toEqual([]);
    const statuses = observed.flatMap((one) => (one.kind === 'requestAnswered' ? [one.status] : []));
    expect(statuses.filter((status) => status >= 500 && status !== 501)).toEqual([]);
    expect(statuses.length).toBeGreaterThan(150);
  });
});
