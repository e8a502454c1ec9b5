/**
 * When the poller runs: node-cron, without overlap, UTC unless set otherwise. Nothing in node-cron is durable, so a start
 * compares the end of the last run with the schedule and polls at once when a slot was missed. While it runs, node-cron
 * only reports slots that it missed, and after the clock was set back it waits for the old time: both are made good here.
 */
import { createTask, type ScheduledTask } from 'node-cron';
import type { Observe } from '../observe/observation.js';
import { watchClock } from './clock-watch.js';
import type { Trigger } from './run-report.js';

/** The poller's clock. */
export interface Schedule {
  /** When the next run is due; `undefined` before {@link Schedule.start} and after {@link Schedule.stop}. */
  nextRun(): Date | undefined;
  /** Runs now unless a run is under way. */
  runNow(trigger: Trigger): Promise<void>;
  /** Begins to follow the schedule. */
  start(): void;
  /** Follows another schedule from now on; a run under way goes on. */
  follow(cron: string, timeZone: string): void;
  /** Ends the schedule, cancels the run under way and waits for its end. */
  stop(): Promise<void>;
}

/** What a schedule needs. */
export interface ScheduleOptions {
  /** Five fields (minute hour day month weekday), or six with seconds first. */
  readonly cron: string;
  /** IANA name; `UTC` unless set. */
  readonly timeZone: string;
  /** One run over all tenants; must not throw. */
  readonly run: (trigger: Trigger, signal: AbortSignal) => Promise<void>;
  readonly observe: Observe;
}

/** What happens is observed; node-cron's own lines would stand between those of the log. */
const SILENT = { info: ignore, warn: ignore, error: ignore, debug: ignore };

function ignore(): void {
  return;
}

/** Slots that are looked at one by one before a last run counts as overdue without looking further. */
const MOST_SLOTS = 10_000;

/** Creates a schedule that is not running yet. */
export function createSchedule({ cron, timeZone, run, observe }: ScheduleOptions): Schedule {
  const abort = new AbortController();
  let underWay: Promise<void> | undefined;
  const runNow = (trigger: Trigger): Promise<void> => {
    if (abort.signal.aborted) return Promise.resolve();
    underWay ??= run(trigger, abort.signal).finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
  const taskOf = (expression: string, zone: string): ScheduledTask => {
    const made = createTask(expression, () => runNow('schedule'), {
      timezone: zone,
      noOverlap: true,
      suppressMissedWarning: true,
      logger: SILENT,
    });
    made.on('execution:missed', ({ date }) => {
      observe({ kind: 'scheduleMissed', at: date.toISOString() });
      void runNow('schedule');
    });
    return made;
  };
  let followed = { expression: cron, zone: timeZone };
  let task = taskOf(cron, timeZone);
  let started = false;
  const follow = (expression: string, zone: string) => {
    if (abort.signal.aborted) return;
    void task.destroy();
    followed = { expression, zone };
    task = taskOf(expression, zone);
    if (started) void task.start();
  };
  const unwatch = watchClock((before) => {
    const { expression, zone } = followed;
    follow(expression, zone);
    if (started && isOverdue(expression, zone, before, new Date())) void runNow('schedule');
  });
  return {
    nextRun: () => (abort.signal.aborted ? undefined : (task.getNextRun() ?? undefined)),
    runNow,
    start: () => {
      started = true;
      void task.start();
    },
    follow,
    async stop() {
      abort.abort();
      unwatch();
      await task.destroy();
      await underWay;
    },
  };
}

/**
 * Whether a slot of the schedule lies between the end of the last run and now (or there was no run yet).
 * @param lastEnd end of the last run that renewed everything
 */
export function isOverdue(cron: string, timeZone: string, lastEnd: Date | undefined, now: Date): boolean {
  if (lastEnd === undefined) return true;
  const stepMs = cron.trim().split(/\s+/).length > 5 ? 1000 : 60_000;
  const first = Math.ceil((lastEnd.getTime() + 1) / stepMs) * stepMs;
  if ((now.getTime() - first) / stepMs > MOST_SLOTS) return true;
  const task = createTask(cron, () => undefined, { timezone: timeZone });
  try {
    for (let slot = first; slot <= now.getTime(); slot += stepMs) {
      if (task.match(new Date(slot))) return true;
    }
    return false;
  } finally {
    void task.destroy();
  }
}
