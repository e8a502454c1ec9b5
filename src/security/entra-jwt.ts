/**
 * Microsoft Entra access tokens: what Power BI's "Organizational account" sends.
 *
 * Spec: RFC 7519 (JWT), RFC 6750 (Bearer); Microsoft identity platform, "Access tokens" (v1.0 and v2.0).
 */
import { createHash } from 'node:crypto';
import {
  decodeJwt,
  errors,
  jwtVerify,
  type FetchImplementation,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { LRUCache } from 'lru-cache';
import {
  authorizationOf,
  type Authenticator,
  type EntraPrincipal,
  type Principal,
  type Verdict,
} from './authenticator.js';
import { entraKeys } from './entra-keys.js';

/** Whose tokens are accepted, and for whom they must be made out. */
export interface EntraOptions {
  /** Directory (tenant) IDs, lower case, at least one. */
  readonly tenantIds: readonly string[];
  /** Accepted `aud`: Application ID URIs and client IDs. */
  readonly audiences: readonly string[];
  /** Origin of the sign-in service, without a slash at the end. */
  readonly authorityHost: string;
  readonly fetch?: FetchImplementation;
}

/** `exp` and `nbf` may be this far off. */
const CLOCK_TOLERANCE_SECONDS = 60;
/** Tokens that are remembered at once, and for how long at most. */
const REMEMBERED = 1000;
const REMEMBER_MS = 300_000;

/** Issuer of v1.0 tokens by sign-in service; all others have Microsoft's worldwide one. */
const V1_ISSUERS: Readonly<Record<string, string>> = {
  'https://login.chinacloudapi.cn': 'https://sts.chinacloudapi.cn',
  'https://login.partner.microsoftonline.cn': 'https://sts.chinacloudapi.cn',
};

/**
 * Accepts tokens that one of the tenants issued for this feed: RS256 by a key of that tenant, its v1.0 or v2.0 issuer,
 * its `tid`, one of the audiences, in their time. An empty `Authorization: Bearer` is a question, answered by the
 * challenge: Power BI reads the sign-in page out of it.
 */
export function entraAuthenticator(options: EntraOptions): Authenticator {
  const { tenantIds, authorityHost } = options;
  const issuers = new Map(tenantIds.map((tenantId) => [tenantId, issuerOf(tenantId, options)]));
  const verified = new LRUCache<string, EntraPrincipal>({ max: REMEMBERED, ttl: REMEMBER_MS });
  return {
    challenge: `Bearer authorization_uri=${authorityHost}/${tenantIds[0] ?? 'common'}/oauth2/authorize`,
    accepts: 'a Microsoft Entra account (in Power BI and Excel the kind "Organizational account")',
    authenticate: async (request) => {
      const token = authorizationOf(request, 'bearer');
      if (token === undefined) return undefined;
      const mark = createHash('sha256').update(token).digest('base64');
      const known = verified.get(mark);
      if (known !== undefined) return known;
      const issuer = issuers.get(tenantOf(token));
      if (issuer === undefined) return false;
      const { verdict, endsAt } = await check(token, issuer);
      const ttl = Math.min(REMEMBER_MS, endsAt - Date.now());
      if (typeof verdict === 'object' && ttl > 0) verified.set(mark, verdict, { ttl });
      return verdict;
    },
  };
}

/** What one tenant's tokens are held against. */
interface Issuer {
  readonly tenantId: string;
  readonly names: string[];
  readonly audiences: string[];
  readonly keys: JWTVerifyGetKey;
}

function issuerOf(tenantId: string, { authorityHost, audiences, fetch }: EntraOptions): Issuer {
  const url = new URL(`${authorityHost}/${tenantId}/discovery/v2.0/keys`);
  const v1 = V1_ISSUERS[authorityHost] ?? 'https://sts.windows.net';
  return {
    tenantId,
    names: [`${v1}/${tenantId}/`, `${authorityHost}/${tenantId}/v2.0`],
    audiences: [...audiences],
    keys: entraKeys(fetch === undefined ? { url } : { url, fetch }),
  };
}

/** The tenant that a token claims to come from; only says whose keys to check it with. */
function tenantOf(token: string): string {
  try {
    const { tid } = decodeJwt(token);
    return typeof tid === 'string' ? tid.toLowerCase() : '';
  } catch {
    return '';
  }
}

type EntraVerdict = EntraPrincipal | Exclude<Verdict, Principal>;

async function check(token: string, issuer: Issuer): Promise<{ verdict: EntraVerdict; endsAt: number }> {
  try {
    const { payload } = await jwtVerify(token, issuer.keys, {
      algorithms: ['RS256'],
      issuer: issuer.names,
      audience: issuer.audiences,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['exp', 'nbf', 'tid', 'oid'],
    });
    return {
      verdict: principalOf(payload, issuer.tenantId),
      endsAt: ((payload.exp ?? 0) + CLOCK_TOLERANCE_SECONDS) * 1000,
    };
  } catch (thrown) {
    if (thrown instanceof errors.JWTExpired) return { verdict: 'expired', endsAt: 0 };
    if (thrown instanceof errors.JOSEError) return { verdict: false, endsAt: 0 };
    throw thrown;
  }
}

function principalOf(payload: JWTPayload, tenantId: string): EntraPrincipal | false {
  const { oid, preferred_username: v2Name, upn, appid, azp, scp, roles, groups } = payload;
  if (typeof oid !== 'string' || oid === '') return false;
  const userName = [v2Name, upn, appid, azp].find((claim) => typeof claim === 'string' && claim !== '');
  return {
    kind: 'entra',
    name: oid.toLowerCase(),
    userName: typeof userName === 'string' ? userName : oid,
    tenantId,
    roles: texts(roles),
    scopes: typeof scp === 'string' ? scp.split(' ').filter((scope) => scope !== '') : [],
    groups: texts(groups).map((group) => group.toLowerCase()),
  };
}

function texts(claim: unknown): readonly string[] {
  return Array.isArray(claim) ? claim.filter((entry): entry is string => typeof entry === 'string') : [];
}
