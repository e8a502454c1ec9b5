/** What a check found: how much it looked at, and what is wrong. */
export class CheckReport {
  #counts = new Map();
  /** `path: what is wrong`, in the order of finding. */
  faults = [];

  /** Counts one thing of a kind that was looked at. */
  count(kind, more = 1) {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + more);
  }

  /** Something is wrong. */
  fault(path, words) {
    this.faults.push(`${path}: ${words}`);
  }

  /** Numbers by kind, as a plain object. */
  get counts() {
    return Object.fromEntries(this.#counts);
  }
}
