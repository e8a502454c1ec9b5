/** How much an app was used in a stream: the sum of single days, so windows overlap as real ones do. */
import { ageOn, EVERYDAY_APPS, isAlive, type CatalogueApp } from './catalogue.js';
import { hashOf, mix, unit } from './random.js';
import type { StreamPlan } from './streams.js';
import { PERIOD_DAYS, PERIODS, type Period } from './upstream-app.js';

/** Totals of one app in one stream and period, as if everything were measured. */
export interface Tally {
  readonly users: number;
  readonly ipAddresses: number;
  readonly devices: number;
  readonly transactions: number;
  /** Bytes. */
  readonly uploaded: bigint;
  /** Bytes. */
  readonly downloaded: bigint;
  /** Day of the last use, counted from 1970-01-01 UTC. */
  readonly lastDay: number;
}

/** Tallies by period; a period without any use has none. */
export type Tallies = Readonly<Partial<Record<Period, Tally>>>;

/** How P90D's fixed bytes of an odd app shrink to the shorter periods. */
const FIXED_BYTES_DIVISOR: Readonly<Record<Period, bigint>> = { P7D: 12n, P30D: 3n, P90D: 1n };

/** Whether a log or endpoint stream sees the app at all. */
function isSeenBy(app: CatalogueApp, plan: StreamPlan): boolean {
  const lot = unit(mix(app.key, 61));
  return app.index < EVERYDAY_APPS || (lot >= plan.sees[0] && lot < plan.sees[1]);
}

function transactionsOn(app: CatalogueApp, key: number, day: number): number {
  const phase = app.key % app.cadenceDays;
  if (day % app.cadenceDays !== phase || !isAlive(app, ageOn(app, day))) return 0;
  // 1970-01-01 was a Thursday: days 2 and 3 of each seven are the weekend. Daily apps rest a little, never wholly.
  const weekday = (day % 7) + 1;
  const busy = app.cadenceDays === 1 && (weekday === 3 || weekday === 4) ? 0.3 : 1;
  if (app.oddity.tied === true) return 10;
  return Math.max(1, Math.round(app.users * 8 * busy * (0.6 + 0.8 * unit(mix(key, day)))));
}

/** Distinct users saturate with the days of use, and drift by up to a tenth from week to week. */
function usersIn(app: CatalogueApp, key: number, day: number, daysUsed: number): number {
  const drift = app.oddity.tied === true ? 1 : 0.95 + 0.1 * unit(mix(key, Math.floor(day / 7)));
  return Math.max(1, Math.round((app.users * drift * daysUsed) / (daysUsed + 2)));
}

function bytesOf(transactions: number, key: number, mostPerTransaction: number): bigint {
  return BigInt(transactions) * BigInt(Math.floor(200 + unit(key) * mostPerTransaction));
}

function fixed(bytes: bigint, period: Period): bigint {
  return bytes / FIXED_BYTES_DIVISOR[period];
}

/** The tallies of one app in one stream (not the Global report) on a day. */
export function talliesOf(app: CatalogueApp, plan: StreamPlan, streamKey: number, today: number): Tallies {
  if (!isSeenBy(app, plan)) return {};
  // Tied apps have one key for all of them: the same counts to the last byte.
  const key = app.oddity.tied === true ? streamKey : hashOf(app.key, streamKey);
  const tallies: Partial<Record<Period, Tally>> = {};
  let [transactions, daysUsed, lastDay, back] = [0, 0, 0, 0];
  for (const period of PERIODS) {
    for (; back < PERIOD_DAYS[period]; back += 1) {
      const count = transactionsOn(app, key, today - back);
      if (count === 0) continue;
      if (daysUsed === 0) lastDay = today - back;
      daysUsed += 1;
      transactions += count;
    }
    if (daysUsed === 0) continue;
    const users = usersIn(app, key, today, daysUsed);
    const { uploadBytes, downloadBytes } = app.oddity;
    tallies[period] = {
      users,
      ipAddresses: Math.round(users * (1 + unit(mix(key, 71)))),
      devices: Math.round(users * (1 + unit(mix(key, 72)) / 3)),
      transactions,
      uploaded:
        uploadBytes === undefined ? bytesOf(transactions, mix(key, 73), 40_000) : fixed(uploadBytes, period),
      downloaded:
        downloadBytes === undefined
          ? bytesOf(transactions, mix(key, 74), 900_000)
          : fixed(downloadBytes, period),
      lastDay,
    };
  }
  return tallies;
}

/** One app in the Global report: what its log streams say together. People behind two firewalls count once. */
export function combined(app: CatalogueApp, tallies: readonly Tally[], period: Period): Tally | undefined {
  const [first] = tallies;
  if (first === undefined) return undefined;
  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const most = (of: (tally: Tally) => number) => Math.max(...tallies.map(of));
  const distinct = (of: (tally: Tally) => number) => Math.round(most(of) + (sum(of) - most(of)) * 0.3);
  const bytes = (of: (tally: Tally) => bigint) => tallies.reduce((total, tally) => total + of(tally), 0n);
  const { uploadBytes, downloadBytes } = app.oddity;
  return {
    users: distinct((tally) => tally.users),
    ipAddresses: distinct((tally) => tally.ipAddresses),
    devices: 0,
    transactions: sum((tally) => tally.transactions),
    uploaded: uploadBytes === undefined ? bytes((tally) => tally.uploaded) : fixed(uploadBytes, period),
    downloaded:
      downloadBytes === undefined ? bytes((tally) => tally.downloaded) : fixed(downloadBytes, period),
    lastDay: most((tally) => tally.lastDay),
  };
}
