/** Handlers that every request of a mount passes, as one: Express looks for the next layer once and not for each. */
import type { RequestHandler } from 'express';

/**
 * A handler that calls these one after the other, each when the one before says `next()`. What one throws, rejects with
 * or passes to `next` ends the row, as with Express; `next('route')` means nothing here.
 */
export function inTurn(...handlers: readonly RequestHandler[]): RequestHandler {
  return (request, response, next) => {
    const call = (place: number): void => {
      const handler = handlers[place];
      if (handler === undefined) {
        next();
        return;
      }
      const go = (error?: unknown) => {
        if (error === undefined || error === null) call(place + 1);
        else next(error);
      };
      try {
        const done: unknown = handler(request, response, go);
        if (done instanceof Promise) done.catch(next);
      } catch (error) {
        next(error);
      }
    };
    call(0);
  };
}
