/**
 * The guards before the package: a request is read and understood by our own rooms first, and whatever is an error, or
 * is not for the package, is answered here.
 */
import { FeedError } from '../errors.js';
import { understand } from '../query/read-request.js';
import { recorded, recordOf } from './answer-record.js';
import { answerBatch } from './batch.js';
import { doorOf } from './door.js';
import { assertEntity, resolveEntityId } from './entity-id.js';
import { sendError } from './error-response.js';
import type { Arrival, Exchange } from './exchange.js';
import { aheadOf, isImport } from './page-ahead.js';
import { withPostedQuery } from './post-query.js';
import { readResource } from './read-resource.js';
import { readRequest, type ODataRequest } from './request.js';
import { sendEmpty } from './send.js';

/** Hands a resource over to the package. */
export type EnterHost = (exchange: Exchange) => void;

/** Answers a request, or hands it over. Never throws, never rejects. */
export function answer(arrival: Arrival, enterHost: EnterHost): void {
  admit(arrival, enterHost).catch((error: unknown) => {
    sendError(error, arrival.request, arrival.response, arrival.options.observe);
  });
}

async function admit(arrival: Arrival, enterHost: EnterHost): Promise<void> {
  const { request, response } = arrival;
  response.setHeader('OData-Version', '4.0');
  switch (doorOf(request, response)) {
    case 'read':
      return route(arrival, readRequest(arrival), enterHost);
    case 'query':
      return route(arrival, await withPostedQuery(request, readRequest(arrival)), enterHost);
    case 'options':
      sendEmpty(response, { status: 204, version: '4.0' });
      return;
    case 'batch':
      recordOf(response).route = 'batch';
      return answerBatch(arrival, readRequest(arrival), (part) => {
        answer(part, enterHost);
      });
  }
}

async function route(arrival: Arrival, direct: ODataRequest, enterHost: EnterHost): Promise<void> {
  const { response, options, grants } = arrival;
  const record = recordOf(response);
  await options.answers?.comingAhead(arrival, direct);
  if (isImport(arrival, direct)) makeNextAhead(arrival, direct, enterHost);
  if (options.answers?.answered(arrival, direct, record) === true) return;
  const asked = resolveEntityId(direct);
  const { pageSize } = options;
  const understood = understand(asked.path, asked.rawQuery, { pageSize, now: options.now(), grants });
  if (asked !== direct) assertEntity(understood);
  if (understood.kind === 'entity') response.locals.entityPath = asked.path;
  record.end('parse');
  record.route ??= understood.kind;
  const watched = { ...options, store: recorded(options.store, record) };
  const exchange = { ...arrival, options: watched, asked, understood };
  // Beside the package: it cannot write our $metadata, and counts by converting every row.
  if (understood.kind === 'metadata' || understood.kind === 'count') await readResource(exchange);
  else enterHost(exchange);
}

/** Makes the page that follows, once this one has been sent. */
function makeNextAhead(arrival: Arrival, asked: ODataRequest, enterHost: EnterHost): void {
  const { response, options } = arrival;
  const ahead = aheadOf(arrival, asked);
  response.once('finish', () => {
    const { nextLink } = recordOf(response);
    const next = nextLink === undefined ? undefined : ahead(nextLink);
    if (next === undefined) return;
    try {
      options.answers?.makeAhead(next, readRequest(next), () => {
        answer(next, enterHost);
      });
    } catch (error) {
      // What is wrong with it is for the one to hear who asks for it.
      if (!(error instanceof FeedError)) throw error;
    }
  });
}
