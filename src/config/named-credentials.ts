/** API keys and users, each with a name. Nothing here ever quotes a key or a hash. */
import { bad, good, type JsonSchema, type Reading, type SettingType } from './setting-type.js';

/** When a credential stops being right. */
interface Ending {
  /** Last day on which it is right, `yyyy-mm-dd`, UTC. */
  readonly until?: string;
}

/** An API key as it is configured: only its hash is known here. */
export interface ApiKeySetting extends Ending {
  readonly name: string;
  /** Lower-case hex SHA-256 of the key's UTF-8 bytes. */
  readonly sha256: string;
}

/** A user of HTTP Basic as it is configured. */
export interface BasicUserSetting extends Ending {
  readonly name: string;
  /** `$scrypt$ln=15,r=8,p=3$salt$hash`, as `discovery-feed hash-password` prints it. */
  readonly hash: string;
}

/** API keys: `name:sha256,…` in text, `[{"name","sha256"}]` in the file; `@2027-01-31` or `"until"` gives a last day. */
export function apiKeys(): SettingType<readonly ApiKeySetting[]> {
  return named({
    accepts:
      'name:sha256 pairs (discovery-feed create-key makes them), each with @yyyy-mm-dd as its last day if it has one',
    separator: /[,\s]+/,
    member: 'sha256',
    check: (sha256) =>
      /^[\da-f]{64}$/i.test(sha256) ? undefined : 'needs 64 hexadecimal digits as sha256, not the key itself',
    build: (name, sha256, ending) => ({ name, sha256: sha256.toLowerCase(), ...ending }),
  });
}

const SCRYPT =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$[A-Za-z\d+/]{16,}={0,2}\$[A-Za-z\d+/]{32,}={0,2}$/;

/** Users: `name:hash;…` in text, `[{"name","hash"}]` in the file; `@2027-01-31` or `"until"` gives a last day. */
export function basicUsers(): SettingType<readonly BasicUserSetting[]> {
  return named({
    accepts:
      'name:hash pairs separated by ; (discovery-feed hash-password makes the hashes), each with @yyyy-mm-dd as its last day if it has one',
    separator: /[;\r\n]+/,
    member: 'hash',
    check: (hash) => (isScryptHash(hash) ? undefined : 'needs a $scrypt$… hash, not the password itself'),
    build: (name, hash, ending) => ({ name, hash, ...ending }),
  });
}

/** Cost limits keep one sign-in under about 256 MiB and a second: 128 · r · 2^ln bytes. */
function isScryptHash(hash: string): boolean {
  const [, ln, r, p] = SCRYPT.exec(hash)?.map(Number) ?? [];
  if (ln === undefined || r === undefined || p === undefined) return false;
  return ln >= 14 && ln <= 18 && r >= 1 && r <= 8 && p >= 1 && p <= 4;
}

interface NamedList<T> {
  readonly accepts: string;
  readonly separator: RegExp;
  readonly member: string;
  readonly check: (value: string) => string | undefined;
  readonly build: (name: string, value: string, ending: Ending) => T;
}

function named<T extends Ending & { readonly name: string }>(list: NamedList<T>): SettingType<readonly T[]> {
  return {
    accepts: list.accepts,
    schema: { type: 'array', items: entrySchema(list.member) },
    fromText: (given) =>
      readPairs(
        given
          .split(list.separator)
          .filter((pair) => pair.trim() !== '')
          .map((pair) => splitPair(pair.trim())),
        list,
      ),
    fromJson: (json) =>
      Array.isArray(json)
        ? readPairs(
            json.map((entry) => jsonPair(entry, list.member)),
            list,
          )
        : bad('is not a list'),
    show: (values) =>
      values.map(({ name, until }) => ({
        ...{ name, [list.member]: '***' },
        ...(until === undefined ? {} : { until }),
      })),
  };
}

function entrySchema(member: string): JsonSchema {
  return {
    type: 'object',
    properties: {
      name: { type: 'string', pattern: '^[^:]{1,128}$' },
      [member]: { type: 'string' },
      until: { type: 'string', format: 'date', description: 'Last day on which it is right, UTC.' },
    },
    required: ['name', member],
    additionalProperties: false,
  };
}

type Pair = readonly [name: string, value: string, until?: string] | undefined;

/** `name:value` or `name:value@yyyy-mm-dd`; neither hashes nor digits have an @. */
function splitPair(pair: string): Pair {
  const colon = pair.indexOf(':');
  if (colon < 1) return undefined;
  const [value = '', until] = pair.slice(colon + 1).split('@', 2);
  const name = pair.slice(0, colon).trim();
  return until === undefined ? [name, value.trim()] : [name, value.trim(), until.trim()];
}

function jsonPair(entry: unknown, member: string): Pair {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { name, [member]: value, until, ...rest } = entry as Record<string, unknown>;
  if (Object.keys(rest).length > 0) return undefined;
  if (typeof name !== 'string' || typeof value !== 'string') return undefined;
  return until === undefined ? [name, value] : [name, value, typeof until === 'string' ? until : '?'];
}

/** An old one and a new one while they overlap, and one to spare. */
const MOST_OF_ONE_NAME = 3;

function readPairs<T extends Ending & { readonly name: string }>(
  pairs: readonly Pair[],
  list: NamedList<T>,
): Reading<readonly T[]> {
  const values: T[] = [];
  const secrets = new Set<string>();
  for (const [index, pair] of pairs.entries()) {
    if (pair === undefined) return bad(`has an entry ${index + 1} that is not a name and a ${list.member}`);
    const [name, value, until] = pair;
    const problem = problemOf(pair, list);
    if (problem !== undefined) return bad(`has an entry ${index + 1} ${problem}`);
    const built = list.build(name, value, until === undefined ? {} : { until });
    if (values.filter((other) => other.name === name).length === MOST_OF_ONE_NAME)
      return bad(`has the name '${name}' more than ${MOST_OF_ONE_NAME} times`);
    const secret = value.toLowerCase();
    if (secrets.has(secret)) return bad(`gives '${name}' a ${list.member} that stands there already`);
    secrets.add(secret);
    values.push(built);
  }
  return good(values);
}

function problemOf<T>([name, value, until]: NonNullable<Pair>, list: NamedList<T>): string | undefined {
  // eslint-disable-next-line no-control-regex -- control characters in a name would reach the log
  if (!/^[^:\u0000-\u001f\u007f]{1,128}$/.test(name)) return 'without a usable name';
  const problem = list.check(value);
  if (problem !== undefined) return `('${name}') that ${problem}`;
  return until === undefined || isDay(until)
    ? undefined
    : `('${name}') whose last day is not a date such as 2027-01-31`;
}

function isDay(text: string): boolean {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  return day !== undefined && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
