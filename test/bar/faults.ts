import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { refreshTenant } from '../../src/refresh/refresh.js';
import type { PolledTenant } from '../../src/refresh/run.js';
import { FAULT_NAMES, type FaultName } from '../../src/sample-tenant/faults.js';
import { RunningFeed, rowsOf } from '../feed/running-feed.js';
import { USAGE_FIELDS, usageRows, fingerprints, type UsageRow } from '../feed/usage-rows.js';
import { polled, SETTINGS, SHORT_CALENDAR_MS } from '../refresh/polled-tenant.js';
import { Dice, errorText, Faults, type Asked, type Figure, type Row } from './row.js';

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.parse('2026-03-02T12:00:00Z');
/** Two pages a stream upstream, several of ours. */
const APPS = 104;
const READ_EVERY_MS = 80;
/** Faults that hang are given up on after this. */
const PATIENCE = { graph: { timeoutMs: 400, maxBodyBytes: 1024 * 1024 } };

/** What a fault makes of rows that it spoils without being noticed as a failure: these fields are null, or as sent. */
const SPOILT: Partial<Record<FaultName, readonly (keyof UsageRow)[]>> = {
  wrongType: ['userCount', 'riskScore', 'tags', 'lastSeenDateTime'],
  impossibleCounts: ['userCount', 'transactionCount', 'deviceCount'],
  unknownEnum: ['category'],
};

/**
 * These strike the first page only: on the second one they are a stream that has lost a few rows, which no poller can tell
 * from one that has.
 */
const SHORTENING: readonly FaultName[] = ['emptyAnswer', 'halfRows'];

interface Struck {
  readonly feed: RunningFeed;
  readonly tenant: PolledTenant;
  readonly faults: Faults;
  runs: number;
  reads: number;
  generations: number;
}

async function run({ long, broken, seed, say }: Asked): Promise<Figure> {
  const rounds = long ? 12 : 1;
  const feed = await RunningFeed.start({
    sample: { seed, apps: APPS, streams: 3, today: new Date(FIRST_DAY) },
    env: { PAGE_SIZE: '90', PERIODS: 'P90D' },
  });
  const state: Struck = {
    feed,
    tenant: polled(feed.sample, PATIENCE),
    faults: new Faults(),
    ...{ runs: 0, reads: 0, generations: 0 },
  };
  feed.store.onPublished(() => (state.generations += 1));
  const dice = new Dice(seed);
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const fault of FAULT_NAMES) await strike(state, fault, { dice, loses: broken !== undefined });
      if (long) say(`${state.runs} runs, ${state.reads} loads beside them`);
    }
  } finally {
    await feed.close();
  }
  return {
    counted: `${FAULT_NAMES.length} faults × ${rounds}, ${state.runs} runs, ${state.generations} generations, ${state.reads} loads beside and after them`,
    faults: state.faults.list,
  };
}

/** A day passes; a run with the fault, read all the while; then a run without it. */
async function strike(
  state: Struck,
  fault: FaultName,
  { dice, loses }: { readonly dice: Dice; readonly loses: boolean },
): Promise<void> {
  const { feed, faults } = state;
  const before = usageRows(feed.sample.tenant);
  feed.sample.setToday(new Date(FIRST_DAY + (state.runs / 2 + 1) * DAY_MS));
  const today = usageRows(feed.sample.tenant);
  const { skip, ...always } = placeOf(feed, dice);
  const rule = SHORTENING.includes(fault) || skip === undefined ? always : { ...always, skip };
  const title = `${fault} on ${rule.on} (${rule.times === undefined ? 'once' : 'always'})`;
  const fields = USAGE_FIELDS.filter((name) => SPOILT[fault]?.includes(name) !== true);
  const may = byStream([before, today], fields);
  const check = async (allowed: Allowed, shown: readonly (keyof UsageRow)[]) => {
    await readAndCheck(state, allowed, shown).catch((error: unknown) => {
      faults.add(`${title}: ${errorText(error)}`);
    });
  };

  feed.sample.graph.inject({ fault, dripMs: 50, ...rule });
  let running = true;
  const polling = poll(state).finally(() => (running = false));
  while (running) {
    await check(may, fields);
    await wait(READ_EVERY_MS);
  }
  await polling;
  feed.sample.graph.clearFaults();
  if (loses) await loseStream(feed);
  await check(may, fields);

  await poll(state);
  await check(byStream([today], USAGE_FIELDS), USAGE_FIELDS);
}

