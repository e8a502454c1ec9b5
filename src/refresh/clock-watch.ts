/**
 * Notices that the clock was set, or that the machine slept. Timers wait by a clock that only runs forward, so one that
 * waits for a time of day waits as much too long as the clock was set back, and sleeps as long as the machine did.
 */
import { performance } from 'node:perf_hooks';

const LOOK_EVERY_MS = 1000;
/** What time services correct step by step, and what a busy event loop makes of a timer, is no jump. */
const JUMP_MS = 5000;

/**
 * Looks every second.
 *
 * @param jumped - is told where the clock stood when it was last looked at
 * @returns the function that ends the watch
 */
export function watchClock(jumped: (before: Date) => void): () => void {
  let wallMs = Date.now();
  let steadyMs = performance.now();
  const look = () => {
    const before = wallMs;
    const movedMs = Date.now() - wallMs;
    const passedMs = performance.now() - steadyMs;
    wallMs += movedMs;
    steadyMs += passedMs;
    if (Math.abs(movedMs - passedMs) > JUMP_MS) jumped(new Date(before));
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
