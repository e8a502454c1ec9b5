import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPublicKey, generateKeyPairSync, verify, X509Certificate, type JsonWebKey } from 'node:crypto';
import { generate } from 'selfsigned';
import { startSampleTenant, type RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';
import { acquire, askForToken, msalClient, tokenOf } from './token-client.js';

const SECONDS = 1000;
let sample: RunningSampleTenant;
let certificate: { private: string; cert: string };

beforeAll(async () => {
  certificate = await generate([{ name: 'commonName', value: 'feed' }], {
    keySize: 2048,
    algorithm: 'sha256',
  });
  sample = await startSampleTenant({ apps: 10, certificate: certificate.cert });
});
afterAll(() => sample.close());

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
}

describe('tokens', () => {
  it('carry the claims of a Graph application token', async () => {
    const claims = claimsOf(await tokenOf(sample));
    const { tenantId, clientId } = sample.credentials;
    expect(claims).toMatchObject({
      aud: 'https://graph.microsoft.com',
      tid: tenantId,
      appid: clientId,
      roles: ['CloudApp-Discovery.Read.All'],
    });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(3599);
  });

  it('are signed with the key that the JWKS document publishes', async () => {
    const token = await tokenOf(sample);
    const address = `${sample.authorityHost}/${sample.credentials.tenantId}/discovery/v2.0/keys`;
    const { keys } = (await (await fetch(address)).json()) as { keys: [JsonWebKey & { kid: string }] };
    const [header, body, signature] = token.split('.') as [string, string, string];
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({
      alg: 'RS256',
      kid: keys[0].kid,
    });
    const key = createPublicKey({ key: keys[0], format: 'jwk' });
    expect(verify('sha256', Buffer.from(`${header}.${body}`), key, Buffer.from(signature, 'base64url'))).toBe(
      true,
    );
  });

  it('have the lifetime that was set', async () => {
    const short = await startSampleTenant({ apps: 1, tokenLifetimeSeconds: 60 });
    const first = claimsOf(await tokenOf(short));
    short.entra.setTokenLifetime(7200);
    const second = claimsOf(await tokenOf(short));
    await short.close();
    expect(Number(first.exp) - Number(first.iat)).toBe(60);
    expect(Number(second.exp) - Number(second.iat)).toBe(7200);
  });

  it('lack the role without consent', async () => {
    const denied = await startSampleTenant({ apps: 1, state: 'noConsent' });
    const claims = claimsOf(await tokenOf(denied));
    await denied.close();
    expect('roles' in claims).toBe(false);
  });

  it('are counted, refused requests too', async () => {
    const before = sample.entra.tokenRequests;
    await tokenOf(sample);
    await askForToken(sample, { client_secret: 'wrong' });
    expect(sample.entra.tokenRequests).toBe(before + 2);
  });
});

describe('refusals have the status, error and AADSTS number of Entra', () => {
  const nobody = '11111111-2222-4333-8444-555555555555';
  it.each([
    { code: 7000215, status: 401, error: 'invalid_client', fields: { client_secret: 'wrong' } },
    { code: 700016, status: 400, error: 'unauthorized_client', fields: { client_id: nobody } },
    { code: 90002, status: 400, error: 'invalid_request', tenantId: nobody },
    { code: 700027, status: 401, error: 'invalid_client', fields: { client_assertion: 'a.b.c' } },
    { code: 7000218, status: 401, error: 'invalid_client', fields: { client_secret: null } },
    { code: 70003, status: 400, error: 'unsupported_grant_type', fields: { grant_type: 'password' } },
    { code: 70011, status: 400, error: 'invalid_scope', fields: { scope: 'openid' } },
  ])('AADSTS$code', async ({ code, status, error, fields, tenantId }) => {
    const response = await askForToken(sample, fields, tenantId);
    const body = (await response.json()) as { error_description: string };
    expect(response.status).toBe(status);
    expect(body).toMatchObject({ error, error_codes: [code] });
    expect(Object.keys(body)).toEqual(expect.arrayContaining(['timestamp', 'trace_id', 'correlation_id']));
    expect(body.error_description).toMatch(new RegExp(`^AADSTS${code}: .+ Trace ID: .+ Correlation ID: .+`));
  });

  it('AADSTS7000222 for a right secret that has expired, 7000215 for a wrong one even then', async () => {
    const expired = await startSampleTenant({ apps: 1, state: 'expiredSecret' });
    const right = (await (await askForToken(expired)).json()) as object;
    const wrong = (await (await askForToken(expired, { client_secret: 'no' })).json()) as object;
    await expired.close();
    expect(right).toMatchObject({ error_codes: [7000222] });
    expect(wrong).toMatchObject({ error_codes: [7000215] });
  });

  it('says 90002 in the discovery of an unknown tenant too', async () => {
    const response = await fetch(`${sample.authorityHost}/${nobody}/v2.0/.well-known/openid-configuration`);
    expect([response.status, await response.json()]).toMatchObject([400, { error_codes: [90002] }]);
  });
});

