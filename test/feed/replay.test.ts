import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expectEnvelope, expectOther, expectPage, type Sent } from './expect-answer.js';
import { ANN, AUDIENCE, startEntra, TENANT, token, type Entra } from '../security/entra-tokens.js';
import { API_KEY, REQUESTS, TOKEN_WITHOUT_SCOPE, type RecordedRequest } from './requests.js';
import { rowsOf, RunningFeed, type PageBody } from './running-feed.js';
import { SAMPLE } from './sample.js';
import { fingerprints, keyOf, USAGE_FIELDS, usageRows, type UsageRow } from './usage-rows.js';

const PAGE_SIZE = 500;
const sha256 = createHash('sha256').update(API_KEY).digest('hex');

let open: RunningFeed;
let keyed: RunningFeed;
let busy: RunningFeed;
let organizational: RunningFeed;
let entra: Entra;
let usage: readonly UsageRow[];
beforeAll(async () => {
  open = await RunningFeed.start({ sample: SAMPLE, env: { PAGE_SIZE: String(PAGE_SIZE) } });
  keyed = await RunningFeed.start({
    sample: SAMPLE,
    env: { PAGE_SIZE: String(PAGE_SIZE), API_KEYS: `powerbi:${sha256}` },
  });
  busy = await RunningFeed.start({
    sample: SAMPLE,
    env: { CONCURRENT_READS: '1', QUEUE_SECONDS: '0', DRAIN_SECONDS: '0' },
  });
  entra = await startEntra();
  organizational = await RunningFeed.start({
    sample: SAMPLE,
    env: {
      ENTRA_TENANT_IDS: TENANT,
      ENTRA_AUDIENCES: AUDIENCE,
      ENTRA_READERS: 'scope:user_impersonation',
      ENTRA_AUTHORITY_HOST: entra.url,
    },
  });
  await takePlace(busy);
  usage = usageRows(open.sample.tenant);
});
afterAll(async () => {
  entra.close();
  await Promise.all([open, keyed, busy, organizational].map((feed) => feed.close()));
});

/** Asks for more than the sockets of a loopback connection take in, and reads none of it until the server stops. */
async function takePlace({ origin }: RunningFeed): Promise<void> {
  const asked = get(`${origin}/odata/DiscoveredApps?$expand=stream($expand=discoveredApps($top=30))`);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.on('error', () => undefined);
  answer.pause();
}

const named = (name: string): RecordedRequest => {
  const request = REQUESTS.find((one) => one.name === name);
  if (request === undefined) throw new Error(`There is no request ${name}`);
  return request;
};
const feedOf = ({ feed }: RecordedRequest) => ({ open, keyed, busy, organizational })[feed];

/** Power BI sends its key with every page: it is not in the links. */
const withKey = (link: string) => `${link}&key=${API_KEY}`;

/** A real token in place of the one that stands in the table. */
function withToken(headers: RecordedRequest['headers']): RecordedRequest['headers'] {
  if (headers.Authorization !== TOKEN_WITHOUT_SCOPE) return headers;
  return { ...headers, Authorization: `Bearer ${token(entra.key, { scp: 'other' })}` };
}

/** All pages of a request, each checked. */
function pagesOf(request: RecordedRequest): Promise<PageBody[]> {
  const feed = feedOf(request);
  const sent: Sent = { headers: request.headers, origin: feed.origin };
  return feed.pages(request.path, request.headers, (answer, next) => {
    expectEnvelope(answer, sent);
    expectPage(answer, sent);
    expect(answer.text).not.toContain(API_KEY);
    return next === undefined || request.feed === 'open' ? undefined : withKey(next);
  });
}

const rowsFor = async (name: string) => rowsOf(await pagesOf(named(name)));

