/** A row of the bar: something that the feed must survive, as a run that counts what it saw. */

/** What a run is asked for. */
export interface Asked {
  /** The form for people with time; the other one is for continuous integration. */
  readonly long: boolean;
  /** One of the row's {@link Row.breaks}: breaks the invariant on purpose, so that the run has to notice. */
  readonly broken: string | undefined;
  readonly seed: number;
  /** Figures on the way, for long runs. */
  readonly say: (text: string) => void;
}

/** What a run saw. */
export interface Figure {
  /** What was counted and measured, as one line. */
  readonly counted: string;
  /** What must not be; empty when the row holds. */
  readonly faults: readonly string[];
}

export interface Row {
  /** What happens, and what holds all the same. */
  readonly promise: string;
  /** Ways to break it on purpose, each with what it does. */
  readonly breaks: Readonly<Record<string, string>>;
  readonly run: (asked: Asked) => Promise<Figure>;
}

/** Faults as they are found: each kind is kept once, and counted. */
export class Faults {
  readonly #times = new Map<string, number>();

  add(what: string): void {
    this.#times.set(what, (this.#times.get(what) ?? 0) + 1);
  }

  /** Adds it unless the condition holds. */
  unless(holds: boolean, what: string): void {
    if (!holds) this.add(what);
  }

  get list(): string[] {
    return [...this.#times].map(([what, times]) => (times === 1 ? what : `${what} (${times} times)`));
  }
}

/** Whole numbers below a bound, the same for the same seed. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  below(bound: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 0x1_0000_0000) * bound);
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('Nothing to pick from');
    return item;
  }
}

/** The value below which a share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
