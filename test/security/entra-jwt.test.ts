import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { Express } from 'express';
import { createKey } from '../../src/security/api-key.js';
import { entraKeys } from '../../src/security/entra-keys.js';
import { createSigningKey, type Claims } from '../../src/sample-tenant/jwt.js';
import { appWith, type Seen } from './app.js';
import {
  ANN,
  AUDIENCE,
  claims,
  OTHER_TENANT,
  startEntra,
  TENANT,
  token,
  type Entra,
} from './entra-tokens.js';

const key = createKey();
let entra: Entra;
let app: Express;
beforeAll(async () => {
  entra = await startEntra();
  app = appWith(settings());
});
afterAll(() => {
  entra.close();
});

function settings() {
  return {
    entraTenantIds: [TENANT],
    entraAudiences: [AUDIENCE, `${AUDIENCE}/`],
    entraAuthorityHost: entra.url,
  };
}

const ask = (bearer: string, to = app) =>
  request(to)
    .get('/odata/')
    .set({ authorization: `Bearer ${bearer}` });
const seconds = (offset: number) => Math.floor(Date.now() / 1000) + offset;
const v2 = () => ({ iss: `${entra.url}/${TENANT}/v2.0`, upn: undefined, ver: '2.0' });

describe('A token of the tenant', () => {
  it.each<[string, () => Claims, string]>([
    ['of version 1.0', () => ({}), 'ann@contoso.com'],
    ['of version 2.0', () => ({ ...v2(), preferred_username: 'ann@contoso.com' }), 'ann@contoso.com'],
    ['for the address with a slash', () => ({ aud: `${AUDIENCE}/` }), 'ann@contoso.com'],
    ['of an application', () => ({ upn: undefined, scp: undefined, appid: 'app-1', roles: ['R'] }), 'app-1'],
    ['without any name', () => ({ upn: undefined }), ANN],
    ['that ended less than a minute ago', () => ({ exp: seconds(-30) }), 'ann@contoso.com'],
    ['that begins in less than a minute', () => ({ nbf: seconds(30) }), 'ann@contoso.com'],
  ])('%s is served', async (_what, more, name) => {
    const response = await ask(token(entra.key, more()));
    expect(response.status).toBe(200);
    expect((response.body as Seen).principal).toMatchObject({
      kind: 'entra',
      name: ANN,
      userName: name,
      tenantId: TENANT,
    });
  });

  it('brings its roles, scopes and groups, ids in lower case', async () => {
    const group = 'AAAA0000-0000-4000-8000-00000000000B';
    const more = { oid: ANN.toUpperCase(), roles: ['Feed.Read'], scp: 'a b', groups: [group] };
    const response = await ask(token(entra.key, more));
    expect((response.body as Seen).principal).toEqual({
      ...{ kind: 'entra', name: ANN, userName: 'ann@contoso.com', tenantId: TENANT },
      ...{ roles: ['Feed.Read'], scopes: ['a', 'b'], groups: [group.toLowerCase()] },
    });
  });
});

/** [what is wrong, the token] */
const WRONG: [string, () => string][] = [
  [
    'of another tenant, its own issuer',
    () => token(entra.key, { tid: OTHER_TENANT, iss: `https://sts.windows.net/${OTHER_TENANT}/` }),
  ],
  [
    'with our tid and another issuer',
    () => token(entra.key, { iss: `https://sts.windows.net/${OTHER_TENANT}/` }),
  ],
  ['with another tid and our issuer', () => token(entra.key, { tid: OTHER_TENANT })],
  ['without a tid', () => token(entra.key, { tid: undefined })],
  ['with the issuer of any tenant', () => token(entra.key, { iss: `${entra.url}/common/v2.0` })],
  [
    'with the issuer, without its slash',
    () => token(entra.key, { iss: `https://sts.windows.net/${TENANT}` }),
  ],
  ['without an issuer', () => token(entra.key, { iss: undefined })],
  ['for another audience', () => token(entra.key, { aud: 'https://graph.microsoft.com' })],
  ['for an audience that begins like ours', () => token(entra.key, { aud: `${AUDIENCE}.evil.example` })],
  ['without an audience', () => token(entra.key, { aud: undefined })],
  ['without an end', () => token(entra.key, { exp: undefined })],
  ['that ended', () => token(entra.key, { exp: seconds(-90), nbf: seconds(-4000) })],
  ['that has not begun', () => token(entra.key, { nbf: seconds(90) })],
  ['of nobody', () => token(entra.key, { oid: undefined })],
  ['signed by another key', () => token(createSigningKey())],
  [
    'signed by another key under the name of ours',
    () => token({ ...createSigningKey(), kid: entra.key.kid }),
  ],
  [
    'with another body',
    () => swapBody(token(entra.key), { ...claims(), oid: 'bbbbbbbb-0000-4000-8000-00000000000b' }),
  ],
  [
    'signed by nothing (alg none)',
    () => `${encode({ alg: 'none', kid: entra.key.kid })}.${encode(claims())}.`,
  ],
  ['signed with the public key as a secret (HS256)', signedWithPublicKey],
  ['cut off', () => token(entra.key).slice(0, -20)],
  ['of three dots', () => '...'],
  ['of three words', () => 'valid.but.noscope'],
  ['that is an API key of nobody', () => createKey().key],
];

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function swapBody(signed: string, body: Claims): string {
  const [head, , signature] = signed.split('.');
  return `${head}.${encode(body)}.${signature}`;
}

