/** Ranks: the order of the values of a dictionary. */
import { compareValues, type EdmValue } from '../../model/edm-value.js';

/**
 * All codes in the order of their values. What is known already is not sorted again: after a refresh a few values are
 * new, and sorting a hundred thousand texts would hold every reader up.
 *
 * @param ordered the codes below `ordered.length` in that order
 */
export function orderedCodes(
  valueOf: (code: number) => EdmValue,
  size: number,
  ordered: Uint32Array,
): Uint32Array {
  const compare = (left: number, right: number) => compareValues(valueOf(left), valueOf(right));
  const added = Uint32Array.from({ length: size - ordered.length }, (_, at) => ordered.length + at).sort(
    compare,
  );
  if (ordered.length === 0) return added;
  const merged = new Uint32Array(size);
  let from = 0;
  added.forEach((code, place) => {
    const to = placeOf(code, ordered, from, compare);
    merged.set(ordered.subarray(from, to), from + place);
    merged[to + place] = code;
    from = to;
  });
  merged.set(ordered.subarray(from), from + added.length);
  return merged;
}

/** The first place from `low` on whose code is not lower. */
function placeOf(
  code: number,
  ordered: Uint32Array,
  low: number,
  compare: (left: number, right: number) => number,
): number {
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(ordered[middle] ?? 0, code) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** By code: the place of its value among the distinct ones; equal values have equal ranks. */
export function ranksOf(valueOf: (code: number) => EdmValue, ordered: Uint32Array): Uint32Array {
  const ranks = new Uint32Array(ordered.length);
  let rank = 0;
  for (let at = 1; at < ordered.length; at++) {
    const code = ordered[at] ?? 0;
    if (valueOf(ordered[at - 1] ?? 0) !== valueOf(code)) rank++;
    ranks[code] = rank;
  }
  return ranks;
}
