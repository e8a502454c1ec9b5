import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { ask } from '../hostile/ask.js';
import { SteeredStore } from '../odata/small-feed.js';
import { PROBES, type Probe } from './probes.js';
import { serve, ServedWorlds, type Reader } from './served-worlds.js';
import { ALPHA, RESTRICTED } from './two-worlds.js';

const worlds = new ServedWorlds();
const answerOf: ServedWorlds['answerOf'] = (...given) => worlds.answerOf(...given);
const bytesOf: ServedWorlds['bytesOf'] = (...given) => worlds.bytesOf(...given);

beforeAll(() => worlds.start());
afterAll(() => worlds.stop());

describe('Two feeds that differ only in what a reader may not see', () => {
  it('are probed often enough', () => {
    expect(PROBES.length).toBeGreaterThanOrEqual(60);
    expect(new Set(PROBES.map(([, probe]) => JSON.stringify(probe))).size).toBe(PROBES.length);
  });

  it.each(PROBES)('answer alike: %s', async (_what, probe) => {
    const [one, other] = [await bytesOf(0, probe), await bytesOf(1, probe)];
    expect(other).toBe(one);
    expect(one).not.toMatch(/^HTTP\/1\.1 (401|5)/);
    // A reader of everything sees the difference: the probe looks at what is hidden.
    expect(await bytesOf(1, probe, 'admin')).not.toBe(await bytesOf(0, probe, 'admin'));
  });
});

/** The error of a refused read. */
async function errorOf(probe: Probe, reader: Reader): Promise<{ code: string; message: string }> {
  const { text } = await answerOf(1, probe, reader);
  return (JSON.parse(text) as { error: { code: string; message: string } }).error;
}

async function jsonOf<Body>(probe: Probe, reader: Reader): Promise<Body> {
  return JSON.parse((await answerOf(1, probe, reader)).text) as Body;
}

