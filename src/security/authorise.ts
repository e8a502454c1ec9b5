/** What a reader may read: the first grant that names them decides; whom none names is refused. */
import type { RequestHandler } from 'express';
import { FeedError } from '../errors.js';
import { EVERYTHING, type GrantRule, type Grants } from '../model/grants.js';
import type { Principal } from './authenticator.js';

/** Who may read what. */
export interface Authorisation {
  /** The first that names a reader decides; without any, whoever is let in reads everything. */
  readonly grants: readonly GrantRule[];
  /** Which holders of Entra tokens are let in, as `role:…`, `scope:…`, `group:…`, `entra:…`; empty: all of them. */
  readonly entraReaders: readonly string[];
}

/**
 * Leaves the reader's grants in `response.locals.grants`; goes behind the authentication.
 *
 * @throws AUTH_NOT_GRANTED (to `next`) when there are grants and none names the principal, or when only some holders of
 *   Entra tokens are let in and the principal is none of them
 */
export function authorise({ grants: rules, entraReaders }: Authorisation): RequestHandler {
  return (_request, response, next) => {
    const principal = response.locals.principal as Principal | undefined;
    const letIn = principal !== undefined && isLetIn(principal, entraReaders);
    const grants = letIn ? grantsFor(principal, rules) : undefined;
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
          principal?.kind === 'entra'
            ? 'Ask whoever runs this feed for a grant, or for the app role, scope or group that it lets in.'
            : 'Ask whoever runs this feed for a grant.',
        ];
  return new FeedError('AUTH_NOT_GRANTED', message, { hint });
}

function isLetIn(principal: Principal, entraReaders: readonly string[]): boolean {
  if (principal.kind !== 'entra' || entraReaders.length === 0) return true;
  return namesOf(principal).some((name) => entraReaders.includes(name));
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

/**
 * Every name under which a grant can mean a principal. Names of keys and users are given by the configuration; what a
 * token calls its holder, the holder may have chosen, so it is none of them.
 */
export function namesOf(principal: Principal): readonly string[] {
  if (principal.kind === 'anonymous') return ['anonymous'];
  if (principal.kind !== 'entra') return [`${principal.kind}:${principal.name}`];
  const { name, roles, scopes, groups } = principal;
  return [
    `entra:${name}`,
    ...roles.map((role) => `role:${role}`),
    ...scopes.map((scope) => `scope:${scope}`),
    ...groups.map((group) => `group:${group}`),
  ];
}
