/** The OData service as one Express handler; the only importer of odata-v4-server. */
import express, { type Router } from 'express';
import type { Observe } from '../observe/observation.js';
import type { Store } from '../store/store.js';
import type { ServiceRootOptions } from './service-root.js';

/** What the read line needs. */
export interface ODataOptions {
  readonly store: Store;
  /** Rows per page when the client does not ask for fewer (`Prefer: maxpagesize`). */
  readonly pageSize: number;
  /** Rows per page that are never exceeded, whatever is asked. */
  readonly maxPageSize: number;
  /** Query parameter that carries an API key: never copied into a link. */
  readonly apiKeyParameter?: string;
  readonly serviceRoot: ServiceRootOptions;
  readonly observe: Observe;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * The OData service: mount it on its path, `app.use('/odata', createODataRouter(options))`. Reads
 * `response.locals.principal` (who asks; part of ETags) if the security room has set it, and answers every request
 * itself, errors included.
 */
export function createODataRouter(options: ODataOptions): Router {
  options;
  return express.Router();
}
