/** Which day's rows a reader was given: each generation of a served feed is one day's, so a mixture is no day's. */
import { createHash } from 'node:crypto';
import type { SampleTenant } from '../../src/sample-tenant/tenant.js';
import { fingerprints, keyOf, usageRows, type UsageRow } from '../feed/usage-rows.js';

const DAY_MS = 86_400_000;

/** The days that the feed may show, worked out from upstream's own data. */
export class Days {
  readonly #byDigest = new Map<string, Date>();
  readonly #keys = new Map<string, Set<string>>();
  #known: number;

  constructor(
    private readonly tenant: SampleTenant,
    first: Date,
  ) {
    this.#known = first.getTime() - 2 * DAY_MS;
  }

  /**
   * The day whose rows these are, all of them and no others.
   *
   * @param until the last day that upstream has shown
   * @throws Error that says what is wrong: rows twice, rows missing, or rows of several days
   */
  dayOf(rows: readonly Record<string, unknown>[], until: Date): Date {
    this.#learn(until);
    const keys = new Set(rows.map((row) => keyOf(row as unknown as UsageRow)));
    if (keys.size < rows.length) throw new Error('duplicates: rows came twice');
    const day = this.#byDigest.get(digest(rows));
    if (day !== undefined) return day;
    const isComplete = [...this.#keys.values()].some(
      (known) => known.size === keys.size && [...known].every((key) => keys.has(key)),
    );
    throw new Error(isComplete ? 'a mixture: no day has these rows' : 'gaps: no day has these keys');
  }

  #learn(until: Date): void {
    while (this.#known < until.getTime()) {
      this.#known += DAY_MS;
      const day = new Date(this.#known);
      const rows = usageRows(this.tenant.on(day));
      this.#byDigest.set(digest(rows), day);
      this.#keys.set(day.toISOString(), new Set(rows.map(keyOf)));
      // Readers never look back further than the generations that are kept.
      if (this.#keys.size > 100) this.#keys.delete(this.#keys.keys().next().value ?? '');
    }
  }
}

function digest(rows: readonly object[]): string {
  return createHash('sha256').update(fingerprints(rows).join('\n')).digest('hex');
}
