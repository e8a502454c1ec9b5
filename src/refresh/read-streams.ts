/** The first half of a run: which streams there are, and which are gone. */
import { normaliseStream } from '../graph/normalise.js';
import type { UpstreamStream } from '../graph/upstream.js';
import type { StreamRow } from '../model/tenant.js';
import { noCounts } from './run-report.js';
import type { Run } from './run.js';
import { POLLS_THAT_MUST_AGREE } from './validate.js';

/**
 * Lists the streams of the tenant, and retires those that have been absent from three complete listings in a row.
 * @throws FeedError GRAPH_*, IDENTITY_*, REFRESH_ABORTED
 */
export async function readStreams(run: Run): Promise<readonly UpstreamStream[]> {
  const streams = new Map<string, UpstreamStream>();
  for await (const page of run.upstream.discovery.listStreams(run.signal)) {
    for (const raw of page.rows) {
      const normalised = normaliseStream(raw);
      for (const drift of normalised.drift) run.report.drift.add(drift);
      if ('row' in normalised) streams.set(normalised.row.id, normalised.row);
      else run.report.drift.add(`stream left out: ${normalised.rejected}`);
    }
  }
  run.report.streamCount = streams.size;
  await retire(run, streams);
  return [...streams.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
}

async function retire(run: Run, listed: ReadonlyMap<string, UpstreamStream>): Promise<void> {
  const known = run.draft.base?.poller.absent ?? {};
  const absent: Record<string, number> = {};
  for await (const row of run.draft.rows('Streams', run.tenant.tenantId)) {
    const stream = row as unknown as StreamRow;
    if (listed.has(stream.id)) continue;
    const listings = (known[stream.streamKey] ?? 0) + 1;
    if (listings < POLLS_THAT_MUST_AGREE) absent[stream.id] = listings;
    else dropStream(run, stream);
  }
  run.absent = absent;
}

function dropStream(run: Run, stream: StreamRow): void {
  const mine = run.draft
    .partitions()
    .filter((key) => key.tenantId === run.tenant.tenantId && key.streamId === stream.id);
  for (const key of mine) run.draft.drop(key);
  const at = run.deps.now();
  for (const key of mine.filter((partition) => partition.period !== undefined)) {
    run.report.parts.push({
      streamId: stream.id,
      streamName: stream.displayName,
      period: key.period ?? '',
      status: 'retired',
      startedAt: at,
      endedAt: at,
      counts: noCounts(),
      served: null,
      warning: `Upstream has not listed the stream for ${POLLS_THAT_MUST_AGREE} complete polls: its rows are no longer shown.`,
    });
  }
}
