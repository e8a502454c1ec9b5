import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { setOf } from '../../src/model/catalog.js';
import type { EdmValue } from '../../src/model/edm-value.js';
import { entityPath, rowsContext } from '../../src/odata/context-url.js';
import { nextLink } from '../../src/odata/next-link.js';
import { serviceRoot, type ServiceRootOptions } from '../../src/odata/service-root.js';
import type { ExpandPlan, RowsPlan } from '../../src/query/plan.js';

interface Peer {
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly encrypted?: boolean;
  readonly peer?: string;
}

function rootFor(
  { host, headers = {}, encrypted, peer = '10.0.0.1' }: Peer,
  options: ServiceRootOptions = {},
): string {
  const request = {
    headers: { ...(host === undefined ? {} : { host }), ...headers },
    socket: { localPort: 4004, remoteAddress: peer, encrypted },
  };
  return serviceRoot(request as unknown as IncomingMessage, options);
}

describe('service root', () => {
  const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'feed.contoso.com' };
  const trustProxy = (address: string) => address === '10.0.0.1';

  it.each([
    ['localhost:4004', 'http://localhost:4004/odata/'],
    ['LOCALHOST:4004', 'http://localhost:4004/odata/'],
    ['127.0.0.1:4004', 'http://127.0.0.1:4004/odata/'],
    ['[::1]:4004', 'http://[::1]:4004/odata/'],
    ['localhost', 'http://127.0.0.1:4004/odata/'],
    ['localhost:80', 'http://127.0.0.1:4004/odata/'],
    ['evil.example', 'http://127.0.0.1:4004/odata/'],
    ['evil.example:4004', 'http://127.0.0.1:4004/odata/'],
    ['localhost:4004@evil.example', 'http://127.0.0.1:4004/odata/'],
    ['localhost.evil.example:4004', 'http://127.0.0.1:4004/odata/'],
    [undefined, 'http://127.0.0.1:4004/odata/'],
  ])('for Host %s is %s', (host, root) => {
    expect(rootFor({ ...(host === undefined ? {} : { host }) })).toBe(root);
  });

  it('is the public URL when one is set, whatever the headers say', () => {
    const options = { publicUrl: 'https://feed.contoso.com/bi/', trustProxy };
    expect(rootFor({ host: 'localhost:4004', headers: { 'x-forwarded-host': 'x' } }, options)).toBe(
      'https://feed.contoso.com/bi/odata/',
    );
  });

  it('follows X-Forwarded-Proto and -Host of a trusted proxy only, without our port', () => {
    expect(rootFor({ host: 'inner:4004', headers: proxied }, { trustProxy })).toBe(
      'https://feed.contoso.com/odata/',
    );
    expect(rootFor({ host: 'inner:4004', headers: proxied, peer: '10.0.0.2' }, { trustProxy })).toBe(
      'http://127.0.0.1:4004/odata/',
    );
    expect(rootFor({ host: 'inner:4004', headers: proxied })).toBe('http://127.0.0.1:4004/odata/');
  });

  it.each([
    { 'x-forwarded-proto': 'javascript', 'x-forwarded-host': 'feed.contoso.com' },
    { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a/b' },
    { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'user@host' },
    { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a"b' },
    { 'x-forwarded-proto': 'https', 'x-forwarded-host': '' },
    { 'x-forwarded-proto': 'https' },
  ])('ignores forwarded headers that are no address: %j', (headers) => {
    expect(rootFor({ headers }, { trustProxy })).toBe('http://127.0.0.1:4004/odata/');
  });

  it('takes what the proxy nearest to the client wrote', () => {
    const headers = {
      'x-forwarded-proto': 'https, http',
      'x-forwarded-host': 'feed.contoso.com:8443, inner',
    };
    expect(rootFor({ headers }, { trustProxy })).toBe('https://feed.contoso.com:8443/odata/');
  });

  it('knows TLS', () => {
    expect(rootFor({ host: 'localhost:4004', encrypted: true })).toBe('https://localhost:4004/odata/');
  });
});

describe('context URL (Protocol 10)', () => {
  const set = setOf('DiscoveredApps');
  const streams = setOf('Streams');
  const root = 'http://localhost/odata/';

  function plan(select?: readonly string[], expand: readonly ExpandPlan[] = [], of = set): RowsPlan {
    const chosen = of.type.properties.filter((property) => select?.includes(property.name) ?? true);
    const rest = { orderBy: [], skip: 0, count: false, expand };
    return { set: of, select: chosen, selectsAll: select === undefined, ...rest };
  }
  const stream = (select?: readonly string[], countOnly = false): ExpandPlan => ({
    navigation: set.type.navigationProperty('stream')!,
    rows: plan(select, [], streams),
    countOnly,
  });

  it.each([
    ['10.2 a whole collection', plan(), false, '#DiscoveredApps'],
    ['10.3 an entity', plan(), true, '#DiscoveredApps/$entity'],
    ['10.7 selected properties', plan(['id', 'displayName']), false, '#DiscoveredApps(id,displayName)'],
    ['10.8 an entity with selected properties', plan(['id']), true, '#DiscoveredApps(id)/$entity'],
    ['10.9 expanded without a select list', plan(undefined, [stream()]), false, '#DiscoveredApps'],
    ['10.9 expanded with one', plan(undefined, [stream(['id'])]), false, '#DiscoveredApps(stream(id))'],
    ['10.9 both', plan(['id'], [stream(['id'])]), false, '#DiscoveredApps(id,stream(id))'],
    ['10.9 selected, expanded whole', plan(['id'], [stream()]), false, '#DiscoveredApps(id)'],
    ['10.9 only counted', plan(undefined, [stream(undefined, true)]), false, '#DiscoveredApps'],
  ])('%s', (_title, rows, single, fragment) => {
    expect(rowsContext(root, rows, single)).toBe(`${root}$metadata${fragment}`);
  });

  it('never holds empty parentheses', () => {
    for (const rows of [plan(undefined, [stream()]), plan(['id'], [stream(), stream(undefined, true)])])
      expect(rowsContext(root, rows, false)).not.toContain('()');
  });

  it('writes canonical URLs with every part of the key (URL Conventions 4.3)', () => {
    const values: Readonly<Record<string, EdmValue>> = { tenantId: "O'Neil/50%", id: 'é?#&+ ' };
    expect(entityPath(setOf('Streams'), (name) => values[name] ?? null)).toBe(
      "Streams(tenantId='O''Neil%2F50%25',id='%C3%A9%3F%23%26%2B%20')",
    );
    expect(entityPath(setOf('Tenants'), () => 'a')).toBe("Tenants('a')");
    expect(entityPath(setOf('Dates'), () => 20261123)).toBe('Dates(20261123)');
  });
});

describe('next links (Protocol 11.2.6.7)', () => {
  const link = (rawQuery: string, key?: string) =>
    nextLink({ root: 'https://host/odata/', path: 'DiscoveredApps', rawQuery }, 'TOKEN', key);

  it.each([
    ['', '?$skiptoken=TOKEN'],
    ['$top=10&$filter=a%20eq%20%27%26%27', '?$top=10&$filter=a%20eq%20%27%26%27&$skiptoken=TOKEN'],
    ['$skiptoken=OLD&$select=id', '?$select=id&$skiptoken=TOKEN'],
    ['%24skiptoken=OLD', '?$skiptoken=TOKEN'],
    ['skiptoken=custom', '?skiptoken=custom&$skiptoken=TOKEN'],
    ['api-version=1&custom', '?api-version=1&custom&$skiptoken=TOKEN'],
    ['&&$count=true&', '?$count=true&$skiptoken=TOKEN'],
    ['%=1', '?%=1&$skiptoken=TOKEN'],
  ])('keep every option of ?%s', (rawQuery, expected) => {
    expect(link(rawQuery, 'key')).toBe(`https://host/odata/DiscoveredApps${expected}`);
  });

  it.each(['key=SECRET', 'KEY=SECRET', '%6Bey=SECRET', 'key', 'key=SECRET&key=SECRET', '+key=SECRET'])(
    'never carry the API key of ?%s',
    (rawQuery) => {
      expect(link(`$top=1&${rawQuery}`, 'key')).toBe(
        'https://host/odata/DiscoveredApps?$top=1&$skiptoken=TOKEN',
      );
    },
  );
});
