/** The HTTP server: the app with its rooms mounted, on connections that listen when they are told to. */
import type { Server } from 'node:http';
import { admission } from './admission/admission.js';
import { ReadQueues } from './admission/read-queues.js';
import { createApp } from './app.js';
import type { Settings } from './config/settings.js';
import { createConnections } from './connections.js';
import { readableModel, WHOLE_MODEL, type Model } from './model/readable-model.js';
import type { Observe } from './observe/observation.js';
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
  const queues = new ReadQueues({
    concurrent: settings.concurrentReads,
    waitMs: settings.queueSeconds * 1000,
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
    admit: admission(queues),
    odata: (own) =>
      createODataRouter({
        store,
        pageSize: settings.pageSize,
        maxPageSize: settings.maxPageSize,
        apiKeyParameter: settings.apiKeyParameter,
        serviceRoot: links(trustOf(own)),
        needsGrants: true,
        observe,
        now: Date.now,
      }),
  });
  return createConnections(settings, observe, app);
}

/** What somebody without a credential may know of: with grants, only what they give to anonymous readers. */
function visitorSets({ grants, servesAnonymous }: Settings): Model['sets'] {
  if (grants.length === 0) return WHOLE_MODEL.sets;
  const own = servesAnonymous ? grantsFor({ kind: 'anonymous', name: '' }, grants) : undefined;
  return own === undefined ? [] : readableModel(own).sets;
}

/** Express compiles its `trust proxy` setting to a function; links use the same one as `request.ip`. */
function trustOf(app: { get: (name: string) => unknown }): NonNullable<ServiceRootOptions['trustProxy']> {
  return app.get('trust proxy fn') as NonNullable<ServiceRootOptions['trustProxy']>;
}
