/** The poller: one run over all tenants, by schedule or by itself. */
import type { Settings } from './config/settings.js';
import type { TenantSettings } from './config/tenant-settings.js';
import type { FeedError } from './errors.js';
import type { Observe } from './observe/observation.js';
import { publishFirstGeneration } from './refresh/first-generation.js';
import type { RunReport, Trigger } from './refresh/run-report.js';
import { createSchedule, isOverdue, type Schedule } from './refresh/schedule.js';
import { refreshSettings } from './refresh-settings.js';
import type { OpenFeed } from './server.js';
import { lastSuccess, polledTenant, refreshAll } from './write-line.js';

/** What polls by schedule. */
export interface Poller {
  readonly schedule: Schedule;
  /** @returns whether the first run is due at once */
  readonly begin: () => boolean;
  /** Takes settings over that were read again. */
  readonly apply: (next: Settings) => void;
}

/** One run over all tenants, outside any schedule: `discovery-feed refresh`. */
export async function refreshOnce(
  feed: OpenFeed,
  settings: Settings,
  observe: Observe,
  signal: AbortSignal,
): Promise<{ reports: RunReport[]; error?: FeedError }> {
  const deps = { store: feed.store, settings: refreshSettings(settings), observe, now: () => new Date() };
  await publishFirstGeneration(feed.store, feed.tenants, deps.settings.riskBands);
  const tenants = feed.tenants.map((tenant) => polledTenant(tenant, settings, observe));
  return refreshAll(tenants, { ...deps, nextRun: () => undefined }, 'command', signal);
}

/** The tenants of an open feed, polled by schedule; the first run is due with `begin`. */
export function createPoller(feed: OpenFeed, settings: Settings, observe: Observe): Poller {
  const now = () => new Date();
  const partsOf = (inForce: Settings, tenants: readonly TenantSettings[]) => ({
    tenants: tenants.map((tenant) => polledTenant(tenant, inForce, observe)),
    deps: { store: feed.store, settings: refreshSettings(inForce), observe, now },
  });
  let parts = partsOf(settings, feed.tenants);
  const run = async (trigger: Trigger, signal: AbortSignal) => {
    const { tenants, deps } = parts;
    await refreshAll(tenants, { ...deps, nextRun: () => schedule.nextRun() }, trigger, signal);
  };
  const { pollCron: cron, pollTimeZone: timeZone } = settings;
  const schedule = createSchedule({ cron, timeZone, run, observe });
  return {
    schedule,
    begin() {
      schedule.start();
      const { tenants, deps } = parts;
      const overdue = isOverdue(cron, timeZone, lastSuccess(feed.store, tenants, deps.settings), now());
      if (overdue) void schedule.runNow('start');
      return overdue;
    },
    apply(next) {
      parts = partsOf(next, next.mode === 'sample' ? feed.tenants : next.tenants);
      schedule.follow(next.pollCron, next.pollTimeZone);
    },
  };
}
