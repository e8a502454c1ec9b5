import { describe, expect, it } from '@jest/globals';
import { REAL_APP_COUNT } from '../../src/sample-tenant/app-names.js';
import { APPS_FOR_ALL_ODDITIES, BEYOND_DOUBLE } from '../../src/sample-tenant/odd-apps.js';
import {
  createSampleTenant,
  PERIODS,
  type SampleTenant,
  type UpstreamApp,
} from '../../src/sample-tenant/tenant.js';

const today = new Date('2026-03-01T12:00:00Z');
const tenant = createSampleTenant({ seed: 7, apps: 600, today, streams: 6 });

function plain(of: SampleTenant): string {
  const rows = of.streams.flatMap((stream) => PERIODS.map((period) => of.usage(stream.id, period)));
  return JSON.stringify([of.streams, rows], (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
}

function stream(kind: string) {
  const found = tenant.streams.find(({ displayName }) => displayName.startsWith(kind));
  if (!found) throw new Error(`No stream '${kind}'`);
  return found;
}

const endpointRows = tenant.usage(stream('Defender').id, 'P90D');
const byId = (rows: readonly UpstreamApp[]) => new Map(rows.map((row) => [row.id, row]));

describe('a sample tenant is a pure function of its options', () => {
  it('comes out the same for the same seed and day', () => {
    expect(plain(createSampleTenant({ seed: 7, apps: 600, today, streams: 6 }))).toBe(plain(tenant));
  });

  it('does not depend on the hour of the day', () => {
    expect(plain(tenant.on(new Date('2026-03-01T23:59:59Z')))).toBe(plain(tenant));
  });

  it('is another tenant for another seed, with other ids of tenant and streams', () => {
    const other = createSampleTenant({ seed: 8, apps: 600, today, streams: 6 });
    expect(other.tenantId).not.toBe(tenant.tenantId);
    const ids = new Set(tenant.streams.map(({ id }) => id));
    expect(other.streams.filter(({ id }) => ids.has(id))).toEqual([]);
  });

  it('moves from one day to the next, and keeps most apps', () => {
    const tomorrow = byId(tenant.on(new Date('2026-03-02')).usage(stream('Defender').id, 'P90D'));
    const same = endpointRows.filter(({ id }) => tomorrow.has(id));
    const moved = same.filter((row) => tomorrow.get(row.id)?.transactionCount !== row.transactionCount);
    expect(same.length).toBeGreaterThan(endpointRows.length * 0.95);
    expect(moved.length).toBeGreaterThan(endpointRows.length * 0.3);
  });

  it.each([0, 1, 99, 100, 101, 5000])('has rows for a catalogue of %i apps', (apps) => {
    const sized = createSampleTenant({ apps, today });
    const ids = new Set(sized.streams.flatMap(({ id }) => sized.usage(id, 'P90D').map((row) => row.id)));
    expect(ids.size).toBeGreaterThanOrEqual(Math.floor(apps * 0.93));
    expect(ids.size).toBeLessThanOrEqual(apps);
  });

  it('says which stream is unknown', () => {
    expect(() => tenant.usage('nope', 'P90D')).toThrow("There is no stream 'nope'");
  });
});

describe('the streams measure different things', () => {
  it('counts devices only in the endpoint stream', () => {
    expect(
      endpointRows.every((row) => row['@odata.type']?.endsWith('endpointDiscoveredCloudAppDetail')),
    ).toBe(true);
    expect(endpointRows.every((row) => Number(row.deviceCount) > 0)).toBe(true);
    for (const { id } of tenant.streams.filter((other) => other !== stream('Defender'))) {
      expect(tenant.usage(id, 'P90D').some((row) => 'deviceCount' in row || '@odata.type' in row)).toBe(
        false,
      );
    }
  });

  it('sends 0 for what a stream does not measure', () => {
    const squid = tenant.usage(stream('Squid').id, 'P90D');
    expect(new Set(squid.map((row) => row.userCount))).toEqual(new Set([0]));
    expect(new Set(squid.map((row) => row.uploadNetworkTrafficInBytes))).toEqual(new Set([0]));
    expect(squid.some((row) => Number(row.downloadNetworkTrafficInBytes) > 0)).toBe(true);
  });

  it('has the log streams and not the endpoints in the Global report', () => {
    const ids = (name: string) => tenant.usage(stream(name).id, 'P90D').map(({ id }) => id);
    const global = new Set(ids('Global report'));
    const logs = new Set(['Palo Alto', 'Squid', 'Zscaler', 'Cisco'].flatMap(ids));
    expect(global).toEqual(logs);
    expect(endpointRows.some(({ id }) => !global.has(id))).toBe(true);
  });

  it('adds the transactions of the log streams up in the Global report', () => {
    const small = createSampleTenant({ seed: 7, apps: 600, today, streams: 3 });
    const [, firewall, global] = small.streams.map(({ id }) => small.usage(id, 'P30D'));
    expect(global).toEqual(firewall);
  });

  it('has both kinds of stream id, unique', () => {
    const ids = tenant.streams.map(({ id }) => id);
    expect(ids.some((id) => /^[0-9a-f]{24}$/.test(id))).toBe(true);
    expect(ids.some((id) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(6);
  });
});

describe('periods are windows that end on the same day', () => {
  const [week, month, quarter] = PERIODS.map((period) => byId(tenant.usage(stream('Palo Alto').id, period)));

  it('holds every app of a shorter period in the longer ones, with counts at least as high', () => {
    expect(week!.size).toBeLessThan(month!.size);
    expect(month!.size).toBeLessThan(quarter!.size);
    for (const [shorter, longer] of [
      [week!, month!],
      [month!, quarter!],
    ] as const) {
      for (const row of shorter.values()) {
        const more = longer.get(row.id)!;
        expect(more.transactionCount >= row.transactionCount).toBe(true);
        expect(more.userCount >= row.userCount).toBe(true);
        expect(more.uploadNetworkTrafficInBytes >= row.uploadNetworkTrafficInBytes).toBe(true);
        expect(more.lastSeenDateTime).toBe(row.lastSeenDateTime);
      }
    }
  });

  it('has no last use outside of the window, but for the odd rows', () => {
    const plainRows = [...week!.values()].filter(
      (row) => !/^20(19|21|24)/.test(row.lastSeenDateTime ?? '2019'),
    );
    expect(plainRows.every((row) => row.lastSeenDateTime! > '2026-02-22')).toBe(true);
  });

  it('has apps that were first seen this month, this year and long ago', () => {
    const firsts = endpointRows.flatMap((row) => row.firstSeenDateTime ?? []);
    expect(firsts.some((first) => first > '2026-01-31')).toBe(true);
    expect(firsts.some((first) => first > '2025-01-01' && first < '2025-12-01')).toBe(true);
    expect(firsts.some((first) => first < '2020')).toBe(true);
    expect(firsts.every((first) => first <= '2026-03-01T00:00:00Z')).toBe(true);
  });
});

describe('ids and names', () => {
  it('has decimal ids of five and six digits, unique in each stream', () => {
    const ids = endpointRows.map(({ id }) => id);
    expect(ids.every((id) => /^\d{5,6}$/.test(id))).toBe(true);
    expect(new Set(ids.map((id) => id.length))).toEqual(new Set([5, 6]));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('always has the ids 100000 to 100084', () => {
    const ids = new Set(endpointRows.map(({ id }) => id));
    expect(Array.from({ length: 85 }, (_, i) => String(100_000 + i)).filter((id) => !ids.has(id))).toEqual(
      [],
    );
  });

  it('knows some hundred real products', () => {
    expect(REAL_APP_COUNT).toBeGreaterThan(400);
  });

  it.each([
    ['crm', 20],
    ['webemail', 20],
    ['cloudStorage', 20],
    ['generativeAi', 10],
    ['aiModelProvider', 5],
    ['mcpServer', 5],
    ['clientAiApp', 4],
    ['quantumApps', 1],
  ])('has apps of category %s', (category, least) => {
    expect(endpointRows.filter((row) => row.category === category).length).toBeGreaterThanOrEqual(least);
  });
});

/** What issue and design ask for, each as a question to a row. */
const ODD: readonly (readonly [string, (row: UpstreamApp) => boolean])[] = [
  ["O'Reilly", (row) => row.displayName === "O'Reilly"],
  ['Café', (row) => row.displayName === 'Café'],
  ['Notepad++', (row) => row.displayName === 'Notepad++'],
  ...['%', '_', '&', '#', '/', '\\', '"', ';', '+', '<'].map(
    (sign) => [`a name with ${sign}`, (row: UpstreamApp) => row.displayName.includes(sign)] as const,
  ),
  ['an emoji', (row) => /\p{Extended_Pictographic}/u.test(row.displayName)],
  ['padding', (row) => row.displayName.startsWith(' ') && row.displayName.endsWith(' ')],
  ['a Chinese name', (row) => /\p{Script=Han}/u.test(row.displayName)],
  ['a Cyrillic name', (row) => /\p{Script=Cyrillic}/u.test(row.displayName)],
  ['an Arabic name', (row) => /\p{Script=Arabic}/u.test(row.displayName)],
  ['a name that a spreadsheet would run', (row) => row.displayName.startsWith('=')],
  ['a name with box', (row) => row.displayName.includes('box')],
  ['a name with Google', (row) => /google/i.test(row.displayName)],
  ['a name that starts with Micro', (row) => row.displayName.startsWith('Micro')],
  ['a long name', (row) => row.displayName.length > 200],
  ['a line break in a description', (row) => row.description?.includes('\n') ?? false],
  ['a tab in a description', (row) => row.description?.includes('\t') ?? false],
  ['a null description', (row) => row.description === null],
  ['an empty description', (row) => row.description === ''],
  ['no description', (row) => !('description' in row)],
  ['a null riskScore', (row) => row.riskScore === null],
  ...Array.from(
    { length: 11 },
    (_, i) => [`riskScore ${i}`, (row: UpstreamApp) => row.riskScore === i] as const,
  ),
  ['null domains', (row) => row.domains === null],
  ['no domains property', (row) => !('domains' in row)],
  ['empty domains', (row) => row.domains?.length === 0],
  ['55 domains', (row) => row.domains?.length === 55],
  ['a wildcard domain', (row) => row.domains?.some((domain) => domain.startsWith('*.')) ?? false],
  ['no tags', (row) => row.tags.length === 0],
  ['15 tags', (row) => row.tags.length === 15],
  ...[
    'Sanctioned',
    'Unsanctioned',
    'Monitored',
    'Protected',
    'Finance; approved',
    "Works council's list",
    'say "yes"',
  ].map((tag) => [`the tag ${tag}`, (row: UpstreamApp) => row.tags.includes(tag)] as const),
  ['an upload of 2^53 + 1', (row) => row.uploadNetworkTrafficInBytes === BEYOND_DOUBLE],
  ['a download of more than 1E15', (row) => row.downloadNetworkTrafficInBytes === 1_234_567_890_123_456],
  ['a download near the end of Int64', (row) => row.downloadNetworkTrafficInBytes > 2n ** 62n],
  ['no traffic', (row) => row.uploadNetworkTrafficInBytes === 0 && row.downloadNetworkTrafficInBytes === 0],
  ['no firstSeenDateTime', (row) => !('firstSeenDateTime' in row)],
  ['a null lastSeenDateTime', (row) => row.lastSeenDateTime === null],
  ['no lastSeenDateTime', (row) => !('lastSeenDateTime' in row)],
  ['a lastSeenDateTime with seven digits of a second', (row) => /\.\d{7}Z$/.test(row.lastSeenDateTime ?? '')],
  ['a lastSeenDateTime of years ago', (row) => row.lastSeenDateTime?.startsWith('2019-10-01') ?? false],
];

describe('odd data is there on purpose, whatever seed, size and stream', () => {
  const least = createSampleTenant({ seed: 3, apps: APPS_FOR_ALL_ODDITIES, today });
  const small = least.usage(least.streams[0]!.id, 'P90D');

  it.each(ODD)('%s', (_, isOdd) => {
    expect(endpointRows.some(isOdd)).toBe(true);
    expect(tenant.usage(stream('Palo Alto').id, 'P90D').some(isOdd)).toBe(true);
  });

  it('is complete in the smallest tenant that can hold it (but for the scores, which need numbers)', () => {
    const missing = ODD.filter(([title, isOdd]) => !title.startsWith('riskScore') && !small.some(isOdd));
    expect(missing.map(([title]) => title)).toEqual([]);
  });

  it('has rows in the 2023 spelling and rows with an unknown property', () => {
    const forms = tenant.wireRows(stream('Defender').id, 'P90D').map(({ form }) => form);
    expect(new Set(forms)).toEqual(new Set(['documented', 'preview2023', 'unknownProperty']));
  });

  it('has ties to the last byte', () => {
    const counts = endpointRows.map((row) => `${row.transactionCount}/${row.uploadNetworkTrafficInBytes}`);
    const tied = counts.filter(
      (count) => counts.indexOf(count) !== counts.lastIndexOf(count) && !count.endsWith('/0'),
    );
    expect(tied.length).toBeGreaterThanOrEqual(4);
  });
});
