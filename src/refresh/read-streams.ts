/** The first half of a run: which streams there are, and which are gone. */
import { FeedError } from '../errors.js';
import { normaliseStream } from '../graph/normalise.js';
import type { UpstreamStream } from '../graph/upstream.js';
import type { StreamRow } from '../model/tenant.js';
import type { PartitionKey } from '../model/generation.js';
import { noCounts, type PartOutcome } from './run-report.js';
import { rowsOf, type Run } from './run.js';
import { POLLS_THAT_MUST_AGREE } from './validate.js';

/**
 * Lists the streams of the tenant, and retires those that have been absent from three complete listings in a row.
 * @throws FeedError GRAPH_*, IDENTITY_*, REFRESH_ABORTED
 */
export async function readStreams(run: Run): Promise<readonly UpstreamStream[]> {
  const streams = new Map<string, UpstreamStream>();
  let isComplete = true;
  for await (const page of run.upstream.discovery.listStreams(run.signal)) {
    for (const raw of page.rows) {
      const normalised = normaliseStream(raw);
      for (const drift of normalised.drift) run.report.drift.add(drift);
      if ('row' in normalised) streams.set(normalised.row.id, normalised.row);
      else {
        run.report.drift.add(`stream left out: ${normalised.rejected}`);
        isComplete = false;
      }
    }
  }
  run.report.streamCount = streams.size;
  await judgeAbsent(run, streams, isComplete);
  return [...streams.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
}

/** A stream that is absent keeps its rows until complete listings agree; one with a row that cannot be read tells nothing. */
async function judgeAbsent(
  run: Run,
  listed: ReadonlyMap<string, UpstreamStream>,
  isComplete: boolean,
): Promise<void> {
  const known = run.draft.base?.poller.absent ?? {};
  const absent: Record<string, number> = {};
  for await (const row of run.draft.rows('Streams', run.tenant.tenantId)) {
    const stream = row as unknown as StreamRow;
    if (listed.has(stream.id)) continue;
    const listings = (known[`${run.tenant.tenantId}|${stream.id}`] ?? 0) + (isComplete ? 1 : 0);
    if (listings < POLLS_THAT_MUST_AGREE) {
      absent[stream.id] = listings;
      keepStream(run, stream, listings);
    } else dropStream(run, stream);
  }
  run.absent = absent;
}

/** Why an absent stream is still shown. @param listings complete listings in a row without it */
export function reasonOfAbsence(listings: number): string {
  return (
    'Upstream no longer lists the stream: its last good rows stay until ' +
    `${POLLS_THAT_MUST_AGREE} complete listings agree (${listings} so far).`
  );
}

function keepStream(run: Run, stream: StreamRow, listings: number): void {
  for (const { period = '' } of usageOf(run, stream)) {
    run.report.parts.push({
      ...partOf(run, stream, period),
      status: 'heldBack',
      served: rowsOf(run, stream.id, period) ?? null,
      error: new FeedError('REFRESH_HELD_BACK', reasonOfAbsence(listings), { target: stream.id }),
    });
  }
}

function dropStream(run: Run, stream: StreamRow): void {
  for (const { period = '' } of usageOf(run, stream)) {
    run.report.parts.push({
      ...partOf(run, stream, period),
      status: 'retired',
      served: null,
      warning: `Upstream has not listed the stream for ${POLLS_THAT_MUST_AGREE} complete polls: its rows are no longer shown.`,
    });
  }
  const mine = run.draft
    .partitions()
    .filter((key) => key.tenantId === run.tenant.tenantId && key.streamId === stream.id);
  for (const key of mine) run.draft.drop(key);
}

/** One row file a period. */
function usageOf(run: Run, stream: StreamRow): readonly PartitionKey[] {
  return run.draft
    .partitions()
    .filter(
      ({ set, tenantId, streamId }) =>
        set === 'DiscoveredAppsByPeriod' && tenantId === run.tenant.tenantId && streamId === stream.id,
    );
}

function partOf(run: Run, stream: StreamRow, period: string): Omit<PartOutcome, 'status' | 'served'> {
  const at = run.deps.now();
  const { id: streamId, displayName: streamName } = stream;
  return { streamId, streamName, period, startedAt: at, endedAt: at, counts: noCounts() };
}
