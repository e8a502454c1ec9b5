import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/load-config.js';
import { ENTITY_SETS, type SetName } from '../../src/model/catalog.js';
import type { JsonRow } from '../../src/model/edm.js';
import { startSampleTenant, type RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';
import { refreshOnce } from '../../src/poller.js';
import { openFeed } from '../../src/server.js';
import type { Store } from '../../src/store/store.js';
import { expectedDiscoveredApps } from '../refresh/expected-rows.js';
import { temporaryFolder } from '../refresh/polled-sample.js';
import { MONDAY } from '../refresh/polled-tenant.js';

type Sets = Record<SetName, JsonRow[]>;

async function read(store: Store): Promise<Sets> {
  const draft = await store.draft();
  const sets: Partial<Sets> = {};
  for (const { name } of ENTITY_SETS) {
    sets[name] = [];
    for await (const row of draft.rows(name)) sets[name].push(row);
  }
  await draft.discard();
  return sets as Sets;
}

/** Starts the product with these variables, looks at what it shows at once, polls, looks again, and stops it. */
async function serve(
  env: Record<string, string>,
): Promise<{ atStart: Sets; polled: Sets; statuses: unknown[] }> {
  const settings = loadConfig({ env });
  const observe = () => undefined;
  const feed = await openFeed(settings, observe);
  try {
    const atStart = await read(feed.store);
    const { reports } = await refreshOnce(feed, settings, observe, new AbortController().signal);
    return { atStart, polled: await read(feed.store), statuses: reports.map(({ status }) => status) };
  } finally {
    await feed.close();
  }
}

/** The tenants that rows of any set belong to, and how many rows there are. */
function tenantsOf(sets: Sets): { tenants: string[]; rows: number } {
  const tenants = new Set<string>();
  let count = 0;
  for (const [name, rows] of Object.entries(sets)) {
    for (const row of rows) {
      if (row.tenantId !== undefined) tenants.add(row.tenantId as string);
      if (name === 'Tenants') tenants.add(row.id as string);
      if (row.appKey !== undefined) tenants.add((row.appKey as string).split(':')[0]!);
      count += 1;
    }
  }
  return { tenants: [...tenants], rows: count };
}

function environmentOf(foreign: RunningSampleTenant, dataDir: string): Record<string, string> {
  return {
    DATA_DIR: dataDir,
    AZURE_TENANT_ID: foreign.credentials.tenantId,
    AZURE_CLIENT_ID: foreign.credentials.clientId,
    AZURE_CLIENT_SECRET: foreign.credentials.clientSecret,
    AZURE_AUTHORITY_HOST: foreign.authorityHost,
    GRAPH_BASE_URL: foreign.graphBaseUrl,
  };
}

describe('one data folder', () => {
  it('that serves the sample, a real tenant, another one, and the sample again never shows a foreign row', async () => {
    const { path, remove } = await temporaryFolder();
    const [first, second] = await Promise.all(
      [99, 98].map((seed) => startSampleTenant({ seed, apps: 60, streams: 2, today: MONDAY })),
    );
    const none = { tenants: [], rows: 0 };
    const sampleOnly = { DATA_DIR: path, SAMPLE_APPS: '40' };

    const sample = await serve(sampleOnly);
    const own = tenantsOf(sample.polled).tenants;
    expect(own).toHaveLength(1);
    expect(sample.statuses).toEqual(['succeeded']);
    expect(tenantsOf(sample.atStart)).toEqual(none);
    expect(sample.polled.Tenants).toMatchObject([{ isSample: true }]);

    for (const foreign of [first!, second!]) {
      const real = await serve(environmentOf(foreign, path));
      expect(real.statuses).toEqual(['succeeded']);
      expect(tenantsOf(real.atStart).tenants).toEqual([]);
      expect(tenantsOf(real.polled).tenants).toEqual([foreign.tenant.tenantId]);
      expect(real.polled.DiscoveredApps).toHaveLength(expectedDiscoveredApps(foreign.tenant).length);
      expect(real.polled.Tenants).toMatchObject([{ isSample: false, lastRefreshStatus: 'succeeded' }]);
      for (const set of ['AppCategories', 'RiskLevels', 'Dates'] as const) {
        expect(real.polled[set].length).toBeGreaterThan(2);
      }
    }

    const again = await serve(sampleOnly);
    expect(tenantsOf(again.atStart).tenants).toEqual(own);
    expect(again.atStart).toEqual(sample.polled);
    expect(tenantsOf(again.polled).tenants).toEqual(own);
    expect(again.polled.Refreshes).toHaveLength(2);

    const back = await serve(environmentOf(first!, path));
    expect(tenantsOf(back.polled).tenants).toEqual([first!.tenant.tenantId]);
    for (const foreign of [first!, second!]) await foreign.close();
    await remove();
  });
});
