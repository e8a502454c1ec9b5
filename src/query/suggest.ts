/** The nearest valid name, for "Did you mean …?". */

/** Longer names are typing mistakes of nothing that we have, and are not worth the comparison. */
const MAX_COMPARED_LENGTH = 64;

/**
 * The candidate that the name most likely means: equal but for case, else at most a third of its letters away.
 * `undefined` when none is near.
 *
 * @example nearest('riskscor', ['riskScore', 'category']) → 'riskScore'
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > MAX_COMPARED_LENGTH) return undefined;
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The hint for an unknown name; `otherwise` when no candidate is near. */
export function didYouMean(name: string, candidates: Iterable<string>, otherwise: string): string {
  const found = nearest(name, candidates);
  return found === undefined ? otherwise : `Did you mean '${found}'?`;
}

/** Levenshtein distance, with a swap of two neighbours counted as one; at least `limit` when it is not below it. */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (beforePrevious[column - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[to.length] ?? limit;
}
