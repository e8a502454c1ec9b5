import { describe, expect, it } from '@jest/globals';
import { EVERYTHING, grantsOf, type GrantRule } from '../../src/model/grants.js';
import type { EntraPrincipal, Principal } from '../../src/security/authenticator.js';
import { FeedError } from '../../src/errors.js';
import { authorise, grantsFor } from '../../src/security/authorise.js';

const only = (set: string) => grantsOf({ sets: new Set([set]) });
const rules: readonly GrantRule[] = [
  { to: ['key:power-bi', 'basic:ann'], grants: only('Apps') },
  { to: ['entra:0a'], grants: only('Streams') },
  { to: ['role:Feed.Read', 'group:0b'], grants: only('Dates') },
  { to: ['scope:feed.read'], grants: only('Tenants') },
  { to: ['anonymous'], grants: only('RiskLevels') },
];

/** A principal as an authenticator of Entra tokens would make it. */
const entra = (claims: Partial<EntraPrincipal>): Principal => ({
  ...{ kind: 'entra', name: '0e', userName: 'Ann', tenantId: '0f', roles: [], scopes: [], groups: [] },
  ...claims,
});

/** [who, the principal, the one set that it may read] */
const READERS: [string, Principal, string | undefined][] = [
  ['a key', { kind: 'key', name: 'power-bi' }, 'Apps'],
  ['another key', { kind: 'key', name: 'power' }, undefined],
  ['a key with the name of a user', { kind: 'key', name: 'ann' }, undefined],
  ['a user', { kind: 'basic', name: 'ann' }, 'Apps'],
  ['a user in other letters', { kind: 'basic', name: 'Ann' }, undefined],
  ['a person by object id', entra({ name: '0a' }), 'Streams'],
  ['nobody by the name that a token calls its holder', entra({ userName: '0a' }), undefined],
  ['the first of several grants', entra({ name: '0a', roles: ['Feed.Read'] }), 'Streams'],
  ['a role', entra({ name: '0c', roles: ['Other', 'Feed.Read'] }), 'Dates'],
  ['a role in other letters', entra({ roles: ['feed.read'] }), undefined],
  ['a group', entra({ groups: ['0b'] }), 'Dates'],
  ['a group with the id of a person', entra({ groups: ['0a'] }), undefined],
  ['a scope', entra({ scopes: ['feed.read'] }), 'Tenants'],
  ['nobody', { kind: 'anonymous', name: '' }, 'RiskLevels'],
  ['a token that names nothing', entra({}), undefined],
];

describe('grantsFor', () => {
  it.each(READERS)('finds the first grant that names %s', (_who, principal, set) => {
    expect(grantsFor(principal, rules)?.sets).toEqual(set === undefined ? undefined : new Set([set]));
  });

  it('gives whoever is left what * has', () => {
    const all = [...rules, { to: ['*'], grants: only('AppTags') }];
    expect(grantsFor(entra({}), all)?.sets).toEqual(new Set(['AppTags']));
    expect(grantsFor({ kind: 'key', name: 'power-bi' }, all)?.sets).toEqual(new Set(['Apps']));
  });

  it('gives everybody everything when there are no grants', () => {
    expect(grantsFor({ kind: 'anonymous', name: '' }, [])).toBe(EVERYTHING);
  });
});

describe('authorise', () => {
  const answer = (principal: Principal, entraReaders: readonly string[]) => {
    const locals: Record<string, unknown> = { principal };
    let passed: unknown = 'not called';
    authorise({ grants: [], entraReaders })({} as never, { locals } as never, (error?: unknown) => {
      passed = error;
    });
    return passed instanceof FeedError ? passed.code : locals.grants;
  };

  it.each<[string, Partial<EntraPrincipal>, unknown]>([
    ['a role', { roles: ['Feed.Read'] }, EVERYTHING],
    ['a scope', { scopes: ['user_impersonation'] }, EVERYTHING],
    ['a group', { groups: ['0b'] }, EVERYTHING],
    ['an object id', { name: '0d' }, EVERYTHING],
    ['none of these', { roles: ['feed.read'], scopes: ['other'], groups: ['0d'] }, 'AUTH_NOT_GRANTED'],
  ])('lets holders of tokens in by %s', (_what, claims, expected) => {
    const readers = ['role:Feed.Read', 'scope:user_impersonation', 'group:0b', 'entra:0d'];
    expect(answer(entra(claims), readers)).toBe(expected);
  });

  it('lets every holder of a token in when none are named, and never asks others for one', () => {
    expect(answer(entra({}), [])).toBe(EVERYTHING);
    expect(answer({ kind: 'key', name: 'bi' }, ['role:Feed.Read'])).toBe(EVERYTHING);
  });
});
