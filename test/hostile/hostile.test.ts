import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectODataError } from '../odata/expect-odata-error.js';
import { ask, type Ask, type RawAnswer } from './ask.js';
import { HOSTILE_REQUESTS } from './hostile-requests.js';
import { KNOWN_GAPS } from './known-gaps.js';
import { HARMLESS, LEGAL_FILTERS } from './legal-requests.js';
import { startLiveFeed, type LiveFeed } from './live-feed.js';

let feed: LiveFeed;
let foreign: LiveFeed;
let answered = 0;
beforeAll(async () => {
  feed = await startLiveFeed({ PAGE_SIZE: '100' });
  foreign = await startLiveFeed({ PAGE_SIZE: '100' });
});
afterAll(() => Promise.all([feed.close(), foreign.close()]));

const located = (path: string) => path.replaceAll('{app}', feed.app).replaceAll('{tenant}', feed.tenantId);

async function send(request: Ask): Promise<RawAnswer> {
  if (typeof request === 'string') return ask(feed.port, located(request));
  return ask(feed.port, 'path' in request ? { ...request, path: located(request.path) } : request);
}

/** What holds for every refusal, whatever was asked. */
function expectRefusal(
  answer: RawAnswer,
  [, , status, code, ...words]: (typeof HOSTILE_REQUESTS)[number],
): void {
  expect({ status: answer.status, body: answer.text }).toMatchObject({ status });
  expectODataError(answer, { status, code });
  expect(typeof answer.headers['odata-version']).toBe('string');
  const { error } = JSON.parse(answer.text) as { error: { code: string; message: string } };
  for (const word of words) expect(error.message).toContain(word);
  expect(error.message.length).toBeLessThan(600);
  expect(answer.raw).not.toMatch(/evil\.example\b(?!:443)|x-powered-by|dist\/|\/src\//i);
}

describe(`${HOSTILE_REQUESTS.length} hostile requests are refused with an OData error that names the place and the remedy`, () => {
  for (const row of HOSTILE_REQUESTS) {
    const [name, request] = row;
    const gap = KNOWN_GAPS[name];
    const run = async () => {
      const answer = await send(request);
      if (answer.status >= 100) answered += 1;
      expectRefusal(answer, row);
    };
    if (gap === undefined) it(name, run);
    else it.failing(`${name} (known gap: ${gap})`, run);
  }

  it('each got an answer, none was a bug, and the server still serves', async () => {
    const silent = Object.values(KNOWN_GAPS).filter((gap) => gap?.startsWith('no answer') === true).length;
    expect(answered).toBe(HOSTILE_REQUESTS.length - silent);
    expect(feed.observed.filter(({ kind }) => kind === 'requestFailed')).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect((await send('/odata/DiscoveredApps/$count')).text).toBe(String(feed.rows.length));
  });

  it('lists only gaps of rows that exist, and tells its rows apart', () => {
    const names = HOSTILE_REQUESTS.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(KNOWN_GAPS).filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe('HEAD of what is refused', () => {
  it.each([
    ['/odata/Nope', 404],
    ['/odata/DiscoveredApps?$filter=x', 400],
    ['/odata/DiscoveredApps/$each', 501],
    ['/nope', 404],
  ])('%s has the same head and no body', async (path, status) => {
    const [head, get] = [await send({ method: 'HEAD', path }), await send(path)];
    expect([head.status, head.text]).toEqual([status, '']);
    for (const name of ['odata-version', 'content-type', 'content-length'])
      expect(head.headers[name]).toBe(get.headers[name]);
  });
});

describe(`${LEGAL_FILTERS.length} filters that look hostile and mean rows`, () => {
  it.each(LEGAL_FILTERS)('%s', async (_name, filter, means) => {
    const encoded = filter.replace(/[%&#+]/g, (character) => encodeURIComponent(character));
    const answer = await send(`/odata/DiscoveredApps/$count?$filter=${encoded.replaceAll(' ', '+')}`);
    expect([answer.status, answer.text]).toEqual([200, String(feed.rows.filter(means).length)]);
  });
});

describe('requests that carry nonsense beside a good question', () => {
  it.each(HARMLESS)('%s changes nothing', async (_name, query, headers) => {
    const answer = await send({
      path: `/odata/DiscoveredApps?$top=3&$select=id,displayName${query}`,
      headers,
    });
    expect(answer.status).toBe(200);
    expect(answer.raw).not.toMatch(/evil|gopher/);
    const { value, ...rest } = JSON.parse(answer.text) as Record<string, unknown>;
    expect(rest).toEqual({
      '@odata.context': `http://127.0.0.1:${feed.port}/odata/$metadata#DiscoveredApps(id,displayName)`,
    });
    // Without the whole key in $select, each row names itself (JSON Format 4.5.8).
    const named = { '@odata.id': expect.stringMatching(/^DiscoveredApps\(/) };
    expect(value).toEqual(
      feed.rows.slice(0, 3).map(({ id, displayName }) => ({ ...named, id, displayName })),
    );
  });
});

describe('page links that were tampered with', () => {
  const query = '/odata/DiscoveredApps?$filter=riskScore ge 0&$select=id';
  const tokenOf = async (port: number, path = query) => {
    const answer = await ask(port, path);
    const { '@odata.nextLink': link } = JSON.parse(answer.text) as Record<string, string>;
    return new URL(link!).searchParams.get('$skiptoken')!;
  };
  const expectInvalid = async (path: string) => {
    expectODataError(await send(path), {
      status: 400,
      code: 'PROTOCOL_PAGE_INVALID',
      message: /\$skiptoken .*Follow @odata\.nextLink as it is/,
      target: '$skiptoken',
    });
  };

  it('the link itself is served', async () => {
    expect((await send(`${query}&$skiptoken=${await tokenOf(feed.port)}`)).status).toBe(200);
  });

  it('no character of it can be changed', async () => {
    const token = await tokenOf(feed.port);
    for (let place = 0; place < token.length; place += 7) {
      const other = token[place] === 'A' ? 'B' : 'A';
      await expectInvalid(`${query}&$skiptoken=${token.slice(0, place)}${other}${token.slice(place + 1)}`);
    }
  });

  it('it can be neither cut nor lengthened', async () => {
    const token = await tokenOf(feed.port);
    const [payload = '', signature = ''] = token.split('.');
    for (const changed of [
      token.slice(0, -1),
      `${token}A`,
      `${token}.${signature}`,
      payload,
      `${payload}.`,
      `.${signature}`,
      `${token}%3D`,
      `${token}%20`,
      token.toUpperCase(),
    ])
      await expectInvalid(`${query}&$skiptoken=${changed}`);
  });

  it('its content cannot be rewritten under the old signature', async () => {
    const [payload = '', signature = ''] = (await tokenOf(feed.port)).split('.');
    const content = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    for (const change of [{ s: 1e9 }, { g: '../../x' }, { n: 0 }, { __proto__: { x: 1 } }, { a: [] }]) {
      const forged = Buffer.from(JSON.stringify({ ...content, s: 99, ...change })).toString('base64url');
      await expectInvalid(`${query}&$skiptoken=${forged}.${signature}`);
    }
  });

  it('it belongs to its query alone', async () => {
    const token = await tokenOf(feed.port);
    for (const path of [
      '/odata/DiscoveredApps?$select=id',
      '/odata/DiscoveredApps?$filter=riskScore ge 1&$select=id',
      '/odata/DiscoveredApps?$filter=riskScore ge 0',
      '/odata/DiscoveredApps?$filter=riskScore ge 0&$select=id&$orderby=id',
      '/odata/DiscoveredAppsByPeriod?$filter=riskScore ge 0&$select=id',
    ])
      await expectInvalid(`${path}&$skiptoken=${token}`);
  });

  it('one of another server is none of ours', async () => {
    await expectInvalid(`${query}&$skiptoken=${await tokenOf(foreign.port)}`);
  });
});
