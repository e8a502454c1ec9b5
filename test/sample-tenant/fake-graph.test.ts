import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signJwt } from '../../src/sample-tenant/jwt.js';
import { startSampleTenant, type RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';
import { createSampleTenant, PERIODS } from '../../src/sample-tenant/tenant.js';
import { tokenOf } from './token-client.js';

const today = new Date('2026-03-01');
const STREAMS = '/security/dataDiscovery/cloudAppDiscovery/uploadedStreams';
const PREFER = { Prefer: 'include-unknown-enum-members' };

interface Body {
  readonly '@odata.context': string;
  readonly '@odata.nextLink'?: string;
  readonly value: Record<string, unknown>[];
}

let sample: RunningSampleTenant;
let token: string;

beforeAll(async () => {
  sample = await startSampleTenant({ seed: 7, apps: 600, today });
  token = await tokenOf(sample);
});
afterAll(() => sample.close());

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  const url = path.startsWith('http') ? path : `${sample.graphBaseUrl}${path}`;
  return fetch(url, { headers: { Authorization: `Bearer ${token}`, ...headers } });
}

function usagePath(streamId: string, period: string): string {
  return `${STREAMS}/${streamId}/aggregatedAppsDetails(period=duration'${period}')`;
}

async function allRows(
  path: string,
  headers: Record<string, string> = PREFER,
): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (let next: string | undefined = path; next !== undefined;) {
    const body = (await (await get(next, headers)).json()) as Body;
    rows.push(...body.value);
    next = body['@odata.nextLink'];
  }
  return rows;
}

const endpointId = () => sample.tenant.streams[0]!.id;

