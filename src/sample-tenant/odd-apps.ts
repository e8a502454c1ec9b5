/**
 * The odd data, on purpose: every value here once broke somebody's pipeline. Odd apps stand at fixed places of the
 * catalogue and are in every stream and period, so any tenant of 200 apps or more has them all.
 */
import type { WireForm } from './upstream-app.js';

/** Instead of a value: the property is not sent at all. */
export const ABSENT = Symbol('absent');

/** What an odd app has instead of the generated value. `null` is sent as null. */
export interface Oddity {
  readonly displayName?: string;
  readonly category?: string;
  readonly riskScore?: number | null;
  readonly tags?: readonly string[];
  readonly domains?: readonly string[] | null | typeof ABSENT;
  readonly description?: string | null | typeof ABSENT;
  readonly firstSeenDateTime?: typeof ABSENT;
  readonly lastSeenDateTime?: string | null | typeof ABSENT;
  /** Bytes in the P90D rows of every stream that measures them; P30D has a third, P7D a twelfth. */
  readonly uploadBytes?: bigint;
  /** As `uploadBytes`. */
  readonly downloadBytes?: bigint;
  /** The same counts as every other app of the same tie, whatever the day. */
  readonly tied?: true;
  readonly form?: WireForm;
}

/** The first integer that a double cannot hold: 2^53 + 1. JSON.parse makes it …992. */
export const BEYOND_DOUBLE = 9_007_199_254_740_993n;

const FIFTY_FIVE_DOMAINS = Array.from({ length: 55 }, (_, i) =>
  i % 5 === 0 ? `*.region${i}.everywhere.example` : `cdn${i}.everywhere.example`,
);

const ODD_NAMES: readonly Oddity[] = [
  { displayName: "O'Reilly", category: 'education', domains: ['oreilly.com', '*.safaribooksonline.com'] },
  { displayName: 'Café', category: 'eCommerce' },
  { displayName: 'Cafe\u0301', category: 'eCommerce', description: 'The same name, decomposed (NFD).' },
  { displayName: 'Notepad++', category: 'developmentTools', domains: ['notepad-plus-plus.org'] },
  { displayName: '100% Cloud Backup', category: 'cloudStorage' },
  { displayName: 'data_lake_api', category: 'dataAnalytics' },
  { displayName: 'Johnson & Sons <CRM>', category: 'crm' },
  { displayName: 'C# Corner', category: 'forums' },
  { displayName: 'TCP/IP Monitor', category: 'websiteMonitoring' },
  { displayName: 'Path\\Finder', category: 'itServices' },
  { displayName: 'Rocket 🚀 Mail', category: 'webemail' },
  { displayName: '👩‍👩‍👧 Family Share', category: 'contentSharing' },
  { displayName: '  Padded Cloud  ', category: 'cloudStorage' },
  { displayName: 'The "Quoted" Drive', category: 'cloudStorage' },
  { displayName: '微信企业版', category: 'personalInstantMessaging' },
  { displayName: 'Яндекс Диск', category: 'cloudStorage' },
  { displayName: 'البريد السريع', category: 'webemail' },
  { displayName: '=HYPERLINK("http://x.example")', category: 'unknown' },
  { displayName: 'null', category: 'unknown' },
  { displayName: '007', category: 'security' },
  { displayName: 'İstanbul Kargo', category: 'supplyChainAndLogistics' },
  { displayName: 'Straße & Weg', category: 'transportationAndTravel' },
  { displayName: 'Semi;Colon, Comma', category: 'productivity' },
  { displayName: 'zero\u200bwidth', category: 'productivity' },
  { displayName: `${'Very Long Name '.repeat(16)}End`, category: 'businessManagement' },
];

const ODD_VALUES: readonly Oddity[] = [
  { uploadBytes: BEYOND_DOUBLE, description: 'Uploads 2^53 + 1 bytes.' },
  { downloadBytes: 1_234_567_890_123_456n, description: 'Downloads more than 1E15 bytes.' },
  { downloadBytes: 9_223_372_036_854_775_000n, uploadBytes: 7n, description: 'Close to the end of Int64.' },
  { uploadBytes: 0n, downloadBytes: 0n, description: '' },
  { riskScore: null },
  { riskScore: null, domains: null, description: null },
  { riskScore: 0 },
  { riskScore: 10, tags: ['Sanctioned'] },
  { domains: null },
  { domains: ABSENT },
  { domains: [] },
  { domains: FIFTY_FIVE_DOMAINS },
  { tags: [] },
  { tags: ['Sanctioned'] },
  { tags: ['Unsanctioned'] },
  { tags: ['Monitored'] },
  {
    tags: [
      'Sanctioned',
      'Protected',
      'Finance; approved',
      "Works council's list",
      'say "yes"',
      'a,b',
      '#1 & only',
    ],
  },
  { tags: Array.from({ length: 15 }, (_, i) => `Custom ${i + 1}`) },
  { description: 'First line\nsecond line\twith a tab, a \\ and a "quote".' },
  { description: 'Ends in a carriage return\r\n' },
  { description: ABSENT, firstSeenDateTime: ABSENT },
  { lastSeenDateTime: null },
  { lastSeenDateTime: null, firstSeenDateTime: ABSENT },
  { lastSeenDateTime: ABSENT },
  { lastSeenDateTime: '2024-01-01T00:00:00.1234567Z' },
  { lastSeenDateTime: '2019-10-01T05:59:59Z' },
  { lastSeenDateTime: '2021-02-03T04:05:06Z' },
  { category: 'quantumApps', displayName: 'Qubit Planner' },
  { category: 'mcpServer', displayName: 'Model Context Box' },
  { category: 'unknown' },
  { form: 'preview2023' },
  { form: 'preview2023', description: ABSENT },
  { form: 'unknownProperty' },
  { tied: true, category: 'crm' },
  { tied: true, category: 'crm' },
  { tied: true, category: 'webemail' },
  { tied: true, category: 'cloudStorage' },
];

const ODDITIES = [...ODD_NAMES, ...ODD_VALUES];
const FIRST_PLACE = 5;
const STRIDE = 3;

/** The smallest catalogue that holds every odd app. */
export const APPS_FOR_ALL_ODDITIES = FIRST_PLACE + STRIDE * (ODDITIES.length - 1) + 1;

/** What is odd about the app at a place of the catalogue; undefined for a plain one. */
export function oddityAt(index: number): Oddity | undefined {
  const steps = (index - FIRST_PLACE) / STRIDE;
  return Number.isInteger(steps) ? ODDITIES[steps] : undefined;
}
