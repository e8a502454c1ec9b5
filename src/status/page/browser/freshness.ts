/** Is the data fresh? One line for everybody, and below it each stream and the last refreshes. */
import { byId, dataTable, element } from './elements.js';
import { FeedProblem, type Feed, type Row } from './feed.js';
import { count, distance, moment, NONE, words } from './format.js';
import { feedPath } from './odata-url.js';
import type { Readable } from './readable.js';
import { verdictOf, type Verdict } from './verdict.js';

/** Refreshes that are listed. */
const REFRESHES = 8;

/** The verdict of the probe alone, for visitors who may read nothing. */
export async function showHealth(): Promise<void> {
  const answer = await fetch('ready', { cache: 'no-store' })
    .then(async (response) => (await response.json()) as { status: string })
    .catch(() => undefined);
  if (answer === undefined) show({ tone: 'bad', words: 'The server does not answer.' });
  else if (answer.status === 'ready') show({ tone: 'good', words: 'The server is up and has data.' });
  else show({ tone: 'warn', words: `The server is up: ${answer.status}.` });
}

/** Fills both places. @throws FeedProblem */
export async function showFreshness(feed: Feed, readable: Readable): Promise<void> {
  const read = (set: string, needs: readonly string[], path: string) =>
    readable.has(set, ...needs) ? feed.rows(path).catch(noneYet) : Promise.resolve([]);
  const newest = feedPath('Refreshes', { $orderby: 'startDateTime desc', $top: String(REFRESHES) });
  const [tenants, streams, refreshes] = await Promise.all([
    read('Tenants', [], 'Tenants'),
    read('Streams', ['displayName'], feedPath('Streams', { $orderby: 'displayName' })),
    read('Refreshes', ['startDateTime'], newest),
  ]);
  const now = Date.now();
  show(verdictOf(tenants, streams, now), ...tenants.map((tenant) => tenantLine(tenant, now)));
  const section = byId('freshness');
  section.replaceChildren(
    element('h2', { id: 'freshness-title' }, 'Streams and refreshes'),
    ...listing('Streams (Cloud Discovery reports)', STREAM_HEADS, streams.map(streamCells)),
    ...listing('The last refreshes', REFRESH_HEADS, refreshes.map(refreshCells)),
  );
  section.hidden = streams.length + refreshes.length === 0;
}

/** A heading and its table; nothing where there are no rows. */
function listing(title: string, heads: readonly string[], rows: readonly (Node | string)[][]): HTMLElement[] {
  return rows.length === 0 ? [] : [element('h3', {}, title), dataTable(title, heads, rows)];
}

/** Before the first refresh has ended well there are no streams, and that is no failure here: the line says so. */
function noneYet(thrown: unknown): readonly Row[] {
  if (thrown instanceof FeedProblem && thrown.code === 'STORE_EMPTY') return [];
  throw thrown;
}

function show({ tone, words: said }: Verdict, ...lines: readonly HTMLElement[]): void {
  const sign = { good: '✓', warn: '!', bad: '✕', unknown: '…' }[tone];
  byId('health').replaceChildren(
    element('p', { class: tone }, element('span', { 'aria-hidden': 'true' }, `${sign} `), said),
    ...lines,
  );
}

function tenantLine(tenant: Row, now: number): HTMLElement {
  const { displayName, id, lastSuccessfulRefreshDateTime: last, nextRefreshDateTime: next } = tenant;
  return element(
    'p',
    {},
    `${words(displayName ?? id)}: last renewed `,
    last == null ? 'never' : time(last, distance(last, now)),
    ...(next == null ? [] : ['; next refresh ', time(next, distance(next, now))]),
    '.',
  );
}

function time(value: unknown, said: string): HTMLElement {
  return element('time', { datetime: String(value), title: moment(value) }, said);
}

const STREAM_HEADS = ['Stream', 'State', 'Source last got data', 'Rows fetched', '#Apps'];

function streamCells(stream: Row): (Node | string)[] {
  const { isStale, staleReason, isGlobalReport } = stream;
  const name = words(stream.displayName ?? stream.id);
  return [
    isGlobalReport === true && name !== 'Global report' ? `${name} (Global report)` : name,
    isStale === true
      ? element('span', {}, element('strong', { class: 'warn' }, 'Stale. '), words(staleReason))
      : element('span', { class: 'good' }, 'Fresh'),
    moment(stream.lastDataReceivedDateTime),
    moment(stream.rowsDateTime),
    count(stream.appCount),
  ];
}

const REFRESH_HEADS = ['Began', 'Result', 'Why it ran', '#Took', '#Rows', 'What went wrong'];
const TONES: Readonly<Record<string, string>> = { succeeded: 'good', failed: 'bad', partial: 'warn' };

function refreshCells(refresh: Row): (Node | string)[] {
  const { status, errorMessage, errorHint, durationSeconds } = refresh;
  const wrong = [errorMessage, errorHint].filter((each) => typeof each === 'string').join(' ');
  return [
    moment(refresh.startDateTime),
    element('span', { class: TONES[String(status)] ?? 'unknown' }, words(status)),
    words(refresh.trigger),
    typeof durationSeconds === 'number' ? `${count(durationSeconds)} s` : NONE,
    count(refresh.rowCount),
    words(wrong),
  ];
}