describe('every recorded request of Power BI, Excel and the like', () => {
  for (const request of REQUESTS) {
    const { name, method, path, expected } = request;
    it(`${name}: ${expected.kind === 'error' ? `${expected.status} ${expected.code}` : expected.kind}`, async () => {
      if (expected.kind === 'rows') {
        const pages = await pagesOf(request);
        expect(rowsOf(pages)).toHaveLength(expected.rows(usage));
        expect(Math.max(...pages.map(({ value }) => value.length))).toBeLessThanOrEqual(PAGE_SIZE);
        return;
      }
      const feed = feedOf(request);
      const headers = withToken(request.headers);
      const answer = await feed.read(path, { method, headers });
      expectEnvelope(answer, { headers, origin: feed.origin });
      expect(answer.text).not.toContain(API_KEY);
      expectOther(answer, expected, { headers, origin: feed.origin });
      if (expected.kind === 'count') expect(answer.text).toBe(String(expected.rows(usage)));
    });
  }
});

describe('the rows that Power BI loads', () => {
  it('equal upstream in all thirteen fields, every row, to the last byte of an Int64', async () => {
    const rows = await rowsFor('azdo-user-agent-short');
    expect(fingerprints(rows)).toEqual(fingerprints(usage));
  });

  it('have 2^53 + 1 as a bare number in the bytes of the answer', async () => {
    const { path, headers } = named('filter-exponent-literal, with an exact Int64');
    const { text } = await open.read(path, { headers });
    expect(text.split('"uploadNetworkTrafficInBytes":9007199254740993,')).toHaveLength(1 + 4);
  });

  it('have every declared member, null ones too, and collections that are never null', async () => {
    const rows = await rowsFor('preview-1000');
    const members = Object.keys(rows[0]!);
    expect(members).toEqual(expect.arrayContaining([...USAGE_FIELDS]));
    for (const row of rows) expect(Object.keys(row)).toEqual(members);
    expect(rows.every((row) => Array.isArray(row.domains) && Array.isArray(row.tags))).toBe(true);
    const all = await rowsFor('select-collection');
    expect(all.filter(({ domains }) => (domains as unknown[]).length === 0).length).toBe(
      usage.filter(({ domains }) => domains.length === 0).length,
    );
    expect(rows.some((row) => row.deviceCount === null)).toBe(true);
  });

  it('leave nulls out only where that was asked for and is said to be done', async () => {
    const { path, headers } = named('omit-nulls');
    const answer = await open.read(path, { headers });
    expect(answer.header('preference-applied')).toBe('omit-values=nulls');
    expect(answer.text).not.toContain(':null');
    expect((await open.read(path, { headers: named('preview-1000').headers })).text).toContain(
      '"deviceCount":null',
    );
  });

  it('have only the columns that were selected, and a context that names these', async () => {
    const [page] = await pagesOf(named('select-encoded-commas'));
    expect(page!['@odata.context']).toBe(
      `${open.origin}/odata/$metadata#DiscoveredApps(id,displayName,category)`,
    );
    expect(Object.keys(page!.value[0]!)).toEqual(['@odata.id', 'id', 'displayName', 'category']);
  });

  it('come in the order that was asked for: nulls first when ascending, last when descending', async () => {
    const names = (await rowsFor('orderby-asc')).map((row) => row.displayName as string);
    expect(names).toEqual(usage.map((row) => row.displayName).sort());
    const scored = (await rowsFor('orderby-odd-space')).map(
      ({ riskScore, displayName }) => [riskScore, displayName] as [number | null, string],
    );
    expect(scored).toEqual([...scored].sort(byScoreThenName));
    const bytes = (await rowsFor('orderby-desc-top')).map((row) => row.uploadNetworkTrafficInBytes);
    expect(bytes).toEqual(
      usage
        .map((row) => BigInt(row.uploadNetworkTrafficInBytes ?? -1))
        .sort((left, right) => (left < right ? 1 : left > right ? -1 : 0))
        .slice(0, 10)
        .map((value) => (value > BigInt(Number.MAX_SAFE_INTEGER) ? value : Number(value))),
    );
  });

  it.each([
    ['filter-contains', 'displayName'],
    ['filter-paren-or-and', 'category'],
    ['filter-any-tags', 'tags'],
    ['filter-exponent-literal', 'downloadNetworkTrafficInBytes'],
  ])('of %s are the very rows that upstream has', async (name) => {
    const rows = await rowsFor(name);
    const keys = new Set((rows as unknown as UsageRow[]).map(keyOf));
    expect(keys.size).toBe(rows.length);
    expect(fingerprints(rows)).toEqual(fingerprints(usage.filter((row) => keys.has(keyOf(row)))));
  });

  it('have their stream inside when it was expanded', async () => {
    const streams = new Map(open.sample.tenant.streams.map(({ id, displayName }) => [id, displayName]));
    const rows = await rowsFor('expand-no-select');
    for (const row of rows) {
      const stream = row.stream as { id: string; displayName: string };
      expect([stream.id, stream.displayName]).toEqual([row.streamId, streams.get(row.streamId as string)]);
    }
    const narrow = await rowsFor('expand-no-select, with a select inside');
    expect(new Set(narrow.map((row) => JSON.stringify(Object.keys(row.stream as object))))).toEqual(
      new Set(['["@odata.id","displayName"]']),
    );
  });
});

