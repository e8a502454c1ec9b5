/** Seeded rows for the oracle: plain objects, odd on purpose. Integers are bigints here, whatever their size. */
import fc from 'fast-check';

export interface AppRow {
  readonly tenantId: string;
  readonly streamId: string;
  readonly id: string;
  readonly displayName: string | null;
  readonly category: string | null;
  readonly riskScore: bigint | null;
  readonly userCount: bigint | null;
  readonly deviceCount: bigint | null;
  readonly lastSeenDateTime: string | null;
  readonly isSanctioned: boolean | null;
  readonly tags: readonly string[];
  readonly domains: readonly string[];
}
export interface StreamRow {
  readonly tenantId: string;
  readonly id: string;
  readonly displayName: string | null;
  readonly logFileCount: bigint | null;
  readonly supportedEntityTypes: readonly string[];
}
export interface TagRow {
  readonly tenantId: string;
  readonly appId: string;
  readonly tag: string;
}

/** Everything that one generated query reads. */
export interface Data {
  readonly apps: readonly AppRow[];
  readonly streams: readonly StreamRow[];
  readonly appTags: readonly TagRow[];
}

export const TENANTS = ['t1', 't2'];
export const STREAMS = ['p', 'q', 'r'];
export const TEXTS = [
  '',
  'a',
  'A',
  'Box',
  'box drive',
  ' padded ',
  "O'Neil",
  '100%',
  'a_b',
  'a+b',
  'a&b',
  '#1',
  'x/y',
  '"quoted"',
  'back\\slash',
  '📦 cloud',
  'ß',
  'É',
  '\uffff',
  'zebra',
  'Zebra',
  'null',
  'é',
];
export const TAGS = ['Sanctioned', 'HR', 'hr', "it's", '📦', ''];
export const INTEGERS = [
  0n,
  1n,
  -1n,
  2n,
  3n,
  5n,
  7n,
  10n,
  100n,
  9007199254740991n,
  9007199254740992n,
  9007199254740993n,
  -9007199254740993n,
  4611686018427387904n,
];
export const MOMENTS = [
  '1969-12-31T23:59:59.999Z',
  '2024-02-29T00:00:00Z',
  '2025-12-31T23:59:59Z',
  '2026-01-01T00:00:00Z',
  '2026-03-01T12:34:56.5Z',
];

const text = fc.constantFrom(...TEXTS);
const integer = fc.constantFrom(...INTEGERS);
const orNull = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: null, freq: 4 });
const tags = fc.uniqueArray(fc.constantFrom(...TAGS), { maxLength: 3 });

const app = fc.record({
  tenantId: fc.constantFrom(...TENANTS),
  streamId: fc.constantFrom(...STREAMS, 'gone'),
  id: fc.integer({ min: 1, max: 40 }).map(String),
  displayName: orNull(text),
  category: orNull(fc.constantFrom('cloudStorage', 'crm', 'Crm')),
  riskScore: orNull(fc.bigInt({ min: 0n, max: 10n })),
  userCount: orNull(integer),
  deviceCount: orNull(fc.bigInt({ min: 0n, max: 5n })),
  lastSeenDateTime: orNull(fc.constantFrom(...MOMENTS)),
  isSanctioned: orNull(fc.boolean()),
  tags,
  domains: fc.array(text, { maxLength: 4 }),
});
const stream = fc.record({
  tenantId: fc.constantFrom(...TENANTS),
  id: fc.constantFrom(...STREAMS),
  displayName: orNull(text),
  logFileCount: orNull(fc.bigInt({ min: 0n, max: 3n })),
  supportedEntityTypes: tags,
});
const appTag = fc.record({
  tenantId: fc.constantFrom(...TENANTS),
  appId: fc.integer({ min: 1, max: 40 }).map(String),
  tag: fc.constantFrom(...TAGS),
});

/** Rows of all three sets, each without two rows of one key. */
export const data = (size: number): fc.Arbitrary<Data> =>
  fc.record({
    apps: fc.uniqueArray(app, {
      minLength: size,
      maxLength: size,
      selector: (row) => `${row.tenantId}|${row.streamId}|${row.id}`,
    }),
    streams: fc.uniqueArray(stream, { maxLength: 5, selector: (row) => `${row.tenantId}|${row.id}` }),
    appTags: fc.uniqueArray(appTag, { maxLength: 60, selector: (row) => JSON.stringify(row) }),
  });
