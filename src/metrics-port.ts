/** A port for Prometheus alone: `/metrics` and nothing else, so that it can be closed to everybody but the monitoring. */
import { createServer, type Server } from 'node:http';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import type { Settings } from './config/settings.js';
import { listen } from './connections.js';
import { FeedError } from './errors.js';
import type { Observe } from './observe/observation.js';
import { sendError } from './odata/error-response.js';
import { metricsRoutes, type MetricsText } from './status/metrics-routes.js';

/**
 * Listens on METRICS_PORT; `undefined` when it is not set.
 *
 * @throws FeedError CONFIG_INVALID when the port is taken
 */
export async function startMetricsPort(
  { metricsHost, metricsPort }: Settings,
  observe: Observe,
  read: () => Promise<MetricsText>,
): Promise<Server | undefined> {
  if (metricsPort === undefined) return undefined;
  const app = express();
  app.disable('x-powered-by');
  app.use(metricsRoutes(read), nothingElse);
  // Express tells an error handler by its four parameters.
  const answerErrors: ErrorRequestHandler = (error: unknown, request, response, _next) => {
    sendError(error, request, response, observe);
  };
  app.use(answerErrors);
  const server = createServer(app);
  await listen(server, { host: metricsHost, port: metricsPort }, 'METRICS_PORT');
  return server;
}

const nothingElse: RequestHandler = (_request, _response, next) => {
  next(
    new FeedError('PROTOCOL_NOT_FOUND', 'This port has /metrics only.', {
      hint: 'The feed listens on PORT.',
    }),
  );
};
