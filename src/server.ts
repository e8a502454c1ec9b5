/** The composition root: builds the rooms in path order, starts them, stops them. */
import { ReadQueues } from './admission/read-queues.js';
import { watchCertificate, type CertificateWatch } from './certificate-watch.js';
import { reason } from './config/layers.js';
import type { Settings } from './config/settings.js';
import type { TenantSettings } from './config/tenant-settings.js';
import { FeedError } from './errors.js';
import { drain, listen, localUrl } from './connections.js';
import { createHttpServer, queueLimits, type FeedServer } from './http-server.js';
import { readMetrics } from './measure.js';
import { startMetricsPort } from './metrics-port.js';
import { createAudit, openAudit } from './observe/audit.js';
import { createMetrics, type Metrics } from './observe/metrics.js';
import { observers, type Observe } from './observe/observation.js';
import type { Poller } from './poller.js';
import { publishFirstGeneration } from './refresh/first-generation.js';
import type { Schedule } from './refresh/schedule.js';
import { refreshSettings } from './refresh-settings.js';
import { readAgain } from './reload.js';
import { openStore } from './store/open-store.js';
import type { Store } from './store/store.js';

/** What is open: tenants and the store that holds their rows. */
export interface OpenFeed {
  readonly tenants: readonly TenantSettings[];
  readonly store: Store;
  /** Closes the store and the sample tenant. */
  readonly close: () => Promise<void>;
}

/** A server that listens. */
export interface RunningServer extends OpenFeed {
  /** URL of the service root on this machine. */
  readonly url: string;
  readonly schedule: Schedule;
  /** Whether the poller's first run of this start is (or was) due at once. */
  readonly pollsNow: boolean;
  /** Reads the configuration again by `load` and takes it over, or observes why not. */
  readonly reload: (load: () => Settings) => void;
  /** Readiness ends, the poll is cancelled, answers under way are finished (up to DRAIN_SECONDS), files are closed. */
  readonly stop: (reason: string) => Promise<void>;
}

/**
 * Opens the store for the configured tenants, or for the built-in sample tenant when there are none.
 * @throws FeedError STORE_LOCKED when another process writes to the same folder, STORE_TOO_NEW, STORE_UNAVAILABLE
 */
export async function openFeed(settings: Settings, observe: Observe): Promise<OpenFeed> {
  const sample = settings.mode === 'sample' ? await openSampleTenant(settings) : undefined;
  const tenants = sample === undefined ? settings.tenants : [sample.tenant];
  try {
    const store = await openStore({
      dataDir: settings.storeDir,
      tenantIds: tenants.map(({ tenantId }) => tenantId),
      observe,
      writer: true,
      keepMinutes: settings.keepPagesMinutes,
      maxBytes: settings.storeMaxBytes,
    });
    const close = async () => {
      await store.close();
      await sample?.close();
    };
    return { tenants, store, close };
  } catch (thrown) {
    await sample?.close();
    throw thrown;
  }
}

/** A 429 now and then, so that the poller's patience is on show, without making a newcomer wait. */
const SAMPLE_THROTTLE_EVERY = 40;

/** Starts the built-in sample tenant. */
export async function openSampleTenant(
  settings: Settings,
): Promise<{ tenant: TenantSettings; close: () => Promise<void> }> {
  const { startSampleTenant } = await import('./sample-tenant/start-sample-tenant.js');
  const sample = await startSampleTenant({
    apps: settings.sampleApps,
    seed: settings.sampleSeed,
    throttleEvery: SAMPLE_THROTTLE_EVERY,
  });
  const { tenantId, clientId, clientSecret } = sample.credentials;
  const tenant: TenantSettings = {
    tenantId,
    displayName: 'Sample tenant',
    clientId,
    credential: { kind: 'secret', secret: clientSecret },
    authorityHost: sample.authorityHost,
    graphBaseUrl: sample.graphBaseUrl,
    isSample: true,
  };
  return { tenant, close: sample.close };
}

/**
 * Starts the server; the first poll, when one is due, is running when this resolves.
 * @throws FeedError STORE_*, CONFIG_INVALID when the port is taken
 */