function signedWithPublicKey(): string {
  const pem = entra.key.publicKey.export({ type: 'spki', format: 'pem' });
  const head = `${encode({ alg: 'HS256', kid: entra.key.kid })}.${encode(claims())}`;
  return `${head}.${createHmac('sha256', pem).update(head).digest('base64url')}`;
}

describe('A token', () => {
  it.each(WRONG)('%s is refused in the words of a missing one', async (_what, make) => {
    const response = await ask(make());
    expect(response.status).toBe(401);
    expect(response.body).toEqual((await request(app).get('/odata/')).body);
  });

  it.each([['Bearer'], ['Bearer '], ['bearer']])(
    'that is empty (%j) is answered where to sign in',
    async (header) => {
      const response = await request(app).get('/odata/').set({ authorization: header });
      expect(response.status).toBe(401);
      expect(response.headers['www-authenticate']).toBe(
        `Bearer authorization_uri=${entra.url}/${TENANT}/oauth2/authorize`,
      );
    },
  );

  it('that is wrong is refused where a missing one is let in', async () => {
    const open = appWith({ ...settings(), servesAnonymous: true });
    expect((await ask('valid.but.noscope', open)).status).toBe(401);
    expect((await request(open).get('/odata/')).status).toBe(200);
  });
});

describe('Entra beside API keys', () => {
  it('reads each Bearer as what it is, and offers the sign-in page first', async () => {
    const both = appWith({ ...settings(), apiKeys: [{ name: 'bi', sha256: key.sha256 }] });
    expect(((await ask(key.key, both)).body as Seen).principal).toEqual({ kind: 'key', name: 'bi' });
    expect(((await ask(token(entra.key), both)).body as Seen).principal.kind).toBe('entra');
    expect((await request(both).get('/odata/')).headers['www-authenticate']).toMatch(
      /^Bearer authorization_uri=.*, Bearer realm="defender-discovery-feed"$/,
    );
  });
});

describe('The keys of a tenant', () => {
  it('are fetched once for many tokens, and again for a key that is new', async () => {
    const service = await startEntra();
    const feed = appWith({ ...settings(), entraAuthorityHost: service.url });
    for (const name of ['a', 'b', 'c'])
      expect((await ask(token(service.key, { upn: name }), feed)).status).toBe(200);
    expect(service.fetches()).toBe(1);
    service.close();
  });

  it('that cannot be fetched are 503 with Retry-After, never 401: the token may be right', async () => {
    const service = await startEntra();
    service.setOutage(true);
    const feed = appWith({ ...settings(), entraAuthorityHost: service.url });
    const response = await ask(token(service.key), feed);
    expect([response.status, (response.body as { code: string }).code]).toEqual([
      503,
      'AUTH_KEYS_UNAVAILABLE',
    ]);
    service.setOutage(false);
    expect((await ask(token(service.key), feed)).status).toBe(200);
    service.close();
  });

  it('stay good for a day while the service is out, and are renewed in the background', async () => {
    const service = await startEntra();
    let now = Date.now();
    const keys = entraKeys({ url: new URL(`${service.url}/${TENANT}/discovery/v2.0/keys`), now: () => now });
    const find = () => keys({ alg: 'RS256', kid: service.key.kid }, {} as never);
    await find();
    service.setOutage(true);
    now += 11 * 60_000;
    await find();
    await until(() => service.fetches() === 2);
    now += 22 * 3_600_000;
    await find();
    now += 2 * 3_600_000;
    await expect(find()).rejects.toMatchObject({ code: 'AUTH_KEYS_UNAVAILABLE' });
    service.setOutage(false);
    await find();
    service.close();
  });

  it('that Entra took back vouch for nobody once they are renewed', async () => {
    const service = await startEntra();
    let now = Date.now();
    const keys = entraKeys({ url: new URL(`${service.url}/${TENANT}/discovery/v2.0/keys`), now: () => now });
    const find = (kid: string) => keys({ alg: 'RS256', kid }, {} as never);
    await find(service.key.kid);
    const next = service.roll();
    now += 11 * 60_000;
    await find(service.key.kid);
    // The fetch was answered before what it brought is in use.
    const isFound = async () => {
      try {
        await find(next.kid);
        return true;
      } catch {
        return false;
      }
    };
    while (!(await isFound())) await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(find(service.key.kid)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    service.close();
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
