import type { Request } from 'express';

/** Who asks. Kinds of later authenticators (Entra) join the union. */
export interface Principal {
  readonly kind: 'anonymous' | 'basic' | 'key';
  /** Name of the user or the key from the configuration; empty for anonymous. */
  readonly name: string;
}

/**
 * One way to prove who asks. `undefined` = the request carries no credential of this kind ("not mine"), `false` = it
 * carries one and it is not right.
 */
export interface Authenticator {
  /** What 401 offers, in `WWW-Authenticate`. */
  readonly challenge: string;
  /** How people give this credential; stands in the hint of 401. */
  readonly accepts: string;
  authenticate(request: Request): Verdict | Promise<Verdict>;
}

export type Verdict = Principal | false | undefined;

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
