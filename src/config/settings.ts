import type { TenantSettings } from './tenant-settings.js';

export type Period = 'P7D' | 'P30D' | 'P90D';
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** What is in force. `tenants` is empty in sample mode: the composition root adds the sample tenant, whose addresses exist only once its fakes listen. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly publicUrl: string | undefined;
  readonly trustedProxies: readonly string[];
  readonly logLevel: LogLevel;
  readonly pollCron: string;
  readonly pollTimeZone: string;
  readonly pageSize: number;
  readonly maxPageSize: number;
  readonly mainPeriod: Period;
  readonly periods: readonly Period[];
  readonly riskHighMax: number;
  readonly riskMediumMax: number;
  readonly globalReportStreamIds: readonly string[];
  readonly globalReportName: string;
  readonly graphRequestsPerSecond: number;
  readonly graphTimeoutSeconds: number;
  readonly graphRetryBudgetSeconds: number;
  readonly graphMaxPages: number;
  readonly graphMaxBodyBytes: number;
  readonly httpsProxy: string | undefined;
  readonly noProxy: string | undefined;
  readonly allowAnonymous: boolean;
  readonly apiKeys: readonly { readonly name: string; readonly sha256: string }[];
  readonly apiKeyParameter: string;
  readonly basicUsers: readonly { readonly name: string; readonly hash: string }[];
  readonly sampleApps: number;
  readonly sampleSeed: number;
  readonly storeMaxBytes: number;
  readonly keepPagesMinutes: number;
  readonly drainSeconds: number;
  readonly maxConnections: number;
  readonly mode: 'sample' | 'real';
  readonly tenants: readonly TenantSettings[];
  /** Where the store lives: DATA_DIR/sample or DATA_DIR/feed. */
  readonly storeDir: string;
}
