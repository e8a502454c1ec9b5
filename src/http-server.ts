/** The HTTP server: the app with its rooms mounted, the limits of its connections, listening and draining. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.js';
import type { Settings } from './config/settings.js';
import { FeedError } from './errors.js';
import { readableModel, WHOLE_MODEL, type Model } from './model/readable-model.js';
import type { Observe } from './observe/observation.js';
import { clientErrorResponse, connectResponse } from './odata/error-response.js';
import { createODataRouter } from './odata/odata-server.js';
import { serviceRoot, type ServiceRootOptions } from './odata/service-root.js';
import { createAuthentication } from './security/authenticate.js';
import { authorise, grantsFor } from './security/authorise.js';
import { healthRoutes } from './status/health.js';
import { pageRoutes } from './status/page/page.js';
import type { Store } from './store/store.js';

/** What the HTTP server asks of the running feed. */
export interface ServerState {
  readonly observe: Observe;
  readonly isStopping: () => boolean;
}

/** The server with the whole app mounted; it does not listen yet. */
export function createHttpServer(
  store: Store,
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
      sets: visitorSets(settings),
    }),
    authenticate: createAuthentication(settings),
    authorise: authorise(settings.grants),
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

/** What somebody without a credential may know of: with grants, only what they give to anonymous readers. */
function visitorSets({ grants, servesAnonymous }: Settings): Model['sets'] {
  if (grants.length === 0) return WHOLE_MODEL.sets;
  const own = servesAnonymous ? grantsFor({ kind: 'anonymous', name: '' }, grants) : undefined;
  return own === undefined ? [] : readableModel(own).sets;
}

/** A target in absolute form without its scheme and host (RFC 9112, 3.2.2): Express would keep them in mounted URLs. */
function originForm(target: string): string {
  return target.replace(/^https?:\/\/[^/?#]*(?=[/?#]|$)/i, '') || '/';
}

/** Express compiles its `trust proxy` setting to a function; links use the same one as `request.ip`. */
function trustOf(app: { get: (name: string) => unknown }): NonNullable<ServiceRootOptions['trustProxy']> {
  return app.get('trust proxy fn') as NonNullable<ServiceRootOptions['trustProxy']>;
}

/** Resolves when the server listens. @throws FeedError CONFIG_INVALID when the port is taken */
export function listen(server: Server, { host, port }: Settings): Promise<void> {
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

/** URL of the service root on this machine. */
export function localUrl(server: Server, { host }: Settings): string {
  const { port } = server.address() as AddressInfo;
  const name =
    host === '127.0.0.1' || host === '0.0.0.0' || host === '::' || host === '::1' ? 'localhost' : host;
  return `http://${name}:${port}/odata/`;
}

/** Lets answers under way end; returns how many connections had to be cut after `limitMs`. */
export async function drain(server: Server, limitMs: number): Promise<number> {
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
