import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { generate } from 'selfsigned';
import { Agent, EnvHttpProxyAgent, ProxyAgent } from 'undici';
import { FeedError } from '../../src/errors.js';
import { createTokenProvider, type TokenProviderOptions } from '../../src/identity/token-provider.js';
import { startFakeEntra, type FakeEntra, type FakeEntraOptions } from '../../src/sample-tenant/fake-entra.js';
import { startConnectProxy } from './connect-proxy.js';

const TENANT = '11111111-2222-4333-8444-555555555555';
const CLIENT = '66666666-7777-4888-8999-aaaaaaaaaaaa';
const SECRET = 'the-secret~value.that/must+not=leak';
const NOBODY = '00000000-0000-4000-8000-000000000000';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function entra(options: Partial<FakeEntraOptions> = {}): Promise<FakeEntra> {
  const fake = await startFakeEntra({
    tenantId: TENANT,
    clients: [{ clientId: CLIENT, secret: SECRET }],
    ...options,
  });
  closers.push(fake.close);
  return fake;
}

/** A sign-in service of any behaviour. */
async function listening(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function provider(authorityHost: string, options: Partial<TokenProviderOptions> = {}) {
  return createTokenProvider({
    tenantId: TENANT,
    clientId: CLIENT,
    credential: { kind: 'secret', secret: SECRET },
    authorityHost,
    retry: { attempts: 1 },
    ...options,
  });
}

async function refusal(work: Promise<unknown>): Promise<FeedError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(FeedError);
  const error = thrown as FeedError;
  expect(JSON.stringify([error.message, error.hint, error.stack, error.cause])).not.toContain(SECRET);
  return error;
}

describe('A token provider', () => {
  it('hands out a token for Graph', async () => {
    const fake = await entra();
    const token = await provider(fake.url).token();
    const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as object;
    expect(claims).toMatchObject({ aud: 'https://graph.microsoft.com', tid: TENANT, appid: CLIENT });
  });

  it('asks once for five concurrent callers', async () => {
    const fake = await entra();
    const tokens = provider(fake.url);
    const all = await Promise.all(Array.from({ length: 5 }, () => tokens.token()));
    expect(new Set(all).size).toBe(1);
    expect(fake.tokenRequests).toBe(1);
  });

  it('keeps the token, and asks again only when told to skip the cache', async () => {
    const fake = await entra();
    const tokens = provider(fake.url);
    const first = await tokens.token();
    expect(await tokens.token()).toBe(first);
    expect(fake.tokenRequests).toBe(1);
    expect(await tokens.token({ skipCache: true })).not.toBe(first);
    expect(fake.tokenRequests).toBe(2);
  });

  it('asks once for concurrent callers that skip the cache', async () => {
    const fake = await entra();
    const tokens = provider(fake.url);
    await Promise.all(Array.from({ length: 5 }, () => tokens.token({ skipCache: true })));
    expect(fake.tokenRequests).toBe(1);
  });

  it('renews a token that is about to expire', async () => {
    const fake = await entra({ tokenLifetimeSeconds: 299 });
    const tokens = provider(fake.url);
    const first = await tokens.token();
    expect(await tokens.token()).not.toBe(first);
    expect(fake.tokenRequests).toBe(2);
  });
});

