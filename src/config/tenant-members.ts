/** The members of an entry of `tenants`. */
import { guid, tenantId } from './access-types.js';
import { baseUrl } from './network-types.js';
import { oneOf, text, type JsonSchema, type SettingType } from './setting-type.js';

/** What an entry of `tenants` may hold. */
export const MEMBERS = {
  tenantId: tenantId(),
  displayName: text(),
  clientId: guid(),
  clientSecret: text("the client secret's value"),
  clientSecretFile: text('the path of a file'),
  clientCertificatePath: text('the path of a PEM file'),
  federatedTokenFile: text('the path of a file'),
  managedIdentity: oneOf(['system', 'user']),
  authorityHost: baseUrl(),
  graphBaseUrl: baseUrl(),
} satisfies Record<string, SettingType<string>>;

export type Member = keyof typeof MEMBERS;

export const MEMBER_NAMES = Object.keys(MEMBERS) as Member[];

/** The members that say how the tenant is signed in to; an entry has one of them. */
export const CREDENTIALS = [
  'clientSecret',
  'clientSecretFile',
  'clientCertificatePath',
  'federatedTokenFile',
  'managedIdentity',
] as const satisfies readonly Member[];

/** An entry, as editors check it. */
export const TENANT_SCHEMA: JsonSchema = {
  type: 'object',
  properties: Object.fromEntries(MEMBER_NAMES.map((name) => [name, MEMBERS[name].schema])),
  required: ['tenantId'],
  additionalProperties: false,
};
