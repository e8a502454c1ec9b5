/** Kinds of identities: tenants, applications, API keys, users. Nothing here ever quotes a key or a hash. */
import { bad, good, textual, type Reading, type SettingType } from './setting-type.js';

/** An API key as it is configured: only its hash is known here. */
export interface ApiKeySetting {
  readonly name: string;
  /** Lower-case hex SHA-256 of the key's UTF-8 bytes. */
  readonly sha256: string;
}

/** A user of HTTP Basic as it is configured. */
export interface BasicUserSetting {
  readonly name: string;
  /** `$scrypt$ln=15,r=8,p=3$salt$hash`, as `discovery-feed hash-password` prints it. */
  readonly hash: string;
}

const GUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;
const DOMAIN = /^(?=.{4,253}$)([a-z\d]([a-z\d-]*[a-z\d])?\.)+[a-z]([a-z\d-]*[a-z\d])$/;
const MANY_TENANTS = ['common', 'organizations', 'consumers'];

/** Application (client) ID: a GUID, read in lower case. */
export function guid(): SettingType<string> {
  return textual('a GUID', (given) =>
    GUID.test(given.toLowerCase()) ? good(given.toLowerCase()) : bad('is not a GUID'),
  );
}

/** Directory (tenant) ID or a verified domain name, read in lower case. */
export function tenantId(): SettingType<string> {
  return textual('a GUID or a domain name that is verified in the tenant', (given) => {
    const lower = given.toLowerCase();
    if (MANY_TENANTS.includes(lower)) return bad('is not one tenant');
    return GUID.test(lower) || DOMAIN.test(lower) ? good(lower) : bad('is neither a GUID nor a domain name');
  });
}

/** Names that OData gives a meaning, with or without `$`, and our own custom option. */
const TAKEN =
  'apply,asof,compute,count,deltatoken,expand,filter,format,id,index,levels,orderby,schemaversion,search,select,skip,skiptoken,top'.split(
    ',',
  );

/** The name of a query parameter that is none of OData's system query options. */
export function parameterName(): SettingType<string> {
  return textual('a name of letters, digits, _ - . that is no OData query option', (given) => {
    const bare = given.replace(/^\$/, '').toLowerCase();
    if (TAKEN.includes(bare)) return bad('is a query option already');
    return /^[\w.-]{1,64}$/.test(given) ? good(given) : bad('is no name for a query parameter');
  });
}

/** API keys: `name:sha256,…` in text, `[{"name","sha256"}]` in the file. */
export function apiKeys(): SettingType<readonly ApiKeySetting[]> {
  return named({
    accepts: 'name:sha256 pairs (discovery-feed create-key makes them)',
    separator: /[,\s]+/,
    member: 'sha256',
    check: (sha256) =>
      /^[\da-f]{64}$/i.test(sha256) ? undefined : 'needs 64 hexadecimal digits as sha256, not the key itself',
    build: (name, sha256) => ({ name, sha256: sha256.toLowerCase() }),
  });
}

const SCRYPT =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$[A-Za-z\d+/]{16,}={0,2}\$[A-Za-z\d+/]{32,}={0,2}$/;

/** Users: `name:hash;…` in text, `[{"name","hash"}]` in the file. */
export function basicUsers(): SettingType<readonly BasicUserSetting[]> {
  return named({
    accepts: 'name:hash pairs separated by ; (discovery-feed hash-password makes the hashes)',
    separator: /[;\r\n]+/,
    member: 'hash',
    check: (hash) => (isScryptHash(hash) ? undefined : 'needs a $scrypt$… hash, not the password itself'),
    build: (name, hash) => ({ name, hash }),
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
  readonly build: (name: string, value: string) => T;
}

function named<T extends { readonly name: string }>(list: NamedList<T>): SettingType<readonly T[]> {
  return {
    accepts: list.accepts,
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
    show: (values) => values.map((value) => ({ name: value.name, [list.member]: '***' })),
  };
}

type Pair = readonly [name: string, value: string] | undefined;

function splitPair(pair: string): Pair {
  const colon = pair.indexOf(':');
  return colon < 1 ? undefined : [pair.slice(0, colon).trim(), pair.slice(colon + 1).trim()];
}

function jsonPair(entry: unknown, member: string): Pair {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { name, [member]: value, ...rest } = entry as Record<string, unknown>;
  if (Object.keys(rest).length > 0) return undefined;
  return typeof name === 'string' && typeof value === 'string' ? [name, value] : undefined;
}

function readPairs<T extends { readonly name: string }>(
  pairs: readonly Pair[],
  list: NamedList<T>,
): Reading<readonly T[]> {
  const values: T[] = [];
  const seen = new Set<string>();
  for (const [index, pair] of pairs.entries()) {
    if (pair === undefined) return bad(`has an entry ${index + 1} that is not a name and a ${list.member}`);
    const [name, value] = pair;
    // eslint-disable-next-line no-control-regex -- control characters in a name would reach the log
    if (!/^[^:\u0000-\u001f\u007f]{1,128}$/.test(name))
      return bad(`has an entry ${index + 1} without a usable name`);
    const problem = list.check(value);
    if (problem !== undefined) return bad(`has an entry ${index + 1} ('${name}') that ${problem}`);
    if (seen.has(name)) return bad(`has the name '${name}' twice`);
    const built = list.build(name, value);
    const identity = JSON.stringify({ ...built, name: '' });
    if (seen.has(identity)) return bad(`gives '${name}' a ${list.member} that another name has`);
    seen.add(name).add(identity);
    values.push(built);
  }
  return good(values);
}
