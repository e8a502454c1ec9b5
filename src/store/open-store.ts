/** The door to the stores: opens the one that the options ask for. */
import { openLowdbStore } from './lowdb/lowdb-store.js';
import type { StoreOptions } from './lowdb/options.js';
import type { Store } from './store.js';

export type { StoreOptions } from './lowdb/options.js';

/**
 * Opens a store: serves the newest generation that checks out, at once, and only for the tenants that are configured.
 *
 * @throws FeedError STORE_TOO_NEW, STORE_UNAVAILABLE; STORE_LOCKED only with `writer: true`
 * @example const store = await openStore({ dataDir: './data', tenantIds: ['contoso'], observe: () => {} })
 */
export function openStore(options: StoreOptions): Promise<Store> {
  return openLowdbStore(options);
}
