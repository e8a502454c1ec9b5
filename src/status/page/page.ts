/**
 * The page at `/`: what this server is, how to connect, and what the feed shows. It holds no data of the feed: its
 * scripts read that as whoever the visitor proves to be, so whoever may not read the feed learns nothing here.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { Router, type Request } from 'express';
import type { EntitySet } from '../../model/edm.js';
import type { CredentialKind } from './connect-steps.js';
import { pageHtml } from './html.js';

/** What the page depends on. */
export interface PageOptions {
  /** URL of the service root as this visitor reaches it, with a slash at its end. */
  readonly serviceRoot: (request: Request) => string;
  /** True when the feed shows the built-in sample tenant. */
  readonly isSample: boolean;
  /** Kinds of credentials that the server accepts. */
  readonly kinds: readonly CredentialKind[];
  /** Name of the query option that carries an API key. */
  readonly keyParameter: string;
  /** What a visitor without a credential may know of; empty where readers have to sign in for that. */
  readonly sets: readonly EntitySet[];
}

/** The compiled scripts and the style sheet. */
const BROWSER = fileURLToPath(new URL('./browser/', import.meta.url));
/** The library that draws, whole in one file: the page asks no other server for anything. */
const CHARTS = join(createRequire(import.meta.url).resolve('chart.js'), '..', 'chart.umd.js');

/** Names change nothing of a file's content between versions: a browser asks again, and is answered 304. */
const ASK_AGAIN = { cacheControl: false, headers: { 'Cache-Control': 'no-cache' } } as const;

/** Routes `/` and `/page/…`. */
export function pageRoutes(options: PageOptions): Router {
  const { isSample, kinds, keyParameter } = options;
  const sets = options.sets.map(({ name }) => name);
  const router = Router();
  router.get('/', (request, response) => {
    const root = options.serviceRoot(request);
    response
      .set('Cache-Control', 'no-cache')
      .type('html')
      .send(pageHtml({ root, isSample, kinds, keyParameter, sets }));
  });
  router.get('/page/chart.js', (_request, response) => {
    response.sendFile(CHARTS, ASK_AGAIN);
  });
  const files = express.static(BROWSER, {
    index: false,
    redirect: false,
    cacheControl: false,
    setHeaders: (response) => response.setHeader('Cache-Control', 'no-cache'),
  });
  router.use('/page', (request, response, next) => {
    if (/^\/[\w-]+\.(?:js|css)$/.test(request.path)) files(request, response, next);
    else next();
  });
  return router;
}
