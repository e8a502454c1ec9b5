/** HTTP Basic (RFC 7617) with UTF-8, scrypt, and a short memory: Power BI sends the credential with every page. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Request } from 'express';
import { LRUCache } from 'lru-cache';
import { authorizationOf, REALM, type Authenticator, type Verdict } from './authenticator.js';
import { isInForce, type Ending } from './in-force.js';
import { dummyHash, verifyPassword } from './password.js';

export { hashPassword } from './password.js';

/** A user that may read. Several may have one name: while one password replaces the other, both are right. */
export interface BasicUser extends Ending {
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

/** Credentials that are remembered at once, right ones and wrong ones. */
const REMEMBERED = 1000;
/** A client that repeats a wrong password costs no scrypt each time. */
const REMEMBER_WRONG_MS = 60_000;

/**
 * Accepts the users by name and password. A checked credential is remembered by its HMAC under a random key of this
 * process, never by itself; equal ones that arrive together are checked once.
 */
export function basicAuthenticator(users: readonly BasicUser[], options: BasicOptions): Authenticator {
  const { isSecure, rememberMs = 300_000, verify = verifyPassword } = options;
  const byName = grouped(users);
  const dummy: BasicUser = { name: '', hash: dummyHash(users.map(({ hash }) => hash)) };
  const secret = randomBytes(32);
  const checked = new LRUCache<string, Known>({ max: REMEMBERED, ttl: rememberMs });
  const underWay = new Map<string, Promise<Verdict>>();

  const check = async (name: string, password: string, mark: string): Promise<Verdict> => {
    const known = (byName.get(name) ?? []).filter((user) => isInForce(user, Date.now()));
    for (const user of known.length === 0 ? [dummy] : known) {
      if (!(await verify(password, user.hash)) || user === dummy) continue;
      checked.set(mark, { user });
      return { kind: 'basic', name };
    }
    checked.set(mark, { user: undefined }, { ttl: Math.min(rememberMs, REMEMBER_WRONG_MS) });
    return false;
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
      const known = checked.get(mark);
      if (known !== undefined)
        return known.user !== undefined && isInForce(known.user, Date.now()) && { kind: 'basic', name };
      const flight = underWay.get(mark);
      if (flight !== undefined) return flight;
      const checking = check(name, password, mark).finally(() => underWay.delete(mark));
      underWay.set(mark, checking);
      return checking;
    },
    claimedName: (request) => {
      const header = authorizationOf(request, 'basic');
      return header === undefined ? undefined : decodeBasic(header)?.name;
    },
  };
}

function grouped(users: readonly BasicUser[]): ReadonlyMap<string, readonly BasicUser[]> {
  const byName = new Map<string, BasicUser[]>();
  for (const user of users) {
    const name = user.name.normalize('NFC');
    byName.set(name, [...(byName.get(name) ?? []), user]);
  }
  return byName;
}

/** What a check found: whose password it was, or nobody's. */
interface Known {
  readonly user: BasicUser | undefined;
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
