/** Dimensions and bridges, folded from the usage rows of one tenant in one pass. */
import type { AppCategoryRow, AppDomainRow, AppRow, AppTagRow } from '../model/app.js';
import type { DiscoveredAppByPeriodRow } from '../model/discovered-app.js';
import { CATEGORY_NAMES, categoryName } from './category-names.js';
import { SortedRuns } from './sorted-runs.js';

/** What one tenant's usage says about its apps. */
export interface Dimensions {
  /** Rows of Apps in key order; to be read as often as needed. */
  readonly apps: AsyncIterable<AppRow>;
  /** yyyymmdd of the earliest first- or last-seen day; null when no row has one. */
  readonly earliestDateKey: number | null;
}

/**
 * Folds usage rows into dimensions. Streams and periods may disagree on an app (upstream renews them at different
 * times): the row with the latest last-seen moment speaks for it, the first of equals.
 */
export async function foldDimensions(usage: AsyncIterable<DiscoveredAppByPeriodRow>): Promise<Dimensions> {
  const apps = new SortedRuns<AppRow>();
  const lastSeenOf = new Map<string, string>();
  let earliestDateKey: number | null = null;
  for await (const row of usage) {
    const lastSeen = row.lastSeenDateTime ?? '';
    const speakers = lastSeenOf.get(row.id);
    if (speakers === undefined || lastSeen > speakers) {
      lastSeenOf.set(row.id, lastSeen);
      await apps.add(appRow(row));
    }
    earliestDateKey = earlier(earliestDateKey, earlier(row.firstSeenDateKey, row.lastSeenDateKey));
  }
  return { apps, earliestDateKey };
}

/** Rows of AppTags in key order. */
export async function* tagRows(apps: AsyncIterable<AppRow>): AsyncGenerator<AppTagRow> {
  for await (const app of apps) for (const tag of distinct(app.tags)) yield { ...bridgeKeys(app), tag };
}

/** Rows of AppDomains in key order. */
export async function* domainRows(apps: AsyncIterable<AppRow>): AsyncGenerator<AppDomainRow> {
  for await (const app of apps)
    for (const domain of distinct(app.domains)) yield { ...bridgeKeys(app), domain };
}

/** The earlier of two date keys; null counts as none. */
export function earlier(left: number | null, right: number | null): number | null {
  if (left === null || right === null) return left ?? right;
  return Math.min(left, right);
}

/** Rows of AppCategories in key order: all known ones and those that the data holds. */
export function categoryRows(seen: Iterable<string>): AppCategoryRow[] {
  const ids = new Set([...CATEGORY_NAMES.keys(), ...seen]);
  return [...ids]
    .sort()
    .map((id) => ({ id, displayName: categoryName(id), isKnown: CATEGORY_NAMES.has(id) }));
}

function appRow(row: DiscoveredAppByPeriodRow): AppRow {
  return {
    tenantId: row.tenantId,
    id: row.id,
    appKey: row.appKey,
    displayName: row.displayName,
    description: row.description,
    category: row.category,
    categoryName: row.categoryName,
    riskScore: row.riskScore,
    riskLevel: row.riskLevel,
    domains: row.domains,
    domainsText: row.domainsText,
    tags: row.tags,
    tagsText: row.tagsText,
    isSanctioned: row.isSanctioned,
    isUnsanctioned: row.isUnsanctioned,
  };
}

function bridgeKeys({ tenantId, id, appKey }: AppRow): { tenantId: string; appId: string; appKey: string } {
  return { tenantId, appId: id, appKey };
}

/** The values in key order, each once: a bridge has one row per pair, whatever upstream repeats. */
function distinct(values: readonly string[]): readonly string[] {
  return values.length < 2 ? values : [...new Set(values)].sort();
}
