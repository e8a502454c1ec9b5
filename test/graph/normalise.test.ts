import { describe, expect, it } from '@jest/globals';
import { KNOWN_MEMBERS } from '../../src/graph/known-upstream.js';
import { normaliseApp, normaliseStream } from '../../src/graph/normalise.js';
import type { Measures, UpstreamApp, UpstreamStream } from '../../src/graph/upstream.js';
import { createSampleTenant } from '../../src/sample-tenant/tenant.js';
import { pageText, rowFields } from '../../src/sample-tenant/upstream-json.js';
import { parseJsonLosslessly } from '../../src/model/lossless-json.js';

const ALL: Measures = { users: true, devices: true, ipAddresses: true, upload: true, download: true };
const NONE: Measures = { users: false, devices: false, ipAddresses: false, upload: false, download: false };
const UNKNOWN: Measures = { users: null, devices: null, ipAddresses: null, upload: null, download: null };

const APP = {
  id: '11627',
  displayName: 'Dropbox',
  category: 'cloudStorage',
  riskScore: 9,
  tags: ['Sanctioned'],
  domains: ['dropbox.com'],
  userCount: 3,
  ipAddressCount: 2,
  deviceCount: 4,
  transactionCount: 17,
  uploadNetworkTrafficInBytes: 100,
  downloadNetworkTrafficInBytes: 200,
  lastSeenDateTime: '2026-02-28T00:00:00Z',
};

const STREAM = {
  id: '5c46d9e893b4c1fa3af92dc9',
  displayName: 'Firewall',
  logDataProvider: 'paloAlto',
  supportedEntityTypes: ['userName', 'ipAddress'],
  supportedTrafficTypes: ['uploadedBytes', 'downloadedBytes'],
};

function app(bent: object, measures: Measures = ALL): UpstreamApp & { readonly drift: readonly string[] } {
  const normalised = normaliseApp({ ...APP, ...bent }, measures);
  if (!('row' in normalised)) throw new Error(normalised.rejected);
  return { ...normalised.row, drift: normalised.drift };
}

function stream(bent: object): UpstreamStream & { readonly drift: readonly string[] } {
  const normalised = normaliseStream({ ...STREAM, ...bent });
  if (!('row' in normalised)) throw new Error(normalised.rejected);
  return { ...normalised.row, drift: normalised.drift };
}

