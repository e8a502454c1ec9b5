/**
 * Requests and responses that have Express's methods from their birth.
 *
 * Express gives every request and response that it meets prototypes of its own. V8 then forgets what it knew about the
 * shape of both, and all of Node's code runs over them without it: three quarters of the processor time of a small
 * answer (docs/performance.md). Objects that have the prototypes already are left as they are.
 */
import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';

/** What Node makes of each request that it reads. */
export interface Messages {
  readonly IncomingMessage: typeof IncomingMessage;
  readonly ServerResponse: typeof ServerResponse;
}

/** The classes of an app's requests and responses; to be called once for an app, before its first request. */
export function messagesOf(app: Express): Messages {
  class FeedRequest extends IncomingMessage {}
  class FeedResponse<Of extends IncomingMessage = IncomingMessage> extends ServerResponse<Of> {}
  Object.setPrototypeOf(FeedRequest.prototype, app.request);
  Object.setPrototypeOf(FeedResponse.prototype, app.response);
  app.request = FeedRequest.prototype as typeof app.request;
  app.response = FeedResponse.prototype as typeof app.response;
  return { IncomingMessage: FeedRequest, ServerResponse: FeedResponse };
}

/** Classes that stand for those of the app in force: what an app began it ends, when another has followed it. */
export function messagesInForce(current: () => Messages): Messages {
  // Called by Node with `new`, which takes the object that such a function returns.
  const incoming = function (...given: ConstructorParameters<typeof IncomingMessage>) {
    return new (current().IncomingMessage)(...given);
  };
  const response = function (...given: ConstructorParameters<typeof ServerResponse>) {
    return new (current().ServerResponse)(...given);
  };
  return { IncomingMessage: incoming, ServerResponse: response } as unknown as Messages;
}
