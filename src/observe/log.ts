/** The log: pino, one JSON line per observation. It only subscribes; no room logs by itself. */
import { pino, type DestinationStream, type Level, type LevelWithSilent } from 'pino';
import type { Observation, Observe } from './observation.js';

interface Line {
  readonly level: Level;
  readonly message: string;
}

/** What each observation says in the log; the compiler forces the table to be complete. */
const LINES: {
  readonly [Kind in Observation['kind']]: (observation: Extract<Observation, { kind: Kind }>) => Line;
} = {
  serverStarted: ({ url }) => ({ level: 'info', message: `Serving the feed at ${url}` }),
  serverStopping: ({ reason }) => ({ level: 'info', message: `Stopping: ${reason}` }),
  serverStopped: ({ cutAnswers }) => ({
    level: cutAnswers > 0 ? 'warn' : 'info',
    message: cutAnswers > 0 ? `Stopped; ${cutAnswers} answers were cut` : 'Stopped',
  }),
  requestAnswered: ({ method, path, status }) => ({
    level: status >= 500 ? 'error' : 'debug',
    message: `${method} ${path} ${status}`,
  }),
  requestFailed: ({ path }) => ({ level: 'error', message: `A bug met ${path}` }),
  refreshStarted: ({ tenantId }) => ({ level: 'info', message: `Refreshing tenant ${tenantId}` }),
  refreshProgress: ({ what, done, total }) => ({
    level: 'debug',
    message: `Read ${what} (${done} of ${total})`,
  }),
  refreshEnded: ({ status, tenantId, error }) => ({
    level:
      status === 'succeeded' || error?.code === 'REFRESH_ABORTED'
        ? 'info'
        : status === 'partial'
          ? 'warn'
          : 'error',
    message: `Refresh of tenant ${tenantId} ${status}${error === undefined ? '' : `: ${error.message} ${error.hint}`}`,
  }),
  streamEnded: ({ streamId, period, status, error }) => ({
    level: error === undefined ? 'debug' : 'warn',
    message: `Stream ${streamId} ${period} ${status}${error === undefined ? '' : `: ${error.message}`}`,
  }),
  schemaDrift: ({ drift }) => ({
    level: 'info',
    message: `Upstream sent what is not known: ${drift.join('; ')}`,
  }),
  graphRetry: ({ status, waitMs }) => ({
    level: 'debug',
    message: `Graph answered ${status}; waiting ${waitMs} ms`,
  }),
  generationPublished: ({ id, rows }) => ({
    level: 'info',
    message: `Published generation ${id} with ${rows} rows`,
  }),
  generationRefused: ({ id, reason }) => ({
    level: 'error',
    message: `Generation ${id} does not check out: ${reason}`,
  }),
  generationPruned: ({ id }) => ({ level: 'debug', message: `Pruned generation ${id}` }),
  storeMeasured: ({ generations, bytes }) => ({
    level: 'debug',
    message: `The store keeps ${generations} generations in ${bytes} bytes`,
  }),
  lockBroken: ({ pid }) => ({
    level: 'warn',
    message: `Broke the writer's lock of process ${pid}, which is dead`,
  }),
  connectionRefused: () => ({ level: 'warn', message: 'Closed a connection beyond MAX_CONNECTIONS' }),
  slowReaderCut: ({ afterMs }) => ({
    level: 'warn',
    message: `Cut a client that took nothing of its answer for ${afterMs / 1000} s`,
  }),
  certificateRenewed: ({ notAfter }) => ({
    level: 'info',
    message: `A new certificate is in use, valid until ${notAfter}`,
  }),
  certificateRefused: ({ error }) => ({
    level: 'error',
    message: `The new certificate is not used: ${error.message} ${error.hint}`,
  }),
  configurationReloaded: ({ changed }) => ({
    level: 'info',
    message:
      changed.length === 0
        ? 'The configuration was read again; nothing changed'
        : `The configuration was read again; changed: ${changed.join(', ')}`,
  }),
  configurationRefused: ({ error }) => ({
    level: 'error',
    message: `The changed configuration is not used: ${error.message} ${error.hint}`,
  }),
  auditFailed: ({ reason }) => ({ level: 'error', message: `The audit log cannot be written: ${reason}` }),
  scheduleMissed: ({ at }) => ({ level: 'warn', message: `The run of ${at} was missed` }),
};

/**
 * An observer that writes the log.
 * @param destination where the lines go; standard error unless given, so that standard output stays for people
 */
export function createLog(
  level: LevelWithSilent,
  destination: DestinationStream = pino.destination(2),
): Observe {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  return (observation) => {
    const line = lineOf(observation);
    const { kind, ...details } = observation;
    logger[line.level]({ event: kind, ...details }, line.message);
  };
}

function lineOf(observation: Observation): Line {
  // Sound: the table maps each kind to a function of exactly that kind.
  const line = LINES[observation.kind] as (one: Observation) => Line;
  return line(observation);
}