describe('collections', () => {
  it('lists the streams as the tenant has them', async () => {
    expect(await allRows(STREAMS)).toEqual(sample.tenant.streams);
  });

  it('pages every row of every stream and period once, in order', async () => {
    for (const stream of sample.tenant.streams) {
      for (const period of PERIODS) {
        const ids = (await allRows(usagePath(stream.id, period))).map((row) => row.id);
        expect(ids).toEqual(sample.tenant.usage(stream.id, period).map(({ id }) => id));
      }
    }
  });

  it('has the values of the tenant, but for wire forms and integers that JSON.parse rounds', async () => {
    const sent = await allRows(usagePath(endpointId(), 'P90D'));
    const forms = sample.tenant.wireRows(endpointId(), 'P90D');
    const documented = forms.flatMap(({ app, form }, i) =>
      form === 'documented' ? [[app, sent[i]] as const] : [],
    );
    expect(documented.length).toBeGreaterThan(400);
    for (const [app, row] of documented) {
      const rounded: unknown = JSON.parse(
        JSON.stringify(app, (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v)),
      );
      expect(row).toEqual(rounded);
    }
  });

  it('sends 2^53 + 1 exactly, as a bare number', async () => {
    const pages = [0, 100, 200].map((skip) => get(`${usagePath(endpointId(), 'P90D')}?$skip=${skip}`));
    const text = (await Promise.all((await Promise.all(pages)).map((page) => page.text()))).join();
    expect(text).toContain('"uploadNetworkTrafficInBytes":9007199254740993,');
    expect(text).toContain('"downloadNetworkTrafficInBytes":1234567890123456,');
  });

  it('sends some rows in the 2023 spelling, and one with a property that nobody knows', async () => {
    const rows = await allRows(usagePath(endpointId(), 'P90D'));
    const old = rows.filter(
      (row) => 'uploadNetworkTraficInBytes' in row && 'downloadNetworkTraficInBytes' in row,
    );
    expect(old.length).toBeGreaterThanOrEqual(2);
    expect(old.some((row) => 'uploadNetworkTrafficInBytes' in row)).toBe(false);
    expect(rows.filter((row) => 'quantumReadiness' in row)).toHaveLength(1);
  });

  it('hides the newest categories from a client that does not ask for them', async () => {
    const hidden = await allRows(usagePath(endpointId(), 'P90D'), {});
    const asked = await allRows(usagePath(endpointId(), 'P90D'));
    const future = ['aiModelProvider', 'mcpServer', 'clientAiApp', 'quantumApps'];
    const count = (rows: Record<string, unknown>[], names: string[]) =>
      rows.filter((row) => names.includes(String(row.category))).length;
    expect(count(hidden, future)).toBe(0);
    expect(count(hidden, ['unknownFutureValue'])).toBe(count(asked, future));
    expect(count(asked, future)).toBeGreaterThan(10);
    expect(count(asked, ['unknownFutureValue'])).toBe(0);
  });

  it('links by plain $skip=100, absolute, on the host that was asked, unqualified', async () => {
    const qualified = usagePath(endpointId(), 'P90D').replace(
      'aggregated',
      'microsoft.graph.security.aggregated',
    );
    const body = (await (await get(qualified)).json()) as Body;
    expect(body.value).toHaveLength(100);
    expect(body['@odata.nextLink']).toBe(
      `${sample.graphBaseUrl}${usagePath(endpointId(), 'P90D')}?$skip=100`,
    );
    expect(body['@odata.context']).toMatch(
      /\$metadata#Collection\(microsoft\.graph\.security\.discoveredCloudAppDetail\)$/,
    );
    const local = sample.graphBaseUrl.replace('127.0.0.1', 'localhost');
    const other = (await (await get(`${local}${usagePath(endpointId(), 'P90D')}`)).json()) as Body;
    expect(other['@odata.nextLink']?.startsWith(`${local}/`)).toBe(true);
  });

  it('understands percent-encoded addresses', async () => {
    const encoded = `${STREAMS}/${endpointId()}/aggregatedAppsDetails%28period%3Dduration%27P7D%27%29?%24skip=100`;
    const body = (await (await get(encoded)).json()) as Body;
    expect(body.value[0]!.id).toBe(sample.tenant.usage(endpointId(), 'P7D')[100]!.id);
  });

  it('has no rows and no link behind the end', async () => {
    const body = (await (await get(`${usagePath(endpointId(), 'P90D')}?$skip=100000`)).json()) as Body;
    expect(body).toMatchObject({ value: [] });
    expect('@odata.nextLink' in body).toBe(false);
  });

  it('compresses for those who accept gzip, and only for them', async () => {
    const gzip = await get(STREAMS, { 'Accept-Encoding': 'gzip' });
    const identity = await get(STREAMS, { 'Accept-Encoding': 'identity' });
    expect([gzip.headers.get('content-encoding'), identity.headers.get('content-encoding')]).toEqual([
      'gzip',
      null,
    ]);
    expect(await gzip.text()).toBe(await identity.text());
  });
});

