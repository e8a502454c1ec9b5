/** Health for probes: `/live` says that the process answers, `/startup` that its start is over, `/ready` that it has rows. */
import { Router } from 'express';
import { hasSet } from '../model/generation.js';
import type { Store } from '../store/store.js';

/** What health depends on. */
export interface HealthOptions {
  readonly store: Pick<Store, 'current'>;
  /** True from the moment a stop was asked for: readiness ends first, so that balancers look elsewhere. */
  readonly isStopping: () => boolean;
  /** True once the store is open and the poller follows its schedule. */
  readonly hasStarted: () => boolean;
}

/** Routes of the probes; open to all, they tell nothing about the data. Stale data stays ready. */
export function healthRoutes(options: HealthOptions): Router {
  const probes: Readonly<Record<string, () => readonly [good: boolean, status: string]>> = {
    '/live': () => [true, 'live'],
    '/startup': () => (options.hasStarted() ? [true, 'started'] : [false, 'starting']),
    '/ready': () => readiness(options),
  };
  const router = Router();
  for (const [path, probe] of Object.entries(probes)) {
    router.get(path, (_request, response) => {
      const [good, status] = probe();
      response
        .status(good ? 200 : 503)
        .set('Cache-Control', 'no-store')
        .json({ status });
    });
  }
  return router;
}

/** Whether readers should be sent here, and why not. */
export function readiness({
  store,
  isStopping,
}: Omit<HealthOptions, 'hasStarted'>): readonly [ready: boolean, status: string] {
  if (isStopping()) return [false, 'stopping'];
  const generation = store.current();
  const hasRows = generation !== undefined && hasSet(generation, 'DiscoveredApps');
  return hasRows ? [true, 'ready'] : [false, 'waiting for the first refresh'];
}
