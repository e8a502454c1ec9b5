/** Dimensions and bridges, folded from the usage rows of one tenant in one pass. */
import type { AppCategoryRow, AppDomainRow, AppRow, AppTagRow } from '../model/app.js';
import type { DiscoveredAppByPeriodRow } from '../model/discovered-app.js';
import { CATEGORY_NAMES, categoryName } from './category-names.js';

/** What one tenant's usage says about its apps. */
export interface Dimensions {
  /** Rows in key order. */
  readonly apps: readonly AppRow[];
  readonly tags: readonly AppTagRow[];
  readonly domains: readonly AppDomainRow[];
  /** yyyymmdd of the earliest first- or last-seen day; null when no row has one. */
  readonly earliestDateKey: number | null;
}

/**
 * Folds usage rows into dimensions. Streams and periods may disagree on an app (upstream renews them at different
 * times): the row with the latest last-seen moment speaks for it, the first of equals.
 */
export async function foldDimensions(usage: AsyncIterable<DiscoveredAppByPeriodRow>): Promise<Dimensions> {
  const speakers = new Map<string, DiscoveredAppByPeriodRow>();
  let earliestDateKey: number | null = null;
  for await (const row of usage) {
    const speaker = speakers.get(row.id);
    if (speaker === undefined || (row.lastSeenDateTime ?? '') > (speaker.lastSeenDateTime ?? '')) {
      speakers.set(row.id, row);
    }
    earliestDateKey = earlier(earliestDateKey, earlier(row.firstSeenDateKey, row.lastSeenDateKey));
  }
  const rows = [...speakers.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
  return {
    apps: rows.map(appRow),
    tags: rows.flatMap((row) => distinct(row.tags).map((tag) => ({ ...bridgeKeys(row), tag }))),
    domains: rows.flatMap((row) => distinct(row.domains).map((domain) => ({ ...bridgeKeys(row), domain }))),
    earliestDateKey,
  };
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
  const { tenantId, id, appKey, displayName, description, category, categoryName: name } = row;
  const { riskScore, riskLevel, domains, domainsText, tags, tagsText, isSanctioned, isUnsanctioned } = row;
  return {
    ...{ tenantId, id, appKey, displayName, description, category, categoryName: name, riskScore, riskLevel },
    ...{ domains, domainsText, tags, tagsText, isSanctioned, isUnsanctioned },
  };
}

function bridgeKeys(row: DiscoveredAppByPeriodRow): { tenantId: string; appId: string; appKey: string } {
  return { tenantId: row.tenantId, appId: row.id, appKey: row.appKey };
}

/** The values in key order, each once: a bridge has one row per pair, whatever upstream repeats. */
function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