describe('A reader with grants', () => {
  it('is refused by name what it may not read, before a row is looked at', async () => {
    const refusals: [string, string][] = [
      ['StreamRefreshes', 'You have no grant to read StreamRefreshes.'],
      ['AppTags', 'You have no grant to read AppTags.'],
      [
        'DiscoveredApps?$filter=deviceCount gt 1 and userCount gt 1',
        "You have no grant to read 'userCount', named at position 21 in $filter.",
      ],
      [
        'DiscoveredApps?$select=id,tagsText',
        "You have no grant to read 'tagsText', named at position 3 in $select.",
      ],
      [
        'DiscoveredApps?$select=id,tags($top=1)',
        "You have no grant to read 'tags', named at position 3 in $select.",
      ],
      [
        'Refreshes?$expand=streamRefreshes',
        "You have no grant to read 'streamRefreshes', named at position 0 in $expand.",
      ],
      [
        `DiscoveredApps(tenantId='${ALPHA}',streamId='s1',id='1052')/userCount`,
        "You have no grant to read 'userCount' of DiscoveredApp.",
      ],
    ];
    for (const [url, message] of refusals) {
      expect((await answerOf(1, url)).status).toBe(403);
      const error = await errorOf(url, 'restricted');
      expect(error).toMatchObject({ code: 'AUTH_NOT_GRANTED', message: expect.stringContaining(message) });
    }
  });

  it('is not led to hidden names by suggestions', async () => {
    for (const url of ['DiscoveredApps?$filter=usercoun gt 3', 'StreamRefresh', 'Apps?$select=tagText']) {
      const { message } = await errorOf(url, 'restricted');
      expect(message).not.toMatch(/userCount|StreamRefreshes|tagsText/);
    }
    expect((await errorOf('DiscoveredApps?$filter=usercoun gt 3', 'admin')).message).toContain("'userCount'");
  });

  it('finds in $metadata, XML and JSON, and in the service document what it may read', async () => {
    const xml = (await answerOf(1, '$metadata')).text;
    const json = (await answerOf(1, '$metadata?$format=json')).text;
    const { value } = await jsonOf<{ value: { name: string }[] }>('', 'restricted');
    expect(value.map(({ name }) => name)).toEqual(RESTRICTED.sets);
    // Declarations: a description may still speak of what others see.
    const declared = [...`${xml}${json}`.matchAll(/ Name="(\w+)"|"(\w+)": ?\{/g)].map(
      ([, inXml, inJson]) => inXml ?? inJson,
    );
    const hidden =
      'userCount tagsText isSanctioned streamName errorMessage AppTag AppTags StreamRefresh appTags';
    for (const name of hidden.split(' ')) expect(declared).not.toContain(name);
    expect(declared.filter((name) => name === 'deviceCount')).toHaveLength(4);
    expect((await answerOf(1, '$metadata', 'admin')).text).toContain('Name="userCount"');
    expect((await answerOf(1, '$metadata', 'columns')).text).toContain('AppTags');
    expect((await answerOf(1, '$metadata', 'columns')).text).not.toContain('Name="userCount"');
  });

  it('finds in dimensions what the rest of its grant needs, and not what others need', async () => {
    interface Categories {
      value: { id: string; isKnown: boolean }[];
    }
    const idsOf = async (reader: Reader) =>
      (await jsonOf<Categories>('AppCategories', reader)).value.map(({ id }) => id);
    // Seen by whoever sees the category of apps; with the category hidden, only what this version knows by itself.
    expect(await idsOf('columns')).toContain('takeoverTargets');
    expect(await idsOf('dimensions')).toEqual(['crm', 'health']);
    expect(await idsOf('restricted')).toEqual(['crm', 'health']);
    const firstDay = async (reader: Reader) =>
      (await jsonOf<{ value: { date: string }[] }>('Dates?$top=1', reader)).value[0]?.date;
    expect(await firstDay('admin')).toBe('2019-01-01');
    expect(await firstDay('restricted')).toBe('2025-01-01');
    // No set with dates is granted: this year.
    expect(await firstDay('dimensions')).toBe('2026-01-01');
  });

  it('gets rows without the hidden members, as if the model did not have them', async () => {
    const url = 'DiscoveredApps?$top=1';
    const whole = await jsonOf<{ value: Record<string, unknown>[] }>(url, 'admin');
    const narrow = await jsonOf<{ value: Record<string, unknown>[] }>(url, 'columns');
    const { userCount, ...rest } = whole.value[0]!;
    expect(userCount).not.toBeUndefined();
    expect({ ...narrow, value: narrow.value }).toEqual({ ...whole, value: [rest] });
    expect(Object.keys(narrow.value[0]!)).toEqual(Object.keys(rest));
  });

  it('is refused altogether when no grant names it', async () => {
    for (const url of ['', '$metadata', 'DiscoveredApps', 'Dates/$count']) {
      expect((await answerOf(1, url, 'nobody')).status).toBe(403);
      expect((await errorOf(url, 'nobody')).message).toMatch(
        /^You are signed in, and no grant of this feed names you\./,
      );
    }
  });

  it('cannot go on from a page of a reader with other grants', async () => {
    const page = await answerOf(
      1,
      { path: 'DiscoveredApps?$select=id', headers: { Prefer: 'maxpagesize=5' } },
      'admin',
    );
    const { '@odata.nextLink': link } = JSON.parse(page.text) as { '@odata.nextLink': string };
    const next = link.slice(link.indexOf('/odata/') + '/odata/'.length);
    expect((await answerOf(1, next, 'admin')).status).toBe(200);
    expect((await errorOf(next, 'restricted')).code).toBe('PROTOCOL_PAGE_INVALID');
  });

  it('follows its own pages to the end, and they are what it gets at once', async () => {
    interface Rows {
      value: unknown[];
      '@odata.nextLink'?: string;
    }
    const all = await jsonOf<Rows>('DiscoveredApps?$orderby=transactionCount desc', 'restricted');
    const paged: unknown[] = [];
    let path: string | undefined = 'DiscoveredApps?$orderby=transactionCount desc';
    while (path !== undefined) {
      const page: Rows = JSON.parse(
        (await answerOf(1, { path, headers: { Prefer: 'maxpagesize=3' } })).text,
      ) as Rows;
      paged.push(...page.value);
      path = page['@odata.nextLink']?.split('/odata/')[1];
    }
    expect(paged).toEqual(all.value);
    expect(paged).toHaveLength(28);
  });

  it('has entity tags of its own: a tag of a reader of everything is no 304 for it', async () => {
    const { headers } = await answerOf(1, 'DiscoveredApps', 'admin');
    const etag = String(headers.etag);
    const again = (reader: Reader, tag: string) =>
      answerOf(1, { path: 'DiscoveredApps', headers: { 'If-None-Match': tag } }, reader);
    expect((await again('admin', etag)).status).toBe(304);
    const own = await again('restricted', etag);
    expect(own.status).toBe(200);
    expect((await again('restricted', String(own.headers.etag))).status).toBe(304);
  });
});

describe('A reader without a credential', () => {
  it('is told to sign in when no grant is for such readers', async () => {
    const server = await serve(new SteeredStore(), { allowAnonymous: true, grants: [{ to: ['key:admin'] }] });
    try {
      const { status, text } = await ask((server.address() as AddressInfo).port, '/odata/');
      expect(status).toBe(403);
      expect(text).toContain('No grant of this feed is for readers without a credential. Sign in');
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe('The page', () => {
  const pageWith = async (members: object): Promise<string> => {
    const server = await serve(new SteeredStore(), members);
    try {
      return (await ask((server.address() as AddressInfo).port, '/')).text;
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  };

  it('names all tables without grants, those of anonymous readers with them, and none where one has to sign in', async () => {
    expect(await pageWith({})).toMatch(/>DiscoveredApps<.*>StreamRefreshes</s);
    const grants = [{ to: ['anonymous'], sets: ['Apps', 'Streams'] }, { to: ['key:admin'] }];
    const open = await pageWith({ allowAnonymous: true, grants });
    expect(open).toMatch(/>Apps<.*>Streams</s);
    expect(open).toMatch(/\/odata\/Apps"/);
    expect(open).not.toMatch(/\/odata\/(DiscoveredApps|Tenants|Refreshes)"/);
    const closed = await pageWith({ grants });
    expect(closed).not.toMatch(/\/odata\/(Apps|Streams|DiscoveredApps|Tenants)"/);
    expect(closed).toContain('sign in');
  });
});
