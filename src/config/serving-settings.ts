import { baseUrl, listenHost, proxyAddress } from './network-types.js';
import { integer } from './number-types.js';
import { optional, setting } from './setting.js';
import { listOf, oneOf, text, yesNo } from './setting-type.js';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where the server listens, where it keeps its data, how it pages. */
export const SERVING = {
  configFile: optional(text('the path of a JSON file'), {
    help: 'Configuration file. Settings in the environment win over it, flags over both.',
    needsRestart: true,
    example: 'config/production.json',
    only: 'outside the file',
    shortFlag: 'config',
  }),
  watchConfigFile: setting(yesNo(), false, {
    help: 'Takes a changed CONFIG_FILE over by itself, as SIGHUP does elsewhere: the way on Windows.',
    example: 'true',
    needsRestart: true,
    only: 'outside the file',
  }),
  port: setting(integer(0, 65_535), 4004, {
    help: 'TCP port to listen on; 0 takes any free one.',
    needsRestart: true,
    example: '4004',
  }),
  host: setting(listenHost(), '127.0.0.1', {
    help: 'Address to listen on. Anything but loopback needs API_KEYS, BASIC_USERS, ENTRA_TENANT_IDS or ALLOW_ANONYMOUS=true, and PUBLIC_URL or TRUSTED_PROXIES.',
    needsRestart: true,
    example: '0.0.0.0',
  }),
  publicUrl: optional(baseUrl(), {
    help: 'Where clients reach the server, without /odata: every link in the feed begins with it.',
    example: 'https://feed.contoso.com',
  }),
  trustedProxies: setting(
    listOf(proxyAddress(), 'IP addresses, networks or loopback, separated by commas'),
    [],
    {
      help: 'Proxies whose X-Forwarded-* headers are believed; nobody else is.',
      example: '10.0.0.0/8,loopback',
    },
  ),
  dataDir: setting(text('the path of a folder'), './data', {
    help: 'Folder of the store. The sample tenant lives in its subfolder sample, real tenants in feed.',
    needsRestart: true,
    example: '/var/lib/discovery-feed',
  }),
  logLevel: setting(oneOf(LOG_LEVELS), 'info', {
    help: 'The least important messages that are logged.',
    needsRestart: true,
    example: 'debug',
  }),
  pageSize: setting(integer(1, 50_000), 5000, {
    unit: 'rows',
    help: 'Rows in one page of the feed; clients follow nextLinks. Not above MAX_PAGE_SIZE.',
    example: '5000',
  }),
  maxPageSize: setting(integer(1, 50_000), 50_000, {
    unit: 'rows',
    help: 'The largest page that a client may ask for with Prefer: maxpagesize.',
    example: '50000',
  }),
  maxConnections: setting(integer(1, 65_535), 500, {
    unit: 'connections',
    help: 'Connections that are open at once; more are closed as they arrive.',
    example: '500',
  }),
  metricsPort: optional(integer(0, 65_535), {
    help: 'TCP port that answers /metrics to whoever reaches it, for Prometheus. Without it /metrics stands on PORT, for readers without restricting grants.',
    needsRestart: true,
    example: '9464',
  }),
  metricsHost: setting(listenHost(), '127.0.0.1', {
    help: 'Address that METRICS_PORT listens on. It asks nobody who they are: open it to your monitoring only.',
    needsRestart: true,
    example: '0.0.0.0',
  }),
  drainSeconds: setting(integer(0, 600), 25, {
    unit: 'seconds',
    help: 'How long a stop waits for answers that are under way.',
    example: '25',
  }),
};
