/**
 * All metrics of the product. Labels take few values: routes, statuses, entity sets, tenants. Never a reader, a path, a
 * key or a literal of a query.
 */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Seconds; the last finite one is the limit of Power BI for one request. */
const ANSWER_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600];
const REFRESH_SECONDS = [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600];

/** Prefix of every name. */
const PREFIX = 'discovery_feed_';

/** Makes the metrics in a registry of their own. */
export function metricTable(registry: Registry) {
  const registers = [registry];
  const named = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) => ({
    name: PREFIX + name,
    help,
    labelNames: [...labelNames],
    registers,
  });
  const counter = <L extends string>(name: string, help: string, ...labels: readonly L[]) =>
    new Counter(named(name, help, labels));
  const gauge = <L extends string>(name: string, help: string, ...labels: readonly L[]) =>
    new Gauge(named(name, help, labels));
  return {
    requests: counter('requests_total', 'Answers by kind of request and HTTP status.', 'route', 'status'),
    requestSeconds: new Histogram({
      ...named('request_duration_seconds', 'From the arrival of a request to the end of its answer.', [
        'route',
      ]),
      buckets: ANSWER_SECONDS,
    }),
    responseBytes: counter('response_bytes_total', 'Bytes of answers, heads included.', 'route'),
    rows: counter('rows_total', 'Rows that were read for answers.'),
    setReads: counter('set_reads_total', 'Answers that read an entity set.', 'set'),
    incomplete: counter('incomplete_answers_total', 'Answers whose connection ended before they had left.'),
    signInsRefused: counter('sign_ins_refused_total', 'Requests with a credential that was not right.'),
    slowReaders: counter('slow_readers_cut_total', 'Connections cut because nothing was taken of an answer.'),
    connectionsRefused: counter('connections_refused_total', 'Connections beyond MAX_CONNECTIONS.'),
    bugs: counter('internal_errors_total', 'Requests that met a bug.'),
    refreshes: counter('refreshes_total', 'Runs of the poller by outcome.', 'tenant', 'status'),
    refreshSeconds: new Histogram({
      ...named('refresh_duration_seconds', 'Length of a run of the poller.'),
      buckets: REFRESH_SECONDS,
    }),
    graphRetries: counter('graph_retries_total', 'Requests to Microsoft Graph that had to be tried again.'),
    schemaDrift: counter('schema_drift_total', 'Unknown things that upstream sent.', 'tenant'),
    missedRuns: counter('missed_runs_total', 'Slots of the schedule that passed without a run.'),
    certificatesRefused: counter('certificates_refused_total', 'New TLS files that could not be used.'),
    reloadsRefused: counter('reloads_refused_total', 'New configurations that were wrong.'),
    lastSuccess: gauge(
      'last_success_timestamp_seconds',
      'End of the last run that renewed every stream; Unix time.',
      'tenant',
    ),
    staleStreams: gauge('stale_streams', 'Streams that show rows of an earlier run.', 'tenant'),
    generationPublished: gauge(
      'generation_timestamp_seconds',
      'When the generation in use was published; Unix time.',
    ),
    generationRows: gauge('generation_rows', 'Rows of the generation in use.', 'set'),
    generationBytes: gauge('generation_bytes', 'Bytes of the row files of the generation in use.'),
    storeBytes: gauge('store_bytes', 'Bytes of the row files of all generations that are kept.'),
    running: gauge('requests_running', 'Requests of readers that are answered now.'),
    waiting: gauge('requests_waiting', 'Requests of readers that wait for their turn.'),
    certificateExpiry: gauge(
      'certificate_expiry_timestamp_seconds',
      'When the TLS certificate ends; Unix time.',
    ),
    ready: gauge('ready', '1 when the feed has rows to serve and is not stopping.'),
  };
}

/** The metrics by their names in code. */
export type MetricTable = ReturnType<typeof metricTable>;
