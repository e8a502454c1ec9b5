/** `/metrics`, on a port of its own or beside the feed. */
import { Router, type RequestHandler } from 'express';
import { FeedError } from '../errors.js';
import { readsEverything, type Grants } from '../model/grants.js';

/** Metrics as text, and its media type. */
export interface MetricsText {
  readonly contentType: string;
  readonly text: string;
}

/** Route `/metrics`; who may ask is decided in front of it. */
export function metricsRoutes(read: () => Promise<MetricsText>): Router {
  const router = Router();
  router.get('/metrics', async (_request, response) => {
    const { contentType, text } = await read();
    response.set({ 'Content-Type': contentType, 'Cache-Control': 'no-store' }).send(text);
  });
  return router;
}

/**
 * Lets readers pass whom no grant restricts: metrics count rows of all tenants and sets.
 *
 * @throws AUTH_NOT_GRANTED (to `next`)
 */
export const onlyUnrestricted: RequestHandler = (_request, response, next) => {
  const grants = response.locals.grants as Grants | undefined;
  if (grants !== undefined && readsEverything(grants)) next();
  else
    next(
      new FeedError('AUTH_NOT_GRANTED', 'Metrics tell of all tenants and sets, and your grant does not.', {
        hint: 'Ask with a credential that no grant restricts, or set METRICS_PORT for the monitoring.',
      }),
    );
};