export async function startServer(settings: Settings, log: Observe): Promise<RunningServer> {
  const metrics = createMetrics();
  const observe = observers(log, metrics.observe, ...auditOf(settings, log));
  const feed = await openFeed(settings, observe);
  try {
    await publishFirstGeneration(feed.store, feed.tenants, refreshSettings(settings).riskBands);
    const read = await startReadLine(feed, settings, { observe, metrics });
    const write = await openPoller(feed, settings, observe).catch(async (error: unknown) => {
      await read.close(0);
      throw error;
    });
    const pollsNow = write.begin();
    read.state.started = true;
    const stop = async (reason: string) => {
      if (read.state.stopping) return;
      read.state.stopping = true;
      observe({ kind: 'serverStopping', reason });
      await write.schedule.stop();
      const cutAnswers = await read.close(settings.drainSeconds * 1000);
      await feed.close();
      observe({ kind: 'serverStopped', cutAnswers });
    };
    let inForce = settings;
    const reload = (load: () => Settings) => {
      const next = readAgain(inForce, load, observe);
      if (next === undefined) return;
      inForce = next;
      read.http.apply(next);
      read.certificate.renew();
      write.apply(next);
    };
    return { ...feed, url: read.url, schedule: write.schedule, pollsNow, reload, stop };
  } catch (thrown) {
    await feed.close();
    throw thrown;
  }
}

/** @throws FeedError CONFIG_INVALID when the file of AUDIT_LOG cannot be opened */
function auditOf({ auditLog, servesAnonymous }: Settings, log: Observe): Observe[] {
  const place = auditLog === 'auto' ? (servesAnonymous ? 'off' : 'log') : auditLog;
  if (place === 'off') return [];
  const failed = (error: Error) => {
    log({ kind: 'auditFailed', reason: error.message });
  };
  try {
    return [createAudit(openAudit(place, failed))];
  } catch (cause) {
    throw new FeedError('CONFIG_INVALID', `auditLog: '${place}' cannot be opened (${reason(cause)}).`, {
      cause,
    });
  }
}

/** What readers reach: the feed's port, and the one for metrics. */
interface ReadLine {
  readonly url: string;
  readonly state: { started: boolean; stopping: boolean };
  readonly http: FeedServer;
  readonly certificate: CertificateWatch;
  /** @returns how many answers had to be cut after `limitMs` */
  readonly close: (limitMs: number) => Promise<number>;
}

async function startReadLine(
  { store, tenants }: OpenFeed,
  settings: Settings,
  { observe, metrics }: { readonly observe: Observe; readonly metrics: Metrics },
): Promise<ReadLine> {
  const tenantIds = tenants.map(({ tenantId }) => tenantId);
  const state = { started: false, stopping: false };
  const isStopping = () => state.stopping;
  const queues = new ReadQueues(queueLimits(settings));
  const certificateEnds = (): Date | undefined => certificate.ends();
  const measured = { store, tenantIds, queues, isStopping, certificateEnds };
  const read = () => readMetrics(metrics, measured);
  const hasStarted = () => state.started;
  const http = createHttpServer(store, settings, {
    observe,
    isStopping,
    hasStarted,
    queues,
    readMetrics: read,
  });
  const certificate = watchCertificate(http.server, settings.tls, observe);
  const metricsPort = await startMetricsPort(settings, observe, read);
  await listen(http.server, settings).catch((error: unknown) => {
    certificate.close();
    metricsPort?.close();
    throw error;
  });
  const url = localUrl(http.server, settings);
  observe({ kind: 'serverStarted', url, tenants: tenantIds, isSample: settings.mode === 'sample' });
  const close = async (limitMs: number) => {
    certificate.close();
    const cut = await drain(http.server, limitMs);
    // The last to go: a scrape may still tell how the drain went.
    if (metricsPort !== undefined) await drain(metricsPort, 0);
    return cut;
  };
  return { url, state, http, certificate, close };
}

/** Whoever reads is served before what polls is loaded, which takes as long as all the rest. */
async function openPoller(feed: OpenFeed, settings: Settings, observe: Observe): Promise<Poller> {
  const { createPoller } = await import('./poller.js');
  return createPoller(feed, settings, observe);
}
