import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createKey, withoutKey } from '../../src/security/api-key.js';
import { appWith, type Seen } from './app.js';

const powerBi = createKey();
const excel = createKey();
const app = appWith({
  apiKeys: [
    { name: 'power-bi', sha256: powerBi.sha256 },
    { name: 'excel', sha256: excel.sha256.toUpperCase() },
  ],
});

const POWER_BI = { kind: 'key', name: 'power-bi' };
const EXCEL = { kind: 'key', name: 'excel' };
const q = encodeURIComponent;

/** [where the key stands, the URL, the headers, who it is; undefined: 401] */
const REQUESTS: [string, string, Record<string, string>, { kind: string; name: string } | undefined][] = [
  ['query parameter', `/odata/?key=${powerBi.key}`, {}, POWER_BI],
  ['query parameter among others', `/odata/Apps?$top=1&key=${excel.key}&$skip=2`, {}, EXCEL],
  ['query parameter, percent-encoded', `/odata/?%6Bey=${q(powerBi.key)}`, {}, POWER_BI],
  ['x-api-key', '/odata/', { 'x-api-key': powerBi.key }, POWER_BI],
  ['x-api-key with space around', '/odata/', { 'x-api-key': ` ${excel.key} ` }, EXCEL],
  ['Bearer', '/odata/', { authorization: `Bearer ${excel.key}` }, EXCEL],
  ['bearer in lower case', '/odata/', { authorization: `bearer  ${excel.key}` }, EXCEL],
  ['a wrong one beside a right one', `/odata/?key=old`, { 'x-api-key': powerBi.key }, POWER_BI],
  ['query parameter twice, one right', `/odata/?key=old&key=${powerBi.key}`, {}, POWER_BI],
  ['the probe of Power BI beside a key', `/odata/?key=${powerBi.key}`, { authorization: 'Bearer' }, POWER_BI],
  ['nowhere', '/odata/', {}, undefined],
  ['an empty parameter', '/odata/?key=', {}, undefined],
  ['a parameter without a value', '/odata/?key', {}, undefined],
  ['a wrong key', '/odata/?key=wrong', {}, undefined],
  ['a key in the wrong case', `/odata/?key=${powerBi.key.toLowerCase()}A`, {}, undefined],
  ['the hash in place of the key', `/odata/?key=${powerBi.sha256}`, {}, undefined],
  ['the name in place of the key', '/odata/?key=power-bi', {}, undefined],
  ['the parameter in capitals', `/odata/?KEY=${powerBi.key}`, {}, undefined],
  ['malformed percent-encoding', '/odata/?key=%zz', {}, undefined],
  ['an empty Bearer', '/odata/', { authorization: 'Bearer' }, undefined],
  [
    'Basic with the key',
    '/odata/',
    { authorization: `Basic ${Buffer.from(`:${powerBi.key}`).toString('base64')}` },
    undefined,
  ],
  ['a scheme without a space', '/odata/', { authorization: `Bearer${powerBi.key}` }, undefined],
];

