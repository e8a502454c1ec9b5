/** Order of two items by index: negative, 0 or positive. Total: never 0 for different items. */
export type IndexOrder = (left: number, right: number) => number;

/**
 * The first `count` of the items 0 … `size - 1` in order. For a small `count` a bounded heap (one pass, a page of a large
 * set), else a full sort.
 */
export function smallest(items: Uint32Array, count: number, order: IndexOrder): Uint32Array {
  if (count * 4 >= items.length) return items.slice().sort(order).subarray(0, count);
  const heap = items.slice(0, count);
  for (let at = (count >>> 1) - 1; at >= 0; at--) sink(heap, at, order);
  for (let at = count; count > 0 && at < items.length; at++) {
    const item = items[at] ?? 0;
    if (order(item, heap[0] ?? 0) >= 0) continue;
    heap[0] = item;
    sink(heap, 0, order);
  }
  return heap.sort(order);
}

/** Restores the heap (largest first) below `from`. */
function sink(heap: Uint32Array, from: number, order: IndexOrder): void {
  const item = heap[from] ?? 0;
  let at = from;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && order(heap[child + 1] ?? 0, heap[child] ?? 0) > 0) child++;
    if (order(heap[child] ?? 0, item) <= 0) break;
    heap[at] = heap[child] ?? 0;
    at = child;
  }
  heap[at] = item;
}
