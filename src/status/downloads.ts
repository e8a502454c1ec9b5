/** Files that carry this server's address to Power BI Desktop and Excel: they hold no rows and no credential. */
import { Router, type Request, type RequestHandler, type Response } from 'express';
import { LRUCache } from 'lru-cache';
import { FeedError } from '../errors.js';
import { setOf } from '../model/catalog.js';
import { EVERYTHING, type Grants } from '../model/grants.js';
import { readableModel } from '../model/readable-model.js';
import { pbidsText } from '../powerbi/pbids.js';

/** What the files depend on. */
export interface DownloadOptions {
  /** URL of the service root as this visitor reaches it, with a slash at its end. */
  readonly serviceRoot: (request: Request) => string;
  /** Name of the query option that carries an API key: Excel's query names it. */
  readonly keyParameter: string;
  /**
   * Leaves the reader's grants in `response.locals.grants`. Absent where every reader sees the same columns: then the
   * workbook is for anybody.
   */
  readonly signIn?: readonly RequestHandler[];
}

/** Workbooks that are kept: one for each address and each kind of reader. */
const KEPT = 20;
const WORKBOOK_SET = 'DiscoveredApps';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Routes `/downloads/DiscoveryFeed.pbids` and `/downloads/DiscoveredApps.xlsx`. */
export function downloadRoutes({ serviceRoot, keyParameter, signIn = [] }: DownloadOptions): Router {
  const kept = new LRUCache<string, Promise<Buffer>>({ max: KEPT });
  const router = Router();
  router.get('/downloads/DiscoveryFeed.pbids', (request, response) => {
    send(response, 'DiscoveryFeed.pbids', 'application/octet-stream', pbidsText(serviceRoot(request)));
  });
  router.get('/downloads/DiscoveredApps.xlsx', ...signIn, async (request, response) => {
    const grants = (response.locals.grants as Grants | undefined) ?? EVERYTHING;
    const root = serviceRoot(request);
    const name = `${grants.id} ${root}`;
    const making = kept.get(name) ?? makeWorkbook(root, keyParameter, grants);
    kept.set(name, making);
    making.catch(() => kept.delete(name));
    send(response, 'DiscoveredApps.xlsx', XLSX, await making);
  });
  return router;
}

/** @throws FeedError AUTH_NOT_GRANTED when the reader may not read what the workbook shows */
async function makeWorkbook(root: string, keyParameter: string, grants: Grants): Promise<Buffer> {
  const set = readableModel(grants).find(setOf(WORKBOOK_SET).name);
  if (set === undefined)
    throw new FeedError(
      'AUTH_NOT_GRANTED',
      `Your grants do not cover ${WORKBOOK_SET}, which the workbook shows.`,
      {
        hint: 'Connect to the feed from a workbook of your own, and choose a table that you may read.',
      },
    );
  // Loaded when somebody asks: the library for workbooks is large, and most servers are never asked.
  const { workbookBytes } = await import('../powerbi/workbook.js');
  return workbookBytes(root, keyParameter, set);
}

function send(response: Response, name: string, type: string, body: string | Buffer): void {
  response
    .set({ 'Content-Disposition': `attachment; filename="${name}"`, 'Cache-Control': 'private, no-cache' })
    .type(type)
    .send(body);
}
