/** Data folders for tests: real ones, in the folder for temporary files. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Observation } from '../../../src/observe/observation.js';
import { openStore, type StoreOptions } from '../../../src/store/open-store.js';
import type { Store } from '../../../src/store/store.js';
import { CONTOSO, FABRIKAM } from '../../contract/feed-rows.js';

/** A data folder, with the stores that were opened on it and what they observed. */
export class DataFolder {
  readonly observed: Observation[] = [];
  readonly #stores: Store[] = [];

  private constructor(readonly path: string) {}

  static async make(): Promise<DataFolder> {
    return new DataFolder(await mkdtemp(join(tmpdir(), 'discovery-feed-')));
  }

  async open(options: Partial<StoreOptions> = {}): Promise<Store> {
    const store = await openStore({
      dataDir: this.path,
      tenantIds: [CONTOSO, FABRIKAM],
      observe: (observation) => this.observed.push(observation),
      ...options,
    });
    this.#stores.push(store);
    return store;
  }

  /** Observations of one kind. */
  seen<Kind extends Observation['kind']>(kind: Kind): Extract<Observation, { kind: Kind }>[] {
    return this.observed.filter(
      (observation): observation is Extract<Observation, { kind: Kind }> => observation.kind === kind,
    );
  }

  /** Names in one of its folders, sorted. */
  async names(folder: 'rows' | 'generations' | '.'): Promise<string[]> {
    return (await readdir(join(this.path, folder))).sort();
  }

  async remove(): Promise<void> {
    for (const store of this.#stores) await store.close();
    await rm(this.path, { recursive: true, force: true });
  }
}
