/** Error bodies as Microsoft Graph writes them (https://learn.microsoft.com/graph/errors). */
import { randomUUID } from 'node:crypto';

/** The JSON text of a Graph error. */
export function graphErrorText(code: string, message: string, requestId: string = randomUUID()): string {
  const date = new Date().toISOString().slice(0, 19);
  const innerError = { date, 'request-id': requestId, 'client-request-id': requestId };
  return JSON.stringify({ error: { code, message, innerError } });
}

/** A refusal: HTTP status, Graph's code and message. */
export class GraphError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