describe('counts and pages of a replay', () => {
  it('have @odata.count only where it was asked for', async () => {
    const [first, second] = await pagesOf(named('count-true, with rows'));
    expect([first!['@odata.count'], second!['@odata.count']]).toEqual([usage.length, usage.length]);
    expect((await pagesOf(named('count-true')))[0]!['@odata.count']).toBe(usage.length);
    expect((await pagesOf(named('count-false')))[0]).not.toHaveProperty(['@odata.count']);
  });

  it('keep to the page size that the client prefers, and say so', async () => {
    const { path, headers } = named('prefer-maxpagesize');
    expect((await open.read(path, { headers })).header('preference-applied')).toBe('odata.maxpagesize=50');
    const pages = await pagesOf(named('prefer-maxpagesize'));
    expect(pages.slice(0, -1).every(({ value }) => value.length === 50)).toBe(true);
  });

  it('are packed with gzip for Power Query, and with nothing for a client that names no coding', async () => {
    const { path, headers } = named('gzip');
    expect((await open.read(path, { headers })).header('content-encoding')).toBe('gzip');
    const plain = named('azdo-user-agent-short');
    expect(
      (await open.read(plain.path, { headers: plain.headers })).header('content-encoding'),
    ).toBeUndefined();
  });
});

describe('a feed that asks for a key', () => {
  const first = named('set-apikey-query');

  it('gives next links without the key, which work when the key is sent again and do not without it', async () => {
    const [page] = await pagesOf(first);
    const link = page!['@odata.nextLink']!;
    expect((await keyed.read(link, { headers: first.headers })).status).toBe(401);
    expect((await keyed.read(withKey(link), { headers: first.headers })).status).toBe(200);
    const header = { ...first.headers, 'x-api-key': API_KEY };
    expect((await keyed.read(link, { headers: header })).status).toBe(200);
  });

  it('names each kind of credential on a refusal, and nothing of the data', async () => {
    const request = named('svc-root-anon-when-auth-required');
    const answer = await keyed.read(request.path, { headers: request.headers });
    const challenges = answer.rawHeaders.filter(([name]) => name.toLowerCase() === 'www-authenticate');
    expect(challenges.length).toBeGreaterThan(0);
    expect(answer.text).not.toContain('DiscoveredApps');
  });

  it.each(['/odata/?key=wrong-one', '/odata/DiscoveredApps?key=', '/odata/$metadata', '/odata/Nothing'])(
    'refuses %s with 401 and does not say what was wrong',
    async (path) => {
      const answer = await keyed.read(path, { headers: first.headers });
      expectEnvelope(answer, { headers: first.headers, origin: keyed.origin });
      expectOther(
        answer,
        { kind: 'error', status: 401, code: 'AUTH_REQUIRED' },
        {
          headers: first.headers,
          origin: keyed.origin,
        },
      );
      expect(answer.text).not.toContain('wrong-one');
    },
  );

  it('answers errors of recognised callers without their key', async () => {
    const answer = await keyed.read(
      `/odata/DiscoveredApps?key=${API_KEY}&$filter=nope%20eq%20%27${API_KEY.toLowerCase()}%27`,
    );
    expect([answer.status, answer.text.includes(API_KEY)]).toEqual([400, false]);
  });

  it('never writes the key into its log', () => {
    expect(keyed.logLines.length).toBeGreaterThan(10);
    expect(keyed.logLines.some((line) => line.includes('requestAnswered'))).toBe(true);
    expect(keyed.logLines.filter((line) => line.includes(API_KEY))).toEqual([]);
  });
});

