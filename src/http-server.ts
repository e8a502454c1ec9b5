/** The HTTP server: the app with its rooms mounted, on connections that listen when they are told to. */
import type { Server } from 'node:http';
import type { Express } from 'express';
import { admission } from './admission/admission.js';
import type { QueueLimits, ReadQueues } from './admission/read-queues.js';
import { cutSlowReader } from './admission/slow-reader.js';
import { createApp } from './app.js';
import type { Settings } from './config/settings.js';
import { createConnections } from './connections.js';
import { messagesInForce, messagesOf } from './express-messages.js';
import type { Observe } from './observe/observation.js';
import { AnswerCache } from './odata/answer-cache.js';
import { createODataRouter } from './odata/odata-server.js';
import { serviceRoot, type ServiceRootOptions } from './odata/service-root.js';
import { createAuthentication } from './security/authenticate.js';
import { authorise } from './security/authorise.js';
import { healthRoutes } from './status/health.js';
import { metricsRoutes, onlyUnrestricted, type MetricsText } from './status/metrics-routes.js';
import { proxiedFetch } from './proxied-fetch.js';
import type { Store } from './store/store.js';
import { visitorRoutes } from './visitors.js';

/** What the HTTP server asks of the running feed. */
export interface ServerState {
  readonly observe: Observe;
  readonly isStopping: () => boolean;
  readonly hasStarted: () => boolean;
  readonly queues: ReadQueues;
  readonly readMetrics: () => Promise<MetricsText>;
}

/** The HTTP server, and how it takes over new settings. */
export interface FeedServer {
  readonly server: Server;
  /** From the next request on; those under way are finished by the settings of before. */
  readonly apply: (settings: Settings) => void;
}

/** The server with the whole app mounted; it does not listen yet. */
export function createHttpServer(store: Store, settings: Settings, state: ServerState): FeedServer {
  const { observe, queues } = state;
  let slowReaderMs = settings.slowReaderSeconds * 1000;
  let app = mountRooms(store, settings, state);
  let messages = messagesOf(app);
  const server = createConnections(settings, observe, {
    messages: messagesInForce(() => messages),
    answer: (request, response) => {
      cutSlowReader(response, slowReaderMs, observe);
      app(request, response);
    },
  });
  const apply = (next: Settings) => {
    queues.setLimits(queueLimits(next));
    server.maxConnections = next.maxConnections;
    slowReaderMs = next.slowReaderSeconds * 1000;
    app = mountRooms(store, next, state);
    messages = messagesOf(app);
  };
  return { server, apply };
}

/** Limits of the queues by the settings. */
export function queueLimits({ concurrentReads, queueSeconds }: Settings): QueueLimits {
  return { concurrent: concurrentReads, waitMs: queueSeconds * 1000 };
}

function mountRooms(store: Store, settings: Settings, state: ServerState): Express {
  const { observe, queues, readMetrics } = state;
  const links = (trustProxy?: ServiceRootOptions['trustProxy']): ServiceRootOptions => ({
    ...(settings.publicUrl === undefined ? {} : { publicUrl: settings.publicUrl }),
    ...(trustProxy === undefined ? {} : { trustProxy }),
  });
  const signIn = [
    createAuthentication(settings, { fetch: proxiedFetch(settings) }),
    authorise(settings),
  ] as const;
  return createApp({
    observe,
    trustedProxies: settings.trustedProxies,
    health: healthRoutes({ store, ...state }),
    ...(settings.metricsPort === undefined
      ? { metrics: [onlyUnrestricted, metricsRoutes(readMetrics)] }
      : {}),
    page: visitorRoutes(settings, (request) => serviceRoot(request, links(trustOf(request.app))), signIn),
    authenticate: signIn[0],
    authorise: signIn[1],
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
        ...(settings.answerCacheMaxBytes === 0
          ? {}
          : { answers: new AnswerCache(settings.answerCacheMaxBytes) }),
        now: Date.now,
      }),
  });
}

/** Express compiles its `trust proxy` setting to a function; links use the same one as `request.ip`. */
function trustOf(app: { get: (name: string) => unknown }): NonNullable<ServiceRootOptions['trustProxy']> {
  return app.get('trust proxy fn') as NonNullable<ServiceRootOptions['trustProxy']>;
}
