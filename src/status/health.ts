/** Health for probes: `/live` says that the process answers, `/ready` that the feed has rows to serve. */
import { Router } from 'express';
import { hasSet } from '../model/generation.js';
import type { Store } from '../store/store.js';

/** What health depends on. */
export interface HealthOptions {
  readonly store: Pick<Store, 'current'>;
  /** True from the moment a stop was asked for: readiness ends first, so that balancers look elsewhere. */
  readonly isStopping: () => boolean;
}

/** Routes `/live` and `/ready`; open to all, they tell nothing about the data. Stale data stays ready. */
export function healthRoutes({ store, isStopping }: HealthOptions): Router {
  const router = Router();
  router.get('/live', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'live' });
  });
  router.get('/ready', (_request, response) => {
    const status = isStopping() ? 'stopping' : hasRows(store) ? 'ready' : 'waiting for the first refresh';
    response
      .status(status === 'ready' ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ status });
  });
  return router;
}

function hasRows(store: Pick<Store, 'current'>): boolean {
  const generation = store.current();
  return generation !== undefined && hasSet(generation, 'DiscoveredApps');
}
