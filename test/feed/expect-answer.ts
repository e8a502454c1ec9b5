/** What every answer of the feed must be, whatever was asked: one check for all tests of the wire. */
import { expect } from '@jest/globals';
import { expectODataError } from '../odata/expect-odata-error.js';
import type { WireAnswer } from './read-url.js';
import type { Expected } from './requests.js';
import type { PageBody } from './running-feed.js';
import { exactJson } from './usage-rows.js';

const JSON_MINIMAL = 'application/json;odata.metadata=minimal';

/** What was sent, as far as the answer depends on it. */
export interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  /** Where links must begin: `http://localhost:4004`. */
  readonly origin: string;
}

/** The envelope: version once, no header twice, a coding that was asked for and never brotli, no secret and no stack. */
export function expectEnvelope(answer: WireAnswer, { headers }: Sent): void {
  const names = answer.rawHeaders.map(([name]) => name.toLowerCase());
  expect(names.filter((name) => name === 'odata-version')).toHaveLength(1);
  const repeated = names.filter(
    (name, place) => names.indexOf(name) !== place && name !== 'www-authenticate',
  );
  expect(repeated).toEqual([]);
  const highest = Number(headers['OData-MaxVersion'] ?? '4.0');
  expect(['4.0', ...(highest > 4 ? ['4.01'] : [])]).toContain(answer.header('odata-version'));
  const coding = answer.header('content-encoding');
  expect(['identity', 'gzip']).toContain(coding ?? 'identity');
  if (headers['Accept-Encoding'] === undefined) expect(coding).toBeUndefined();
  expect(answer.header('x-powered-by')).toBeUndefined();
  expect(answer.text).not.toMatch(/node_modules|\.[jt]s:\d|\\n\s+at /);
}

/** A page: JSON, absolute context first, absolute nextLink on the same origin, a value that is an array. */
export function expectPage(answer: WireAnswer, { origin }: Sent): PageBody {
  expect({ status: answer.status, error: answer.status === 200 ? '' : answer.text }).toEqual({
    status: 200,
    error: '',
  });
  expect(answer.header('content-type')).toBe(JSON_MINIMAL);
  const context = `{"@odata.context":"${origin}/odata/$metadata#`;
  expect(answer.text.slice(0, context.length)).toBe(context);
  const body = exactJson(answer.text) as PageBody;
  expect(Array.isArray(body.value)).toBe(true);
  const next = body['@odata.nextLink'];
  if (next !== undefined) expect(next.slice(0, origin.length + 7)).toBe(`${origin}/odata/`);
  expect(body['@odata.context']).not.toMatch(/\(\)/);
  return body;
}

/** An answer that is no page. */
export function expectOther(
  answer: WireAnswer,
  expected: Exclude<Expected, { kind: 'rows' }>,
  sent: Sent,
): void {
  switch (expected.kind) {
    case 'service':
      expectService(answer, sent);
      return;
    case 'metadata':
      expectMetadata(answer);
      return;
    case 'head':
      expect([answer.status, answer.text]).toEqual([200, '']);
      return;
    case 'count':
      expect(answer.status).toBe(200);
      expect(answer.header('content-type')).toMatch(/^text\/plain(;charset=utf-8)?$/);
      expect(answer.text).toMatch(/^\d+$/);
      return;
    case 'error':
      expectODataError({ ...answer, headers: Object.fromEntries(lowerCased(answer)) }, expected);
  }
}

function expectService(answer: WireAnswer, { origin }: Sent): void {
  expect(answer.status).toBe(200);
  expect(answer.header('content-type')).toBe(JSON_MINIMAL);
  expect(answer.text.startsWith(`{"@odata.context":"${origin}/odata/$metadata"`)).toBe(true);
  const { value } = JSON.parse(answer.text) as { value: { name: string; kind: string; url: string }[] };
  expect(value).toContainEqual({ name: 'DiscoveredApps', kind: 'EntitySet', url: 'DiscoveredApps' });
}

function expectMetadata(answer: WireAnswer): void {
  expect(answer.status).toBe(200);
  expect(answer.header('content-type')).toMatch(/^application\/xml(;charset=utf-8)?$/);
  expect(answer.text).toMatch(/^<\?xml[^>]*>\s*<edmx:Edmx [^>]*Version="4\.0"/);
  expect(answer.text).toContain('Term="Org.OData.Capabilities.V1.FilterFunctions"');
  expect(answer.text).toContain('BatchSupported" Bool="true"');
  expect(answer.text).not.toContain('EnumMember');
}

function lowerCased(answer: WireAnswer): [string, string][] {
  return answer.rawHeaders.map(([name, value]) => [name.toLowerCase(), value]);
}
