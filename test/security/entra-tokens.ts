/** Tokens as Microsoft Entra issues them, and the address where it publishes its keys: real signatures, real HTTP. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSigningKey, signJwt, type Claims, type SigningKey } from '../../src/sample-tenant/jwt.js';

export const TENANT = '0a0a0a0a-1111-4111-8111-000000000001';
export const OTHER_TENANT = '0b0b0b0b-2222-4222-8222-000000000002';
export const AUDIENCE = 'https://feed.contoso.com';
export const ANN = 'aaaaaaaa-3333-4333-8333-00000000000a';

/** A sign-in service that publishes keys. */
export interface Entra {
  readonly url: string;
  readonly key: SigningKey;
  /** Fetches of the keys so far. */
  readonly fetches: () => number;
  /** Publishes another key in place of the first, as Entra does every few weeks. */
  readonly roll: () => SigningKey;
  readonly setOutage: (out: boolean) => void;
  readonly close: () => void;
}

export async function startEntra(): Promise<Entra> {
  const key = createSigningKey();
  let published = key;
  let fetches = 0;
  let out = false;
  const server = createServer((request, response) => {
    fetches += 1;
    const known = [TENANT, OTHER_TENANT].some((id) => request.url === `/${id}/discovery/v2.0/keys`);
    response.writeHead(out ? 503 : known ? 200 : 404, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ keys: [published.jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key,
    fetches: () => fetches,
    roll: () => (published = createSigningKey()),
    setOutage: (now) => void (out = now),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The claims of a v1.0 token for a person, in their time. */
export function claims(more: Claims = {}): Claims {
  const now = Math.floor(Date.now() / 1000);
  return {
    aud: AUDIENCE,
    iss: `https://sts.windows.net/${TENANT}/`,
    iat: now,
    nbf: now,
    exp: now + 3600,
    oid: ANN,
    tid: TENANT,
    upn: 'ann@contoso.com',
    scp: 'user_impersonation',
    ver: '1.0',
    ...more,
  };
}

/** A token; claims that are undefined are left out. */
export function token(key: SigningKey, more: Claims = {}): string {
  return signJwt(claims(more), key);
}
