/** Lets requests in by turns: one reader that asks for everything at once must not keep the others waiting. */
import type { Socket } from 'node:net';
import type { Request, RequestHandler, Response } from 'express';
import { FeedError } from '../errors.js';
import type { ReadQueues } from './read-queues.js';

/** Seconds after which the next try is worth it: what waits longest in a queue of {@link ReadQueues} is over by then. */
const RETRY_AFTER_SECONDS = 10;

/**
 * Holds a request until its reader has a place for it; goes behind the authentication. The place is given back when the
 * answer has left or the client has gone; a client that goes while it waits leaves the queue.
 *
 * @throws PROTOCOL_TOO_MANY_REQUESTS (to `next`) when its turn did not come in time
 */
export function admission(queues: ReadQueues): RequestHandler {
  return (request, response, next) => {
    const leave = queues.enter(readerOf(request, response.locals.principal), {
      admitted: () => {
        next();
      },
      refused: (waitedMs) => {
        next(refusal(waitedMs));
      },
    });
    whenOver(request, response, leave);
  };
}

/** What ends with a connection, by connection: one listener each, however many requests it carries. */
const endings = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls `leave` once, when the answer has left or the connection is gone. The answer alone would not do: of requests
 * that are sent one behind the other, only the first has a response that hears of the end of the connection.
 */
function whenOver({ socket }: Request, response: Response, leave: () => void): void {
  const known = endings.get(socket);
  const mine = known ?? new Set();
  if (known === undefined) {
    endings.set(socket, mine);
    socket.once('close', () => {
      // The last first: a place that comes free must not go to one that is gone as well.
      for (const end of [...mine].reverse()) end();
    });
  }
  const end = () => {
    if (mine.delete(end)) leave();
  };
  mine.add(end);
  response.once('close', end);
}

/** Anonymous readers are told apart by their address: as long as nobody signs in there is nothing better. */
function readerOf(request: Request, principal: unknown): string {
  const { kind, name } = (principal ?? {}) as { kind?: string; name?: string };
  return kind === undefined || kind === 'anonymous'
    ? `anonymous ${request.ip ?? ''}`
    : `${kind} ${name ?? ''}`;
}

function refusal(waitedMs: number): FeedError {
  const waited = waitedMs === 0 ? '' : `, and this one waited ${Math.round(waitedMs / 1000)} s for its turn`;
  return new FeedError(
    'PROTOCOL_TOO_MANY_REQUESTS',
    `As many of your requests are under way as this server answers at once (CONCURRENT_READS)${waited}.`,
    { retryAfterSeconds: RETRY_AFTER_SECONDS },
  );
}
