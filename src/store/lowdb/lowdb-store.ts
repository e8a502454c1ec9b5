/** The file store. */
import { FeedError } from '../../errors.js';
import type { Store } from '../store.js';
import type { StoreOptions } from './options.js';

/** Opens a file store. */
export function openLowdbStore(options: StoreOptions): Promise<Store> {
  return Promise.reject(new FeedError('STORE_UNAVAILABLE', `Cannot open ${options.dataDir}.`));
}
