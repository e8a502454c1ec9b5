/** Whether Graph lets a caller in: the token's signature, time, audience, tenant and role, really checked. */
import type { KeyObject } from 'node:crypto';
import { GRAPH_AUDIENCE, GRAPH_ROLE } from './client-credentials.js';
import { verifyJwt } from './jwt.js';

/** A refusal in Graph's words. */
export interface TokenRefusal {
  readonly status: 401 | 403;
  readonly code: string;
  readonly message: string;
}

function unauthorized(message: string): TokenRefusal {
  return { status: 401, code: 'InvalidAuthenticationToken', message };
}

/** Why an Authorization header is refused; undefined when the caller may read Cloud Discovery of that tenant. */
export function refusalOfToken(
  header: string | undefined,
  key: KeyObject,
  tenantId: string,
): TokenRefusal | undefined {
  const token = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
  if (token === undefined) return unauthorized('Access token is empty.');
  const claims = verifyJwt(token, key);
  if (!claims) return unauthorized('Lifetime validation failed, or the signature is not valid.');
  if (claims.aud !== GRAPH_AUDIENCE)
    return unauthorized('Access token validation failure. Invalid audience.');
  if (claims.tid !== tenantId) return unauthorized('Access token is of another tenant.');
  const roles = claims.roles;
  if (Array.isArray(roles) && roles.includes(GRAPH_ROLE)) return undefined;
  const granted = Array.isArray(roles) ? roles.join(', ') : '';
  return {
    status: 403,
    code: 'Forbidden',
    message: `Missing application roles. API required roles: ${GRAPH_ROLE}, application roles: ${granted}.`,
  };
}
