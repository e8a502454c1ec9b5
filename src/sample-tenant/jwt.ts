/** Real RS256 JSON Web Tokens (RFC 7515, RFC 7519) from node:crypto alone. */
import {
  createHash,
  generateKeyPairSync,
  sign,
  verify,
  type JsonWebKey,
  type KeyLike,
  type KeyObject,
} from 'node:crypto';

/** A signing key as Entra publishes it. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** For the JWKS document: kty, n, e, kid, use, alg. */
  readonly jwk: JsonWebKey;
}

/** The claims of a token; numbers of time are seconds since 1970-01-01 UTC. */
export type Claims = Readonly<Record<string, unknown>>;

/** A new RSA key of 2,048 bits. */
export function createSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256')
    .update(jwk.n ?? '')
    .digest('base64url')
    .slice(0, 27);
  return { kid, privateKey, publicKey, jwk: { ...jwk, kid, use: 'sig', alg: 'RS256' } };
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Signs claims. */
export function signJwt(claims: Claims, key: SigningKey): string {
  const signed = `${part({ typ: 'JWT', alg: 'RS256', kid: key.kid })}.${part(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key.privateKey).toString('base64url')}`;
}

function parsed(text: string | undefined): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text ?? '', 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Claims) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The claims of a token whose signature is right and which is in its time; undefined for anything else. RS256, and
 * PS256 as MSAL signs client assertions.
 */
export function verifyJwt(token: string, publicKey: KeyLike): Claims | undefined {
  const [header, body, signature, ...more] = token.split('.');
  const claims = parsed(body);
  const algorithm = parsed(header)?.alg;
  if (
    !claims ||
    signature === undefined ||
    more.length > 0 ||
    (algorithm !== 'RS256' && algorithm !== 'PS256')
  ) {
    return undefined;
  }
  // 6 is RSA_PKCS1_PSS_PADDING, 1 is RSA_PKCS1_PADDING (node:crypto constants, OpenSSL's rsa.h).
  const key = { key: publicKey, padding: algorithm === 'PS256' ? 6 : 1 };
  const signed = Buffer.from(`${header ?? ''}.${body ?? ''}`);
  if (!verify('sha256', signed, key as never, Buffer.from(signature, 'base64url'))) return undefined;
  const now = Date.now() / 1000;
  const inTime = Number(claims.exp) > now && !(Number(claims.nbf ?? 0) > now + 60);
  return inTime ? claims : undefined;
}
