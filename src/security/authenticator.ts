import type { Request } from 'express';

/**
 * Who asks; kind and name together tell one from another. `name` is the user's or the key's from the configuration, the
 * object ID for Entra, empty for anonymous.
 */
export type Principal = NamedPrincipal | EntraPrincipal;

/** A reader that the configuration names, or nobody in particular. */
export interface NamedPrincipal {
  readonly kind: 'anonymous' | 'basic' | 'key';
  readonly name: string;
}

/** Whom an Entra access token is about. */
export interface EntraPrincipal {
  readonly kind: 'entra';
  /** Object ID (claim `oid`) of the person or the service principal, lower case. */
  readonly name: string;
  /** What the token calls its holder, who may have chosen it: fit for people's eyes, and for nothing else. */
  readonly userName: string;
  /** Directory (tenant) ID. */
  readonly tenantId: string;
  /** App roles (claim `roles`). */
  readonly roles: readonly string[];
  /** Delegated permissions (claim `scp`). */
  readonly scopes: readonly string[];
  /** Object IDs of groups (claim `groups`); none when there are too many for a token (claim `_claim_names`). */
  readonly groups: readonly string[];
}

/**
 * One way to prove who asks. `undefined` = the request carries no credential of this kind ("not mine"), `false` = it
 * carries one and it is not right, `'expired'` = it was right until its time ended: refused, but nobody's guess.
 */
export interface Authenticator {
  /** What 401 offers, in `WWW-Authenticate`. */
  readonly challenge: string;
  /** How people give this credential; stands in the hint of 401. */
  readonly accepts: string;
  authenticate(request: Request): Verdict | Promise<Verdict>;
  /** The user that the credential claims to be, where it claims one; failures are counted by it. */
  claimedName?(request: Request): string | undefined;
}

export type Verdict = Principal | 'expired' | false | undefined;

/** Realm of all challenges. */
export const REALM = 'defender-discovery-feed';

/**
 * The credential of one scheme in `Authorization`; undefined when the header is absent, of another scheme, or empty: an
 * empty `Authorization: Bearer` is how Power BI asks which kinds there are, not a failed sign-in.
 */
export function authorizationOf(request: Request, scheme: 'basic' | 'bearer'): string | undefined {
  const [, given, credential] =
    /^([A-Za-z]+)(?: +(.*))?$/.exec(request.headers.authorization?.trim() ?? '') ?? [];
  return given?.toLowerCase() === scheme && credential !== undefined && credential !== ''
    ? credential
    : undefined;
}