describe('An app', () => {
  it('as documented passes unchanged and without drift', () => {
    expect(app({})).toEqual({ ...APP, description: null, firstSeenDateTime: null, drift: [] });
  });

  const fields: [title: string, bent: object, expected: Partial<UpstreamApp>, drift: readonly string[]][] = [
    ['null domains are an empty list', { domains: null }, { domains: [] }, []],
    ['absent tags are an empty list', { tags: undefined }, { tags: [] }, []],
    [
      'items that are no text are left out',
      { tags: ['a', 7, null, 'b'] },
      { tags: ['a', 'b'] },
      ['type of an item of discoveredCloudAppDetail.tags'],
    ],
    ['an unscored app has no score', { riskScore: null }, { riskScore: null }, []],
    ['the score 0 is a score', { riskScore: 0 }, { riskScore: 0 }, []],
    [
      'a score above 10 is none',
      { riskScore: 11 },
      { riskScore: null },
      ['value of discoveredCloudAppDetail.riskScore'],
    ],
    [
      'a negative score is none',
      { riskScore: -1 },
      { riskScore: null },
      ['value of discoveredCloudAppDetail.riskScore'],
    ],
    [
      'a fractional score is none',
      { riskScore: 7.5 },
      { riskScore: null },
      ['value of discoveredCloudAppDetail.riskScore'],
    ],
    ['a score in digits is a score', { riskScore: '7' }, { riskScore: 7 }, []],
    [
      'an unknown category stays as sent',
      { category: 'telepathy' },
      { category: 'telepathy' },
      ['member appCategory.telepathy'],
    ],
    [
      'a category that is no text is none',
      { category: 7 },
      { category: null },
      ['value of discoveredCloudAppDetail.category'],
    ],
    [
      'a missing name is reported',
      { displayName: undefined },
      { displayName: null },
      ['missing discoveredCloudAppDetail.displayName'],
    ],
    [
      'an unknown property is reported',
      { newThing: { a: 1 } },
      {},
      ['property discoveredCloudAppDetail.newThing'],
    ],
    ['annotations are no drift', { '@odata.id': 'x', 'users@odata.navigationLink': 'y' }, {}, []],
    [
      'the type of an endpoint app is no drift',
      { '@odata.type': '#microsoft.graph.security.endpointDiscoveredCloudAppDetail' },
      {},
      [],
    ],
    [
      'an unknown type is reported',
      { '@odata.type': '#microsoft.graph.security.other' },
      {},
      ['type #microsoft.graph.security.other'],
    ],
    ['counts beyond 2^53 stay exact', { userCount: 9007199254740993n }, { userCount: 9007199254740993n }, []],
    ['small bigints become numbers', { userCount: 5n }, { userCount: 5 }, []],
    ['digits are a count', { userCount: '9007199254740993' }, { userCount: 9007199254740993n }, []],
    [
      'words are no count',
      { userCount: 'many' },
      { userCount: null },
      ['value of discoveredCloudAppDetail.userCount'],
    ],
    [
      'negative counts are none',
      { userCount: -1 },
      { userCount: null },
      ['value of discoveredCloudAppDetail.userCount'],
    ],
    [
      'fractional counts are none',
      { userCount: 1.5 },
      { userCount: null },
      ['value of discoveredCloudAppDetail.userCount'],
    ],
    [
      'counts beyond Int64 are none',
      { userCount: 2n ** 63n },
      { userCount: null },
      ['value of discoveredCloudAppDetail.userCount'],
    ],
    ['the largest Int64 is a count', { userCount: 2n ** 63n - 1n }, { userCount: 2n ** 63n - 1n }, []],
    [
      'true is no count',
      { userCount: true },
      { userCount: null },
      ['value of discoveredCloudAppDetail.userCount'],
    ],
    ['0 of a measured count is 0', { userCount: 0 }, { userCount: 0 }, []],
    [
      'moments lose the digits after the millisecond',
      { lastSeenDateTime: '2024-01-01T00:00:00.1234567Z' },
      { lastSeenDateTime: '2024-01-01T00:00:00.123Z' },
      [],
    ],
    [
      'moments are turned to UTC',
      { lastSeenDateTime: '2024-01-01T01:30:00+02:00' },
      { lastSeenDateTime: '2023-12-31T23:30:00Z' },
      [],
    ],
    [
      'words are no moment',
      { lastSeenDateTime: 'yesterday' },
      { lastSeenDateTime: null },
      ['value of discoveredCloudAppDetail.lastSeenDateTime'],
    ],
    [
      'a day that does not exist is no moment',
      { lastSeenDateTime: '2025-02-29T00:00:00Z' },
      { lastSeenDateTime: null },
      ['value of discoveredCloudAppDetail.lastSeenDateTime'],
    ],
    [
      'the year 10000 is no moment',
      { lastSeenDateTime: '9999-12-31T23:59:59-01:00' },
      { lastSeenDateTime: null },
      ['value of discoveredCloudAppDetail.lastSeenDateTime'],
    ],
    ['null is no moment and no drift', { lastSeenDateTime: null }, { lastSeenDateTime: null }, []],
  ];
  it.each(fields)('%s', (_title, bent, expected, drift) => {
    const { drift: reported, ...row } = app(bent);
    expect(row).toEqual({ ...APP, description: null, firstSeenDateTime: null, ...expected });
    expect(reported).toEqual(drift);
  });

  it('in the spelling of the 2023 preview is read as well', () => {
    const { uploadNetworkTrafficInBytes, downloadNetworkTrafficInBytes, ...rest } = APP;
    const old = {
      uploadNetworkTraficInBytes: uploadNetworkTrafficInBytes,
      downloadNetworkTraficInBytes: downloadNetworkTrafficInBytes,
    };
    const normalised = normaliseApp({ ...rest, ...old }, ALL);
    expect(normalised).toEqual({
      row: { ...APP, description: null, firstSeenDateTime: null },
      drift: [],
    });
  });

  const counts = [
    'userCount',
    'deviceCount',
    'ipAddressCount',
    'uploadNetworkTrafficInBytes',
    'downloadNetworkTrafficInBytes',
  ] as const;
  const zeros = Object.fromEntries(counts.map((name) => [name, 0]));

  it.each(counts)('has no %s where the stream does not measure it', (name) => {
    expect(app(zeros, NONE)).toMatchObject({ [name]: null, drift: [] });
    expect(app({}, NONE)).toMatchObject({ [name]: null });
    expect(app({}, NONE).drift).toContain(`unmeasured, yet above 0: discoveredCloudAppDetail.${name}`);
  });

  it.each(counts)('has a %s above 0, and none at 0, where upstream does not know', (name) => {
    expect(app(zeros, UNKNOWN)).toMatchObject({ [name]: null, drift: [] });
    expect(app({}, UNKNOWN)).toMatchObject({ [name]: APP[name], drift: [] });
  });

  it('keeps its transactions in every stream', () => {
    expect(app({ transactionCount: 0 }, NONE).transactionCount).toBe(0);
  });

  it('of the endpoint type has devices whatever the stream says', () => {
    const type = { '@odata.type': '#microsoft.graph.security.endpointDiscoveredCloudAppDetail' };
    expect(app({ ...type, deviceCount: 0 }, NONE).deviceCount).toBe(0);
  });

  const rejected: [title: string, raw: unknown][] = [
    ['null', null],
    ['a text', 'Dropbox'],
    ['a list', [[['x']]]],
    ['without an id', { ...APP, id: undefined }],
    ['with a null id', { ...APP, id: null }],
    ['with a number for an id', { ...APP, id: 11627 }],
    ['with an empty id', { ...APP, id: '' }],
    ['with a blank id', { ...APP, id: '  ' }],
    ['with control characters in its id', { ...APP, id: 'a\u0000b' }],
    ['with half a surrogate pair in its id', { ...APP, id: '\ud800' }],
    ['with an id that climbs', { ...APP, id: '..' }],
    ['with an endless id', { ...APP, id: 'x'.repeat(201) }],
    ['with an inherited id', Object.create(APP)],
  ];
  it.each(rejected)('%s is rejected', (_title, raw) => {
    expect(normaliseApp(raw, ALL)).toMatchObject({ rejected: expect.stringMatching(/./) });
  });

  it('with a million unknown properties reports a few', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`p${i}${'x'.repeat(500)}`, 1]));
    const { drift } = app(many);
    expect(drift.length).toBeLessThanOrEqual(50);
    expect(Math.max(...drift.map((line) => line.length))).toBeLessThan(200);
  });
});

