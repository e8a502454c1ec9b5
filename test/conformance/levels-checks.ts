/** The check of every requirement that is met (or should be), by its number in the table. */
import { expect } from '@jest/globals';
import { ENTITY_SETS } from '../../src/model/catalog.js';
import { FUNCTIONS } from '../../src/query/functions.js';
import { basicStatuses } from './basic-feed.js';
import { plain, type Asker, type Row } from './levels-feed.js';
import { REQUIREMENTS } from './levels.js';

/** Asks the feed and expects. */
export type Check = (ask: Asker) => Promise<void>;

const APPS = 'DiscoveredApps';
const FIRST = "DiscoveredApps(tenantId='contoso',streamId='s1',id='1000')";
const V401 = { 'OData-MaxVersion': '4.01' };
const FULL = { Accept: 'application/json;odata.metadata=full' };
const upTo = (end: number) => Array.from({ length: end }, (_, index) => index);
const idsOf = (rows: readonly Row[]) => rows.map(({ id }) => Number(id) - 1000);

/** Every MUST of a section that applies is met. */
const allOf =
  (section: string): Check =>
  () => {
    const open = REQUIREMENTS.filter(({ id }) => id.startsWith(`${section}-`) || id.startsWith(`${section} `))
      .filter(({ word }) => word.startsWith('MUST'))
      .filter(({ status }) => status.kind === 'gap');
    expect(open.map(({ id }) => id)).toEqual([]);
    return Promise.resolve();
  };

const isMetadata: Check = async (ask) => {
  const { status, text, header } = await ask.get('$metadata');
  expect(status).toBe(200);
  expect(header('content-type')).toMatch(/^application\/xml(;charset=utf-8)?$/);
  expect(text).toMatch(/<edmx:Edmx [^>]*Version="4\.0"/);
  for (const { name } of ENTITY_SETS) expect(text).toContain(`<EntitySet Name="${name}"`);
};

const isCsdlJson: Check = async (ask) => {
  const document = await ask.json('$metadata?$format=json');
  const schema = document.DefenderDiscoveryFeed as Record<string, Row>;
  for (const { type } of ENTITY_SETS)
    expect(schema[type.name]).toMatchObject({ $Kind: 'EntityType', $Key: type.key });
};

const multipart = (...paths: string[]) =>
  [
    ...paths.map((path) => `--b\r\nContent-Type: application/http\r\n\r\nGET ${path} HTTP/1.1\r\n\r\n\r\n`),
    '--b--\r\n',
  ].join('');

const batchMultipart: Check = async (ask) => {
  const body = multipart('Tenants/$count', `${APPS}/$count`);
  const { status, type, text } = await ask.post('$batch', 'multipart/mixed;boundary=b', body);
  expect(status).toBe(200);
  expect(type).toMatch(/^multipart\/mixed/);
  expect(text).toMatch(/HTTP\/1\.1 200[^]*\r\n\r\n2\r\n[^]*HTTP\/1\.1 200[^]*\r\n\r\n23\r\n/);
};

