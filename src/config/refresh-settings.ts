import { bytes, decimal, integer } from './number-types.js';
import { cronExpression, timeZone } from './schedule-types.js';
import { setting } from './setting.js';
import { listOf, oneOf, text } from './setting-type.js';

/** The periods that Graph aggregates over. */
export const PERIODS = ['P7D', 'P30D', 'P90D'] as const;
export type Period = (typeof PERIODS)[number];

/** When the feed is renewed and what becomes of the rows. */
export const REFRESH = {
  pollCron: setting(cronExpression(), '0 */6 * * *', {
    help: 'When Graph is polled. Upstream renews its data about four times a day.',
    example: '0 */6 * * *',
  }),
  pollTimeZone: setting(timeZone(), 'UTC', {
    help: 'Time zone of POLL_CRON.',
    example: 'Europe/Berlin',
  }),
  mainPeriod: setting(oneOf(PERIODS), 'P90D', {
    help: 'Period of DiscoveredApps.',
    example: 'P90D',
  }),
  periods: setting(listOf(oneOf(PERIODS), 'P7D, P30D, P90D or some of them, separated by commas'), PERIODS, {
    help: 'Periods of DiscoveredAppsByPeriod; MAIN_PERIOD is one of them.',
    example: 'P7D,P30D,P90D',
  }),
  riskHighMax: setting(integer(0, 8), 3, {
    unit: 'score 0–10',
    help: 'The highest risk score that counts as high risk (10 is safest).',
    example: '3',
  }),
  riskMediumMax: setting(integer(1, 9), 7, {
    unit: 'score 0–10',
    help: 'The highest risk score that counts as medium risk; above RISK_HIGH_MAX.',
    example: '7',
  }),
  globalReportStreamIds: setting(listOf(text(), 'ids of streams, separated by commas'), [], {
    help: 'Streams that are the Global report. Without any, the one with GLOBAL_REPORT_NAME is.',
    example: '5f0f3e1c2b3a4d5e6f708192',
  }),
  globalReportName: setting(text(), 'Global report', {
    help: 'Display name by which the Global report is known.',
    example: 'Global report',
  }),
  storeMaxBytes: setting(bytes(2 ** 24, 2 ** 50), 2 * 2 ** 30, {
    unit: 'bytes',
    help: 'Size of the store; the oldest generations go first, never the current and the previous one.',
    needsRestart: true,
    example: '2GiB',
  }),
  keepPagesMinutes: setting(integer(1, 1440), 30, {
    unit: 'minutes',
    help: 'How long after its last page a generation stays, so that a slow download can finish.',
    needsRestart: true,
    example: '30',
  }),
};

/** The built-in sample tenant, served when no tenant is configured. */
export const SAMPLE = {
  sampleApps: setting(integer(1, 1_000_000), 600, {
    unit: 'apps',
    help: 'Apps of the sample tenant.',
    needsRestart: true,
    example: '5000',
    shortFlag: 'apps',
  }),
  sampleSeed: setting(integer(0, 2 ** 32 - 1), 1, {
    help: 'Seed of the sample tenant: the same seed makes the same rows.',
    needsRestart: true,
    example: '1',
  }),
};

/** How Graph is read. */
export const GRAPH_PACE = {
  graphRequestsPerSecond: setting(decimal(0, 50), 2, {
    unit: 'requests per second',
    help: 'Pace of requests to Graph, for each tenant; a GRAPH_BASE_URL on loopback is not paced.',
    example: '2',
  }),
  graphTimeoutSeconds: setting(integer(1, 600), 30, {
    unit: 'seconds',
    help: 'Limit of one attempt of one request.',
    example: '30',
  }),
  graphRetryBudgetSeconds: setting(integer(0, 86_400), 600, {
    unit: 'seconds',
    help: 'How long one run may wait for retries in all.',
    example: '600',
  }),
  graphMaxPages: setting(integer(1, 1_000_000), 2000, {
    unit: 'pages',
    help: 'Pages of one stream and period before its paging counts as endless.',
    example: '2000',
  }),
  graphMaxBodyBytes: setting(bytes(2 ** 20, 2 ** 30), 32 * 2 ** 20, {
    unit: 'bytes',
    help: 'The largest answer of Graph that is read.',
    example: '32MiB',
  }),
};
