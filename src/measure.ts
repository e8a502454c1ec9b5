/** What the metrics say about the running feed beyond what was observed: asked for whenever they are read. */
import type { ReadQueues } from './admission/read-queues.js';
import type { Generation } from './model/generation.js';
import { hasSet } from './model/generation.js';
import type { FeedState, Metrics } from './observe/metrics.js';
import { understand } from './query/read-request.js';
import type { MetricsText } from './status/metrics-routes.js';
import { readiness } from './status/health.js';
import type { Store } from './store/store.js';

/** Where the state comes from. */
export interface Measured {
  readonly store: Store;
  readonly tenantIds: readonly string[];
  readonly queues: Pick<ReadQueues, 'depth'>;
  readonly isStopping: () => boolean;
  /** End of the certificate in use; undefined without TLS. */
  readonly certificateEnds: () => Date | undefined;
}

/** The metrics as text. */
export async function readMetrics(metrics: Metrics, measured: Measured): Promise<MetricsText> {
  return { contentType: metrics.contentType, text: await metrics.text(await feedState(measured)) };
}

async function feedState(measured: Measured): Promise<FeedState> {
  const { store, tenantIds, queues, certificateEnds } = measured;
  const generation = store.current();
  const stale = await staleStreams(store, generation);
  const ends = certificateEnds();
  const tenants = tenantIds.map((tenantId) => {
    const success = generation?.poller.lastSuccess[tenantId];
    const staleHere = stale.filter((id) => id === tenantId).length;
    return [
      tenantId,
      { staleStreams: staleHere, ...(success === undefined ? {} : { lastSuccess: Date.parse(success) }) },
    ] as const;
  });
  return {
    ready: readiness(measured)[0],
    queue: queues.depth,
    tenants: Object.fromEntries(tenants),
    ...(generation === undefined ? {} : { generation: sizeOf(generation) }),
    ...(ends === undefined ? {} : { certificateEnds: ends.getTime() }),
  };
}

function sizeOf({ publishedAt, partitions }: Generation): NonNullable<FeedState['generation']> {
  const rows: Record<string, number> = {};
  let bytes = 0;
  for (const partition of partitions) {
    rows[partition.set] = (rows[partition.set] ?? 0) + partition.rows;
    bytes += partition.bytes;
  }
  return { publishedAt: Date.parse(publishedAt), bytes, rows };
}

/** More streams than any tenant has. */
const ALL_STREAMS = 50_000;

/** The tenant of every stream that shows rows of an earlier run; asked of the feed itself, so it holds after a restart. */
async function staleStreams(store: Store, generation: Generation | undefined): Promise<readonly unknown[]> {
  if (generation === undefined || !hasSet(generation, 'Streams')) return [];
  const asked = understand('/Streams', '$filter=isStale eq true', { pageSize: ALL_STREAMS, now: Date.now() });
  if (asked.kind !== 'collection') return [];
  const { rows } = await store.execute(asked.plan, generation.id);
  return rows.map((row) => row.value('tenantId'));
}
