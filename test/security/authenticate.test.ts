import { beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { Express } from 'express';
import { createKey } from '../../src/security/api-key.js';
import { authenticate, type Authenticator, type Principal } from '../../src/security/authenticate.js';
import { hashPassword } from '../../src/security/password.js';
import { appBehind, appWith, type Seen } from './app.js';

const key = createKey();
const basic = (credential: string): string => `Basic ${Buffer.from(credential).toString('base64')}`;
let both: Express;

beforeAll(async () => {
  both = appWith({
    apiKeys: [{ name: 'bi', sha256: key.sha256 }],
    basicUsers: [{ name: 'ann', hash: await hashPassword('pw', { ln: 4, r: 8, p: 1 }) }],
  });
});

/** Headers as they came over the wire: supertest joins those of one name. */
function challenges(response: request.Response): string[] {
  const raw = (response as unknown as { res: { rawHeaders: string[] } }).res.rawHeaders;
  return raw.filter((_, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === 'www-authenticate');
}

describe('Several kinds at once', () => {
  it.each([
    ['a key', { 'x-api-key': key.key }, { kind: 'key', name: 'bi' }],
    ['a user', { authorization: basic('ann:pw') }, { kind: 'basic', name: 'ann' }],
    ['both', { 'x-api-key': key.key, authorization: basic('ann:pw') }, { kind: 'key', name: 'bi' }],
    [
      'a right user and a wrong key',
      { 'x-api-key': 'old', authorization: basic('ann:pw') },
      { kind: 'basic', name: 'ann' },
    ],
    [
      'a right key and a wrong user',
      { 'x-api-key': key.key, authorization: basic('ann:no') },
      { kind: 'key', name: 'bi' },
    ],
  ])('serve %s', async (_what, headers, principal) => {
    const response = await request(both).get('/odata/').set(headers);
    expect(response.status).toBe(200);
    expect((response.body as Seen).principal).toEqual(principal);
  });

  it('are offered in one header each, with a hint that names them', async () => {
    const response = await request(both).get('/odata/');
    expect(response.status).toBe(401);
    expect(challenges(response)).toEqual([
      'Bearer realm="defender-discovery-feed"',
      'Basic realm="defender-discovery-feed", charset="UTF-8"',
    ]);
    expect((response.body as { hint: string }).hint).toMatch(
      /API key .*\?key=….* or a user name and password/,
    );
  });

  it.each([
    ['a wrong key', { 'x-api-key': 'wrong' }],
    ['a wrong user', { authorization: basic('ann:no') }],
    ['a wrong key and a wrong user', { 'x-api-key': 'wrong', authorization: basic('bob:no') }],
    ['the empty Bearer', { authorization: 'Bearer' }],
    ['an unknown scheme', { authorization: 'Digest username="ann"' }],
  ])('refuse %s in the same words as no credential at all', async (_what, headers) => {
    const response = await request(both).get('/odata/').set(headers);
    expect(response.status).toBe(401);
    expect(challenges(response)).toHaveLength(2);
    expect(response.body).toEqual((await request(both).get('/odata/')).body);
  });

  it.each(['get', 'head', 'post', 'options'] as const)('guard %s', async (method) => {
    expect((await request(both)[method]('/odata/')).status).toBe(401);
  });
});

describe('Anonymous reading', () => {
  const open = appWith({ servesAnonymous: true });

  it.each([
    ['no credential', {}],
    ['the empty Bearer of Power BI', { authorization: 'Bearer' }],
    ['the empty Bearer with a space', { authorization: 'Bearer ' }],
    ['a credential that nobody asked for', { authorization: basic('ann:pw') }],
  ])('serves %s', async (_what, headers) => {
    const response = await request(open).get('/odata/').set(headers);
    expect(response.status).toBe(200);
    expect((response.body as Seen).principal).toEqual({ kind: 'anonymous', name: '' });
    expect(response.headers['www-authenticate']).toBeUndefined();
  });

  it('beside keys serves those without one and refuses a wrong one', async () => {
    const mixed = appWith({ servesAnonymous: true, apiKeys: [{ name: 'bi', sha256: key.sha256 }] });
    const bodyOf = async (url: string): Promise<unknown> => (await request(mixed).get(url)).body;
    expect(await bodyOf('/odata/')).toMatchObject({ principal: { kind: 'anonymous' } });
    expect(await bodyOf(`/odata/?key=${key.key}`)).toMatchObject({ principal: { kind: 'key', name: 'bi' } });
    expect(await bodyOf('/odata/?key=wrong')).toMatchObject({ code: 'AUTH_REQUIRED' });
  });
});

describe('The chain', () => {
  const answering = (
    verdict: Principal | false | undefined,
    asked: string[],
    name: string,
  ): Authenticator => ({
    challenge: name,
    accepts: name,
    authenticate: () => {
      asked.push(name);
      return Promise.resolve(verdict);
    },
  });

  it('asks in order and stops at the first that recognises the caller', async () => {
    const asked: string[] = [];
    const authenticators = [
      answering(undefined, asked, 'a'),
      answering(false, asked, 'b'),
      answering({ kind: 'key', name: 'c' }, asked, 'c'),
      answering({ kind: 'key', name: 'd' }, asked, 'd'),
    ];
    const chain = appBehind(authenticate({ authenticators, allowAnonymous: false, keyParameter: 'key' }));
    const response = await request(chain).get('/odata/');
    expect((response.body as Seen).principal.name).toBe('c');
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  it('refuses everybody when nobody can sign in and nobody may read without', async () => {
    expect((await request(appWith({})).get('/odata/')).status).toBe(401);
  });

  it('passes on what an authenticator throws', async () => {
    const broken: Authenticator = {
      challenge: 'x',
      accepts: 'x',
      authenticate: () => Promise.reject(new Error('broken')),
    };
    const chain = appBehind(
      authenticate({ authenticators: [broken], allowAnonymous: true, keyParameter: 'key' }),
    );
    expect((await request(chain).get('/odata/')).status).toBe(500);
  });
});
