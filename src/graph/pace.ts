/** Not more requests a second than the tenant should bear. */
import type { Sleep } from './retry.js';

/** Hands out turns, evenly spread. */
export interface Pace {
  /** Resolves when the next request may go; rejects with the signal's reason when it aborts. */
  turn(signal: AbortSignal): Promise<void>;
}

/** What a pace needs to know. */
export interface PaceOptions {
  /** 0 is unpaced. */
  readonly requestsPerSecond: number;
  readonly sleep: Sleep;
  /** A clock in milliseconds that never runs backwards. Default performance.now. */
  readonly now?: () => number;
}

/** Every request takes the next free turn; turns that nobody took are not saved up for a burst. */
export function createPace({ requestsPerSecond, sleep, now = () => performance.now() }: PaceOptions): Pace {
  if (requestsPerSecond <= 0) return { turn: () => Promise.resolve() };
  const everyMs = 1000 / requestsPerSecond;
  let nextAt = 0;
  return {
    async turn(signal) {
      const at = Math.max(now(), nextAt);
      nextAt = at + everyMs;
      const waitMs = at - now();
      if (waitMs > 0) await sleep(waitMs, signal);
    },
  };
}
