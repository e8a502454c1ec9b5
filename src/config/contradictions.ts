/** Settings that are right by themselves and wrong together: a table of rules. */
import { isLoopbackHost } from './loopback.js';
import { mistake, type Mistake } from './mistake.js';
import type { SettingName, SettingValues } from './settings.js';

interface Rule {
  /** The setting that the mistake is filed under. */
  readonly about: SettingName;
  /** The others that it reads. */
  readonly with: readonly SettingName[];
  /** What is wrong and what to do, or undefined. */
  readonly check: (values: SettingValues) => string | undefined;
}

const RULES: readonly Rule[] = [
  {
    about: 'pageSize',
    with: ['maxPageSize'],
    check: ({ pageSize, maxPageSize }) =>
      pageSize > maxPageSize
        ? `${pageSize} is above MAX_PAGE_SIZE (${maxPageSize}). Lower PAGE_SIZE or raise MAX_PAGE_SIZE`
        : undefined,
  },
  {
    about: 'periods',
    with: ['mainPeriod'],
    check: ({ periods, mainPeriod }) =>
      periods.includes(mainPeriod)
        ? undefined
        : `${periods.join(',') || 'the empty list'} lacks MAIN_PERIOD (${mainPeriod}). Add it, or choose another MAIN_PERIOD`,
  },
  {
    about: 'riskHighMax',
    with: ['riskMediumMax'],
    check: ({ riskHighMax, riskMediumMax }) =>
      riskHighMax < riskMediumMax
        ? undefined
        : `${riskHighMax} is not below RISK_MEDIUM_MAX (${riskMediumMax}). Example: RISK_HIGH_MAX=3 and RISK_MEDIUM_MAX=7`,
  },
  {
    about: 'publicUrl',
    with: [],
    check: ({ publicUrl }) =>
      publicUrl?.endsWith('/odata') === true
        ? `'${publicUrl}' ends with /odata, which the feed adds itself. Set PUBLIC_URL=${publicUrl.slice(0, -'/odata'.length)}`
        : undefined,
  },
  {
    about: 'host',
    with: ['apiKeys', 'basicUsers', 'entraTenantIds', 'allowAnonymous'],
    check: (values) =>
      isLoopbackHost(values.host) || values.allowAnonymous || hasAuthenticator(values)
        ? undefined
        : `'${values.host}' would serve everybody who can reach it. Set API_KEYS (discovery-feed create-key), BASIC_USERS (discovery-feed hash-password) or ENTRA_TENANT_IDS, or say ALLOW_ANONYMOUS=true, or keep HOST=127.0.0.1`,
  },
  {
    about: 'publicUrl',
    with: ['host', 'trustedProxies'],
    check: ({ host, publicUrl, trustedProxies }) =>
      isLoopbackHost(host) || publicUrl !== undefined || trustedProxies.length > 0
        ? undefined
        : `is missing: with HOST=${host} the links of the feed need a base that no client can forge. Set PUBLIC_URL=https://…, or TRUSTED_PROXIES to the proxies in front`,
  },
  {
    about: 'trustedProxies',
    with: ['host', 'basicUsers', 'tlsCertificatePath'],
    check: ({ host, basicUsers, trustedProxies, tlsCertificatePath }) =>
      isLoopbackHost(host) ||
      basicUsers.length === 0 ||
      trustedProxies.length > 0 ||
      tlsCertificatePath !== undefined
        ? undefined
        : `is missing: BASIC_USERS work over https only, and with HOST=${host} only a trusted proxy can say that a request came over https. Set TRUSTED_PROXIES, or TLS_CERTIFICATE_PATH and TLS_KEY_PATH, or use API_KEYS`,
  },
  {
    about: 'entraAudiences',
    with: ['entraTenantIds', 'publicUrl'],
    check: ({ entraTenantIds, entraAudiences, publicUrl }) =>
      entraTenantIds.length === 0 || entraAudiences.length > 0 || publicUrl !== undefined
        ? undefined
        : 'is missing: with ENTRA_TENANT_IDS a token must be made out for this feed. Set PUBLIC_URL to where clients reach it (scheme and host are then the audience), or ENTRA_AUDIENCES to the Application ID URI',
  },
  {
    about: 'entraTenantIds',
    with: ['entraAudiences', 'entraReaders'],
    check: ({ entraTenantIds, entraAudiences, entraReaders }) =>
      entraTenantIds.length > 0 || (entraAudiences.length === 0 && entraReaders.length === 0)
        ? undefined
        : `is missing: ${entraAudiences.length > 0 ? 'ENTRA_AUDIENCES' : 'ENTRA_READERS'} alone lets nobody sign in. Set ENTRA_TENANT_IDS to the directory (tenant) ID of the readers`,
  },
  {
    about: 'watchConfigFile',
    with: ['configFile'],
    check: ({ watchConfigFile, configFile }) =>
      watchConfigFile && configFile === undefined
        ? 'there is no file to watch. Set CONFIG_FILE (or --config), or leave WATCH_CONFIG_FILE out'
        : undefined,
  },
  {
    about: 'metricsPort',
    with: ['port'],
    check: ({ metricsPort, port }) =>
      metricsPort === port && port !== 0
        ? `${port} is PORT as well. Choose another METRICS_PORT, or leave it out: /metrics then stands on PORT`
        : undefined,
  },
  {
    about: 'tlsKeyPath',
    with: ['tlsCertificatePath'],
    check: ({ tlsCertificatePath, tlsKeyPath }) =>
      tlsCertificatePath === undefined || tlsKeyPath !== undefined
        ? undefined
        : 'is missing: TLS_CERTIFICATE_PATH needs the private key of that certificate. Set TLS_KEY_PATH, to the same path if that file holds both',
  },
  {
    about: 'tlsCertificatePath',
    with: ['tlsKeyPath'],
    check: ({ tlsCertificatePath, tlsKeyPath }) =>
      tlsKeyPath === undefined || tlsCertificatePath !== undefined
        ? undefined
        : 'is missing: TLS_KEY_PATH alone starts no TLS. Set TLS_CERTIFICATE_PATH',
  },
  {
    about: 'publicUrl',
    with: ['tlsCertificatePath'],
    check: ({ publicUrl, tlsCertificatePath }) =>
      tlsCertificatePath !== undefined && publicUrl?.startsWith('http:') === true
        ? `'${publicUrl}' is plain http, and the server speaks https only with TLS_CERTIFICATE_PATH. Set PUBLIC_URL=https:${publicUrl.slice('http:'.length)}`
        : undefined,
  },
];

/** Whether anything asks readers who they are. */
export function hasAuthenticator({
  apiKeys,
  basicUsers,
  entraTenantIds,
}: Pick<SettingValues, 'apiKeys' | 'basicUsers' | 'entraTenantIds'>): boolean {
  return apiKeys.length > 0 || basicUsers.length > 0 || entraTenantIds.length > 0;
}

/** All contradictions among the values; a rule that reads a setting with a mistake of its own is left out. */
export function contradictions(values: Partial<SettingValues>): Mistake[] {
  return RULES.flatMap((rule) => {
    if (![rule.about, ...rule.with].every((name) => Object.hasOwn(values, name))) return [];
    const problem = rule.check(values as SettingValues);
    return problem === undefined ? [] : [mistake(rule.about, problem)];
  });
}

/** What is allowed and probably not meant. */
export function doubts(values: SettingValues): string[] {
  const graph = new URL(values.graphBaseUrl);
  return graph.hostname === 'graph.microsoft.com' && graph.pathname !== '/beta'
    ? [
        `GRAPH_BASE_URL is ${values.graphBaseUrl}, but Cloud Discovery is in https://graph.microsoft.com/beta only.`,
      ]
    : [];
}
