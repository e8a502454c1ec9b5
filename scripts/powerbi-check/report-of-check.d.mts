/** What a check found: how much it looked at, and what is wrong. */
export class CheckReport {
  readonly faults: string[];
  readonly counts: Readonly<Record<string, number>>;
  count(kind: string, more?: number): void;
  fault(path: string, words: string): void;
}
