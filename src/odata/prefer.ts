/**
 * The Prefer header: preferences that we honour; all others (`return`, `respond-async`, `track-changes` …) are ignored,
 * as RFC 7240 section 2 wants.
 *
 * Spec: Protocol 4.01 sections 8.2.8.3 (continue-on-error), 8.2.8.4 (include-annotations), 8.2.8.5 (maxpagesize),
 * 8.2.8.6 (omit-values), 8.3.6 (Preference-Applied). 4.0 wrote them with `odata.`; of both spellings the one without counts.
 */
import { parseHeaderList } from './header-list.js';
import { remembered } from './remembered.js';

/** What a client prefers. */
export interface Preferences {
  /** Rows per page, at most. */
  readonly maxPageSize?: number;
  /** `omit-values`, either value: no property has a default, so `defaults` omits exactly the nulls. */
  readonly omitNulls: boolean;
  /** Of a batch: whether to go on after a request that failed; `undefined` when not said. */
  readonly continueOnError?: boolean;
  /** Elements of Preference-Applied for what holds wherever rows are written; of the others the name only. */
  readonly names: {
    readonly maxPageSize: string;
    readonly continueOnError: string;
    readonly applied: readonly string[];
  };
}

const OMITTABLE = ['nulls', 'defaults'];
/** `*`, `-*`, `display.*`, `-Org.OData.Core.V1.Description#q` in a list. */
const ANNOTATIONS = /^-?(?:\*|[\w.]+\.(?:\*|\w+))(?:#\w+)?(?:,-?(?:\*|[\w.]+\.(?:\*|\w+))(?:#\w+)?)*$/u;

/** Reads a Prefer header; of a preference that stands twice the first one counts. */
export function parsePrefer(header: string | undefined): Preferences {
  return preferencesIn(header ?? '');
}

const preferencesIn = remembered((header: string): Preferences => {
  const named = new Map<string, { readonly name: string; readonly value: string }>();
  for (const { name, value } of parseHeaderList(header)) {
    const bare = name.replace(/^odata\./, '');
    const known = named.get(bare);
    if (known === undefined || (known.name !== bare && name === bare)) named.set(bare, { name, value });
  }
  const pageSize = named.get('maxpagesize');
  const omit = named.get('omit-values');
  const annotations = named.get('include-annotations');
  const goOn = named.get('continue-on-error');
  const omitNulls = omit !== undefined && OMITTABLE.includes(omit.value.toLowerCase());
  const applied = omitNulls ? [`${omit.name}=${omit.value.toLowerCase()}`] : [];
  // We write no instance annotations, so every wish about them is met.
  if (annotations !== undefined && ANNOTATIONS.test(annotations.value))
    applied.push(`${annotations.name}="${annotations.value}"`);
  return {
    omitNulls,
    names: {
      maxPageSize: pageSize?.name ?? 'maxpagesize',
      continueOnError: goOn?.name ?? 'continue-on-error',
      applied,
    },
    ...(pageSize !== undefined && /^[1-9]\d{0,8}$/.test(pageSize.value)
      ? { maxPageSize: Number(pageSize.value) }
      : {}),
    ...(goOn === undefined ? {} : { continueOnError: goOn.value.toLowerCase() !== 'false' }),
  };
});

/**
 * Value of Preference-Applied, `undefined` when nothing was applied.
 *
 * @param pageSize rows per page that the answer keeps to; absent when the resource has no pages
 */
export function preferenceApplied(preferences: Preferences, pageSize?: number): string | undefined {
  const { maxPageSize, names } = preferences;
  const paged = maxPageSize !== undefined && pageSize !== undefined;
  const applied = [...(paged ? [`${names.maxPageSize}=${pageSize}`] : []), ...names.applied];
  return applied.length === 0 ? undefined : applied.join(', ');
}