describe('a feed for organizational accounts', () => {
  it('answers the empty Bearer with the sign-in page of the tenant, as Power BI reads it', async () => {
    const request = named('svc-root-empty-bearer, with sign-in required');
    const answer = await organizational.read(request.path, { headers: request.headers });
    expect([answer.status, answer.header('www-authenticate')]).toEqual([
      401,
      `Bearer authorization_uri=${entra.url}/${TENANT}/oauth2/authorize`,
    ]);
  });

  it('serves whoever brings a token with the scope, and never writes the token anywhere', async () => {
    const bearer = token(entra.key);
    const headers = { ...named('preview-1000').headers, Authorization: `Bearer ${bearer}` };
    const answer = await organizational.read('/odata/DiscoveredApps?$top=2', { headers });
    expect(expectPage(answer, { headers, origin: organizational.origin }).value).toHaveLength(2);
    expect(organizational.logLines.some((line) => line.includes(`entra:${ANN}`))).toBe(true);
    const signature = bearer.split('.')[2]!;
    expect(organizational.logLines.filter((line) => line.includes(signature))).toEqual([]);
  });
});

describe('links behind a proxy that ends TLS', () => {
  const small = { ...SAMPLE, apps: 20, streams: 1 };
  const behind = {
    ...named('forwarded-proto').headers,
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'feed.contoso.com',
  };

  it.each([
    ['forwarded headers of a trusted proxy', { TRUSTED_PROXIES: 'loopback' }, 'https://feed.contoso.com'],
    ['PUBLIC_URL', { PUBLIC_URL: 'https://reports.contoso.com' }, 'https://reports.contoso.com'],
    [
      'PUBLIC_URL before the headers of a trusted proxy',
      { PUBLIC_URL: 'https://reports.contoso.com/', TRUSTED_PROXIES: 'loopback' },
      'https://reports.contoso.com',
    ],
  ])('begin with %s', async (_what, env: Record<string, string>, origin) => {
    const feed = await RunningFeed.start({ sample: small, env: { ...env, PAGE_SIZE: '7' } });
    try {
      const service = await feed.read('/odata/', { headers: behind });
      expectOther(service, { kind: 'service' }, { headers: behind, origin });
      const rows: unknown[] = [];
      for (let path: string | undefined = '/odata/DiscoveredApps'; path !== undefined;) {
        const page = expectPage(await feed.read(path, { headers: behind }), { headers: behind, origin });
        rows.push(...page.value);
        path = page['@odata.nextLink']?.slice(origin.length);
      }
      expect(rows).toHaveLength(usageRows(feed.sample.tenant).length);
    } finally {
      await feed.close();
    }
  });
});

function byScoreThenName(left: [number | null, string], right: [number | null, string]): number {
  const score = (right[0] ?? -1) - (left[0] ?? -1);
  return score === 0 ? (left[1] < right[1] ? -1 : left[1] > right[1] ? 1 : 0) : score;
}
