/** HTTP Basic (RFC 7617) with UTF-8, scrypt, and a short memory: Power BI sends the credential with every page. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Request } from 'express';
import { LRUCache } from 'lru-cache';
import { authorizationOf, REALM, type Authenticator, type Principal, type Verdict } from './authenticator.js';
import { dummyHash, verifyPassword } from './password.js';

export { hashPassword } from './password.js';

/** A user that may read. */
export interface BasicUser {
  readonly name: string;
  /** `$scrypt$ln=15,r=8,p=3$salt$hash`. */
  readonly hash: string;
}

/** What Basic needs beside its users. */
export interface BasicOptions {
  /** Whether the credential came over a way that nobody can listen on. */
  readonly isSecure: (request: Request) => boolean;
  /** How long a verified credential is remembered, in milliseconds. Default 5 minutes. */
  readonly rememberMs?: number;
  /** Checks one password; tests count the calls. */
  readonly verify?: (password: string, hash: string) => Promise<boolean>;
}

/** Credentials that are remembered at once. */
const REMEMBERED = 1000;

/**
 * Accepts the users by name and password. A verified credential is remembered by its HMAC under a random key of this
 * process, never by itself; equal ones that arrive together are verified once.
 */
export function basicAuthenticator(users: readonly BasicUser[], options: BasicOptions): Authenticator {
  const { isSecure, rememberMs = 300_000, verify = verifyPassword } = options;
  const hashes = new Map(users.map(({ name, hash }) => [name.normalize('NFC'), hash]));
  const dummy = dummyHash([...hashes.values()]);
  const secret = randomBytes(32);
  const verified = new LRUCache<string, Principal>({ max: REMEMBERED, ttl: rememberMs });
  const underWay = new Map<string, Promise<Verdict>>();

  const check = async (name: string, password: string, mark: string): Promise<Verdict> => {
    const hash = hashes.get(name);
    const fits = await verify(password, hash ?? dummy);
    if (!fits || hash === undefined) return false;
    const principal: Principal = { kind: 'basic', name };
    verified.set(mark, principal);
    return principal;
  };

  return {
    challenge: `Basic realm="${REALM}", charset="UTF-8"`,
    accepts: 'a user name and password (Basic, over https)',
    authenticate: (request) => {
      const header = authorizationOf(request, 'basic');
      if (header === undefined) return undefined;
      const credential = isSecure(request) ? decodeBasic(header) : undefined;
      if (credential === undefined) return false;
      const { name, password } = credential;
      const mark = createHmac('sha256', secret).update(`${name}:${password}`, 'utf8').digest('base64');
      const flight = verified.get(mark) ?? underWay.get(mark);
      if (flight !== undefined) return flight;
      const checking = check(name, password, mark).finally(() => underWay.delete(mark));
      underWay.set(mark, checking);
      return checking;
    },
  };
}

/** Name and password of a Basic credential: a name has no colon, a password may; undefined when it is malformed. */
export function decodeBasic(
  credential: string,
): { readonly name: string; readonly password: string } | undefined {
  if (!/^[A-Za-z\d+/]+={0,2}$/.test(credential)) return undefined;
  let decoded: string;
  try {
    decoded = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(credential, 'base64'),
    );
  } catch {
    return undefined;
  }
  const colon = decoded.indexOf(':');
  if (colon < 0) return undefined;
  return {
    name: decoded.slice(0, colon).normalize('NFC'),
    password: decoded.slice(colon + 1).normalize('NFC'),
  };
}
