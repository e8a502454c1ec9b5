/** When to ask again: Retry-After, back-off with full jitter, one pause for the whole tenant, and a budget per run. */

/** Waits; rejects when the signal aborts. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Requests for one answer, the first included. */
export const MOST_ATTEMPTS = 8;
/** The same for answers that are no JSON: a proxy that answers for Graph rarely changes its mind. */
export const MOST_UNREADABLE_ATTEMPTS = 3;

const FIRST_BACK_OFF_MS = 1000;
const LONGEST_BACK_OFF_MS = 60_000;
const LONGEST_RETRY_AFTER_MS = 300_000;

/**
 * Milliseconds that a Retry-After header asks for (RFC 9110 section 10.2.3: seconds or an HTTP-date), at most five
 * minutes; `undefined` when it is absent, garbage, zero or past, and back-off decides.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : httpDate(text) - now;
  return ms > 0 ? Math.min(ms, LONGEST_RETRY_AFTER_MS) : undefined;
}

/** Date.parse takes nearly anything for a date: only what begins like an HTTP-date may be one. NaN otherwise. */
function httpDate(text: string): number {
  return /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /.test(text) ? Date.parse(text) : Number.NaN;
}

/**
 * Exponential back-off with full jitter, at least a tenth of its range so that it never hammers.
 * @param attempt 1 after the first failure
 * @param random 0 ≤ x < 1
 */
export function backOffMs(attempt: number, random: number): number {
  const range = Math.min(FIRST_BACK_OFF_MS * 2 ** (attempt - 1), LONGEST_BACK_OFF_MS);
  return Math.round(range * (0.1 + 0.9 * random));
}

/** What one run may still wait, and the pause that all its requests keep after a 429. */
export class Patience {
  #leftMs: number;
  #pause: Promise<void> = Promise.resolve();
  readonly #sleep: Sleep;

  constructor(budgetMs: number, sleep: Sleep) {
    this.#leftMs = budgetMs;
    this.#sleep = sleep;
  }

  /** Takes the wait from the budget; false when the budget does not allow it any more. */
  grant(waitMs: number): boolean {
    if (waitMs > this.#leftMs) return false;
    this.#leftMs -= waitMs;
    return true;
  }

  /** Waits alone. */
  async wait(waitMs: number, signal: AbortSignal): Promise<void> {
    await this.#sleep(waitMs, signal);
  }

  /** Waits, and lets every other request of the tenant wait as well. */
  async pauseAll(waitMs: number, signal: AbortSignal): Promise<void> {
    const mine = this.#sleep(waitMs, signal);
    this.#pause = Promise.allSettled([this.#pause, mine]).then(() => undefined);
    await mine;
  }

  /** Resolves when no pause is on. */
  async calm(): Promise<void> {
    let seen: Promise<void>;
    do {
      seen = this.#pause;
      await seen;
    } while (seen !== this.#pause);
  }
}
