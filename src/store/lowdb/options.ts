/** How a file store is opened. */
import type { Observe } from '../../observe/observation.js';
import type { FileSystem } from './file-system.js';

/** What {@link openLowdbStore} needs to know; only the first three have no default. */
export interface StoreOptions {
  /** Folder of the store (setting DATA_DIR); made when it is not there. */
  readonly dataDir: string;
  /** The tenants that are configured now: rows of any other tenant are never served. */
  readonly tenantIds: readonly string[];
  readonly observe: Observe;
  /** Take the writer's lock while opening, instead of with the first draft: a server wants to know at start. */
  readonly writer?: boolean;
  /** A generation that was served is kept for so long after (default 30). */
  readonly keepMinutes?: number;
  /** A generation that was superseded less than so long ago is kept while `maxBytes` allows (default 6). */
  readonly keepHours?: number;
  /** Bytes that all generations together may take on disk (default 2 GiB). */
  readonly maxBytes?: number;
  /** The disk; tests pass one that fails. */
  readonly fileSystem?: FileSystem;
  /** Milliseconds since 1970 (default `Date.now`). */
  readonly clock?: () => number;
  /** Milliseconds that run on evenly, whatever the clock is set to (default: `clock` if given, else `performance.now`). */
  readonly elapsed?: () => number;
}
