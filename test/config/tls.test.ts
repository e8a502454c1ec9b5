import { beforeAll, describe, expect, it } from '@jest/globals';
import { certificate, type Pem } from '../tls/pem.js';
import { load, mistakesOf } from './configuration.js';

const CERT = { TLS_CERTIFICATE_PATH: 'feed.crt' };
const BOTH = { ...CERT, TLS_KEY_PATH: 'feed.key' };

let mine: Pem;
let other: Pem;
let expired: Pem;
beforeAll(async () => {
  [mine, other, expired] = await Promise.all([
    certificate(),
    certificate(),
    certificate('old', new Date('2020-02-03T00:00:00Z')),
  ]);
}, 60_000);

describe('TLS in the configuration', () => {
  it('takes two files that belong together, or one that holds both', () => {
    const files = { 'feed.crt': mine.cert, 'feed.key': mine.private, both: mine.private + mine.cert };
    const tls = { certificatePath: 'feed.crt', keyPath: 'feed.key' };
    expect(load({ env: BOTH, files })).toMatchObject({ tls, warnings: [] });
    const one = { TLS_CERTIFICATE_PATH: 'both', TLS_KEY_PATH: 'both' };
    expect(load({ env: one, files }).tls).toEqual({ certificatePath: 'both', keyPath: 'both' });
    expect(load({}).tls).toBeUndefined();
  });

  it.each<[string, Record<string, string>, () => Record<string, string>, string]>([
    [
      'a certificate without its key',
      CERT,
      () => ({ 'feed.crt': mine.cert }),
      'tlsKeyPath: is missing: TLS_CERTIFICATE_PATH needs the private key of that certificate. Set TLS_KEY_PATH, to the same path if that file holds both',
    ],
    [
      'a key alone',
      { TLS_KEY_PATH: 'feed.key' },
      () => ({ 'feed.key': mine.private }),
      'tlsCertificatePath: is missing: TLS_KEY_PATH alone starts no TLS. Set TLS_CERTIFICATE_PATH',
    ],
    [
      'a file that is not there',
      BOTH,
      () => ({ 'feed.crt': mine.cert }),
      "tlsCertificatePath: 'feed.key' cannot be read (ENOENT: there is no such file)",
    ],
    [
      'a key of another certificate',
      BOTH,
      () => ({ 'feed.crt': mine.cert, 'feed.key': other.private }),
      "tlsCertificatePath: 'feed.key' with 'feed.crt' holds a private key that does not belong to its first certificate",
    ],
    [
      'a file without a certificate',
      BOTH,
      () => ({ 'feed.crt': '', 'feed.key': mine.private }),
      "tlsCertificatePath: 'feed.key' with 'feed.crt' holds no certificate (-----BEGIN CERTIFICATE-----)",
    ],
    [
      'a PUBLIC_URL of plain http',
      { ...BOTH, PUBLIC_URL: 'http://localhost:4004' },
      () => ({ 'feed.crt': mine.cert, 'feed.key': mine.private }),
      "publicUrl: 'http://localhost:4004' is plain http, and the server speaks https only with TLS_CERTIFICATE_PATH. Set PUBLIC_URL=https://localhost:4004",
    ],
  ])('refuses %s', (_what, env, files, line) => {
    expect(mistakesOf({ env, files: files() })).toEqual([line]);
  });

  it('warns of a certificate that has expired, and starts', () => {
    const { warnings } = load({
      env: BOTH,
      files: { 'feed.crt': expired.cert, 'feed.key': expired.private },
    });
    expect(warnings).toEqual([
      'The certificate in feed.crt expired on 2020-02-03: clients will refuse it. Put a new one in its place; it is taken over at once.',
    ]);
  });

  it('lets passwords be used beyond loopback', () => {
    const hash = `$scrypt$ln=15,r=8,p=3$c2FsdHNhbHRzYWx0c2FsdA$${'aGFzaA'.repeat(8)}`;
    const env = { HOST: '0.0.0.0', PUBLIC_URL: 'https://feed.contoso.com', BASIC_USERS: `reader:${hash}` };
    expect(mistakesOf({ env })).toEqual([
      expect.stringMatching(/^trustedProxies: is missing: .*TLS_CERTIFICATE_PATH/),
    ]);
    const files = { 'feed.crt': mine.cert, 'feed.key': mine.private };
    expect(load({ env: { ...env, ...BOTH }, files }).tls).toBeDefined();
  });
});
