/**
 * When the poller runs: by a cron expression, which node-cron reads, in UTC unless set otherwise, without overlap.
 *
 * The clock is looked at every second, and not waited for by node-cron's own timer: after a sleep or a clock that was set,
 * that one walks through every slot since then in one piece (a month of seconds: minutes, and gigabytes), and after the
 * clock was set back it waits for the old time. Nothing in node-cron is durable, so a start compares the end of the last
 * run with the schedule and polls at once when a slot was missed.
 */
import { createTask, type ScheduledTask } from 'node-cron';
import type { Observe } from '../observe/observation.js';
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

const LOOK_EVERY_MS = 1000;
/** By what time services correct step by step, and what a busy event loop makes of a timer, nobody has set the clock. */
const JUMP_MS = 5000;

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
  const slots = new Slots(cron, timeZone);
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    const reached = slots.reached();
    if (reached !== undefined) {
      if (Date.now() - reached.getTime() > JUMP_MS)
        observe({ kind: 'scheduleMissed', at: reached.toISOString() });
      void runNow('schedule');
    }
    const dueMs = slots.next.getTime() - Date.now();
    timer = setTimeout(look, Math.min(Math.max(dueMs, 0), LOOK_EVERY_MS));
  };
  return {
    nextRun: () => (timer === undefined ? undefined : slots.next),
    runNow,
    start: () => {
      clearTimeout(timer);
      look();
    },
    follow: (expression, zone) => {
      if (!abort.signal.aborted) slots.follow(expression, zone);
    },
    async stop() {
      abort.abort();
      clearTimeout(timer);
      timer = undefined;
      slots.end();
      await underWay;
    },
  };
}

/** The moments of a cron expression, one after the other. */
class Slots {
  #task: ScheduledTask;
  #next: Date;
  #lookedAtMs = 0;

  constructor(cron: string, timeZone: string) {
    this.#task = taskOf(cron, timeZone);
    this.#next = this.#fromNow();
  }

  /** The one that is waited for. */
  get next(): Date {
    return this.#next;
  }

  follow(cron: string, timeZone: string): void {
    this.end();
    this.#task = taskOf(cron, timeZone);
    this.#next = this.#fromNow();
  }

  /** The slot that was waited for, once it is there; others that went by since then are passed over. */
  reached(): Date | undefined {
    const nowMs = Date.now();
    const wasSetBack = nowMs < this.#lookedAtMs - JUMP_MS;
    const slot = this.#next;
    const isThere = slot.getTime() <= nowMs;
    if (isThere || wasSetBack) this.#next = this.#fromNow();
    this.#lookedAtMs = nowMs;
    return isThere ? slot : undefined;
  }

  end(): void {
    void this.#task.destroy();
  }

  #fromNow(): Date {
    const [next] = this.#task.getNextRuns(1);
    if (next === undefined) throw new Error('The schedule has no slot.');
    return next;
  }
}

/** An expression as node-cron reads it; the task itself is never started. */
function taskOf(cron: string, timeZone: string): ScheduledTask {
  return createTask(cron, () => undefined, { timezone: timeZone });
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
  const task = taskOf(cron, timeZone);
  try {
    for (let slot = first; slot <= now.getTime(); slot += stepMs) {
      if (task.match(new Date(slot))) return true;
    }
    return false;
  } finally {
    void task.destroy();
  }
}
