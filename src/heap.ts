/** How V8 keeps its heap: by how much it may grow before all garbage is collected. */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import type { Observe } from './observe/observation.js';

/**
 * While rows are read and loaded. Where memory is plentiful, V8 lets the heap grow to several times of what is in use: a
 * poll of 100,000 apps left 400 MB behind that nothing used.
 */
const LEAST_PERCENT = 25;

/** While rows are only served, when each collection takes time from answers: so much, however much is in use. */
const SERVING_BYTES = 64 * 1024 * 1024;
const MOST_PERCENT = 100;

/** Growth of a heap while rows are only served, in percent. @param usedBytes of it */
export function servingGrowth(usedBytes: number): number {
  const percent = Math.round((SERVING_BYTES / usedBytes) * 100);
  return Math.min(MOST_PERCENT, Math.max(LEAST_PERCENT, percent));
}

/** To be called once, before the heap has grown: a start has one generation in memory, and someone waits for it. */
export function boundHeap(): void {
  letGrow(MOST_PERCENT);
}

/** Keeps the heap small while a refresh runs, and gives it room afterwards; to be given all that is observed. */
export function heapKeeper(grow = letGrow): Observe {
  return ({ kind }) => {
    if (kind === 'refreshStarted') grow(LEAST_PERCENT);
    if (kind === 'serverStarted' || kind === 'refreshEnded')
      grow(servingGrowth(getHeapStatistics().used_heap_size));
  };
}

/** V8 looks at it after each collection. */
function letGrow(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}