describe('An API key', () => {
  it.each(REQUESTS)('in %s', async (_where, url, headers, principal) => {
    const response = await request(app).get(url).set(headers);
    expect(response.status).toBe(principal === undefined ? 401 : 200);
    if (principal === undefined) {
      expect(response.body).toMatchObject({ code: 'AUTH_REQUIRED' });
      expect(response.headers['www-authenticate']).toBe('Bearer realm="defender-discovery-feed"');
    } else {
      expect((response.body as Seen).principal).toEqual(principal);
    }
    expect(response.text).not.toContain(powerBi.key);
    expect(response.text).not.toContain(excel.key);
  });

  it('is not looked for in other parameters or in values', async () => {
    expect((await request(app).get(`/odata/?apikey=${powerBi.key}`)).status).toBe(401);
    expect((await request(app).get(`/odata/?$filter=key=${powerBi.key}`)).status).toBe(401);
  });

  it('can have another parameter', async () => {
    const other = appWith({ apiKeys: [{ name: 'bi', sha256: powerBi.sha256 }], apiKeyParameter: 'api_key' });
    expect((await request(other).get(`/odata/?api_key=${powerBi.key}`)).status).toBe(200);
    expect((await request(other).get(`/odata/?key=${powerBi.key}`)).status).toBe(401);
  });

  it('stops to work when its entry is removed, while another goes on', async () => {
    const rotated = appWith({ apiKeys: [{ name: 'excel', sha256: excel.sha256 }] });
    expect((await request(rotated).get('/odata/').set('x-api-key', powerBi.key)).status).toBe(401);
    expect((await request(rotated).get('/odata/').set('x-api-key', excel.key)).status).toBe(200);
  });

  it('is gone from the URLs that later rooms see, served or refused', async () => {
    const served = await request(app).get(`/odata/Apps?$top=1&key=${powerBi.key}&$filter=a%20eq%201`);
    expect(served.body).toMatchObject({
      url: '/Apps?$top=1&$filter=a%20eq%201',
      originalUrl: '/odata/Apps?$top=1&$filter=a%20eq%201',
    });
    const refused = await request(app).get('/odata/Apps?key=wrong&$top=1');
    expect(refused.body).toMatchObject({ url: '/odata/Apps?$top=1' });
  });

  it('is gone from the URL even where no key is asked for', async () => {
    const open = appWith({ servesAnonymous: true });
    const response = await request(open).get('/odata/Apps?key=leftover');
    expect(response.body).toMatchObject({ url: '/Apps', originalUrl: '/odata/Apps' });
  });
});

describe('withoutKey', () => {
  it.each([
    ['/a?key=x', '/a'],
    ['/a?key', '/a'],
    ['/a?key=x&b=1', '/a?b=1'],
    ['/a?b=1&key=x', '/a?b=1'],
    ['/a?key=x&b=1&key=y', '/a?b=1'],
    ['/a?KEY=x&b=1', '/a?b=1'],
    ['/a?k%65y=x&b=1', '/a?b=1'],
    ['/a?key=x=y?z&b=1', '/a?b=1'],
    ['/a?b=key=x', '/a?b=key=x'],
    ['/a?keys=x', '/a?keys=x'],
    ['/a?$filter=name%20eq%20%27a%2Bb%27&&%zz', '/a?$filter=name%20eq%20%27a%2Bb%27&&%zz'],
    ['/a?', '/a?'],
    ['/a', '/a'],
    ['/key=x', '/key=x'],
  ])('turns %s into %s', (url, expected) => {
    expect(withoutKey(url, 'key')).toBe(expected);
  });
});

describe('createKey', () => {
  it('makes 256 random bits and their hash', () => {
    const { key, sha256 } = createKey();
    expect(Buffer.from(key, 'base64url')).toHaveLength(32);
    expect(sha256).toBe(createHash('sha256').update(key).digest('hex'));
    expect(createKey().key).not.toBe(key);
  });

  it('makes keys that stand in a URL as they are', () => {
    expect(encodeURIComponent(createKey().key)).toMatch(/^[\w-]{43}$/);
  });
});

describe('Keys of one name', () => {
  it('overlap until the last day of the old one', async () => {
    const [old, young] = [createKey(), createKey()];
    const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
    const statuses = async (until: string) => {
      const apiKeys = [
        { name: 'bi', sha256: old.sha256, until },
        { name: 'bi', sha256: young.sha256 },
      ];
      const app = appWith({ apiKeys });
      const ask = async (key: string) => (await request(app).get('/odata/').set('x-api-key', key)).status;
      return [await ask(old.key), await ask(young.key)];
    };
    expect(await statuses(day(0))).toEqual([200, 200]);
    expect(await statuses(day(-1))).toEqual([401, 200]);
  });
});