describe('A stream', () => {
  it('may be little more than an id', () => {
    const normalised = normaliseStream({ id: 'x', displayName: 'X' });
    expect(normalised).toMatchObject({
      row: { id: 'x', logDataProvider: null, supportedEntityTypes: [], measures: { ...ALL } },
      drift: [
        'missing cloudAppDiscoveryReport.supportedEntityTypes',
        'missing cloudAppDiscoveryReport.supportedTrafficTypes',
      ],
    });
  });

  const measures: [title: string, bent: object, expected: Partial<Measures>][] = [
    ['of a firewall', {}, { users: true, devices: false, ipAddresses: true, upload: true, download: true }],
    ['of endpoints', { logDataProvider: 'microsoftDefenderForEndpoint' }, { devices: true }],
    ['without a provider (Global report)', { logDataProvider: null }, { devices: false }],
    ['of another kind of source', { logDataProvider: 'brandNew' }, { devices: false }],
    ['without users', { supportedEntityTypes: ['ipAddress'] }, { users: false, ipAddresses: true }],
    ['without addresses', { supportedEntityTypes: ['userName'] }, { users: true, ipAddresses: false }],
    ['without uploads', { supportedTrafficTypes: ['downloadedBytes'] }, { upload: false, download: true }],
    ['that measures nothing', { supportedTrafficTypes: [] }, { upload: false, download: false }],
    [
      'of unknown traffic',
      { supportedTrafficTypes: ['unknown', 'unknownFutureValue'] },
      { upload: null, download: null },
    ],
    [
      'of partly unknown traffic',
      { supportedTrafficTypes: ['unknown', 'uploadedBytes'] },
      { upload: true, download: false },
    ],
    ['with null for a list', { supportedEntityTypes: null }, { users: true, ipAddresses: true }],
    ['with a text for a list', { supportedEntityTypes: 'userName' }, { users: true, ipAddresses: true }],
  ];
  it.each(measures)('%s measures what it says', (_title, bent, expected) => {
    expect(stream(bent).measures).toMatchObject(expected);
  });

  it('reports members and properties that nobody knows', () => {
    expect(stream({ logDataProvider: 'brandNew', supportedEntityTypes: ['thing'], shiny: 1 }).drift).toEqual([
      'property cloudAppDiscoveryReport.shiny',
      'member logDataProvider.brandNew',
      'member entityType.thing',
    ]);
  });

  it.each([['5c46d9e893b4c1fa3af92dc9'], ['b2f3e6c0-0000-4000-8000-1234567890ab'], ['a/b c?#é']])(
    'keeps its id as it is: %s',
    (id) => {
      expect(stream({ id }).id).toBe(id);
    },
  );

  it('without an id is rejected', () => {
    expect(normaliseStream({ ...STREAM, id: null })).toMatchObject({
      rejected: 'a stream without a usable id',
    });
    expect(normaliseStream([])).toMatchObject({ rejected: 'a stream that is no object' });
  });
});

