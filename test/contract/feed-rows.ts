/** Small feeds for tests of stores: rows that carry the version of the commit that wrote them, so a mixture shows. */
import { setOf, type SetName } from '../../src/model/catalog.js';
import type { JsonRow } from '../../src/model/edm.js';
import type { Generation, PartitionKey } from '../../src/model/generation.js';
import type { ReadPlan } from '../../src/query/plan.js';
import type { Draft, Position, Store } from '../../src/store/store.js';

/** Two tenants that are configured, and one that is not. */
export const CONTOSO = 'contoso';
export const FABRIKAM = 'fabrikam';
export const STRANGER = 'stranger';

/** Partition of the tags of a tenant. */
export function tagsOf(tenantId: string): PartitionKey {
  return { set: 'AppTags', tenantId };
}

/** Partition of the categories, which belong to no tenant. */
export const CATEGORIES: PartitionKey = { set: 'AppCategories' };

/** Rows of AppTags in key order, each with the version as its tag. */
export function tagRows(tenantId: string, count: number, version: string): JsonRow[] {
  return Array.from({ length: count }, (_, index) => ({
    tenantId,
    appId: String(index).padStart(6, '0'),
    tag: version,
    appKey: `${tenantId}:${index}`,
  }));
}

/** Rows of AppCategories in key order. */
export function categoryRows(ids: readonly string[]): JsonRow[] {
  return ids.map((id) => ({ id, displayName: `Category ${id} “ü” 🚀`, isKnown: true }));
}

/** Rows of DiscoveredApps of one stream, with an Int64 beyond 2^53. */
export function usageRows(tenantId: string, streamId: string, ids: readonly string[]): JsonRow[] {
  return ids.map((id) => ({
    tenantId,
    streamId,
    id,
    displayName: `App ${id}`,
    downloadNetworkTrafficInBytes: 9_007_199_254_740_993n,
    domains: ['a.example', '*.b.example'],
    tags: [],
    appKey: `${tenantId}:${id}`,
    streamKey: `${tenantId}:${streamId}`,
  }));
}

/** A plan that reads a whole set in key order. */
export function wholeSet(name: SetName, pageSize = 1000): ReadPlan {
  const set = setOf(name);
  const orderBy = set.type.key.map((key) => {
    const property = set.type.property(key)!;
    return {
      expr: { kind: 'property' as const, type: property.type, variable: '$it', path: [], property },
      descending: false,
    };
  });
  return {
    set,
    root: set,
    steps: [],
    orderBy,
    skip: 0,
    count: false,
    select: set.type.properties,
    selectsAll: true,
    expand: [],
    single: false,
    countOnly: false,
    pageSize,
    now: 0,
  };
}

/** Every row of a set in one generation as text, read page by page. */
export async function readSet(store: Store, id: string, name: SetName, pageSize = 1000): Promise<string[]> {
  const rows: string[] = [];
  let after: Position | undefined;
  do {
    const page = await store.execute(wholeSet(name, pageSize), id, after);
    rows.push(...page.rows.map(({ json }) => Buffer.from(json).toString()));
    after = page.next;
  } while (after !== undefined);
  return rows;
}

/** The distinct tags of a generation, and how many rows: what one version of {@link tagRows} must look like. */
export async function readTags(store: Store, id: string): Promise<{ tags: string[]; rows: number }> {
  const rows = await readSet(store, id, 'AppTags');
  const tags = new Set(rows.map((row) => (JSON.parse(row) as { tag: string }).tag));
  return { tags: [...tags].sort(), rows: rows.length };
}

/** Drafts, fills and commits one generation. */
export async function commit(store: Store, fill: (draft: Draft) => Promise<void>): Promise<Generation> {
  const draft = await store.draft();
  await fill(draft);
  return draft.commit();
}

/** Commits a version of the tags of a tenant. */
export function commitTags(
  store: Store,
  tenantId: string,
  count: number,
  version: string,
): Promise<Generation> {
  return commit(store, async (draft) => {
    await draft.replace(tagsOf(tenantId), tagRows(tenantId, count, version));
  });
}

/** Collects an async sequence. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
