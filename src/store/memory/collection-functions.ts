/**
 * Functions of collections. Spec: URL Conventions 4.01, section 5.1.1.5 (functions that take strings or collections)
 * and 5.1.1.6 (collection functions).
 */
import type { EdmValue } from '../../model/edm-value.js';
import { areEqual } from './compare.js';

type Items = readonly EdmValue[];

/** Position of the first run of items of `items` that equals `searched`, or -1. */
export function indexOfItems(items: Items, searched: Items): number {
  for (let at = 0; at + searched.length <= items.length; at++) {
    if (areEqual(items.slice(at, at + searched.length), searched)) return at;
  }
  return -1;
}

/** Items from a zero-based position, `count` of them or the rest; negative numbers count as 0. */
export function itemsFrom(items: Items, from: number, count = Infinity): Items {
  const start = Math.max(0, from);
  return items.slice(start, start + Math.max(0, count));
}

/** Whether `items` becomes `wanted` by removing and reordering items. */
export function hassubset(items: Items, wanted: Items): boolean {
  const left = new Map<EdmValue, number>();
  for (const item of items) left.set(item, (left.get(item) ?? 0) + 1);
  return wanted.every((item) => {
    const remaining = left.get(item) ?? 0;
    left.set(item, remaining - 1);
    return remaining > 0;
  });
}

/** Whether `items` becomes `wanted` by removing items. */
export function hassubsequence(items: Items, wanted: Items): boolean {
  let at = 0;
  for (const item of items) if (at < wanted.length && areEqual(item, wanted[at] ?? null)) at++;
  return at === wanted.length;
}
