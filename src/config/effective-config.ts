import { printableGrants } from './grants.js';
import { SETTING_NAMES, settingOf, type SettingName, type Settings } from './settings.js';
import type { TenantSettings } from './tenant-settings.js';

/** One value as `discovery-feed config` prints it. */
export interface EffectiveValue {
  /** Fit for JSON; secrets are `***`, a setting without a value is null. */
  readonly value: unknown;
  /** `default`, `derived`, or where it was given. */
  readonly source: string;
}

/** What is in force and where each value comes from, without secrets: fit to be printed and sent to others. */
export function effectiveConfig(settings: Settings): Readonly<Record<string, EffectiveValue>> {
  const given = SETTING_NAMES.filter(
    (name) => name in settings && name !== 'tenants' && name !== 'grants',
  ).map((name) => [name, { value: printable(name, settings), source: settings.sources[name] }] as const);
  return {
    mode: { value: settings.mode, source: 'derived' },
    tenants: { value: settings.tenants.map(printableTenant), source: tenantSource(settings) },
    grants: { value: printableGrants(settings.grants), source: settings.sources.grants },
    storeDir: { value: settings.storeDir, source: 'derived' },
    servesAnonymous: { value: settings.servesAnonymous, source: 'derived' },
    ...Object.fromEntries(given),
  };
}

function printable(name: SettingName, settings: Settings): unknown {
  const value = (settings as unknown as Readonly<Record<string, unknown>>)[name];
  return value === undefined ? null : settingOf(name).type.show(value);
}

function printableTenant({ credential, ...tenant }: TenantSettings): unknown {
  return { ...tenant, credential: { kind: credential.kind, [credential.kind]: '***' } };
}

function tenantSource({ sources }: Settings): string {
  const names = [
    'tenants',
    'azureTenantId',
    'azureClientId',
    'azureClientSecret',
    'azureClientCertificatePath',
    'azureFederatedTokenFile',
    'azureManagedIdentity',
  ] as const;
  const given = names.map((name) => sources[name]).filter((source) => source !== 'default');
  return given.length === 0 ? 'default' : given.join(', ');
}