describe('outages', () => {
  it('strike as often as told, with or without Retry-After, and then it works again', async () => {
    sample.entra.fail({ status: 429, retryAfterSeconds: 7 });
    sample.entra.fail({ status: 503, times: 2 });
    const answers = [];
    for (let i = 0; i < 4; i += 1) answers.push(await askForToken(sample));
    expect(answers.map(({ status }) => status)).toEqual([429, 503, 503, 200]);
    expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual(['7', null, null, null]);
  });
});

describe('a real MSAL client signs in', () => {
  it('with a secret, over plain HTTP behind a client that swaps the scheme', async () => {
    expect(claimsOf(await acquire(msalClient(sample)))).toMatchObject({ tid: sample.credentials.tenantId });
  });

  it('with a certificate', async () => {
    const thumbprintSha256 = new X509Certificate(certificate.cert).fingerprint256.replaceAll(':', '');
    const clientCertificate = { thumbprintSha256, privateKey: certificate.private };
    expect(claimsOf(await acquire(msalClient(sample, { clientCertificate })))).toHaveProperty('roles');
  });

  it('is refused with a certificate that is not registered', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const clientCertificate = { thumbprintSha256: 'ab'.repeat(32), privateKey: pem };
    await expect(acquire(msalClient(sample, { clientCertificate }))).rejects.toThrow('AADSTS700027');
  });

  it('hears the AADSTS number when it is refused', async () => {
    await expect(acquire(msalClient(sample, { clientSecret: 'wrong' }))).rejects.toThrow('AADSTS7000215');
  });

  it('over TLS with its own certificate authority', async () => {
    const tls = await generate([{ name: 'commonName', value: 'localhost' }], {
      keySize: 2048,
      algorithm: 'sha256',
      notAfterDate: new Date(Date.now() + 86_400 * SECONDS),
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
    });
    const secure = await startSampleTenant({ apps: 1, tls: { key: tls.private, cert: tls.cert } });
    expect(secure.authorityHost).toMatch(/^https:\/\/localhost:\d+$/);
    expect(secure.graphBaseUrl).toMatch(/^https:\/\/localhost:\d+\/beta$/);
    const token = await acquire(msalClient(secure, {}, tls.cert));
    await secure.close();
    expect(claimsOf(token)).toHaveProperty('roles');
  });
});

describe('openid-configuration', () => {
  it('leads back to the host that was asked, by https as MSAL demands', async () => {
    const { host } = new URL(sample.authorityHost);
    const base = `${host}/${sample.credentials.tenantId}`;
    const address = `http://${base}/v2.0/.well-known/openid-configuration`;
    expect(await (await fetch(address)).json()).toMatchObject({
      issuer: `https://${base}/v2.0`,
      token_endpoint: `https://${base}/oauth2/v2.0/token`,
    });
    const plain = await fetch(address, { headers: { 'X-Forwarded-Proto': 'http' } });
    expect(await plain.json()).toMatchObject({ token_endpoint: `http://${base}/oauth2/v2.0/token` });
  });
});