interface Placed {
  readonly on: 'usage' | 'streams';
  readonly streamId?: string;
  readonly skip?: number;
  readonly times?: number;
}

/** Where a fault strikes, by the dice: the listing or one stream, its first page or the one after, once or always. */
function placeOf(feed: RunningFeed, dice: Dice): Placed {
  const times = dice.below(2) === 0 ? {} : { times: Number.POSITIVE_INFINITY };
  if (dice.below(4) === 0) return { on: 'streams', ...times };
  const { id } = dice.pick(feed.sample.tenant.streams);
  return { on: 'usage', streamId: id, ...(dice.below(3) === 0 && { skip: 100 }), ...times };
}

async function poll(state: Struck): Promise<void> {
  const { feed, tenant } = state;
  state.runs += 1;
  const now = () => new Date(SHORT_CALENDAR_MS + state.runs * 3_600_000);
  const settings = { ...SETTINGS, periods: ['P90D' as const] };
  const deps = { store: feed.store, settings, observe: () => undefined, now, nextRun: () => undefined };
  await refreshTenant(tenant, deps, 'command', new AbortController().signal);
}

/** Breaks it on purpose: what a poller without "never less" does. */
async function loseStream({ store }: RunningFeed): Promise<void> {
  const draft = await store.draft();
  const lost = draft.partitions().find(({ set }) => set === 'DiscoveredApps');
  if (lost !== undefined) draft.drop(lost);
  await draft.commit();
}

/** Digests of the rows that each stream may show. */
type Allowed = ReadonlyMap<string, ReadonlySet<string>>;

function byStream(days: readonly (readonly UsageRow[])[], fields: readonly (keyof UsageRow)[]): Allowed {
  const allowed = new Map<string, Set<string>>();
  for (const rows of days)
    for (const stream of new Set(rows.map(({ streamId }) => streamId))) {
      const own = rows.filter(({ streamId }) => streamId === stream);
      allowed.set(stream, (allowed.get(stream) ?? new Set()).add(digest(own, fields)));
    }
  return allowed;
}

function digest(rows: readonly UsageRow[], fields: readonly (keyof UsageRow)[]): string {
  const shown = rows.map((row) => Object.fromEntries(fields.map((name) => [name, row[name]])));
  return createHash('sha256').update(fingerprints(shown).join('\n')).digest('hex');
}

/** A whole load. @throws Error when a page is not answered, a stream is missing, or its rows are no day's */
async function readAndCheck(state: Struck, may: Allowed, fields: readonly (keyof UsageRow)[]): Promise<void> {
  const pages = await state.feed.pages('/odata/DiscoveredApps', { 'Accept-Encoding': 'gzip' });
  state.reads += 1;
  const shown = byStream([rowsOf(pages) as unknown as UsageRow[]], fields);
  if (shown.size !== may.size) throw new Error(`lost: ${shown.size} of ${may.size} streams`);
  for (const [stream, [own = '']] of shown)
    if (may.get(stream)?.has(own) !== true) throw new Error('wrong: rows of a stream that are no day’s');
}

/** Graph at its worst. */
export const faults: Row = {
  promise: `${FAULT_NAMES.length} faults between poller and Graph: nothing wrong or lost, the feed answers throughout, one good poll mends all`,
  breaks: { less: 'a stream whose poll failed is left out' },
  run,
};
