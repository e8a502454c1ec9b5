/** What a reader may read: the first grant that names them decides; whom none names is refused. */
import type { RequestHandler } from 'express';
import { FeedError } from '../errors.js';
import { EVERYTHING, type GrantRule, type Grants } from '../model/grants.js';
import type { Principal } from './authenticator.js';

/**
 * Leaves the reader's grants in `response.locals.grants`; goes behind the authentication. Without any rule everybody who
 * is let in reads everything.
 *
 * @throws AUTH_NOT_GRANTED (to `next`) when there are rules and none names the principal
 */
export function authorise(rules: readonly GrantRule[]): RequestHandler {
  return (_request, response, next) => {
    const principal = response.locals.principal as Principal | undefined;
    const grants = principal && grantsFor(principal, rules);
    if (grants === undefined) {
      next(refusal(principal));
      return;
    }
    response.locals.grants = grants;
    next();
  };
}

function refusal(principal: Principal | undefined): FeedError {
  const [message, hint] =
    principal?.kind === 'anonymous'
      ? [
          'No grant of this feed is for readers without a credential.',
          'Sign in, if you have a credential; else ask whoever runs this feed for one.',
        ]
      : [
          'You are signed in, and no grant of this feed names you.',
          'Ask whoever runs this feed for a grant.',
        ];
  return new FeedError('AUTH_NOT_GRANTED', message, { hint });
}

/** The grants of a principal; `undefined` when no rule names it. */
export function grantsFor(principal: Principal, rules: readonly GrantRule[]): Grants | undefined {
  return grantsByName(namesOf(principal), rules);
}

/** The grants of whoever goes by these names (`key:power-bi`, `role:Feed.Read` …), and by `*`. */
export function grantsByName(names: readonly string[], rules: readonly GrantRule[]): Grants | undefined {
  if (rules.length === 0) return EVERYTHING;
  const known = new Set([...names, '*']);
  return rules.find(({ to }) => to.some((name) => known.has(name)))?.grants;
}

/** What an Entra token says of its holder, where the authenticator has it. */
interface Claims {
  readonly oid?: string;
  readonly roles?: readonly string[];
  readonly scopes?: readonly string[];
  readonly groups?: readonly string[];
}

/** Names of keys and users are given by the configuration; what a token calls its holder, the holder may have chosen. */
function ownName(kind: string, name: string): readonly string[] {
  if (kind === 'anonymous') return [kind];
  return kind === 'key' || kind === 'basic' ? [`${kind}:${name}`] : [];
}

/** Every name under which a grant can mean a principal. */
function namesOf(principal: Principal): readonly string[] {
  const { kind, name }: { kind: string; name: string } = principal;
  const { oid, roles = [], scopes = [], groups = [] } = principal as Claims;
  return [
    ...ownName(kind, name),
    ...(oid === undefined ? [] : [`entra:${oid.toLowerCase()}`]),
    ...roles.map((role) => `role:${role}`),
    ...scopes.map((scope) => `scope:${scope}`),
    ...groups.map((group) => `group:${group.toLowerCase()}`),
  ];
}
