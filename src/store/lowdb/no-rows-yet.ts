/** Why a set has no rows at all, for whoever asks for them. */
import { FeedError } from '../../errors.js';
import { hasSet } from '../../model/generation.js';
import type { Loaded } from './load-generation.js';

const RETRY_SECONDS = 30;

/**
 * STORE_EMPTY in true words: a first refresh that has failed runs no more.
 *
 * @param from the generation; absent for a reader who may not know how the refreshes of all tenants went
 */
export function noRowsYet(set: string, from: Loaded | undefined): FeedError {
  const hasFailed = from !== undefined && everyRefreshFailed(from);
  const hint = hasFailed
    ? 'Refreshes says why. Whoever runs the feed mends that and runs discovery-feed check; the next refresh follows the schedule.'
    : undefined;
  return new FeedError(
    'STORE_EMPTY',
    `There are no rows of ${set} yet${hasFailed ? ': the first refresh failed' : ''}.`,
    {
      target: set,
      retryAfterSeconds: RETRY_SECONDS,
      ...(hint === undefined ? {} : { hint }),
    },
  );
}

function everyRefreshFailed({ generation, snapshot }: Loaded): boolean {
  if (!hasSet(generation, 'Tenants')) return false;
  const tenants = snapshot.table('Tenants');
  const status = tenants.column('lastRefreshStatus');
  const statuses = Array.from({ length: tenants.rows }, (_, row) => status.value(row));
  return statuses.length > 0 && statuses.every((value) => value === 'failed');
}