describe('A refusal of Entra', () => {
  const cases: [
    title: string,
    code: string,
    given: Partial<TokenProviderOptions>,
    state: 'ok' | 'expiredSecret',
  ][] = [
    ['a wrong secret', 'IDENTITY_SECRET_WRONG', { credential: { kind: 'secret', secret: 'other' } }, 'ok'],
    ['an expired secret', 'IDENTITY_SECRET_EXPIRED', {}, 'expiredSecret'],
    ['an unknown application', 'IDENTITY_APP_UNKNOWN', { clientId: NOBODY }, 'ok'],
    ['an unknown tenant', 'IDENTITY_TENANT_UNKNOWN', { tenantId: NOBODY }, 'ok'],
    ['a scope that is not Graph’s', 'IDENTITY_REFUSED', { scope: 'https://other.example/.default' }, 'ok'],
  ];

  it.each(cases)('%s is %s', async (_title, code, given, state) => {
    const fake = await entra();
    fake.setClient({ clientId: CLIENT, secret: SECRET, state });
    const error = await refusal(provider(fake.url, given).token());
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/AADSTS\d+/);
    expect(error.message).not.toMatch(/Trace ID/);
  });

  it('is judged anew once the person has mended it', async () => {
    const fake = await entra();
    fake.setClient({ clientId: CLIENT, secret: 'the old one' });
    const tokens = provider(fake.url);
    expect((await refusal(tokens.token())).code).toBe('IDENTITY_SECRET_WRONG');
    fake.setClient({ clientId: CLIENT, secret: SECRET });
    expect(await tokens.token()).toMatch(/^ey/);
  });

  const answers: [title: string, status: number, body: object | string, code: string][] = [
    ['AADSTS700024', 401, aadsts(700024), 'IDENTITY_CERTIFICATE_REFUSED'],
    ['AADSTS700027', 401, aadsts(700027), 'IDENTITY_CERTIFICATE_REFUSED'],
    ['AADSTS900023', 400, aadsts(900023), 'IDENTITY_TENANT_UNKNOWN'],
    ['a number that has no error of its own', 401, aadsts(53003), 'IDENTITY_REFUSED'],
    ['an OAuth error without a number', 400, { error: 'invalid_client' }, 'IDENTITY_REFUSED'],
    [
      'a description that repeats the secret',
      401,
      { error: 'invalid_client', error_description: `AADSTS7000215: '${SECRET}' is no secret.` },
      'IDENTITY_SECRET_WRONG',
    ],
    ['temporarily_unavailable', 400, { error: 'temporarily_unavailable' }, 'IDENTITY_UNAVAILABLE'],
    ['500', 500, { error: 'server_error' }, 'IDENTITY_UNAVAILABLE'],
    ['503 in HTML', 503, '<html>Service Unavailable</html>', 'IDENTITY_UNAVAILABLE'],
    ['200 with a login page', 200, '<html>Your network requires a login</html>', 'IDENTITY_UNAVAILABLE'],
    ['200 with JSON that holds no token', 200, { hello: 'world' }, 'IDENTITY_UNAVAILABLE'],
    ['200 with a JSON array', 200, [], 'IDENTITY_UNAVAILABLE'],
    ['a redirect', 302, '', 'IDENTITY_UNAVAILABLE'],
    ['more bytes than any answer needs', 200, `"${'x'.repeat(2_000_000)}"`, 'IDENTITY_UNAVAILABLE'],
  ];

  it.each(answers)('%s is told from the answer', async (_title, status, body, code) => {
    const real = await entra();
    const url = await listening((request, response) => {
      const isToken = request.method === 'POST';
      if (!isToken) return void relay(real.url, request.url ?? '', request.headers.host ?? '', response);
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    const error = await refusal(provider(url).token());
    expect(error.code).toBe(code);
  });

  function aadsts(number: number): object {
    return { error: 'x', error_description: `AADSTS${number}: Said so.`, error_codes: [number] };
  }

  async function relay(
    origin: string,
    path: string,
    host: string,
    response: Parameters<RequestListener>[1],
  ): Promise<void> {
    const answer = await fetch(origin + path);
    response.end((await answer.text()).replaceAll(new URL(origin).host, host));
  }
});

describe('A sign-in service that is not well', () => {
  it.each([500, 503, 429] as const)(
    'after one %d the next call succeeds at once, for MSAL would refuse it',
    async (status) => {
      const fake = await entra();
      const tokens = provider(fake.url);
      fake.fail({ status });
      expect((await refusal(tokens.token())).code).toBe('IDENTITY_UNAVAILABLE');
      expect(await tokens.token()).toMatch(/^ey/);
      expect(fake.tokenRequests).toBe(2);
    },
  );

  it('is asked again within one call, after its Retry-After or a growing wait', async () => {
    const fake = await entra();
    fake.fail({ status: 503, retryAfterSeconds: 7 });
    fake.fail({ status: 500 });
    const waits: number[] = [];
    const sleep = (ms: number) => Promise.resolve(void waits.push(ms));
    expect(await provider(fake.url, { retry: { attempts: 3, sleep } }).token()).toMatch(/^ey/);
    expect(waits).toEqual([7000, 2000]);
  });

  it('that asks for a long pause is left to the next run', async () => {
    const fake = await entra();
    fake.fail({ status: 429, retryAfterSeconds: 300 });
    const tokens = provider(fake.url, { retry: { attempts: 3 } });
    expect(await refusal(tokens.token())).toMatchObject({ retryAfterSeconds: 300 });
    expect(await tokens.token()).toMatch(/^ey/);
  });

  it('while it fails to renew a token, the old one serves on to its end', async () => {
    let grants = 0;
    const url = await listening((request, response) => {
      const base = `https://${request.headers.host ?? ''}/${TENANT}`;
      const endpoints = {
        authorization_endpoint: `${base}/a`,
        token_endpoint: `${base}/t`,
        jwks_uri: `${base}/k`,
      };
      if (request.method === 'GET')
        return void response.end(JSON.stringify({ issuer: `${base}/v2.0`, ...endpoints }));
      grants += 1;
      if (grants > 1) response.statusCode = 503;
      const token = { token_type: 'Bearer', expires_in: 250, access_token: 'the first' };
      response.end(JSON.stringify(grants > 1 ? { error: 'busy' } : token));
    });
    const tokens = provider(url);
    expect(await tokens.token()).toBe('the first');
    expect(await tokens.token()).toBe('the first');
    expect(grants).toBe(2);
    expect((await refusal(tokens.token({ skipCache: true }))).code).toBe('IDENTITY_UNAVAILABLE');
  });

  it('that hangs is given up after the time-out', async () => {
    const url = await listening(() => undefined);
    const error = await refusal(provider(url, { timeoutMs: 50 }).token());
    expect(error).toMatchObject({ code: 'IDENTITY_UNAVAILABLE' });
    expect(error.message).toContain('no answer within 50 ms');
  });

  it('that hangs in the body is given up after the time-out', async () => {
    const url = await listening((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.write('{');
    });
    expect((await refusal(provider(url, { timeoutMs: 50 }).token())).code).toBe('IDENTITY_UNAVAILABLE');
  });

  it('that refuses the connection is named with the reason', async () => {
    const url = await listening(() => undefined);
    await closers.pop()!();
    const error = await refusal(provider(url).token());
    expect(error).toMatchObject({ code: 'IDENTITY_UNAVAILABLE' });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('lets a caller go when its run is cancelled, and the others have their token', async () => {
    const fake = await entra();
    const tokens = provider(fake.url);
    const abort = new AbortController();
    const [left, stayed] = [tokens.token({ signal: abort.signal }), tokens.token()];
    abort.abort();
    expect((await refusal(left)).code).toBe('REFRESH_ABORTED');
    expect(await stayed).toMatch(/^ey/);
  });

  it('is not asked at all for a run that is cancelled already', async () => {
    const fake = await entra();
    expect((await refusal(provider(fake.url).token({ signal: AbortSignal.abort() }))).code).toBe(
      'REFRESH_ABORTED',
    );
    expect(fake.tokenRequests).toBe(0);
  });

  it('that hangs is let go when the last caller is cancelled', async () => {
    let cut: () => void = () => undefined;
    const isCut = new Promise<void>((resolve) => (cut = resolve));
    let reached: () => void = () => undefined;
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    const url = await listening((_request, response) => {
      response.on('close', cut);
      reached();
    });
    const abort = new AbortController();
    const token = provider(url).token({ signal: abort.signal });
    token.catch(() => undefined);
    await isReached;
    abort.abort();
    await refusal(token);
    await isCut;
  });
});

describe('An authority', () => {
  it('over plain http is refused unless it is on loopback: the secret would be readable', () => {
    expect(() => provider('http://login.example')).toThrow(/must be https/);
  });

  it('whose discovery document sends the secret to an address without TLS is not obeyed', async () => {
    const origin = await listening((request, response) => {
      const base = `https://${request.headers.host ?? ''}/${TENANT}`;
      response.end(
        JSON.stringify({
          issuer: `${base}/v2.0`,
          authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
          jwks_uri: `${base}/keys`,
          token_endpoint: 'http://elsewhere.example/token',
        }),
      );
    });
    const error = await refusal(provider(origin).token());
    expect(error.message).toContain('without TLS');
  });

  it('over TLS with its own CA is reached through a dispatcher that knows the CA, and only so', async () => {
    const { private: key, cert } = await selfSigned();
    const fake = await entra({ tls: { key, cert } });
    const agent = new Agent({ connect: { ca: cert } });
    closers.push(() => agent.destroy());
    expect(await provider(fake.url, { dispatcher: agent }).token()).toMatch(/^ey/);
    expect((await refusal(provider(fake.url).token())).message).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY/);
  });

  it('is reached through a proxy', async () => {
    const fake = await entra();
    const proxy = await startConnectProxy();
    const agent = new ProxyAgent({ uri: proxy.url, proxyTunnel: true });
    closers.push(
      () => agent.destroy(),
      () => proxy.close(),
    );
    expect(await provider(fake.url, { dispatcher: agent }).token()).toMatch(/^ey/);
    expect(proxy.tunnels).toContain(new URL(fake.url).host);
  });

  it('is reached through the proxy of HTTPS_PROXY, over TLS', async () => {
    const { private: key, cert } = await selfSigned();
    const fake = await entra({ tls: { key, cert } });
    const proxy = await startConnectProxy();
    const agent = new EnvHttpProxyAgent({ httpsProxy: proxy.url, noProxy: '', requestTls: { ca: cert } });
    closers.push(
      () => agent.destroy(),
      () => proxy.close(),
    );
    expect(await provider(fake.url, { dispatcher: agent }).token()).toMatch(/^ey/);
    expect(proxy.tunnels).toContain(new URL(fake.url).host);
  });
});

describe('A certificate instead of a secret', () => {
  let pair: { private: string; cert: string };
  let other: { private: string; cert: string };
  beforeAll(async () => {
    [pair, other] = await Promise.all([selfSigned(), selfSigned()]);
  });

  it('signs the assertion that Entra asks for', async () => {
    const fake = await entra({ clients: [{ clientId: CLIENT, certificate: pair.cert }] });
    const credential = { kind: 'certificate', privateKey: pair.private, certificate: pair.cert } as const;
    expect(await provider(fake.url, { credential }).token()).toMatch(/^ey/);
  });

  it('that Entra does not know is refused', async () => {
    const fake = await entra({ clients: [{ clientId: CLIENT, certificate: other.cert }] });
    const credential = { kind: 'certificate', privateKey: pair.private, certificate: pair.cert } as const;
    expect((await refusal(provider(fake.url, { credential }).token())).code).toBe(
      'IDENTITY_CERTIFICATE_REFUSED',
    );
  });

  const unusable: [title: string, privateKey: () => string, certificate: () => string][] = [
    ['a key that is no PEM', () => 'rubbish', () => pair.cert],
    ['a certificate that is no PEM', () => pair.private, () => 'rubbish'],
    ['a key of another certificate', () => other.private, () => pair.cert],
    ['empty texts', () => '', () => ''],
  ];

  it.each(unusable)('is refused at once with %s', (_title, privateKey, certificate) => {
    const credential = { kind: 'certificate', privateKey: privateKey(), certificate: certificate() } as const;
    expect(() => provider('https://login.example', { credential })).toThrow(
      expect.objectContaining({ code: 'IDENTITY_CERTIFICATE_REFUSED' }),
    );
  });
});

function selfSigned(): Promise<{ private: string; cert: string }> {
  return generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  });
}
