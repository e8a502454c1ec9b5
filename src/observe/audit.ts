/** The audit log: who read which sets, how many rows and bytes, one JSON line a request. Never a literal of a query. */
import { pino, type DestinationStream } from 'pino';
import type { Observation, Observe } from './observation.js';

/** Requests that say something of who reads what; health, the page's files and metrics are nobody's reading. */
const NOT_AUDITED = new Set(['health', 'metrics', 'page', 'other']);

type Answered = Extract<Observation, { kind: 'requestAnswered' }>;

/** An observer that writes a line for every request to the feed, refused ones too. */
export function createAudit(destination: DestinationStream): Observe {
  const logger = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime, messageKey: 'event' },
    destination,
  );
  return (observation) => {
    if (observation.kind !== 'requestAnswered' || NOT_AUDITED.has(observation.route)) return;
    logger.info(auditLine(observation), 'audit');
  };
}

/**
 * Opens the destination of the audit log.
 *
 * @param place `log` for the log's own destination (standard error), else the path of a file, which is appended to
 * @param onError is told when the file cannot be written; the server goes on
 * @throws what node:fs throws when the file cannot be opened
 */
export function openAudit(place: string, onError: (error: Error) => void): DestinationStream {
  if (place === 'log') return pino.destination(2);
  const file = pino.destination({ dest: place, append: true, mkdir: true, sync: true });
  file.on('error', onError);
  return file;
}

function auditLine(answered: Answered): object {
  const { principal, userName, address, requestId, method, route, sets, rows, bytes, status, complete } =
    answered;
  return {
    ...{ principal, userName, address, requestId, method, route, sets, rows, bytes, status, complete },
    signInRefused: answered.signInRefused,
  };
}