describe('The sample tenant', () => {
  const tenant = createSampleTenant({ seed: 5, apps: 400, streams: 6, today: new Date('2026-03-01') });

  it('has streams that pass without drift', () => {
    for (const raw of tenant.streams) {
      const { drift, measures, ...row } = stream(raw);
      expect(drift).toEqual([]);
      expect(measures.devices).toBe(raw.logDataProvider === 'microsoftDefenderForEndpoint');
      expect(row).toEqual({ ...raw, lastModifiedDateTime: row.lastModifiedDateTime });
    }
  });

  it('has apps that keep every value over the wire, and null where nothing is measured', () => {
    for (const raw of tenant.streams) {
      const { measures } = stream(raw);
      const wire = tenant.wireRows(raw.id, 'P90D');
      const text = pageText({ context: '', rows: wire.map((row) => rowFields(row, true)) });
      const page = parseJsonLosslessly(text) as { value: unknown[] };
      for (const [i, { app: sent }] of wire.entries()) {
        const normalised = normaliseApp(page.value[i], measures);
        if (!('row' in normalised)) throw new Error(normalised.rejected);
        const { row } = normalised;
        expect(row).toMatchObject({
          id: sent.id,
          displayName: sent.displayName,
          category: sent.category,
          riskScore: sent.riskScore,
          tags: sent.tags,
          domains: sent.domains ?? [],
          description: sent.description ?? null,
          transactionCount: sent.transactionCount,
          userCount: raw.supportedEntityTypes.includes('userName') ? sent.userCount : null,
          ipAddressCount: raw.supportedEntityTypes.includes('ipAddress') ? sent.ipAddressCount : null,
          deviceCount: sent.deviceCount ?? null,
          uploadNetworkTrafficInBytes: raw.supportedTrafficTypes.includes('uploadedBytes')
            ? sent.uploadNetworkTrafficInBytes
            : null,
          downloadNetworkTrafficInBytes: raw.supportedTrafficTypes.includes('downloadedBytes')
            ? sent.downloadNetworkTrafficInBytes
            : null,
        });
        const allowed =
          /^(property discoveredCloudAppDetail\.quantumReadiness|member appCategory\.quantumApps)$/;
        expect(normalised.drift.filter((line) => !allowed.test(line))).toEqual([]);
      }
    }
  });
});

describe('The table of known members', () => {
  it('holds the members of the published enums', () => {
    const sizes = Object.fromEntries(Object.entries(KNOWN_MEMBERS).map(([name, set]) => [name, set.size]));
    expect(sizes).toEqual({
      appCategory: 47,
      logDataProvider: 57,
      receiverProtocol: 6,
      entityType: 6,
      trafficType: 4,
    });
  });
});
