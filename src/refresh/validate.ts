/**
 * Never replace good data with less: the rule that decides whether freshly read rows may replace the last good ones
 * (design: a drop to 0 or under half is held back until three complete polls agree; smaller drops are real).
 */

/** Complete polls in a row that must agree before a suspicious drop, or an absence, is believed. */
export const POLLS_THAT_MUST_AGREE = 3;

/** What becomes of the rows of one stream and period that were read completely. */
export type Verdict =
  | { readonly kind: 'renew' }
  | { readonly kind: 'holdBack'; readonly heldBack: number; readonly reason: string };

/**
 * Judges one complete poll.
 * @param fresh rows just read
 * @param lastGood rows that the feed shows now; `undefined` when it shows none yet
 * @param heldBack complete polls in a row that were held back before this one
 * @param rejected rows that were put aside because they have no usable id: while they are what makes the rows fewer,
 * that is no real drop
 */
export function judge(fresh: number, lastGood: number | undefined, heldBack: number, rejected = 0): Verdict {
  if (lastGood === undefined || lastGood === 0) return { kind: 'renew' };
  const isBroken = rejected > 0 && fresh < lastGood;
  if (fresh * 2 >= lastGood && !isBroken) return { kind: 'renew' };
  const polls = heldBack + 1;
  if (polls >= POLLS_THAT_MUST_AGREE) return { kind: 'renew' };
  return {
    kind: 'holdBack',
    heldBack: polls,
    reason:
      `Upstream sent ${fresh} ${isBroken ? 'usable ' : ''}rows after ${lastGood} last time; the last good rows stay until ` +
      `${POLLS_THAT_MUST_AGREE} complete polls agree (${polls} so far).`,
  };
}
