/** How V8 keeps its heap: by how much it may grow before all garbage is collected. */
import { setFlagsFromString } from 'node:v8';
import type { Observe } from './observe/observation.js';

/**
 * While a refresh runs. Where memory is plentiful, V8 lets the heap grow to several times of what is in use: a poll of
 * 100,000 apps left 400 MB behind that nothing used.
 */
const REFRESHING_PERCENT = 25;

/** At a start, and while rows are only served: each collection takes time from answers, and what is in use is little. */
const SERVING_PERCENT = 100;

/** To be called once, before the heap has grown: a start has one generation in memory, and someone waits for it. */
export function boundHeap(): void {
  letGrow(SERVING_PERCENT);
}

/** Keeps the heap small while a refresh runs, and gives it room afterwards; to be given all that is observed. */
export function heapKeeper(grow = letGrow): Observe {
  return ({ kind }) => {
    if (kind === 'refreshStarted') grow(REFRESHING_PERCENT);
    if (kind === 'refreshEnded') grow(SERVING_PERCENT);
  };
}

/** V8 looks at it after each collection. */
function letGrow(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}
