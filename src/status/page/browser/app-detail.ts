/** One app: what it is, and its usage by stream and period. Has an address of its own: `#app/<tenant>/<id>`. */
import { copyable } from './copy.js';
import { byId, dataTable, element } from './elements.js';
import type { Feed, Row } from './feed.js';
import { bytes, count, day, words } from './format.js';
import { feedPath, key, text } from './odata-url.js';
import { problemText } from './problem.js';
import type { Readable } from './readable.js';

const PREFIX = '#app/';

/** A link that opens an app. */
export function appLink({ tenantId, id, displayName }: Row): HTMLElement {
  const parts = [tenantId, id].map((part) => encodeURIComponent(String(part)));
  const href = PREFIX + parts.join('/');
  return element('a', { href, 'data-focus': href }, words(displayName ?? id));
}

/**
 * Opens whatever app the address names, now and whenever it changes; closing the app takes it out of the address.
 *
 * @param session what is in force when an address is followed; undefined while nobody may read
 */
export function followAppLinks(session: () => { feed: Feed; readable: Readable } | undefined): () => void {
  const dialog = byId('app-detail') as HTMLDialogElement;
  /** The app in the dialogue: data that arrives late must not draw it anew under somebody's eyes. */
  let shown = '';
  const follow = () => {
    const [tenantId, id] = location.hash.startsWith(PREFIX)
      ? location.hash.slice(PREFIX.length).split('/').map(decodeURIComponent)
      : [];
    const current = session();
    if (tenantId === undefined || id === undefined) dialog.close();
    else if (current !== undefined && !(dialog.open && shown === location.hash)) {
      shown = location.hash;
      void show(dialog, current, { tenantId, id });
    }
  };
  dialog.addEventListener('close', () => {
    if (location.hash.startsWith(PREFIX)) history.replaceState(null, '', location.pathname + location.search);
  });
  addEventListener('hashchange', follow);
  return follow;
}

interface AppKey {
  readonly tenantId: string;
  readonly id: string;
}

async function show(
  dialog: HTMLDialogElement,
  { feed, readable }: { feed: Feed; readable: Readable },
  app: AppKey,
): Promise<void> {
  const asked = location.hash;
  dialog.replaceChildren(title(dialog, 'Loading …'));
  if (!dialog.open) dialog.showModal();
  try {
    const appPath = `Apps${key({ ...app })}`;
    const usagePath = usageOf(app, readable);
    const [row, usage] = await Promise.all([
      readable.has('Apps') ? feed.read<Row>(appPath) : Promise.resolve<Row>({}),
      usagePath === undefined ? Promise.resolve([]) : feed.rows(usagePath),
    ]);
    // Another app was opened meanwhile, or this one closed.
    if (location.hash !== asked) return;
    const urls = [
      ...(readable.has('Apps') ? [appPath] : []),
      ...(usagePath === undefined ? [] : [usagePath]),
    ];
    dialog.replaceChildren(
      title(dialog, words(row.displayName ?? usage[0]?.displayName ?? app.id)),
      facts({ ...usage[0], ...row }),
      usageTable(usage),
      element('h3', {}, 'The same from the feed'),
      ...urls.map((path) => copyable(feed.root + path)),
    );
  } catch (thrown) {
    dialog.replaceChildren(title(dialog, 'This app'), problemText(thrown));
  }
}

function title(dialog: HTMLDialogElement, name: string): HTMLElement {
  const close = () => {
    dialog.close();
  };
  return element(
    'div',
    { class: 'title' },
    element('h2', { id: 'app-title' }, name),
    element('button', { type: 'button', onclick: close }, 'Close'),
  );
}

/** All periods where they may be read, else the main one. */
function usageOf({ tenantId, id }: AppKey, readable: Readable): string | undefined {
  const set = ['DiscoveredAppsByPeriod', 'DiscoveredApps'].find((name) => readable.has(name));
  if (set === undefined) return undefined;
  return feedPath(set, { $filter: `tenantId eq ${text(tenantId)} and id eq ${text(id)}` });
}

function facts(row: Row): HTMLElement {
  const shown: readonly (readonly [string, string])[] = [
    ['About', words(row.description)],
    ['Category', words(row.categoryName)],
    [
      'Risk',
      `${count(row.riskScore)} of 10 (10 is the safest)${typeof row.riskLevel === 'string' ? `: ${row.riskLevel} risk` : ''}`,
    ],
    ['Tags', words(row.tagsText)],
    ['Domains', words(row.domainsText)],
    ['App id', words(row.id)],
  ];
  return element(
    'dl',
    {},
    ...shown.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
  );
}

function usageTable(usage: readonly Row[]): HTMLElement {
  const heads = [
    'Stream',
    '#Period',
    '#Users',
    '#Devices',
    '#IP addresses',
    '#Transactions',
    '#Uploaded',
    '#Downloaded',
    '#First seen',
    '#Last seen',
  ];
  const cells = [...usage]
    .sort(inOrder)
    .map((row) => [
      row.isGlobalReport === true ? `${words(row.streamName)} (repeats the others)` : words(row.streamName),
      period(row.period),
      count(row.userCount),
      count(row.deviceCount),
      count(row.ipAddressCount),
      count(row.transactionCount),
      bytes(row.uploadNetworkTrafficInBytes),
      bytes(row.downloadNetworkTrafficInBytes),
      day(row.firstSeenDateTime),
      day(row.lastSeenDateTime),
    ]);
  return dataTable('Usage by stream and period', heads, cells);
}

/** By stream, the Global report last; of one stream the longest period first. */
function inOrder(left: Row, right: Row): number {
  const rank = (row: Row) => `${row.isGlobalReport === true ? 1 : 0}${String(row.streamName)}`;
  return rank(left).localeCompare(rank(right)) || days(right.period) - days(left.period);
}

function days(period: unknown): number {
  return Number(/^P(\d+)D$/.exec(String(period))?.[1] ?? 0);
}

/** @example period('P90D') → '90 days' */
function period(value: unknown): string {
  return days(value) === 0 ? words(value) : `${days(value)} days`;
}
