import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SetName } from '../../src/model/catalog.js';
import type { JsonRow } from '../../src/model/edm.js';
import type { Generation } from '../../src/model/generation.js';
import { startSampleTenant, type RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';
import { byText, expectedApps, expectedByPeriod, expectedUsage } from './expected-rows.js';
import { expectRows, Feed } from './polled-sample.js';
import { MONDAY, polled } from './polled-tenant.js';

const BEYOND_DOUBLE = 9_007_199_254_740_993n;
const ALL_STREAMS = 6;

function partitionsOf(generation: Generation | undefined, set: SetName) {
  return (generation?.partitions ?? []).filter((partition) => partition.set === set);
}

const files = (generation: Generation | undefined, set: SetName) =>
  partitionsOf(generation, set).map(({ sha256 }) => sha256);

describe('one run over a tenant', () => {
  let sample: RunningSampleTenant;
  let feed: Feed;
  let usage: JsonRow[];

  beforeAll(async () => {
    sample = await startSampleTenant({ seed: 5, apps: 220, streams: ALL_STREAMS, today: MONDAY });
    feed = await Feed.open([sample.tenant.tenantId]);
    await feed.poll(polled(sample));
    usage = await feed.rows('DiscoveredApps');
  });
  afterAll(async () => {
    await feed.close();
    await sample.close();
  });

  const odd = (displayName: string) => usage.filter((row) => row.displayName === displayName);

  it('shows in DiscoveredApps exactly what upstream has, for every app and stream', () => {
    expectRows(
      usage,
      byStream(sample).flatMap((stream) => expectedUsage(sample.tenant, stream, 'P90D')),
    );
    expect(usage.length).toBeGreaterThan(600);
  });

  it('shows in DiscoveredAppsByPeriod every period, each in its own rows', async () => {
    const expected = byStream(sample).flatMap((stream) =>
      expectedByPeriod(sample.tenant)
        .filter((row) => row.streamId === stream.id)
        .sort((left, right) => (order(left) < order(right) ? -1 : 1)),
    );
    expectRows(await feed.rows('DiscoveredAppsByPeriod'), expected);
  });

  it('keeps 2^53 + 1 bytes to the last one', () => {
    const exact = usage.filter((row) => row.uploadNetworkTrafficInBytes === BEYOND_DOUBLE);
    const measured = sample.tenant.streams.filter((stream) =>
      stream.supportedTrafficTypes.includes('uploadedBytes'),
    );
    expect(exact).toHaveLength(measured.length);
    expect(usage.map((row) => row.totalNetworkTrafficInBytes)).toContain(9_223_372_036_854_775_007n);
  });

  it.each([
    ['uploads and users of a branch proxy', 'squid', ['userCount', 'uploadNetworkTrafficInBytes']],
    ['totals where only downloads are measured', 'squid', ['totalNetworkTrafficInBytes', 'deviceCount']],
    ['addresses of an anonymous stream', 'zscaler', ['ipAddressCount', 'deviceCount']],
    [
      'traffic that upstream calls unknown',
      'ciscoAsa',
      ['uploadNetworkTrafficInBytes', 'downloadNetworkTrafficInBytes', 'userCount'],
    ],
  ])('says null, never 0, of what is not measured: %s', (_what, provider, columns) => {
    const stream = sample.tenant.streams.find(({ logDataProvider }) => logDataProvider === provider);
    const rows = usage.filter((row) => row.streamId === stream?.id);
    expect(rows.length).toBeGreaterThan(0);
    for (const column of columns) expect(new Set(rows.map((row) => row[column]))).toEqual(new Set([null]));
  });

  it('reads the traffic of rows in the spelling of the 2023 preview', () => {
    const [stream] = sample.tenant.streams;
    const old = sample.tenant.wireRows(stream!.id, 'P90D').filter(({ form }) => form === 'preview2023');
    expect(old.length).toBeGreaterThan(2);
    for (const { app } of old) {
      const row = usage.find(({ streamId, id }) => streamId === stream!.id && id === app.id);
      expect(row?.uploadNetworkTrafficInBytes).toEqual(app.uploadNetworkTrafficInBytes);
    }
  });

  it.each([
    ['Qubit Planner', 'quantumApps', 'Quantum apps'],
    ['Model Context Box', 'mcpServer', 'MCP server'],
    ['100% Cloud Backup', 'cloudStorage', 'Cloud storage'],
    ['Johnson & Sons <CRM>', 'crm', 'CRM'],
  ])('names the category of %s', (displayName, category, categoryName) => {
    expect(odd(displayName).length).toBeGreaterThan(0);
    for (const row of odd(displayName)) expect(row).toMatchObject({ category, categoryName });
  });

  it('has a row in AppCategories for every category, with isKnown false for one that nobody has heard of', async () => {
    const categories = await feed.rows('AppCategories');
    const names = new Map(categories.map((row) => [row.id, row.displayName]));
    for (const row of usage) expect(names.get(row.category)).toBe(row.categoryName);
    expect(categories.filter((row) => row.isKnown === false).map(({ id }) => id)).toEqual(['quantumApps']);
    expect(categories).toEqual(byText(categories, 'id'));
  });

  it('has each app once in Apps', async () => {
    const apps = await feed.rows('Apps');
    expectRows(apps, expectedApps(sample.tenant));
    const names = new Map(usage.map((row) => [row.id, row.categoryName]));
    for (const app of apps) if (names.has(app.id)) expect(app.categoryName).toBe(names.get(app.id));
  });

  it.each([
    ['AppTags', 'tags', 'tag'],
    ['AppDomains', 'domains', 'domain'],
  ] as const)('has a row in %s for each pair', async (set, collection, column) => {
    const expected = expectedApps(sample.tenant).flatMap(({ tenantId, id, appKey, [collection]: values }) =>
      [...(values as readonly string[])]
        .sort()
        .map((value) => ({ tenantId, appId: id, [column]: value, appKey })),
    );
    expect(expected.length).toBeGreaterThan(30);
    expect(await feed.rows(set)).toEqual(expected);
  });

  it('has in Dates whole years from the first day in the data to the end of this year', async () => {
    const keys = usage
      .flatMap((row) => [row.firstSeenDateKey, row.lastSeenDateKey])
      .filter((key) => key !== null);
    const dates = await feed.rows('Dates');
    const known = new Set(dates.map(({ dateKey }) => dateKey));
    expect(keys.every((key) => known.has(key as number))).toBe(true);
    expect(dates[0]?.dateKey).toBe(Math.floor(Math.min(...keys.map(Number)) / 10_000) * 10_000 + 101);
    expect(dates.at(-1)?.dateKey).toBe(20261231);
  });

  it('describes in Streams what each stream is, what it measures, and that it is fresh', async () => {
    const streams = await feed.rows('Streams');
    expect(streams.map(({ id }) => id)).toEqual(byStream(sample).map(({ id }) => id));
    for (const upstream of sample.tenant.streams) {
      const { supportedEntityTypes: entities, supportedTrafficTypes: traffic } = upstream;
      const told = (list: readonly string[], member: string) =>
        list.every((other) => other === 'unknown') ? null : list.includes(member);
      const { lastModifiedDateTime, ...rest } = upstream;
      expect(streams.find(({ id }) => id === upstream.id)).toEqual({
        ...rest,
        lastModifiedDateTime: lastModifiedDateTime.replace('.1234567Z', '.123Z'),
        tenantId: sample.tenant.tenantId,
        streamKey: `${sample.tenant.tenantId}:${upstream.id}`,
        supportedEntityTypesText: entities.join('; '),
        supportedTrafficTypesText: traffic.join('; '),
        isGlobalReport: upstream.displayName === 'Global report',
        measuresUsers: told(entities, 'userName'),
        measuresDevices: upstream.logDataProvider === 'microsoftDefenderForEndpoint',
        measuresIPAddresses: told(entities, 'ipAddress'),
        measuresUpload: told(traffic, 'uploadedBytes'),
        measuresDownload: told(traffic, 'downloadedBytes'),
        rowsDateTime: '2026-03-02T12:01:00Z',
        isStale: false,
        staleReason: null,
        appCount: sample.tenant.usage(upstream.id, 'P90D').length,
      });
    }
  });

  it('describes in Tenants how fresh the tenant is', async () => {
    expect(await feed.rows('Tenants')).toEqual([
      {
        id: sample.tenant.tenantId,
        displayName: 'Sample',
        isSample: true,
        lastRefreshDateTime: '2026-03-02T12:01:00Z',
        lastSuccessfulRefreshDateTime: '2026-03-02T12:01:00Z',
        lastRefreshStatus: 'succeeded',
        nextRefreshDateTime: '2026-03-02T18:01:00Z',
        streamCount: ALL_STREAMS,
        appCount: expectedApps(sample.tenant).length,
      },
    ]);
  });

  it('says in Refreshes how much was read, and what upstream sent that nobody had heard of', async () => {
    const rows = expectedByPeriod(sample.tenant).length;
    expect(await feed.rows('Refreshes')).toMatchObject([
      { status: 'succeeded', trigger: 'command', streamCount: ALL_STREAMS, rowCount: rows, errorCode: null },
    ]);
    const { refresh } = await feed.lastRun();
    expect(refresh.schemaDrift).toContain('property discoveredCloudAppDetail.quantumReadiness');
    expect(refresh.schemaDrift).toContain('member appCategory.quantumApps');
    expect(refresh).toMatchObject({ rejectedRowCount: 0, retryCount: 0, durationSeconds: 0 });
  });

  it('says in StreamRefreshes, in key order, what became of each stream and period', async () => {
    const { refresh, parts } = await feed.lastRun();
    const expected = byStream(sample).flatMap(({ id, displayName }) =>
      (['P30D', 'P7D', 'P90D'] as const).map((period) => {
        const count = sample.tenant.usage(id, period).length;
        return {
          ...{ refreshId: refresh.id, streamId: id, period, streamName: displayName, status: 'renewed' },
          ...{ rowCount: count, servedRowCount: count, pageCount: Math.max(1, Math.ceil(count / 100)) },
          ...{ duplicateRowCount: 0, rejectedRowCount: 0, errorCode: null, warning: null },
        };
      }),
    );
    expect(parts).toHaveLength(expected.length);
    expect(parts).toMatchObject(expected);
  });

  it('keeps no value in rows of usage that changes only because a run took place', async () => {
    const before = feed.store.current();
    await feed.poll(polled(sample));
    const after = feed.store.current();
    expect(after?.id).not.toBe(before?.id);
    const changed = (after?.partitions ?? [])
      .filter(({ set, sha256 }) => !files(before, set).includes(sha256))
      .map(({ set }) => set);
    expect(new Set(changed)).toEqual(new Set(['Tenants', 'Streams', 'Refreshes', 'StreamRefreshes']));
    expect(files(after, 'DiscoveredApps')).toEqual(files(before, 'DiscoveredApps'));
  });
});

describe('the first run of a tenant', () => {
  let sample: RunningSampleTenant;
  let feed: Feed;

  beforeAll(async () => {
    sample = await startSampleTenant({ seed: 5, apps: 210, today: MONDAY });
    feed = await Feed.open([sample.tenant.tenantId]);
    await feed.poll(polled(sample));
  });
  afterAll(async () => {
    await feed.close();
    await sample.close();
  });

  const setsOf = (generation: Generation | undefined) =>
    new Set(generation?.partitions.map(({ set }) => set));

  it('publishes three times: that it runs, the main period, everything', () => {
    expect(feed.published).toHaveLength(3);
    const [begun, main, all] = feed.published;
    expect(setsOf(begun)).toEqual(new Set(['Tenants', 'RiskLevels', 'Refreshes', 'StreamRefreshes']));
    expect(partitionsOf(main, 'DiscoveredAppsByPeriod').map(({ period }) => period)).toEqual(
      sample.tenant.streams.map(() => 'P90D'),
    );
    expect(partitionsOf(all, 'DiscoveredAppsByPeriod')).toHaveLength(9);
    expect(setsOf(main)).toEqual(setsOf(all));
  });

  it('shows the main period of all streams before it asks for another', () => {
    const periods = sample.graph.requests.flatMap(({ url }) => /P\d+D/.exec(decodeURIComponent(url)) ?? []);
    const main = periods.filter((period) => period === 'P90D').length;
    expect(new Set(periods.slice(0, main))).toEqual(new Set(['P90D']));
    const [, first, all] = feed.published;
    expect(files(first, 'DiscoveredApps')).toEqual(files(all, 'DiscoveredApps'));
  });

  it('is one generation for a second run, whatever its periods', async () => {
    await feed.poll(polled(sample));
    expect(feed.published).toHaveLength(4);
  });

  it('asks for new members of enums, and says who it is', () => {
    for (const request of sample.graph.requests) {
      expect(request).toMatchObject({ method: 'GET', prefer: 'include-unknown-enum-members' });
      expect(request.userAgent).toBe('defender-discovery-feed');
    }
  });
});

describe('the Global report of a tenant', () => {
  it.each([
    ['its id is set', { streamIds: [1], name: 'Global report' }, [false, true, false], null],
    [
      'its name is set',
      { streamIds: [], name: 'Palo Alto - headquarters firewall' },
      [false, true, false],
      null,
    ],
    [
      'it may have been renamed',
      { streamIds: [], name: 'Alles' },
      [false, null, null],
      'GLOBAL_REPORT_STREAM_IDS',
    ],
  ])('when %s', async (_case, { streamIds, name }, expected, warning) => {
    const sample = await startSampleTenant({ seed: 6, apps: 30, today: MONDAY });
    const feed = await Feed.open([sample.tenant.tenantId]);
    const { streams } = sample.tenant;
    const globalReport = { streamIds: streamIds.map((place) => streams[place]!.id), name };
    feed.settings = { ...feed.settings, globalReport };
    await feed.poll(polled(sample));
    const told = new Map((await feed.rows('Streams')).map((row) => [row.id, row.isGlobalReport]));
    expect(streams.map(({ id }) => told.get(id))).toEqual(expected);
    for (const row of await feed.rows('DiscoveredApps')) {
      expect(row.isGlobalReport).toBe(told.get(row.streamId));
    }
    const { parts } = await feed.lastRun();
    for (const part of parts) {
      if (told.get(part.streamId) === null) expect(part.warning).toContain(warning);
      else expect(part.warning).toBeNull();
    }
    await feed.close();
    await sample.close();
  });
});

function order(row: JsonRow): string {
  return `${String(row.period)} ${String(row.id)}`;
}

/** Streams in key order. */
function byStream(sample: RunningSampleTenant) {
  return [...sample.tenant.streams].sort((left, right) => (left.id < right.id ? -1 : 1));
}