describe('refusals are Graph errors', () => {
  interface Refusal {
    error: { code: string; message: string; innerError: Record<string, string> };
  }

  async function expectRefusal(answer: Promise<Response>, status: number, code: string): Promise<void> {
    const response = await answer;
    const { error } = (await response.json()) as Refusal;
    expect([response.status, error.code]).toEqual([status, code]);
    expect(error.message).not.toBe('');
    expect(error.innerError['request-id']).toBe(response.headers.get('request-id'));
    expect(error.innerError.date).toMatch(/^\d{4}-\d\d-\d\dT/);
  }

  it.each([
    ['an unknown stream', 404, 'NotFound', () => usagePath('nope', 'P90D')],
    ['an unknown period', 400, 'BadRequest', () => usagePath(endpointId(), 'P1D')],
    ['an unknown resource', 400, 'BadRequest', () => '/security/alerts'],
    ['a bad $skip', 400, 'BadRequest', () => `${STREAMS}?$skip=many`],
    ['a malformed address', 400, 'BadRequest', () => `${STREAMS}/%E0%A4%A`],
  ])('%s: %i', async (_, status, code, path) => {
    await expectRefusal(get(path()), status, code);
  });

  const claims = (more: object) => ({
    aud: 'https://graph.microsoft.com',
    tid: sample.credentials.tenantId,
    exp: Math.floor(Date.now() / 1000) + 600,
    roles: ['CloudApp-Discovery.Read.All'],
    ...more,
  });

  it.each([
    ['no token', 401, () => ''],
    ['rubbish', 401, () => 'Bearer rubbish'],
    ['a token of a foreign key', 401, () => `Bearer ${token.slice(0, -8)}AAAAAAAA`],
    ['an expired token', 401, () => `Bearer ${signJwt(claims({ exp: 1_700_000_000 }), sample.entra.key)}`],
    [
      'a foreign audience',
      401,
      () => `Bearer ${signJwt(claims({ aud: 'https://x.example' }), sample.entra.key)}`,
    ],
    ['a foreign tenant', 401, () => `Bearer ${signJwt(claims({ tid: 'other' }), sample.entra.key)}`],
    ['no roles', 403, () => `Bearer ${signJwt(claims({ roles: undefined }), sample.entra.key)}`],
    ['another role', 403, () => `Bearer ${signJwt(claims({ roles: ['User.Read.All'] }), sample.entra.key)}`],
  ])('%s: %i', async (_, status, authorization) => {
    const code = status === 401 ? 'InvalidAuthenticationToken' : 'Forbidden';
    await expectRefusal(get(STREAMS, { Authorization: authorization() }), status, code);
  });

  it('names the permission that is missing', async () => {
    const denied = await startSampleTenant({ apps: 1, state: 'noConsent' });
    const headers = { Authorization: `Bearer ${await tokenOf(denied)}` };
    const response = await fetch(`${denied.graphBaseUrl}${STREAMS}`, { headers });
    const { error } = (await response.json()) as Refusal;
    await denied.close();
    expect(response.status).toBe(403);
    expect(error.message).toContain('CloudApp-Discovery.Read.All');
  });

  it('405 for anything but GET', async () => {
    const headers = { Authorization: `Bearer ${token}` };
    await expectRefusal(
      fetch(`${sample.graphBaseUrl}${STREAMS}`, { method: 'POST', headers }),
      405,
      'MethodNotAllowed',
    );
  });
});

describe('a running tenant', () => {
  it('counts and remembers requests', async () => {
    const before = sample.graph.requestCount;
    await (await get(STREAMS, PREFER)).text();
    expect(sample.graph.requestCount).toBe(before + 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sample.graph.requests.at(-1)).toMatchObject({
      method: 'GET',
      url: `/beta${STREAMS}`,
      prefer: 'include-unknown-enum-members',
      status: 200,
    });
  });

  it('throttles every n-th request when told so', async () => {
    const throttled = await startSampleTenant({ apps: 1, throttleEvery: 3, throttleSeconds: 2 });
    const headers = { Authorization: `Bearer ${await tokenOf(throttled)}` };
    const answers = [];
    for (let i = 0; i < 6; i += 1)
      answers.push(await fetch(`${throttled.graphBaseUrl}${STREAMS}`, { headers }));
    await throttled.close();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 200, 200, 429]);
    expect(answers[2]!.headers.get('retry-after')).toBe('2');
  });

  it('moves to another day, and takes other data, while it runs', async () => {
    const moving = await startSampleTenant({ apps: 150, today });
    const headers = { Authorization: `Bearer ${await tokenOf(moving)}` };
    const path = usagePath(moving.tenant.streams[0]!.id, 'P7D');
    const rows = async () =>
      ((await (await fetch(`${moving.graphBaseUrl}${path}`, { headers })).json()) as Body).value;
    const first = await rows();
    moving.setToday(new Date('2026-03-02'));
    const second = await rows();
    const { tenantId } = moving.credentials;
    moving.graph.setTenant(createSampleTenant({ apps: 3, today, tenantId }));
    const third = await rows();
    await moving.close();
    expect(moving.tenant.day).toBe('2026-03-02');
    expect(second[0]!.transactionCount).not.toBe(first[0]!.transactionCount);
    expect(third).toHaveLength(3);
  });
});