const batchJson: Check = async (ask) => {
  const requests = [
    { id: '1', method: 'get', url: 'Tenants?$top=1' },
    { id: '2', method: 'get', url: 'Nope' },
  ];
  const { status, text } = await ask.post('$batch', 'application/json', JSON.stringify({ requests }), {
    Prefer: 'continue-on-error',
  });
  expect(status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({
    responses: [
      { id: '1', status: 200 },
      { id: '2', status: 404 },
    ],
  });
};

/** One condition per function that holds for row 0 (App 0, 2026-11-01, score 0, tags Sanctioned). */
const FUNCTION_CALLS: Readonly<Record<keyof typeof FUNCTIONS, string>> = {
  concat: "concat(displayName,'x') eq 'App 0x'",
  contains: "contains(displayName,'p 0')",
  endswith: "endswith(displayName,' 0')",
  indexof: "indexof(displayName,'p') eq 1",
  length: 'length(displayName) eq 5',
  startswith: "startswith(displayName,'App')",
  substring: "substring(displayName,1,2) eq 'pp'",
  hassubset: "hassubset(tags,['Sanctioned'])",
  hassubsequence: "hassubsequence(tags,['Sanctioned'])",
  matchesPattern: "matchesPattern(displayName,'^A.p [0-9]$')",
  tolower: "tolower(displayName) eq 'app 0'",
  toupper: "toupper(displayName) eq 'APP 0'",
  trim: "trim(concat(' ',displayName)) eq 'App 0'",
  date: 'date(lastSeenDateTime) eq 2026-11-01',
  day: 'day(lastSeenDateTime) eq 1',
  fractionalseconds: 'fractionalseconds(lastSeenDateTime) eq 0',
  hour: 'hour(lastSeenDateTime) eq 0',
  maxdatetime: 'maxdatetime() gt lastSeenDateTime',
  mindatetime: 'mindatetime() lt lastSeenDateTime',
  minute: 'minute(lastSeenDateTime) eq 0',
  month: 'month(lastSeenDateTime) eq 11',
  now: 'now() gt lastSeenDateTime',
  second: 'second(lastSeenDateTime) eq 0',
  time: 'time(lastSeenDateTime) eq 00:00:00',
  totaloffsetminutes: 'totaloffsetminutes(lastSeenDateTime) eq 0',
  totalseconds: "totalseconds(duration'PT1M') eq 60",
  year: 'year(lastSeenDateTime) eq 2026',
  ceiling: 'ceiling(riskScore) eq 0',
  floor: 'floor(riskScore) eq 0',
  round: 'round(riskScore) eq 0',
};

const holds =
  (names: readonly (keyof typeof FUNCTIONS)[]): Check =>
  async (ask) => {
    for (const name of names)
      expect([name, await ask.apps(`id eq '1000' and ${FUNCTION_CALLS[name]}`)]).toEqual([name, [0]]);
  };

const geoIsRefused: Check = async (ask) => {
  for (const call of ['geo.distance(a,b) lt 1', 'geo.length(a) lt 1', 'geo.intersects(a,b)'])
    await ask.refused(`Tenants?$filter=${call}`, 501, 'QUERY_UNSUPPORTED', /geo/);
};

const computes: Check = async (ask) => {
  const [row] = await ask.rows(
    `${APPS}?$compute=riskScore add 1 as more&$select=id,more&$filter=id eq '1002'`,
  );
  expect(row).toMatchObject({ id: '1002', more: 3 });
};

const selectedCollection =
  (options: string, expected: readonly string[]): Check =>
  async (ask) => {
    const [row] = await ask.rows(`${APPS}?$select=id,domains(${options})&$top=1`);
    expect(row!.domains).toEqual(expected);
  };

const expandedTags = async (ask: Asker, options: string): Promise<unknown> => {
  const row = await ask.json(`${FIRST}?$select=id&$expand=appTags($select=tag${options})`);
  return (row.appTags as readonly Row[]).map(({ tag }) => tag);
};

/** All checks. */
export const CHECKS: Readonly<Record<string, Check>> = {
  '13.1.1-1': async (ask) => {
    const value = await ask.rows('');
    expect(value).toEqual(
      ENTITY_SETS.map(({ name }) => expect.objectContaining({ name, kind: 'EntitySet', url: name })),
    );
  },
  '13.1.1-2': async (ask) => {
    const { header } = await ask.get(APPS);
    expect(header('content-type')).toMatch(/^application\/json/);
    expect(Object.keys(await ask.json(APPS))).toEqual(['@odata.context', 'value']);
  },
  '13.1.1-3': async (ask) => {
    const seen: number[] = [];
    for (let next: string | undefined = `${APPS}?$select=id`; next !== undefined;) {
      const page: Row = await ask.json(next, { Prefer: 'odata.maxpagesize=5' });
      expect((page.value as Row[]).length).toBeLessThanOrEqual(5);
      seen.push(...idsOf(page.value as Row[]));
      next = page['@odata.nextLink'] as string | undefined;
    }
    expect(seen).toEqual(upTo(23));
  },
  '13.1.1-4': async (ask) => {
    for (const path of ['', '$metadata', APPS, `${APPS}/$count`, `${FIRST}/id/$value`, 'Nope'])
      expect([path, (await ask.get(path)).header('odata-version')]).toEqual([path, '4.0']);
  },
  '13.1.1-5.1': async (ask) => {
    const found = await ask.get(APPS, { Accept: 'application/atom+xml, application/json;q=0.5' });
    expect(found.header('content-type')).toMatch(/^application\/json/);
    expect((await ask.get(APPS, { Accept: 'application/atom+xml' })).status).toBe(406);
  },
  '13.1.1-5.2': async (ask) => {
    const version = async (wanted: string) =>
      (await ask.get(APPS, { 'OData-MaxVersion': wanted })).header('odata-version');
    expect([await version('4.0'), await version('4.01')]).toEqual(['4.0', '4.01']);
    expect((await ask.get(APPS, { 'OData-MaxVersion': '3.0' })).status).toBe(400);
  },
  '13.1.1-6': async (ask) => {
    const plain = (await ask.get(APPS)).text;
    expect(
      (await ask.get(`${APPS}?custom=1&api-version=2`, { 'X-Custom': 'x', Prefer: 'custom=1' })).text,
    ).toBe(plain);
    await ask.refused(`${APPS}?$custom=1`, 400, 'QUERY_UNKNOWN_OPTION');
  },
  '13.1.1-7': async (ask) => {
    const legal = [
      "$filter=tags/any(t:t eq 'a') and not (riskScore in (1,2))",
      '$orderby=length(displayName) desc,id',
      '$select=id,displayName',
      '$expand=stream($select=id)',
      '$top=1&$skip=1&$count=true',
      '$search=a NOT b',
      '$apply=aggregate($count as n)',
      '$compute=riskScore mul 2 as d',
      '$format=json',
      '$filter=@p&@p=true',
      '$deltatoken=x',
      "$filter=geo.length(geography'LineString(1 1,2 2)') gt 0",
    ];
    for (const query of legal) {
      const { status, text } = await ask.get(`${APPS}?${query}`);
      expect([query, status === 200 || (status === 501 && text.includes('QUERY_UNSUPPORTED'))]).toEqual([
        query,
        true,
      ]);
    }
  },
  '13.1.1-8': async (ask) => {
    const { text } = await ask.get('$metadata');
    const types = [...text.matchAll(/ Type="([^"]*)"/g)].map(([, type]) => type!);
    expect(types.length).toBeGreaterThan(100);
    for (const type of types) expect(type).toMatch(/^(Collection\()?(Edm|DefenderDiscoveryFeed)\.\w+\)?$/);
  },
  '13.1.1-9': async (ask) => {
    const none = await ask.rows(APPS, { Accept: 'application/json;odata.metadata=none' });
    expect(none).toEqual(await ask.rows(APPS));
    expect(JSON.stringify(none)).not.toContain('@');
  },
  '13.1.1-10': async (ask) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const { status, header } = await ask.get(FIRST, {}, method);
      expect([method, status, header('allow')]).toEqual([method, 405, 'GET, HEAD, OPTIONS']);
    }
    expect((await ask.get(FIRST)).status).toBe(200);
  },
  '13.1.1-11': async (ask) => {
    expect(await ask.apps('riskScore ne 5')).toContain(7);
    expect(await ask.apps('not (riskScore gt 5)')).toContain(7);
    expect(await ask.apps("not contains(category,'a')")).not.toContain(0);
    expect(await ask.apps('null eq null')).toEqual(upTo(23));
    expect(idsOf(await ask.rows(`${APPS}?$orderby=riskScore&$top=1`))).toEqual([7]);
  },
  '13.1.1-12': async (ask) => {
    const row = await ask.json(`${FIRST}?$expand=stream,appTags`);
    expect(row.stream).toMatchObject({ id: 's1' });
    expect(row.appTags).toHaveLength(2);
  },
  '13.1.1-13': isMetadata,
  '13.1.1-14': async (ask) => {
    const { header, text } = await ask.get(APPS, { Prefer: 'odata.maxpagesize=3' });
    expect((JSON.parse(text) as { value: Row[] }).value).toHaveLength(3);
    expect(header('preference-applied')).toMatch(/maxpagesize=3/);
  },
  '13.1.1-15': async (ask) => {
    expect(await ask.apps("lastSeenDateTime add duration'P1D' eq 2026-11-02T00:00:00Z")).toEqual([0]);
  },
  '13.1.2-1': allOf('13.1.1'),
  '13.1.2-2': async (ask) => {
    for (const path of [
      'Tenants',
      'Tenants/$count',
      "Tenants('contoso')",
      "Tenants('contoso')/displayName/$value",
      'Tenants/$ref',
      '$all',
      '$crossjoin(Apps,Tenants)',
      'Tenants/$filter(true)',
    ]) {
      const { status, text } = await ask.get(path);
      expect([path, status === 200 || (status === 501 && text.includes('QUERY_UNSUPPORTED'))]).toEqual([
        path,
        true,
      ]);
    }
  },
  '13.1.2-3': async (ask) => {
    const rows = await ask.rows('Tenants?$select=displayName&$top=1');
    expect(rows.map(plain)).toEqual([{ displayName: 'Odd' }]);
  },
  '13.1.2-5': async (ask) => {
    expect(idsOf(await ask.rows(`${APPS}?$top=3`))).toEqual([0, 1, 2]);
  },
  '13.1.2-6': async (ask) => {
    const { text, header } = await ask.get(`${FIRST}/displayName/$value`);
    expect([text, header('content-type')]).toEqual(['App 0', expect.stringMatching(/^text\/plain/)]);
    expect((await ask.get(`${FIRST}/category/$value`)).status).toBe(204);
  },
  '13.1.2-7': async (ask) => {
    expect(await ask.apps('riskScore gt 9')).toEqual([10, 21]);
  },
  '13.1.2-7.1': async (ask) => {
    expect(await ask.apps("displayName eq 'App 5'")).toEqual([5]);
    expect(await ask.apps("displayName ne 'App 5'")).toEqual(upTo(23).filter((id) => id !== 5));
  },
  '13.1.2-7.2': async (ask) => {
    expect(idsOf(await ask.rows(`${APPS}?$filter=riskScore eq @score&@score=10`))).toEqual([10, 21]);
  },
  '13.1.2-7.3': async (ask) => {
    const cases: [string, number[]][] = [
      ['riskScore ge 10', [10, 21]],
      ['riskScore lt 1', [0, 11, 22]],
      ['riskScore le 0 and userCount gt 0', [11, 22]],
      ["id in ('1001','1002') or id eq '1003'", [1, 2, 3]],
      ['not (userCount lt 22) and userCount lt 100', [22]],
      ['userCount add 1 eq 3', [2]],
      ['userCount sub 1 eq 1', [2]],
      ['userCount mul 2 eq 4', [2]],
      ['userCount div 2 eq 11', [22]],
      ['userCount divby 2 eq 2.5', [5]],
      ['userCount mod 22 eq 21', [21]],
      ['-userCount eq -4', [4]],
    ];
    for (const [filter, expected] of cases)
      expect([filter, await ask.apps(filter)]).toEqual([filter, expected]);
    const { status } = await ask.get(`${APPS}?$filter=displayName has 'x'`);
    expect([400, 501]).toContain(status);
  },
  '13.1.2-7.4': async (ask) => {
    await holds(Object.keys(FUNCTIONS) as (keyof typeof FUNCTIONS)[])(ask);
    await geoIsRefused(ask);
  },
  '13.1.2-7.5': async (ask) => {
    expect(await expandedTags(ask, ";$filter=tag eq 'Beta'")).toEqual(['Beta']);
  },
  '13.1.2-8': isMetadata,
  '13.1.2-9': async (ask) => {
    expect((await ask.get(APPS, { Accept: 'application/json' })).header('content-type')).toMatch(
      /^application\/json/,
    );
  },
  '13.1.2-10': async () => {
    const { right, wrong, absent } = await basicStatuses();
    expect([right.status, wrong.status, absent.status]).toEqual([200, 401, 401]);
    expect(absent.challenge).toMatch(/^Basic realm=/);
  },
  '13.1.2-11': async (ask) => {
    expect(idsOf(await ask.rows(`${APPS}?$search=Reilly`))).toEqual([3]);
  },
  '13.1.2-12': async (ask) => {
    expect(idsOf(await ask.rows(`${APPS}?$skip=21`))).toEqual([21, 22]);
  },
  '13.1.2-13': async (ask) => {
    expect(await ask.json(`${APPS}?$count=true&$top=1&$filter=riskScore gt 9`)).toMatchObject({
      '@odata.count': 2,
    });
  },
  '13.1.2-14': async (ask) => {
    const row = await ask.json(`${FIRST}?$expand=stream($select=displayName)`);
    expect(plain(row.stream as Row)).toEqual({ displayName: 'Global report' });
  },
  '13.1.2-15': async (ask) => {
    expect(await ask.apps("tags/any(t:t eq 'Sanctioned')")).toEqual([0, 4, 8, 12, 16, 20]);
    expect(await ask.apps("tags/all(t:t eq 'x')")).not.toContain(0);
    expect(await ask.apps("appTags/any(t:t/tag eq 'Alpha')")).toEqual([4]);
    expect(await ask.apps("appTags/all(t:t/tag eq 'Sanctioned')")).toEqual(
      upTo(23).filter((id) => id !== 0 && id !== 4),
    );
  },
  '13.1.2-16': async (ask) => {
    expect((await ask.get(`${FIRST}/appTags/$count`)).text).toBe('2');
    expect((await ask.get(`${FIRST}/domains/$count`)).text).toBe('2');
  },
  '13.1.2-17': async (ask) => {
    expect(idsOf(await ask.rows(`${APPS}?$orderby=id desc&$top=2`))).toEqual([22, 21]);
    expect(idsOf(await ask.rows(`${APPS}?$orderby=id asc&$top=2`))).toEqual([0, 1]);
  },
  '13.1.3-1': allOf('13.1.2'),
  '13.1.3-2': async (ask) => {
    await isMetadata(ask);
    expect((await ask.get('$metadata', { Accept: 'application/json' })).text).toMatch(/^<\?xml/);
  },
  '13.1.3-3': async (ask) => {
    expect(await ask.rows(APPS)).toHaveLength(23);
  },
  '13.1.3-4': async (ask) => {
    expect(await ask.apps('appTags/$count eq 2')).toEqual([0]);
    expect(await ask.apps('domains/$count gt 0')).toEqual([0]);
    expect(idsOf(await ask.rows(`${APPS}?$orderby=appTags/$count desc,id&$top=3`))).toEqual([0, 1, 4]);
  },
  '13.1.3-5': async (ask) => {
    const found = await ask.rows("Streams?$filter=discoveredApps/any(a:a/tags/any(t:t eq 'Sanctioned'))");
    expect(found.map(({ id }) => id)).toEqual(['s1']);
  },
  '13.1.3-6': async (ask) => {
    expect(idsOf(await ask.rows(`${APPS}?$orderby=id desc&$skip=2&$top=2`))).toEqual([20, 19]);
  },
  '13.1.3-7': async (ask) => {
    expect(await ask.json(`${APPS}?$count=true`)).toHaveProperty(['@odata.count'], 23);
    expect(await ask.json(`${APPS}?$count=false`)).not.toHaveProperty(['@odata.count']);
  },
  '13.1.3-8': async (ask) => {
    expect(idsOf(await ask.rows(`${APPS}?$orderby=riskScore desc,id desc&$top=3`))).toEqual([21, 10, 20]);
  },
  '13.1.3-9': async (ask) => {
    const row = await ask.json(
      "Streams(tenantId='contoso',id='s1')?$expand=discoveredApps($expand=appTags;$top=1)",
    );
    expect(row.discoveredApps).toMatchObject([
      { id: '1000', appTags: [{ tag: 'Beta' }, { tag: 'Sanctioned' }] },
    ]);
  },
  '13.1.3-9.1': async (ask) => {
    const row = await ask.json(`${FIRST}?$select=id&$expand=appTags/$ref`);
    expect(row.appTags).toEqual([
      { '@odata.id': expect.stringContaining('AppTags(') },
      { '@odata.id': expect.stringContaining('AppTags(') },
    ]);
  },
  '13.1.3-9.2': async (ask) => {
    expect(await expandedTags(ask, ";$filter=startswith(tag,'S')")).toEqual(['Sanctioned']);
  },
  '13.1.3-9.4': async (ask) => {
    expect(await expandedTags(ask, ';$orderby=tag desc')).toEqual(['Sanctioned', 'Beta']);
    expect(await expandedTags(ask, ';$orderby=tag asc')).toEqual(['Beta', 'Sanctioned']);
  },
  '13.1.3-9.5': async (ask) => {
    expect(await ask.json(`${FIRST}?$expand=appTags($count=true)`)).toHaveProperty(
      ['appTags@odata.count'],
      2,
    );
    expect(await ask.json(`${FIRST}?$expand=appTags/$count`)).toHaveProperty(['appTags@odata.count'], 2);
  },
  '13.1.3-9.6': async (ask) => {
    expect(await expandedTags(ask, ';$top=1')).toEqual(['Beta']);
    expect(await expandedTags(ask, ';$skip=1')).toEqual(['Sanctioned']);
  },
  '13.1.3-9.7': async (ask) => {
    expect(await expandedTags(ask, ';$search=beta')).toEqual(['Beta']);
  },
  '13.1.3-9.8': async (ask) => {
    const { status } = await ask.get(`${APPS}?$expand=stream($levels=2)`);
    expect([400, 501]).toContain(status);
  },
  '13.1.3-9.9': async (ask) => {
    const row = await ask.json(`${FIRST}?$expand=appTags($compute=length(tag) as size;$select=tag,size)`);
    expect((row.appTags as readonly Row[]).map(plain)).toEqual([
      { tag: 'Beta', size: 4 },
      { tag: 'Sanctioned', size: 10 },
    ]);
  },
  '13.1.3-10': async (ask) => {
    const search = async (words: string) => idsOf(await ask.rows(`${APPS}?$search=${words}`));
    expect(await search('Reilly OR "App 5"')).toEqual([3, 5]);
    expect(await search('App AND NOT (crm OR cloudStorage)')).toEqual(
      await ask.apps("category eq null and startswith(displayName,'App')"),
    );
    expect(await search('NOT App')).toEqual([3]);
  },
  '13.1.3-11': batchMultipart,
  '13.1.3-12': allOf('URL'),
  '13.1.3-15': (ask) => ask.refused('$crossjoin(Apps,Tenants)', 501, 'QUERY_UNSUPPORTED', /\$crossjoin/),
  '13.1.3-16': computes,
  '13.2.1-1': allOf('13.1.1'),
  '13.2.1-2': async (ask) => {
    const { text, header } = await ask.get(APPS, V401);
    expect(header('odata-version')).toBe('4.01');
    expect(text).toMatch(/^\{"@context":/);
  },
  '13.2.1-4': async (ask) => {
    for (const name of ['maxpagesize', 'odata.maxpagesize'])
      expect(await ask.rows(APPS, { Prefer: `${name}=2` })).toHaveLength(2);
    for (const name of ['Isolation', 'OData-Isolation']) {
      expect((await ask.get(APPS, { [name]: 'snapshot' })).status).toBe(200);
      expect((await ask.get(APPS, { [name]: 'nonsense' })).status).toBe(412);
    }
  },
  '13.2.1-6': async (ask) => {
    const plain = await ask.rows(`${APPS}?$filter=riskScore gt 5&$top=2`);
    expect(await ask.rows(`${APPS}?filter=riskScore gt 5&top=2`)).toEqual(plain);
  },
  '13.2.1-7': async (ask) => {
    expect(
      idsOf(await ask.rows(`${APPS}?$FILTER=CONTAINS(displayName,'App') AND riskScore GT 9&$TOP=5`)),
    ).toEqual([10, 21]);
  },
  '13.2.1-8': async (ask) => {
    const { text } = await ask.get('$metadata');
    for (const name of Object.keys(await ask.json(FIRST)).filter((key) => !key.includes('@')))
      expect(text).toContain(`<Property Name="${name}"`);
  },
  '13.2.1-9': async (ask) => {
    const old = { 'OData-MaxVersion': '4.0' };
    expect(idsOf(await ask.rows(`${APPS}?filter=id in ('1001','1002')`, old))).toEqual([1, 2]);
  },
  '13.2.1-9.1': async (ask) => {
    expect(await ask.apps("userCount eq cast('5',Edm.Int32)")).toEqual([5]);
  },
  '13.2.1-9.2': async (ask) => {
    for (const literal of ["duration'P1D'", "'P1D'"])
      expect(await ask.apps(`lastSeenDateTime sub ${literal} eq 2026-11-01T00:00:00Z`)).toEqual([1]);
  },
  '13.2.1-9.6': async (ask) => {
    expect(await ask.json("Tenants(@id)?@id='contoso'")).toMatchObject({ id: 'contoso' });
  },
  '13.2.1-9.8': async (ask) => {
    expect(await ask.apps('app eq null')).toEqual(upTo(23).slice(5));
    expect(await ask.apps('app ne null')).toEqual(upTo(5));
  },
  '13.2.1-9.9': async (ask) => {
    expect(await ask.apps("riskScore in (9,10) and id in ('1010')")).toEqual([10]);
  },
  '13.2.1-9.10': async (ask) => {
    expect(await ask.apps('userCount divby 2 eq 2.5')).toEqual([5]);
  },
  '13.2.1-9.11': async (ask) => {
    expect(await ask.apps("substring(displayName,-2) eq '12'")).toEqual([12]);
  },
  '13.2.1-9.12': async (ask) => {
    expect(await ask.json(`${APPS}/contoso/s1/1000`)).toMatchObject({ id: '1000' });
  },
  '13.2.1-9.12.1': async (ask) => {
    expect((await ask.get(FIRST)).text).toBe((await ask.get(`${APPS}/contoso/s1/1000`)).text);
  },
  '13.2.1-9.13': async (ask) => {
    expect(await ask.apps("appTags/$count($filter=tag eq 'Sanctioned') eq 1")).toEqual([0, 1]);
  },
  '13.2.1-10': async (ask) => {
    await isMetadata(ask);
    await isCsdlJson(ask);
  },
  '13.2.1-11': async (ask) => {
    const { text } = await ask.get('$metadata');
    for (const [type] of text.matchAll(/<EntityType [^]*?<\/EntityType>/g)) {
      const names = [...type.matchAll(/<(?:Navigation)?Property Name="([^"]*)"/g)].map(([, name]) =>
        name!.toLowerCase(),
      );
      expect(new Set(names).size).toBe(names.length);
    }
  },
  '13.2.1-12': async (ask) => {
    expect((await ask.get('$metadata')).text).toMatch(
      /Term="Org\.OData\.Core\.V1\.ODataVersions" String="[^"]*4\.01/,
    );
  },
  '13.2.1-13': async (ask) => {
    const { text } = await ask.get('$metadata');
    const sets = [...text.matchAll(/<EntitySet [^]*?<\/EntitySet>/g)];
    expect(sets).toHaveLength(ENTITY_SETS.length);
    for (const [set] of sets)
      for (const term of ['Filter', 'Sort', 'Count', 'Expand', 'Search', 'Insert', 'Update', 'Delete'])
        expect(set).toContain(`Term="Org.OData.Capabilities.V1.${term}Restrictions"`);
  },
  '13.2.1-15': async (ask) => {
    expect(idsOf(await ask.rows(`${APPS}?$compute=userCount mul 2 as twice&$filter=twice eq 8`))).toEqual([
      4,
    ]);
  },
  '13.2.1-16': async (ask) => {
    for (const { name } of ENTITY_SETS) expect(await ask.rows(`${name}?$search=nothinglikethis`)).toEqual([]);
  },
  '13.2.2-1': allOf('13.2.1'),
  '13.2.2-2': allOf('13.1.2'),
  '13.2.2-3': async (ask) => {
    expect(await ask.apps('app eq null and riskScore eq 10')).toEqual([10, 21]);
  },
  '13.2.2-4': async (ask) => {
    expect(await ask.apps("'Sanctioned' in tags")).toEqual([0, 4, 8, 12, 16, 20]);
  },
  '13.2.2-6': async (ask) => {
    const found = await ask.rows(
      `${APPS}?$orderby=appTags/$count($filter=tag eq 'Sanctioned') desc,id&$top=3`,
    );
    expect(idsOf(found)).toEqual([0, 1, 2]);
  },
  '13.2.2-8': async (ask) => {
    const found = await ask.rows(
      `${APPS}?$compute=userCount mul -1 as less&$orderby=less desc&$select=id,less&$top=2`,
    );
    expect(found.map(({ less }) => less)).toEqual([0, -1]);
  },
  '13.2.2-9': selectedCollection("$filter=startswith($this,'*')", ['*.example.com']),
  '13.2.3-1': allOf('13.2.2'),
  '13.2.3-2': allOf('13.1.3'),
  '13.2.3-3': async (ask) => {
    expect(await ask.apps("appTags/$count($filter=tag ne 'Beta') eq 1")).toEqual([0, 1, 4]);
    expect(await ask.apps('appTags/$count($search=beta) eq 1')).toEqual([0]);
  },
  '13.2.3-4': async (ask) => {
    const query =
      '$compute=userCount add 1 as more&$filter=more gt 3 and more lt 6&$orderby=more desc&$select=id,more';
    expect((await ask.rows(`${APPS}?${query}`)).map(plain)).toEqual([
      { id: '1004', more: 5 },
      { id: '1003', more: 4 },
    ]);
  },
  '13.2.3-5': selectedCollection('$top=1', ['*.example.com']),
  '13.2.3-5.1': selectedCollection("$filter=startswith($this,'e')", ['example.com']),
  '13.2.3-5.2': selectedCollection('$orderby=$this desc', ['example.com', '*.example.com']),
  '13.2.3-5.3': async (ask) => {
    const [row] = await ask.rows(`${APPS}?$select=id,domains($count=true)&$top=1`);
    expect(row).toHaveProperty(['domains@odata.count'], 2);
  },
  '13.2.3-5.4': selectedCollection('$top=1;$skip=1', ['example.com']),
  '13.2.3-5.5': selectedCollection('$search="*."', ['*.example.com']),
  '13.2.3-6': isCsdlJson,
  '13.2.3-7': async (ask) => {
    await batchMultipart(ask);
    await batchJson(ask);
  },
  '13.2.3-8': async (ask) => {
    expect(idsOf(await ask.rows(`${APPS}/$filter(riskScore eq 10)`))).toEqual([10, 21]);
    expect((await ask.get(`${APPS}/$filter(riskScore eq 10)/$count`)).text).toBe('2');
  },
  'JSON 23-9': async (ask) => {
    expect((await ask.get(APPS)).header('odata-version')).toBe('4.0');
  },
  'JSON 23-9.1': async (ask) => {
    const { text, header } = await ask.get(`${APPS}?$count=true&$expand=appTags($count=true)`, FULL);
    expect(header('content-type')).toContain('odata.metadata=full');
    for (const [, name] of text.matchAll(/"[A-Za-z]*@([A-Za-z.]+)":/g)) expect(name).toMatch(/^odata\./);
  },
  'JSON 23-9.2': async (ask) => {
    const { text } = await ask.get(APPS, FULL);
    const types = [...text.matchAll(/@odata\.type":"([^"]*)"/g)].map(([, type]) => type!);
    expect(types.length).toBeGreaterThan(20);
    for (const type of types) expect(type).toMatch(/^#/);
  },
  'JSON 23-9.4': async (ask) => {
    const { text } = await ask.get(
      `${APPS}?$compute=userCount divby 100000000 as small&$select=id,small&$top=3`,
    );
    expect(text).not.toMatch(/\d[eE][-+]?\d/);
  },
  'JSON 23-10': async (ask) => {
    expect((await ask.get(APPS, V401)).header('odata-version')).toBe('4.01');
  },
  'JSON 23-10.1': async (ask) => {
    const [row] = await ask.rows(`${APPS}?$top=1`, { ...V401, Accept: 'application/json;metadata=full' });
    const names = Object.keys(row!);
    for (const [place, name] of names.entries()) {
      const [owner, term] = name.split('@');
      if (owner !== '' && term !== undefined && names.includes(owner!))
        expect(names.slice(place + 1).find((next) => !next.includes('@'))).toBe(owner);
    }
  },
  'JSON 23-10.2': async (ask) => {
    expect((await ask.get(`${APPS}?$count=true`, V401)).text).not.toContain('@odata.');
  },
  'JSON 23-10.3': async (ask) => {
    const { text } = await ask.get(`${APPS}?$top=1`, { ...V401, Accept: 'application/json;metadata=full' });
    expect(text).toContain('lastSeenDateTime@type":"DateTimeOffset"');
  },
  'JSON 23-11': allOf('13.1.1'),
  'JSON 23-12': async (ask) => {
    expect((await ask.get(APPS, { Accept: 'application/json' })).status).toBe(200);
  },
  'JSON 23-13': async (ask) => {
    expect(await ask.rows(`${APPS}?$filter=id eq '1003'`)).toMatchObject([
      { displayName: 'O\'Reilly & 50% "é" 😀' },
    ]);
    expect((await ask.get(`${APPS}?$filter=id eq '1009'`)).text).toContain('"userCount":9007199254740993');
    expect(await ask.rows('Tenants?$top=1')).toHaveLength(1);
  },
  'JSON 23-14': async (ask) => {
    const [row] = await ask.rows(`${APPS}?$top=1`, FULL);
    expect(row).toMatchObject({
      '@odata.type': '#DefenderDiscoveryFeed.DiscoveredApp',
      '@odata.id': expect.stringContaining('1000'),
    });
    expect(row).toHaveProperty(['stream@odata.navigationLink']);
    expect(row).toHaveProperty(['lastSeenDateTime@odata.type'], '#DateTimeOffset');
  },
  'JSON 23-15': async (ask) => {
    expect(await ask.json(APPS, { Prefer: 'maxpagesize=22' })).toHaveProperty(['@odata.nextLink']);
    expect(await ask.json(APPS, { Prefer: 'maxpagesize=23' })).not.toHaveProperty(['@odata.nextLink']);
  },
  'JSON 23-18': async (ask) => {
    const body = await ask.json(`${APPS}?$count=true`, { Prefer: 'maxpagesize=5' });
    expect(Object.keys(body)).toEqual(['@odata.context', '@odata.count', 'value', '@odata.nextLink']);
  },
  'JSON 23-19': async (ask) => {
    const { header } = await ask.get(`${APPS}?$format=application/json;odata.metadata=none`, {
      Accept: 'text/html',
    });
    expect(header('content-type')).toContain('odata.metadata=none');
    expect((await ask.get(`${APPS}?$format=json`)).status).toBe(200);
  },
  'JSON 23-20': async (ask) => {
    const { header } = await ask.get(APPS, { Accept: 'application/json;odata.streaming=true' });
    expect(header('content-type')).toContain('odata.streaming=true');
  },
  'JSON 23-22': async (ask) => {
    expect(await ask.json(FIRST)).toHaveProperty('category', null);
    const { text, header } = await ask.get(FIRST, { Prefer: 'omit-values=nulls' });
    expect([JSON.parse(text), header('preference-applied')]).toEqual([
      expect.not.objectContaining({ category: null }),
      expect.stringContaining('omit-values=nulls'),
    ]);
  },
  'JSON 23-23': async (ask) => {
    expect((await ask.get(APPS, { 'OData-MaxVersion': '4.0' })).text).toMatch(/^\{"@odata\.context":/);
  },
  'JSON 23-26': async (ask) => {
    expect((await ask.get(FIRST, V401)).text).toMatch(/^\{"@context":/);
  },
  'URL 4.1': isMetadata,
  'URL 4.2': batchJson,
  'URL 4.3': async (ask) => {
    expect(await ask.rows('Streams')).toHaveLength(2);
    expect(await ask.json("Streams(tenantId='contoso',id='s1')")).toMatchObject({ id: 's1' });
    expect(await ask.json(`${FIRST}/stream`)).toMatchObject({ id: 's1' });
    expect(await ask.rows(`${FIRST}/appTags`)).toHaveLength(2);
  },
  'URL 4.3.1': async (ask) => {
    const [row] = await ask.rows('Tenants?$top=1', FULL);
    const id = String(row!['@odata.id']);
    expect(await ask.json(id.startsWith('http') ? id : ask.root + id)).toMatchObject({ id: row!.id });
  },
  'URL 4.3.3': async (ask) => {
    const { status } = await ask.get("Streams(tenantId='contoso',id='s1')/discoveredApps('1000')");
    expect([200, 400]).toContain(status);
  },
  'URL 4.3.4': async (ask) => {
    expect(await ask.json("$entity?$id=Tenants('contoso')")).toMatchObject({ id: 'contoso' });
    expect(
      await ask.json(`$entity?$id=${encodeURIComponent(`${ask.root}Tenants('contoso')`)}`),
    ).toMatchObject({ id: 'contoso' });
  },
  'URL 4.3.5': async (ask) => {
    expect(await ask.json('Tenants/contoso')).toMatchObject({ displayName: 'Contoso' });
  },
  'URL 4.4': async (ask) => {
    expect(await ask.rows('Tenants/$ref')).toEqual([
      { '@odata.id': expect.any(String) },
      { '@odata.id': expect.any(String) },
    ]);
    expect(await ask.json("Tenants('contoso')/$ref")).toHaveProperty(['@odata.id']);
  },
  'URL 4.6': async (ask) => {
    const body = await ask.json(`${FIRST}/displayName`);
    expect(body).toEqual({ '@odata.context': expect.stringMatching(/\/displayName$/), value: 'App 0' });
    expect((await ask.get(`${FIRST}/category`)).status).toBe(204);
  },
  'URL 4.7': async (ask) => {
    expect((await ask.get(`${FIRST}/riskScore/$value`)).text).toBe('0');
  },
  'URL 4.8': async (ask) => {
    expect((await ask.get(`${APPS}/$count?$filter=riskScore eq 10`)).text).toBe('2');
  },
  'URL 4.9': async (ask) => {
    const found = await ask.json(`${FIRST}/appTags(tenantId='contoso',appId='1000',tag='Beta')`);
    expect(found).toMatchObject({ tag: 'Beta' });
  },
  'URL 4.12': async (ask) => {
    expect(idsOf(await ask.rows(`${APPS}/$filter(@f)?@f=riskScore eq 10`))).toEqual([10, 21]);
  },
  'URL 4.15': (ask) => ask.refused('$crossjoin(Apps,Tenants)', 501, 'QUERY_UNSUPPORTED', /\$crossjoin/),
  'URL 4.16': (ask) => ask.refused('$all', 501, 'QUERY_UNSUPPORTED', /\$all/),
  'URL 4.17': async (ask) => {
    const { status, text } = await ask.post(`${APPS}/$query`, 'text/plain', '$top=1&$select=id');
    expect(status).toBe(200);
    expect((JSON.parse(text) as { value: unknown[] }).value).toHaveLength(1);
  },
  'URL 5.1.1.1': async (ask) => {
    expect(await ask.apps('riskScore gt null')).toEqual([]);
    expect(await ask.apps('not (riskScore eq null)')).not.toContain(7);
    expect(await ask.apps('riskScore eq null')).toEqual([7]);
    expect(await ask.apps("riskScore eq null or id eq '1000'")).toEqual([0, 7]);
  },
  'URL 5.1.1.2': async (ask) => {
    expect(await ask.apps('userCount div 3 eq 7')).toEqual([21, 22]);
    expect(await ask.apps("lastSeenDateTime sub 2026-11-01T00:00:00Z eq duration'P2D'")).toEqual([2]);
    expect(await ask.apps('userCount mul 0.5 eq 1.5')).toEqual([3]);
  },
  'URL 5.1.1.3': async (ask) => {
    expect(await ask.apps('(userCount add 1) mul 2 eq 4')).toEqual([1]);
    expect(await ask.apps('userCount add 1 mul 2 eq 4')).toEqual([2]);
  },
  'URL 5.1.1.4': async (ask) => {
    expect(await ask.apps("StartsWith(ToLower(displayName),'app 22')")).toEqual([22]);
  },
  'URL 5.1.1.5': async (ask) => {
    await holds(['concat', 'contains', 'endswith', 'indexof', 'length', 'startswith', 'substring'])(ask);
    expect(await ask.apps("length(domains) eq 2 and indexof(domains,['example.com']) eq 1")).toEqual([0]);
  },
  'URL 5.1.1.6': holds(['hassubset', 'hassubsequence']),
  'URL 5.1.1.7': holds(['matchesPattern', 'tolower', 'toupper', 'trim']),
  'URL 5.1.1.8': holds([
    'date',
    'day',
    'fractionalseconds',
    'hour',
    'maxdatetime',
    'mindatetime',
    'minute',
    'month',
    'now',
    'second',
    'time',
    'totaloffsetminutes',
    'totalseconds',
    'year',
  ]),
  'URL 5.1.1.9': holds(['ceiling', 'floor', 'round']),
  'URL 5.1.1.10': async (ask) => {
    expect(await ask.apps("cast(userCount,Edm.String) eq '5'")).toEqual([5]);
    expect(await ask.apps('isof(riskScore,Edm.Int32)')).toContain(0);
  },
  'URL 5.1.1.11': geoIsRefused,
  'URL 5.1.1.12': async (ask) => {
    expect(await ask.apps("case(riskScore eq 10 :'x',true :'y') eq 'x'")).toEqual([10, 21]);
  },
  'URL 5.1.1.13': async (ask) => {
    expect(await ask.apps('domains/any()')).toEqual([0]);
    expect(await ask.apps("domains/any(d:contains(d,'*'))")).toEqual([0]);
    expect(await ask.apps("domains/all(d:contains(d,'*'))")).not.toContain(0);
  },
  'URL 5.1.1.14': async (ask) => {
    for (const literal of [
      'null',
      'true',
      '1',
      '-1',
      '1.5',
      '1e3',
      'INF',
      "'it''s'",
      '2026-11-01',
      '2026-11-01T00:00:00Z',
      '04:05:06',
      "duration'PT1S'",
      '01234567-89ab-cdef-0123-456789abcdef',
      "binary'T0RhdGE='",
    ])
      expect([literal, await ask.apps(`${literal} eq ${literal}`)]).toEqual([literal, upTo(23)]);
  },
  'URL 5.1.1.15': async (ask) => {
    expect(await ask.apps("stream/displayName eq 'Global report' and $it/riskScore eq 10")).toEqual([10, 21]);
  },
  'URL 5.1.1.17': async (ask) => {
    expect(await ask.apps("id eq '1000' or id eq '1001' and riskScore eq 99")).toEqual([0]);
    expect(await ask.apps('2 add 3 mul 4 eq 14')).toEqual(upTo(23));
  },
  'URL 5.1.1.18': async (ask) => {
    expect(await ask.apps('userCount eq 9007199254740993')).toEqual([9]);
    expect(await ask.apps('userCount eq 9007199254740992')).toEqual([]);
    expect(await ask.apps('userCount gt 9007199254740992.5')).toEqual([9]);
  },
  'URL 5.1.2': async (ask) => {
    expect(await ask.json(`${APPS}?$filter=riskScore eq 10&$count=true`)).toMatchObject({
      '@odata.count': 2,
    });
  },
  'URL 5.1.3': async (ask) => {
    const row = await ask.json(`${FIRST}?$expand=*`);
    for (const name of ['stream', 'app', 'tenant', 'appTags', 'appDomains']) expect(row).toHaveProperty(name);
  },
  'URL 5.1.4': async (ask) => {
    expect((await ask.rows('Tenants?$select=id,displayName&$top=1')).map(plain)).toEqual([
      { id: expect.any(String), displayName: 'Odd' },
    ]);
    expect(Object.keys((await ask.rows('Tenants?$select=*&$top=1'))[0]!)).toEqual(
      Object.keys((await ask.rows('Tenants?$top=1'))[0]!),
    );
  },
  'URL 5.1.5': async (ask) => {
    expect(idsOf(await ask.rows(`${APPS}?$orderby=userCount mod 5 desc,id&$top=2`))).toEqual([4, 14]);
  },
  'URL 5.1.6': async (ask) => {
    expect(await ask.rows(`${APPS}?$top=0`)).toEqual([]);
    expect(await ask.rows(`${APPS}?$skip=99`)).toEqual([]);
  },
  'URL 5.1.7': async (ask) => {
    expect(await ask.json(`${APPS}?$count=true&$top=0`)).toMatchObject({ '@odata.count': 23, value: [] });
  },
  'URL 5.1.8': async (ask) => {
    expect(idsOf(await ask.rows(`${APPS}?$search=App&$filter=riskScore eq 10`))).toEqual([10, 21]);
  },
  'URL 5.1.9': (ask) => ask.refused(`${APPS}?$format=text/nonsense`, 406, 'PROTOCOL_NOT_ACCEPTABLE'),
  'URL 5.1.10': async (ask) => {
    const [row] = await ask.rows(
      `${APPS}?$compute=riskScore add 1 as a,length(displayName) as b&$select=a,b&$top=1`,
    );
    expect(plain(row!)).toEqual({ a: 1, b: 5 });
  },
  'URL 5.1.12': async (ask) => {
    expect((await ask.get(`${APPS}?$schemaversion=*`)).status).toBe(200);
  },
  'URL 5.2': async (ask) => {
    expect((await ask.get(`${APPS}?debug=true`)).text).toBe((await ask.get(APPS)).text);
  },
  'URL 5.3': async (ask) => {
    expect(
      idsOf(await ask.rows(`${APPS}?$filter=riskScore ge @low&$orderby=@key desc&@low=10&@key=id`)),
    ).toEqual([21, 10]);
  },
};
