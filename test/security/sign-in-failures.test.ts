import { beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { Express } from 'express';
import { createKey } from '../../src/security/api-key.js';
import { hashPassword } from '../../src/security/password.js';
import { SignInFailures } from '../../src/security/sign-in-failures.js';
import { appWith } from './app.js';
import { AUDIENCE, startEntra, TENANT, token } from './entra-tokens.js';

const key = createKey();
const basic = (credential: string) => ({
  authorization: `Basic ${Buffer.from(credential).toString('base64')}`,
});
let hash: string;
beforeAll(async () => {
  hash = await hashPassword('pw', { ln: 4, r: 8, p: 1 });
});

const feed = (more: object = {}): Express =>
  appWith({
    basicUsers: ['ann', 'bob'].map((name) => ({ name, hash })),
    apiKeys: [{ name: 'bi', sha256: key.sha256 }],
    signInFailures: 3,
    ...more,
  });

async function statuses(app: Express, headers: object[]): Promise<number[]> {
  const all: number[] = [];
  for (const sent of headers)
    all.push(
      (
        await request(app)
          .get('/odata/')
          .set(sent as never)
      ).status,
    );
  return all;
}
const times = (count: number, headers: object) => Array<object>(count).fill(headers);

describe('Failed sign-ins', () => {
  it('are answered 401 up to the limit, then 429 with Retry-After', async () => {
    const app = feed();
    expect(await statuses(app, times(4, basic('ann:no')))).toEqual([401, 401, 401, 429]);
    const refused = await request(app).get('/odata/').set(basic('ann:nope'));
    expect(refused.body).toMatchObject({ code: 'AUTH_TOO_MANY_FAILURES' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(300);
  });

  it('never shut out a right credential, of the same user and address too', async () => {
    const app = feed();
    await statuses(app, times(6, basic('ann:no')));
    expect(await statuses(app, [basic('ann:pw'), basic('bob:pw'), { 'x-api-key': key.key }])).toEqual([
      200, 200, 200,
    ]);
  });

  it('are counted by user: one user’s do not count for another', async () => {
    const app = feed();
    await statuses(app, times(4, basic('ann:no')));
    expect(await statuses(app, [basic('bob:no'), { 'x-api-key': 'wrong' }])).toEqual([401, 401]);
  });

  it('are counted by address', async () => {
    const app = appWith(
      { basicUsers: [{ name: 'ann', hash }], signInFailures: 1 },
      { trustedProxies: ['loopback'] },
    );
    const from = (address: string) => ({
      ...basic('ann:no'),
      'x-forwarded-for': address,
      'x-forwarded-proto': 'https',
    });
    const all = [from('198.51.100.1'), from('198.51.100.1'), from('198.51.100.2')];
    expect(await statuses(app, all)).toEqual([401, 429, 401]);
  });

  it.each([
    ['no credential', {}],
    ['the empty Bearer', { authorization: 'Bearer' }],
    ['an unknown scheme', { authorization: 'Negotiate YII=' }],
  ])('are not: %s', async (_what, headers) => {
    const app = feed();
    expect(await statuses(app, times(8, headers))).toEqual(Array(8).fill(401));
    expect(await statuses(app, [{ 'x-api-key': 'wrong' }])).toEqual([401]);
  });

  it('are no expired tokens: their holder must see 401 to get a new one', async () => {
    const entra = await startEntra();
    const app = feed({ entraTenantIds: [TENANT], entraAudiences: [AUDIENCE], entraAuthorityHost: entra.url });
    const now = Math.floor(Date.now() / 1000);
    const expired = { authorization: `Bearer ${token(entra.key, { exp: now - 90, nbf: now - 4000 })}` };
    expect(await statuses(app, times(6, expired))).toEqual(Array(6).fill(401));
    expect(await statuses(app, times(4, { authorization: 'Bearer a.b.c' }))).toEqual([401, 401, 401, 429]);
    entra.close();
  });
});

describe('SignInFailures', () => {
  const failures = () => new SignInFailures({ failures: 1, windowSeconds: 60 });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2::2', true],
    ['::1', '::2', true],
    ['::ffff:198.51.100.1', '::ffff:198.51.100.2', false],
    ['198.51.100.1', '198.51.100.2', false],
  ])('takes %s and %s for one household: %s', async (one, other, same) => {
    const counted = failures();
    await counted.add({ address: one, name: 'a' });
    const wait = await counted.add({ address: other, name: 'a' });
    expect(wait !== undefined).toBe(same);
  });
});
