/** The feed that the clients read, and what a plain `fetch` finds in it. */
import { RunningFeed, rowsOf } from '../feed/running-feed.js';

/** More rows than one page of every larger set. */
const PAGE_SIZE = '40';

/** A row as it comes. */
export type Row = Readonly<Record<string, unknown>>;

/** A running feed with its rows. */
export interface ServedFeed {
  /** URL of the service root, with the slash at its end. */
  readonly root: string;
  readonly metadataXml: string;
  /** All rows of DiscoveredApps, in the order of the feed. */
  readonly apps: readonly Row[];
  readonly tenantId: string;
  close(): Promise<void>;
}

/** Starts it on the sample tenant. */
export async function serveFeed(): Promise<ServedFeed> {
  const feed = await RunningFeed.start({
    sample: { seed: 7, apps: 60, streams: 3, today: new Date('2026-03-02T12:00:00Z') },
    env: { PAGE_SIZE },
  });
  const { text: metadataXml } = await feed.read('/odata/$metadata');
  const apps = rowsOf(await feed.pages('/odata/DiscoveredApps'));
  return {
    root: `${feed.origin}/odata/`,
    metadataXml,
    apps,
    tenantId: feed.sample.credentials.tenantId,
    close: () => feed.close(),
  };
}

/** Rows whose risk score is at most 3: what every client is asked to filter for. */
export function risky(rows: readonly Row[]): readonly Row[] {
  return rows.filter(({ riskScore }) => typeof riskScore === 'number' && riskScore <= 3);
}

/** Keys of rows, to compare whole answers by. */
export function keysOf(rows: Iterable<unknown>): string[] {
  return [...rows].map((row) => {
    const { streamId, id } = row as { streamId: string; id: string };
    return `${streamId}/${id}`;
  });
}
