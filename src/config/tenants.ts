/** Which tenants are polled: the list of the file, the AZURE_* variables, or neither (the sample tenant). */
import { FeedError } from '../errors.js';
import { readCertificate } from './certificate.js';
import { readSecret } from './values.js';
import type { Layers } from './layers.js';
import { mistake, type Mistake } from './mistake.js';
import { bad, good, type Reading } from './setting-type.js';
import type { SettingValues } from './settings.js';
import { draftFromEntry, draftFromShorthand, overlay, type TenantDraft } from './tenant-draft.js';
import { CREDENTIALS, type Member } from './tenant-members.js';
import type { TenantCredential, TenantSettings } from './tenant-settings.js';

/**
 * The tenants to poll; empty means the sample tenant. The variables are the shorthand for one tenant; beside a list they
 * must name one of its tenants, and then win over what its entry says (a secret from the environment, the rest from the file).
 */
export function readTenants(
  values: Partial<SettingValues>,
  layers: Layers,
  mistakes: Mistake[],
): readonly TenantSettings[] {
  const entries = (values.tenants ?? []).flatMap(
    (entry, index) => draftFromEntry(entry, index, mistakes) ?? [],
  );
  mistakes.push(...repeatedTenants(entries));
  const shorthand = draftFromShorthand(values);
  const drafts = join(entries, shorthand, mistakes);
  if (drafts.length === 0 && values.tenants?.length === 0) mistakes.push(...sampleInProduction(layers));
  return drafts.flatMap((draft) => complete(draft, values, { layers, mistakes }) ?? []);
}

function join(
  entries: readonly TenantDraft[],
  shorthand: TenantDraft | undefined,
  mistakes: Mistake[],
): readonly TenantDraft[] {
  if (shorthand === undefined) return entries;
  if (entries.length === 0) return [shorthand];
  const { tenantId } = shorthand.members;
  if (tenantId !== undefined && entries.some(({ members }) => members.tenantId === tenantId)) {
    return entries.map((entry) => (entry.members.tenantId === tenantId ? overlay(entry, shorthand) : entry));
  }
  if (shorthand.wrong.includes('tenantId')) return entries;
  const given = (Object.keys(shorthand.members) as Member[]).map(shorthand.nameOf).join(', ');
  mistakes.push(
    mistake(
      'azureTenantId',
      `${given} stand beside the list "tenants" of the file, but AZURE_TENANT_ID names none of its tenants. Set it to one of them to override that entry, or add an entry and remove the variables`,
    ),
  );
  return entries;
}

function repeatedTenants(entries: readonly TenantDraft[]): Mistake[] {
  return entries.flatMap(({ about, members: { tenantId } }, index) => {
    const first = entries.findIndex(({ members }) => members.tenantId === tenantId);
    if (tenantId === undefined || first === index) return [];
    return [mistake(`${about}.tenantId`, `'${tenantId}' stands in ${entries[first]?.about ?? ''} already`)];
  });
}

function sampleInProduction({ env }: Layers): Mistake[] {
  if (env.NODE_ENV?.trim() !== 'production') return [];
  return [
    mistake(
      'azureTenantId',
      'no tenant is configured, and NODE_ENV=production does not serve the sample tenant. Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET (or a certificate, a federated token or a managed identity), or "tenants" in the file of CONFIG_FILE',
    ),
  ];
}

interface Reporting {
  readonly layers: Layers;
  readonly mistakes: Mistake[];
}

function complete(
  draft: TenantDraft,
  values: Partial<SettingValues>,
  { layers, mistakes }: Reporting,
): TenantSettings | undefined {
  const { members, wrong } = draft;
  const credentials = CREDENTIALS.filter((member) => members[member] !== undefined);
  if (credentials.length > 1) {
    mistakes.push(
      mistake(draft.about, `has ${credentials.map(draft.nameOf).join(' and ')}. Keep one of them`),
    );
  }
  const missing = missingOf(draft);
  if (missing.length > 0)
    mistakes.push(mistake(draft.about, `is not complete. Missing: ${missing.join(', ')}`));
  const { tenantId, clientId = '' } = members;
  const [member] = credentials;
  if (member === undefined || credentials.length > 1) return undefined;
  const credential = readCredential(member, members[member] ?? '', layers);
  if (!credential.ok) {
    mistakes.push(
      mistake(`${draft.about}.${member}`, `the file of ${draft.nameOf(member)} ${credential.problem}`),
    );
    return undefined;
  }
  const authorityHost = members.authorityHost ?? values.azureAuthorityHost;
  const graphBaseUrl = members.graphBaseUrl ?? values.graphBaseUrl;
  if (tenantId === undefined || missing.length > 0 || wrong.length > 0) return undefined;
  if (authorityHost === undefined || graphBaseUrl === undefined) return undefined;
  return {
    tenantId,
    displayName: members.displayName ?? tenantId,
    clientId,
    credential: credential.value,
    authorityHost,
    graphBaseUrl,
    isSample: false,
  };
}

function missingOf({ members, wrong, nameOf }: TenantDraft): string[] {
  const absent = (member: Member): boolean => members[member] === undefined && !wrong.includes(member);
  // The system assigns one identity to a machine: there is nothing to choose by a client ID.
  const needed =
    members.managedIdentity === 'system' ? (['tenantId'] as const) : (['tenantId', 'clientId'] as const);
  const [first = '', ...others] = CREDENTIALS.filter((member) => member !== 'clientSecretFile').map(nameOf);
  return [
    ...needed.filter(absent).map(nameOf),
    ...(CREDENTIALS.every(absent) ? [`${first} (or ${others.join(', ')})`] : []),
  ];
}

function readCredential(
  member: (typeof CREDENTIALS)[number],
  value: string,
  layers: Layers,
): Reading<TenantCredential> {
  if (member === 'clientSecret') return good({ kind: 'secret', secret: value });
  if (member === 'managedIdentity')
    return good({ kind: 'managedIdentity', assigned: value === 'user' ? 'user' : 'system' });
  const content = readSecret(value, layers);
  if (!content.ok) return bad(content.problem);
  if (member === 'federatedTokenFile')
    return good({ kind: 'federated', readToken: federatedToken(value, layers) });
  if (member === 'clientSecretFile') return good({ kind: 'secret', secret: content.value });
  return readCertificate(content.value);
}

/** Reads the token anew each time; @throws FeedError IDENTITY_FEDERATION_REFUSED when it has gone. */
function federatedToken(path: string, layers: Layers): () => string {
  return () => {
    const content = readSecret(path, layers);
    if (content.ok) return content.value;
    throw new FeedError('IDENTITY_FEDERATION_REFUSED', `The file of the federated token ${content.problem}.`);
  };
}
