/** The composition root: builds the rooms in path order, starts them, stops them. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.js';
import type { Settings } from './config/settings.js';
import type { TenantSettings } from './config/tenant-settings.js';
import { FeedError } from './errors.js';
import type { Observe } from './observe/observation.js';
import { clientErrorResponse, connectResponse } from './odata/error-response.js';
import { createODataRouter } from './odata/odata-server.js';
import { serviceRoot, type ServiceRootOptions } from './odata/service-root.js';
import { publishFirstGeneration } from './refresh/first-generation.js';
import type { RunReport, Trigger } from './refresh/run-report.js';
import { createSchedule, isOverdue, type Schedule } from './refresh/schedule.js';
import { startSampleTenant } from './sample-tenant/start-sample-tenant.js';
import { createAuthentication } from './security/authenticate.js';
import { healthRoutes } from './status/health.js';
import { pageRoutes } from './status/page/page.js';
import { openStore } from './store/open-store.js';
import type { Store } from './store/store.js';
import { lastSuccess, polledTenant, refreshAll, refreshSettings } from './write-line.js';

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
export async function startServer(settings: Settings, observe: Observe): Promise<RunningServer> {
  const feed = await openFeed(settings, observe);
  try {
    const write = startWriteLine(feed, settings, observe);
    await publishFirstGeneration(feed.store, feed.tenants, refreshSettings(settings).riskBands);
    let stopping = false;
    const server = createHttpServer(feed, settings, { observe, isStopping: () => stopping });
    await listen(server, settings);
    const url = localUrl(server, settings);
    observe({
      kind: 'serverStarted',
      url,
      tenants: feed.tenants.map(({ tenantId }) => tenantId),
      isSample: settings.mode === 'sample',
    });
    const pollsNow = write.begin();
    const stop = async (reason: string) => {
      if (stopping) return;
      stopping = true;
      observe({ kind: 'serverStopping', reason });
      await write.schedule.stop();
      const cutAnswers = await drain(server, settings.drainSeconds * 1000);
      await feed.close();
      observe({ kind: 'serverStopped', cutAnswers });
    };
    return { ...feed, url, schedule: write.schedule, pollsNow, stop };
  } catch (thrown) {
    await feed.close();
    throw thrown;
  }
}

/** One run over all tenants, outside any schedule: `discovery-feed refresh`. */
export async function refreshOnce(
  feed: OpenFeed,
  settings: Settings,
  observe: Observe,
  signal: AbortSignal,
): Promise<{ reports: RunReport[]; error?: FeedError }> {
  const deps = { store: feed.store, settings: refreshSettings(settings), observe, now: () => new Date() };
  await publishFirstGeneration(feed.store, feed.tenants, deps.settings.riskBands);
  const tenants = feed.tenants.map((tenant) => polledTenant(tenant, settings, observe));
  return refreshAll(tenants, { ...deps, nextRun: () => undefined }, 'command', signal);
}

function startWriteLine(
  feed: OpenFeed,
  settings: Settings,
  observe: Observe,
): { schedule: Schedule; begin: () => boolean } {
  const tenants = feed.tenants.map((tenant) => polledTenant(tenant, settings, observe));
  const { pollCron: cron, pollTimeZone: timeZone } = settings;
  const run = async (trigger: Trigger, signal: AbortSignal) => {
    await refreshAll(tenants, { ...deps, nextRun: () => schedule.nextRun() }, trigger, signal);
  };
  const deps = { store: feed.store, settings: refreshSettings(settings), observe, now: () => new Date() };
  const schedule = createSchedule({ cron, timeZone, run, observe });
  return {
    schedule,
    begin() {
      schedule.start();
      const overdue = isOverdue(cron, timeZone, lastSuccess(feed.store, tenants, deps.settings), deps.now());
      if (overdue) void schedule.runNow('start');
      return overdue;
    },
  };
}

interface ServerState {
  readonly observe: Observe;
  readonly isStopping: () => boolean;
}

function createHttpServer(
  { store }: OpenFeed,
  settings: Settings,
  { observe, isStopping }: ServerState,
): Server {
  const links = (trustProxy?: ServiceRootOptions['trustProxy']): ServiceRootOptions => ({
    ...(settings.publicUrl === undefined ? {} : { publicUrl: settings.publicUrl }),
    ...(trustProxy === undefined ? {} : { trustProxy }),
  });
  const app = createApp({
    observe,
    trustedProxies: settings.trustedProxies,
    health: healthRoutes({ store, isStopping }),
    page: pageRoutes({
      serviceRoot: (request) => serviceRoot(request, links(trustOf(request.app))),
      isSample: settings.mode === 'sample',
    }),
    authenticate: createAuthentication(settings),
    odata: (own) =>
      createODataRouter({
        store,
        pageSize: settings.pageSize,
        maxPageSize: settings.maxPageSize,
        apiKeyParameter: settings.apiKeyParameter,
        serviceRoot: links(trustOf(own)),
        observe,
        now: Date.now,
      }),
  });
  // A missing Host is answered by the app, as an OData error. Time-outs lie above those of usual proxies, and above the
  // pauses of a person in the Power Query editor.
  const limits = {
    requireHostHeader: false,
    maxHeaderSize: 64 * 1024,
    keepAliveTimeout: 95_000,
    headersTimeout: 60_000,
    requestTimeout: 60_000,
  };
  const server = createServer(limits, (request, response) => {
    request.url = originForm(request.url ?? '/');
    app(request, response);
  });
  server.maxConnections = settings.maxConnections;
  server.on('clientError', clientErrorResponse);
  server.on('connect', connectResponse);
  // An expectation that nobody can meet may be passed over (RFC 9110, 10.1.1); Node would answer 417 without a body.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  return server;
}

/** A target in absolute form without its scheme and host (RFC 9112, 3.2.2): Express would keep them in mounted URLs. */
function originForm(target: string): string {
  return target.replace(/^https?:\/\/[^/?#]*(?=[/?#]|$)/i, '') || '/';
}

/** Express compiles its `trust proxy` setting to a function; links use the same one as `request.ip`. */
function trustOf(app: { get: (name: string) => unknown }): NonNullable<ServiceRootOptions['trustProxy']> {
  return app.get('trust proxy fn') as NonNullable<ServiceRootOptions['trustProxy']>;
}

function listen(server: Server, { host, port }: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        new FeedError('CONFIG_INVALID', `Cannot listen on ${host}:${port}: ${error.message}.`, {
          target: 'PORT',
          hint: taken
            ? 'Another program has the port: set PORT to a free one, or 0 for any.'
            : 'Check HOST and PORT.',
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}

function localUrl(server: Server, { host }: Settings): string {
  const { port } = server.address() as AddressInfo;
  const name =
    host === '127.0.0.1' || host === '0.0.0.0' || host === '::' || host === '::1' ? 'localhost' : host;
  return `http://${name}:${port}/odata/`;
}

/** Lets answers under way end; returns how many connections had to be cut after `limitMs`. */
async function drain(server: Server, limitMs: number): Promise<number> {
  let cut = 0;
  const closed = new Promise<void>((resolve) =>
    server.close(() => {
      resolve();
    }),
  );
  server.closeIdleConnections();
  const timer = setTimeout(() => {
    server.getConnections((_error, count) => {
      cut = count;
      server.closeAllConnections();
    });
  }, limitMs);
  await closed;
  clearTimeout(timer);
  return cut;
}
