import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { Express } from 'express';
import { authenticate } from '../../src/security/authenticate.js';
import {
  basicAuthenticator,
  decodeBasic,
  type BasicOptions,
  type BasicUser,
} from '../../src/security/basic.js';
import { dummyHash, hashPassword, verifyPassword } from '../../src/security/password.js';
import { appBehind, appWith, type Seen } from './app.js';

/** Cheap hashes: what they cost is not what is tested. */
const CHEAP = { ln: 4, r: 8, p: 1 };
const basic = (credential: string | Buffer): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(credential).toString('base64')}`,
});

let users: BasicUser[];
let app: Express;

beforeAll(async () => {
  const passwords: [string, string][] = [
    ['ann', 'correct horse'],
    ['zoë', 'pässwörd 🔑'],
    ['colon', 'a:b::c:'],
    ['empty', ''],
  ];
  users = await Promise.all(
    passwords.map(async ([name, password]) => ({ name, hash: await hashPassword(password, CHEAP) })),
  );
  app = appWith({ basicUsers: users });
});

describe('A Basic credential', () => {
  it.each([
    ['right', 'ann:correct horse', 'ann'],
    ['in Unicode', 'zoë:pässwörd 🔑', 'zoë'],
    ['in Unicode, composed otherwise', 'zoë:pässwörd 🔑'.normalize('NFD'), 'zoë'],
    ['with colons in the password', 'colon:a:b::c:', 'colon'],
    ['with an empty password that is right', 'empty:', 'empty'],
  ])('%s is served', async (_what, credential, name) => {
    const response = await request(app).get('/odata/').set(basic(credential));
    expect(response.status).toBe(200);
    expect((response.body as Seen).principal).toEqual({ kind: 'basic', name: name.normalize('NFC') });
  });

  it.each<[string, Record<string, string>]>([
    ['missing', {}],
    ['with a wrong password', basic('ann:wrong')],
    ['with an empty password', basic('ann:')],
    ['with a password in the wrong case', basic('ann:Correct horse')],
    ['of an unknown user', basic('bob:correct horse')],
    ['with a user in the wrong case', basic('Ann:correct horse')],
    ['with the name of a prototype', basic('__proto__:x')],
    ['without a colon', basic('anncorrect horse')],
    ['of a colon', basic(':')],
    ['of nothing', { authorization: 'Basic' }],
    ['that is no base64', { authorization: 'Basic ann:correct horse' }],
    ['that is base64url', { authorization: 'Basic _-_-' }],
    ['that is not UTF-8', basic(Buffer.from([0x61, 0x6e, 0x6e, 0x3a, 0xff, 0xfe]))],
    ['in Latin-1', basic(Buffer.from('zoë:pässwörd', 'latin1'))],
    ['of another scheme', { authorization: 'Negotiate YII=' }],
    ['that is the empty Bearer of Power BI', { authorization: 'Bearer' }],
  ])('%s is refused, and never says why', async (_what, headers) => {
    const response = await request(app).get('/odata/').set(headers);
    expect(response.status).toBe(401);
    expect(response.headers['www-authenticate']).toBe(
      'Basic realm="defender-discovery-feed", charset="UTF-8"',
    );
    expect(response.body).toEqual((await request(app).get('/odata/')).body);
  });
});

describe('A stolen hash', () => {
  it('is no password', async () => {
    const response = await request(app)
      .get('/odata/')
      .set(basic(`ann:${users[0]!.hash}`));
    expect(response.status).toBe(401);
  });
});

describe('Basic without TLS', () => {
  const credential = basic('ann:correct horse');

  it('is refused, with the right password too', async () => {
    const exposed = appWith({ basicUsers: users }, { isSecure: () => false });
    const response = await request(exposed).get('/odata/').set(credential);
    expect(response.status).toBe(401);
    expect((response.body as { hint: string }).hint).toContain('over https');
  });

  it('is served on loopback', async () => {
    expect((await request(app).get('/odata/').set(credential)).status).toBe(200);
  });

  it('does not believe X-Forwarded-* of anybody', async () => {
    const headers = { ...credential, 'x-forwarded-proto': 'http', 'x-forwarded-for': '203.0.113.9' };
    expect((await request(app).get('/odata/').set(headers)).status).toBe(200);
  });

  it.each([
    ['https', '203.0.113.9', 200],
    ['http', '203.0.113.9', 401],
    ['http', '127.0.0.1', 401],
    ['HTTPS, spelled by nobody', '203.0.113.9', 401],
    [undefined, '203.0.113.9', 401],
    [undefined, '127.0.0.1', 200],
  ])('is judged by the word of a trusted proxy: %s for %s', async (protocol, client, status) => {
    const behind = appWith({ basicUsers: users }, { trustedProxies: ['loopback'] });
    const headers = {
      ...credential,
      'x-forwarded-for': client,
      ...(protocol === undefined ? {} : { 'x-forwarded-proto': protocol }),
    };
    expect((await request(behind).get('/odata/').set(headers)).status).toBe(status);
  });
});

describe('A verified credential', () => {
  /** An app that counts how often a password is really checked. */
  function counting(options: Partial<BasicOptions> = {}): { app: Express; checks: () => number } {
    let count = 0;
    const authenticator = basicAuthenticator(users, {
      isSecure: () => true,
      verify: async (password, hash) => {
        count += 1;
        return verifyPassword(password, hash);
      },
      ...options,
    });
    const chain = authenticate({
      authenticators: [authenticator],
      allowAnonymous: false,
      keyParameter: 'key',
    });
    return { app: appBehind(chain), checks: () => count };
  }
  const status = async (to: Express, credential: string): Promise<number> =>
    (await request(to).get('/odata/').set(basic(credential))).status;

  it('is checked once for many pages', async () => {
    const { app: feed, checks } = counting();
    for (let page = 0; page < 5; page += 1) expect(await status(feed, 'ann:correct horse')).toBe(200);
    expect(checks()).toBe(1);
  });

  it('is checked once for many connections at once', async () => {
    const { app: feed, checks } = counting();
    const server = feed.listen(0, '127.0.0.1');
    const all = await Promise.all(
      Array.from({ length: 8 }, () => request(server).get('/odata/').set(basic('ann:correct horse'))),
    );
    server.close();
    expect(all.map((response) => response.status)).toEqual(Array(8).fill(200));
    // Those that come while the first is checked share its check; the later ones find it remembered.
    expect(checks()).toBe(1);
  });

  it('does not vouch for another password or user', async () => {
    const { app: feed, checks } = counting();
    expect(await status(feed, 'ann:correct horse')).toBe(200);
    expect(await status(feed, 'ann:wrong')).toBe(401);
    expect(await status(feed, 'bob:correct horse')).toBe(401);
    expect(checks()).toBe(3);
  });

  it('is forgotten after a while', async () => {
    const { app: feed, checks } = counting({ rememberMs: 5 });
    expect(await status(feed, 'ann:correct horse')).toBe(200);
    await sleep(50);
    expect(await status(feed, 'ann:correct horse')).toBe(200);
    expect(checks()).toBe(2);
  });

  it('that was wrong costs no check each time it is repeated', async () => {
    const { app: feed, checks } = counting();
    for (let attempt = 0; attempt < 3; attempt += 1) expect(await status(feed, 'ann:wrong')).toBe(401);
    expect(checks()).toBe(1);
    expect(await status(feed, 'ann:wrong too')).toBe(401);
    expect(checks()).toBe(2);
  });

  it('does not outlive the user: another chain knows nothing of it', async () => {
    expect(await status(app, 'ann:correct horse')).toBe(200);
    const without = appWith({ basicUsers: users.slice(1) });
    expect(await status(without, 'ann:correct horse')).toBe(401);
  });

  it('costs an unknown user as much as a known one', async () => {
    const hashes: string[] = [];
    const { app: feed } = counting({
      verify: (_password, hash) => {
        hashes.push(hash);
        return Promise.resolve(true);
      },
    });
    expect(await status(feed, 'bob:x')).toBe(401);
    expect(hashes).toEqual([expect.stringMatching(/^\$scrypt\$ln=4,r=8,p=1\$/)]);
    expect(users.map(({ hash }) => hash)).not.toContain(hashes[0]);
  });
});

describe('hashPassword', () => {
  it('writes scrypt with its cost, salt and hash, another each time', async () => {
    const [one, two] = await Promise.all([hashPassword('p'), hashPassword('p')]);
    expect(one).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z\d+/]{22}\$[A-Za-z\d+/]{43}$/);
    expect(two).not.toBe(one);
    expect(await verifyPassword('p', one)).toBe(true);
    expect(await verifyPassword('q', one)).toBe(false);
  });

  it('keeps to its queue: many at once all come out right', async () => {
    const hashes = await Promise.all(
      Array.from({ length: 12 }, (_, index) => hashPassword(`p${index}`, CHEAP)),
    );
    const fits = await Promise.all(hashes.map((hash, index) => verifyPassword(`p${index}`, hash)));
    expect(fits).toEqual(Array(12).fill(true));
  });
});

describe('verifyPassword', () => {
  it('knows a hash of another program (RFC 7914, 12: N = 1024, r = 8, p = 16)', async () => {
    // Same function, other container: the vector's key has 64 bytes.
    const key = Buffer.from(
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
      'hex',
    );
    const hash = `$scrypt$ln=10,r=8,p=16$${Buffer.from('NaCl').toString('base64')}$${key.toString('base64')}`;
    expect(await verifyPassword('password', hash)).toBe(true);
    expect(await verifyPassword('Password', hash)).toBe(false);
  });

  it.each(['', 'plain', '$2b$10$abcdefghijklmnopqrstuv', '$scrypt$ln=15,r=8$x$y'])(
    'fits nothing to %s',
    async (stored) => {
      expect(await verifyPassword('plain', stored)).toBe(false);
    },
  );

  it('makes a dummy of the costliest hash', () => {
    const cheap = '$scrypt$ln=14,r=8,p=1$c2FsdA$aGFzaA';
    expect(dummyHash([cheap, cheap.replace('14', '16'), 'x'])).toMatch(/^\$scrypt\$ln=16,r=8,p=1\$/);
    expect(dummyHash([])).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
  });
});

describe('decodeBasic', () => {
  it.each([
    ['YTpi', { name: 'a', password: 'b' }],
    ['YTo=', { name: 'a', password: '' }],
    ['OmI=', { name: '', password: 'b' }],
    ['YWI=', undefined],
    ['', undefined],
    ['YTpi!', undefined],
    ['=YTpi', undefined],
  ])('reads %s', (credential, expected) => {
    expect(decodeBasic(credential)).toEqual(expected);
  });
});

describe('Passwords of one name', () => {
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

  it('overlap until the last day of the old one', async () => {
    const [old, young] = await Promise.all(['old', 'new'].map((password) => hashPassword(password, CHEAP)));
    const rotating = (until: string) =>
      appWith({
        basicUsers: [
          { name: 'ann', hash: old!, until },
          { name: 'ann', hash: young! },
        ],
      });
    const statuses = async (to: Express) => [
      (await request(to).get('/odata/').set(basic('ann:old'))).status,
      (await request(to).get('/odata/').set(basic('ann:new'))).status,
    ];
    expect(await statuses(rotating(day(0)))).toEqual([200, 200]);
    expect(await statuses(rotating(day(-1)))).toEqual([401, 200]);
  });
});
