/** What the feed says before it has ever polled: which tenants it will read, and the dimensions that need no data. */
import type { TenantRow } from '../model/tenant.js';
import type { Generation } from '../model/generation.js';
import type { Store } from '../store/store.js';
import { categoryRows } from './dimensions.js';
import { riskLevelRows, type RiskBands } from './risk-bands.js';

/** A configured tenant as Tenants shows it. */
export interface ConfiguredTenant {
  readonly tenantId: string;
  readonly displayName: string;
  readonly isSample: boolean;
}

/**
 * Publishes a generation in which every configured tenant has a row in Tenants (`waiting` until its first run), so that
 * Tenants and Refreshes answer from the first second. Does nothing when all have one.
 */
export async function publishFirstGeneration(
  store: Store,
  tenants: readonly ConfiguredTenant[],
  riskBands: RiskBands,
): Promise<void> {
  const missing = tenants.filter(({ tenantId }) => !hasTenant(store.current(), tenantId));
  if (missing.length === 0) return;
  const draft = await store.draft();
  try {
    for (const tenant of missing) {
      const { tenantId } = tenant;
      await draft.replace({ set: 'Tenants', tenantId }, [waitingRow(tenant)]);
      await draft.replace({ set: 'Refreshes', tenantId }, []);
      await draft.replace({ set: 'StreamRefreshes', tenantId }, []);
    }
    if (draft.base === undefined) {
      await draft.replace({ set: 'AppCategories' }, categoryRows([]));
      await draft.replace({ set: 'RiskLevels' }, riskLevelRows(riskBands));
    }
    await draft.commit();
  } catch (thrown) {
    await draft.discard();
    throw thrown;
  }
}

function hasTenant(generation: Generation | undefined, tenantId: string): boolean {
  return (
    generation?.partitions.some(
      (partition) => partition.set === 'Tenants' && partition.tenantId === tenantId,
    ) ?? false
  );
}

function waitingRow({ tenantId, displayName, isSample }: ConfiguredTenant): TenantRow {
  return {
    id: tenantId,
    displayName,
    isSample,
    lastRefreshDateTime: null,
    lastSuccessfulRefreshDateTime: null,
    lastRefreshStatus: 'waiting',
    nextRefreshDateTime: null,
    streamCount: null,
    appCount: null,
  };
}
