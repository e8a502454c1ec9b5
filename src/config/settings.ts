/** The settings table: all that can be set, declared once. docs/settings.md and config/default.json follow from it. */
import { GRAPH, TENANTS } from './tenant-setting-table.js';
import { REFRESH, SAMPLE } from './refresh-settings.js';
import { ACCESS } from './access-settings.js';
import { SERVING } from './serving-settings.js';
import type { GrantRule } from '../model/grants.js';
import { LIMITS } from './limit-settings.js';
import type { Setting } from './setting.js';
import type { TlsFiles } from './tls-files.js';
import { TLS } from './tls-settings.js';
import type { TenantSettings } from './tenant-settings.js';

/** The table by chapter, in the order of docs/settings.md. */
export const CHAPTERS = {
  Tenants: TENANTS,
  Server: SERVING,
  Limits: LIMITS,
  TLS,
  'Who may read': ACCESS,
  Refresh: REFRESH,
  'Microsoft Graph': GRAPH,
  'Sample tenant': SAMPLE,
};

export const SETTINGS = {
  ...TENANTS,
  ...SERVING,
  ...LIMITS,
  ...TLS,
  ...ACCESS,
  ...REFRESH,
  ...GRAPH,
  ...SAMPLE,
};

/** Name of a setting, as in the configuration file. */
export type SettingName = keyof typeof SETTINGS;

type ValueOf<S> = S extends Setting<infer T> ? T : never;

/** The value of every setting, each by itself right; what they mean together is {@link Settings}. */
export type SettingValues = { readonly [N in SettingName]: ValueOf<(typeof SETTINGS)[N]> };

/** All names, in the order of the table. */
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

/** The row of one setting, for code that handles all of them alike. */
export function settingOf(name: SettingName): Setting<unknown> {
  return SETTINGS[name];
}

/** The settings that became {@link Settings.tenants}. */
type TenantShorthand =
  | 'tenants'
  | 'azureTenantId'
  | 'azureClientId'
  | 'azureClientSecret'
  | 'azureClientCertificatePath'
  | 'azureFederatedTokenFile'
  | 'azureManagedIdentity';

/** What is in force, right in itself and together. */
export interface Settings extends Omit<SettingValues, TenantShorthand | 'grants'> {
  /** Real as soon as one tenant is configured. */
  readonly mode: 'sample' | 'real';
  /**
   * The tenants to poll. Empty in sample mode: the composition root adds the sample tenant, whose addresses exist only
   * once its fakes listen.
   */
  readonly tenants: readonly TenantSettings[];
  /** Who may read what, the first that names a reader decides; empty: whoever is let in reads everything. */
  readonly grants: readonly GrantRule[];
  /** Certificate and key of the server; without them it speaks plain HTTP. */
  readonly tls?: TlsFiles;
  /** Folder of the store: DATA_DIR/sample or DATA_DIR/feed, so that sample rows never reach a real feed. */
  readonly storeDir: string;
  /** Whether a request without a credential is served: ALLOW_ANONYMOUS, or loopback and no authenticator. */
  readonly servesAnonymous: boolean;
  /** Where each value comes from: `default`, `PAGE_SIZE (environment)`, `--page-size (flag)`, `"pageSize" in <file>`. */
  readonly sources: Readonly<Record<SettingName, string>>;
  /** What looks like a slip but does not stop the start, such as an environment variable one letter off. */
  readonly warnings: readonly string[];
}
