/** Credentials that end: while an old and a new one overlap, both are right. */

/** A key or a password with its last day. */
export interface Ending {
  /** Last day on which it is right, `yyyy-mm-dd`, UTC; without one it has no end. */
  readonly until?: string;
}

/** Whether a credential is right today. @param now milliseconds since 1970-01-01 UTC */
export function isInForce({ until }: Ending, now: number): boolean {
  return until === undefined || new Date(now).toISOString().slice(0, 10) <= until;
}
