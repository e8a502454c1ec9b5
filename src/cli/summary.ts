/** What a person sees of a feed: addresses, rows, what comes next. */
import type { Settings } from '../config/settings.js';
import { ENTITY_SETS } from '../model/catalog.js';
import type { Generation } from '../model/generation.js';

/** URL that people paste into Power BI: the public one where it is set. */
export function feedUrl(settings: Settings, localUrl: string): string {
  return settings.publicUrl === undefined ? localUrl : `${settings.publicUrl.replace(/\/+$/, '')}/odata/`;
}

/** The lines that greet a person. @param url {@link feedUrl} */
export function greeting(settings: Settings, url: string): string[] {
  const page = url.replace(/odata\/$/, '');
  return [
    settings.mode === 'sample'
      ? 'Defender Discovery Feed: SAMPLE TENANT, every row is made up.'
      : `Defender Discovery Feed: ${settings.tenants.map(({ displayName }) => displayName).join(', ')}.`,
    '',
    `  Feed URL      ${url}`,
    `  Power BI      Get data → OData feed → paste ${url} → OK${settings.servesAnonymous ? ' → Anonymous' : ''}`,
    `  Power Query   OData.Feed("${url}", null, [Implementation="2.0", Concurrent=true])`,
    `  Page          ${page}`,
  ];
}

/** One line with the rows of every set that a generation has; it names the sets that are still missing. */
export function rowCounts(generation: Generation | undefined): string {
  const counts = ENTITY_SETS.map(({ name }) => {
    const mine = generation?.partitions.filter((partition) => partition.set === name) ?? [];
    const rows = mine.reduce((sum, partition) => sum + partition.rows, 0);
    return `${name} ${mine.length === 0 ? 'not yet' : rows.toLocaleString('en')}`;
  });
  return `  Rows          ${counts.join(' · ')}`;
}

/** The line that says when the feed is renewed. */
export function nextRefresh(next: Date | undefined): string {
  return `  Next refresh  ${next === undefined ? 'none' : `${next.toISOString().slice(0, 16).replace('T', ' ')} UTC`}`;
}

/** How to go on from the sample tenant, and how to stop. */
export function farewell(settings: Settings): string[] {
  const real =
    '  Real tenant   set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET; the README says where to click';
  return [...(settings.mode === 'sample' ? [real] : []), '  Stop          Ctrl+C'];
}
