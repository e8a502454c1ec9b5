/** Which token requests the fake Entra grants, and the tokens that it signs. */
import { randomUUID, type KeyLike } from 'node:crypto';
import type { EntraErrorName } from './entra-errors.js';
import { signJwt, verifyJwt, type SigningKey } from './jwt.js';

/** A registered application. */
export interface FakeClient {
  readonly clientId: string;
  readonly secret?: string;
  /** Public key or certificate (PEM) that client assertions must be signed for. */
  readonly certificate?: KeyLike;
  /** Public key that signs the tokens of a platform, and the subject that they must name (federated credential). */
  readonly federation?: { readonly key: KeyLike; readonly subject: string };
  /** Default `ok`. `noConsent`: tokens lack the role, Graph answers 403. */
  readonly state?: 'ok' | 'expiredSecret' | 'noConsent';
}

/** The audience of Graph tokens. */
export const GRAPH_AUDIENCE = 'https://graph.microsoft.com';
/** The permission that reading Cloud Discovery needs. */
export const GRAPH_ROLE = 'CloudApp-Discovery.Read.All';

/** Why a token request (client credentials, RFC 6749 section 4.4) is refused; undefined when it is granted. */
export function refusalOf(client: FakeClient | undefined, form: URLSearchParams): EntraErrorName | undefined {
  if (!client) return 'unknownApp';
  if (form.get('grant_type') !== 'client_credentials') return 'unsupportedGrant';
  if (!(form.get('scope') ?? '').split(' ').includes(`${GRAPH_AUDIENCE}/.default`)) return 'unknownScope';
  const assertion = form.get('client_assertion');
  if (assertion !== null && client.federation) return federationRefusal(client.federation, assertion);
  if (assertion !== null) return isAssertedBy(client, assertion) ? undefined : 'badAssertion';
  const secret = form.get('client_secret');
  if (secret === null) return 'missingCredential';
  if (client.secret === undefined || secret !== client.secret) return 'wrongSecret';
  return client.state === 'expiredSecret' ? 'expiredSecret' : undefined;
}

function federationRefusal(
  { key, subject }: NonNullable<FakeClient['federation']>,
  assertion: string,
): EntraErrorName | undefined {
  const claims = verifyJwt(assertion, key);
  return claims?.sub === subject && claims.aud === 'api://AzureADTokenExchange' ? undefined : 'noFederation';
}

function isAssertedBy(client: FakeClient, assertion: string): boolean {
  const claims = client.certificate === undefined ? {} : (verifyJwt(assertion, client.certificate) ?? {});
  return claims.iss === client.clientId && claims.sub === client.clientId;
}

/** A signed token, as Graph tokens of application permissions look (version 1.0, issued by sts.windows.net). */
export function accessToken(
  client: FakeClient,
  tenantId: string,
  lifetimeSeconds: number,
  key: SigningKey,
): string {
  const now = Math.floor(Date.now() / 1000);
  return signJwt(
    {
      aud: GRAPH_AUDIENCE,
      iss: `https://sts.windows.net/${tenantId}/`,
      iat: now,
      nbf: now,
      exp: now + lifetimeSeconds,
      appid: client.clientId,
      idtyp: 'app',
      tid: tenantId,
      ver: '1.0',
      uti: randomUUID(),
      ...(client.state !== 'noConsent' && { roles: [GRAPH_ROLE] }),
    },
    key,
  );
}
