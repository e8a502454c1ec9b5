/**
 * The candidate that a person probably meant, or undefined when none is near: case and separators do not count, then
 * one slip (letter missing, too many, wrong, or swapped with its neighbour) in every three letters.
 */
export function nearest(given: string, candidates: readonly string[]): string | undefined {
  const plain = plainly(given);
  const ranked = candidates
    .map((candidate) => ({ candidate, slips: slips(plain, plainly(candidate)) }))
    .sort((a, b) => a.slips - b.slips);
  const [best] = ranked;
  return best !== undefined && best.slips <= Math.max(1, Math.floor(plain.length / 3))
    ? best.candidate
    : undefined;
}

/** Fewest slips (optimal string alignment distance) between two words; meant for names, quadratic in their length. */
export function slips(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 20 || a.length > 100) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      next.push(
        Math.min(
          at(last, column) + 1,
          at(next, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    before = last;
    last = next;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}

function plainly(name: string): string {
  return name.toLowerCase().replace(/[-_$]/g, '');
}
