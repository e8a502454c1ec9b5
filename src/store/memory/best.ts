/**
 * topcount, bottomcount, topsum, bottomsum, toppercent, bottompercent: rows with the largest or lowest values until an
 * amount is reached, in the order in which they came in. Among equal values the earlier row is taken.
 *
 * Spec: Data Aggregation 4.0, 3.3.1.
 */
import type { Transformation } from '../../query/plan.js';
import { Total } from './aggregate.js';
import { countedRows, keepPlaces, type Frame } from './frame.js';
import type { Evaluator, Scope } from './scope.js';
import { smallest } from './smallest.js';
import { sortKey } from './sort-keys.js';

type Best = Extract<Transformation, { kind: 'best' }>;

/** The best rows of each segment. */
export function bestRows(best: Best, frame: Frame, scope: Scope): Frame {
  const { rows, bounds } = frame;
  const evaluate = scope.compile(best.value);
  const key = sortKey({ expr: best.value, descending: !best.lowest }, scope, evaluate).gather(
    rows,
    undefined,
  );
  const order = (left: number, right: number) => key.compare(left, right) || left - right;
  const places = countedRows(rows.length);
  const taken = new Uint8Array(rows.length);
  for (let segment = 0; segment + 1 < bounds.length; segment++) {
    const own = places.subarray(bounds[segment], bounds[segment + 1]);
    const count = best.by === 'count' ? Math.min(best.amount, own.length) : own.length;
    const ordered = smallest(own, count, order);
    const end = best.by === 'count' ? count : reached(best, ordered, rows, evaluate);
    for (let at = 0; at < end; at++) taken[ordered[at] ?? 0] = 1;
  }
  return keepPlaces(frame, (place) => taken[place] === 1);
}

/** How many of the ordered places it takes until their sum is what is wanted. */
function reached(best: Best, ordered: Uint32Array, rows: Uint32Array, evaluate: Evaluator): number {
  const floating = best.value.type === 'Edm.Double' || best.value.type === 'Edm.Single';
  const whole = new Total(floating);
  if (best.by === 'percent') for (const place of ordered) whole.add(evaluate(rows[place] ?? 0));
  const isReached =
    best.by === 'sum' ? (sum: number | bigint) => sum >= best.amount : percentOf(best.amount, whole.value);
  const sum = new Total(floating);
  let taken = 0;
  while (taken < ordered.length && !isReached(sum.value)) sum.add(evaluate(rows[ordered[taken++] ?? 0] ?? 0));
  return taken;
}

/** Whether a sum is at least that many percent of the whole; of nothing, no sum is. */
function percentOf(percent: number, whole: number | bigint): (sum: number | bigint) => boolean {
  const total = Number(whole);
  const wanted = percent * total;
  if (total === 0) return () => false;
  return total > 0 ? (sum) => Number(sum) * 100 >= wanted : (sum) => Number(sum) * 100 <= wanted;
}
