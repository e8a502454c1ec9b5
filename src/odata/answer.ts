/**
 * The guards before the package: a request is read and understood by our own rooms first, and whatever is an error, or
 * is not for the package, is answered here.
 */
import { understand } from '../query/read-request.js';
import { sendError } from './error-response.js';
import type { Arrival, Exchange } from './exchange.js';
import { readResource } from './read-resource.js';
import { isRead, readRequest } from './request.js';
import { sendEmpty } from './send.js';

/** Hands a resource over to the package. */
export type EnterHost = (exchange: Exchange) => void;

/** Answers a request, or hands it over. Never throws, never rejects. */
export function answer(arrival: Arrival, enterHost: EnterHost): void {
  const { request, response, options } = arrival;
  const fail = (error: unknown) => {
    sendError(error, request, response, options.observe);
  };
  try {
    response.setHeader('OData-Version', '4.0');
    if (isRead(request)) route(arrival, enterHost, fail);
    else {
      response.setHeader('Allow', 'GET, HEAD, OPTIONS');
      sendEmpty(response, { status: 204, version: '4.0' });
    }
  } catch (error) {
    fail(error);
  }
}

function route(arrival: Arrival, enterHost: EnterHost, fail: (error: unknown) => void): void {
  const { request, options } = arrival;
  const asked = readRequest(request, options.serviceRoot);
  const { pageSize } = options;
  const understood = understand(asked.path, asked.rawQuery, { pageSize, now: options.now() });
  const exchange = { ...arrival, asked, understood };
  // Beside the package: it cannot write our $metadata, and counts by converting every row.
  if (understood.kind === 'metadata' || understood.kind === 'count') readResource(exchange).catch(fail);
  else enterHost(exchange);
}
