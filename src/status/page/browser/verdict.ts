/** Whether data is fresh, by what Tenants and Streams say. */

/** How long after its time a refresh may begin before the page calls it late, in milliseconds. */
const LATE_MS = 15 * 60_000;
/** What the line at the top says. */
export interface Verdict {
  readonly tone: 'good' | 'warn' | 'bad' | 'unknown';
  readonly words: string;
}

/** A row, as far as it tells how fresh it is; what a visitor may not read is absent. */
export type State = Readonly<Record<string, unknown>>;

/** The worst of what tenants and streams say. */
export function verdictOf(tenants: readonly State[], streams: readonly State[], now: number): Verdict {
  const stale = streams.filter(({ isStale }) => isStale === true);
  const statuses = tenants.map(({ lastRefreshStatus }) => lastRefreshStatus);
  const late = tenants.some(
    ({ nextRefreshDateTime: next, lastRefreshStatus: status }) =>
      typeof next === 'string' && status !== 'running' && now - Date.parse(next) > LATE_MS,
  );
  if (tenants.length === 0) return { tone: 'unknown', words: 'You may not read how fresh the data is.' };
  if (tenants.every(({ lastSuccessfulRefreshDateTime: last }) => last === null) && streams.length === 0)
    return statuses.includes('failed')
      ? { tone: 'bad', words: 'There is no data yet: the first refresh failed.' }
      : { tone: 'unknown', words: 'There is no data yet: the first refresh is running.' };
  if (stale.length > 0)
    return { tone: 'warn', words: `Stale: ${stale.length} of ${streams.length} streams show older rows.` };
  if (statuses.includes('failed'))
    return { tone: 'bad', words: 'The last refresh failed: older rows are shown.' };
  if (late) return { tone: 'warn', words: 'A refresh is overdue.' };
  return { tone: 'good', words: 'The data is fresh.' };
}
