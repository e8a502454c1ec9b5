/** A tenant as it was given, before anybody asked whether it is complete. */
import { mistake, quote, type Mistake } from './mistake.js';
import { nearest } from './nearest.js';
import type { SettingName, SettingValues } from './settings.js';
import { CREDENTIALS, MEMBER_NAMES, MEMBERS, type Member } from './tenant-members.js';

/** The members that were given; `wrong` ones have their mistake already and are not missing. */
export interface TenantDraft {
  /** `tenants[0]`, or `tenant` for the one of the AZURE_* variables. */
  readonly about: string;
  readonly members: Readonly<Partial<Record<Member, string>>>;
  readonly wrong: readonly Member[];
  /** How a person gives a member: an environment variable, or a member in the file. */
  readonly nameOf: (member: Member) => string;
}

/** Reads one entry of the list in the file. */
export function draftFromEntry(entry: unknown, index: number, mistakes: Mistake[]): TenantDraft | undefined {
  const about = `tenants[${index}]`;
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    mistakes.push(
      mistake(
        about,
        'is not an object. Example: {"tenantId": "…", "clientId": "…", "clientSecretFile": "…"}',
      ),
    );
    return undefined;
  }
  const members: Partial<Record<Member, string>> = {};
  const wrong: Member[] = [];
  for (const [name, raw] of Object.entries(entry as Record<string, unknown>)) {
    if (!isMember(name)) {
      const meant = nearest(name, MEMBER_NAMES);
      const hint =
        meant === undefined ? `It may hold ${MEMBER_NAMES.join(', ')}.` : `Did you mean '${meant}'?`;
      mistakes.push(mistake(`${about}.${name}`, `a tenant has no such member. ${hint}`));
    } else if (raw !== null) {
      const reading = MEMBERS[name].fromJson(typeof raw === 'string' ? raw.trim() : raw);
      const problem = reading.ok ? (reading.value === '' ? 'is empty' : undefined) : reading.problem;
      if (reading.ok && problem === undefined) members[name] = reading.value;
      else wrong.push(name);
      const shown = name === 'clientSecret' ? '***' : quote(raw);
      if (problem !== undefined) {
        mistakes.push(mistake(`${about}.${name}`, `${shown} ${problem}. Accepted: ${MEMBERS[name].accepts}`));
      }
    }
  }
  return { about, members, wrong, nameOf: (member) => `"${member}"` };
}

/** Which setting gives which member of the one tenant of the environment. */
const SHORTHAND = {
  tenantId: ['azureTenantId', 'AZURE_TENANT_ID'],
  clientId: ['azureClientId', 'AZURE_CLIENT_ID'],
  clientSecret: ['azureClientSecret', 'AZURE_CLIENT_SECRET'],
  clientCertificatePath: ['azureClientCertificatePath', 'AZURE_CLIENT_CERTIFICATE_PATH'],
  federatedTokenFile: ['azureFederatedTokenFile', 'AZURE_FEDERATED_TOKEN_FILE'],
  managedIdentity: ['azureManagedIdentity', 'AZURE_MANAGED_IDENTITY'],
} as const satisfies Partial<Record<Member, readonly [SettingName, string]>>;

/** The tenant of the AZURE_* variables; undefined when none of them was given. */
export function draftFromShorthand(values: Partial<SettingValues>): TenantDraft | undefined {
  const members: Partial<Record<Member, string>> = {};
  const wrong: Member[] = [];
  for (const member of Object.keys(SHORTHAND) as (keyof typeof SHORTHAND)[]) {
    const [name] = SHORTHAND[member];
    const value = values[name];
    if (!Object.hasOwn(values, name)) wrong.push(member);
    else if (value !== undefined) members[member] = value;
  }
  if (Object.keys(members).length + wrong.length === 0) return undefined;
  return {
    about: 'tenant',
    members,
    wrong,
    nameOf: (member) =>
      member in SHORTHAND ? SHORTHAND[member as keyof typeof SHORTHAND][1] : `"${member}"`,
  };
}

/** The entry with what the variables say of the same tenant: theirs wins, and their credential replaces the entry's. */
export function overlay(entry: TenantDraft, shorthand: TenantDraft): TenantDraft {
  const isCredential = (name: string) => (CREDENTIALS as readonly string[]).includes(name);
  const replaced = Object.keys(shorthand.members).some(isCredential);
  const kept = Object.entries(entry.members).filter(([name]) => !replaced || !isCredential(name));
  return {
    ...entry,
    members: { ...(Object.fromEntries(kept) as TenantDraft['members']), ...shorthand.members },
    wrong: [...entry.wrong, ...shorthand.wrong],
  };
}

function isMember(name: string): name is Member {
  return Object.hasOwn(MEMBERS, name);
}
