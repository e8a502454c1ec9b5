/**
 * The Prefer header: preferences that we honour; all others are ignored, as RFC 7240 section 2 wants.
 *
 * Spec: Protocol 4.01 sections 8.2.8.5 (maxpagesize), 8.2.8.6 (omit-values), 8.3.6 (Preference-Applied).
 */
import { parseHeaderList } from './header-list.js';

/** What a client prefers. */
export interface Preferences {
  /** Rows per page, at most. */
  readonly maxPageSize?: number;
  readonly omitNulls: boolean;
  /** Names as the client wrote them (`odata.maxpagesize` or `maxpagesize`), for Preference-Applied. */
  readonly names: { readonly maxPageSize: string; readonly omitValues: string };
}

/** Reads a Prefer header; of a preference that stands twice the first one counts. */
export function parsePrefer(header: string | undefined): Preferences {
  const first = new Map<string, { name: string; value: string }>();
  for (const { name, value } of parseHeaderList(header ?? '')) {
    const bare = name.replace(/^odata\./, '');
    if (!first.has(bare)) first.set(bare, { name, value });
  }
  const pageSize = first.get('maxpagesize');
  const omit = first.get('omit-values');
  const names = { maxPageSize: pageSize?.name ?? 'maxpagesize', omitValues: omit?.name ?? 'omit-values' };
  const omitNulls = omit?.value.toLowerCase() === 'nulls';
  if (pageSize === undefined || !/^[1-9]\d{0,8}$/.test(pageSize.value)) return { omitNulls, names };
  return { maxPageSize: Number(pageSize.value), omitNulls, names };
}

/**
 * Value of Preference-Applied, `undefined` when nothing was applied.
 *
 * @param pageSize rows per page that the answer keeps to; absent when the resource has no pages
 */
export function preferenceApplied(preferences: Preferences, pageSize?: number): string | undefined {
  const applied: string[] = [];
  if (preferences.maxPageSize !== undefined && pageSize !== undefined)
    applied.push(`${preferences.names.maxPageSize}=${pageSize}`);
  if (preferences.omitNulls) applied.push(`${preferences.names.omitValues}=nulls`);
  return applied.length === 0 ? undefined : applied.join(', ');
}
