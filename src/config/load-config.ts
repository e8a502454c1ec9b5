/** From what was given to what is in force: defaults < file < environment < flags, and all mistakes at once. */
import { join } from 'node:path';
import { contradictions, doubts, hasAuthenticator } from './contradictions.js';
import { grantDoubts, readGrants } from './grants.js';
import { readLayers, type ConfigInputs } from './layers.js';
import { isLoopbackHost } from './loopback.js';
import { configInvalid, type Mistake } from './mistake.js';
import { environmentWarnings, unknownMembers, wrongFlags } from './names.js';
import type { Settings, SettingValues } from './settings.js';
import type { TenantSettings } from './tenant-settings.js';
import { readTenants } from './tenants.js';
import { readTlsFiles } from './tls-files.js';
import { readValues } from './values.js';

export type { ConfigInputs } from './layers.js';

/**
 * The settings in force.
 *
 * @throws FeedError CONFIG_INVALID (exit code 78) with one line for each mistake: the setting, where it came from, what
 * was given (masked when secret), what is accepted, an example.
 * @example loadConfig({ flags: { port: '0', config: 'config/production.json' } }).pageSize
 */
export function loadConfig(inputs: ConfigInputs = {}): Settings {
  const mistakes: Mistake[] = [];
  const layers = readLayers(inputs, mistakes);
  const fileIsThere = mistakes.length === 0;
  mistakes.push(...unknownMembers(layers), ...wrongFlags(layers));
  const { values, sources } = readValues(layers, mistakes);
  // Without the file that was asked for, "missing" and "contradicts" would be guesses.
  const tenants = fileIsThere ? readTenants(values, layers, mistakes) : [];
  const grants = readGrants(values, tenants, mistakes);
  if (fileIsThere) mistakes.push(...contradictions(values));
  const tls = readTlsFiles(values, layers.readFile, mistakes);
  if (mistakes.length > 0) throw configInvalid(mistakes);
  return settingsOf(values as SettingValues, tenants, {
    grants,
    sources,
    ...(tls.files === undefined ? {} : { tls: tls.files }),
    warnings: [
      ...environmentWarnings(layers),
      ...doubts(values as SettingValues),
      ...grantDoubts(grants, servesAnonymous(values as SettingValues)),
      ...tls.doubts,
    ],
  });
}

function settingsOf(
  values: SettingValues,
  tenants: readonly TenantSettings[],
  rest: Pick<Settings, 'grants' | 'tls' | 'sources' | 'warnings'>,
): Settings {
  const {
    tenants: _list,
    azureTenantId: _tenant,
    azureClientId: _client,
    azureClientSecret: _secret,
    azureClientCertificatePath: _certificate,
    azureFederatedTokenFile: _federated,
    azureManagedIdentity: _managed,
    ...others
  } = values;
  const mode = tenants.length === 0 ? 'sample' : 'real';
  return {
    ...others,
    ...rest,
    entraAudiences: audiencesOf(values),
    mode,
    tenants,
    storeDir: join(values.dataDir, mode === 'sample' ? 'sample' : 'feed'),
    servesAnonymous: servesAnonymous(values),
  };
}

/** Power BI asks for a token for scheme and host of the feed's URL, and Entra writes it with or without a slash. */
function audiencesOf({ entraTenantIds, entraAudiences, publicUrl }: SettingValues): readonly string[] {
  if (entraTenantIds.length === 0 || entraAudiences.length > 0 || publicUrl === undefined)
    return entraAudiences;
  const { origin } = new URL(publicUrl);
  return [origin, `${origin}/`];
}

function servesAnonymous(values: SettingValues): boolean {
  return values.allowAnonymous || (isLoopbackHost(values.host) && !hasAuthenticator(values));
}
