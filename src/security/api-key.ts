/** API keys: 256 random bits, known here by their SHA-256 only; as query parameter, `x-api-key`, or Bearer. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { authorizationOf, REALM, type Authenticator, type Principal } from './authenticator.js';
import { isInForce, type Ending } from './in-force.js';

/** A key that may read. Several may have one name: while one replaces the other, both are right. */
export interface ApiKey extends Ending {
  readonly name: string;
  /** Hex SHA-256 of the key's UTF-8 bytes. */
  readonly sha256: string;
}

/** A new random key (43 characters, base64url) and the hash that the configuration holds. */
export function createKey(): { readonly key: string; readonly sha256: string } {
  const key = randomBytes(32).toString('base64url');
  return { key, sha256: createHash('sha256').update(key, 'utf8').digest('hex') };
}

/**
 * Accepts any of the keys, wherever one stands: Power BI's "Web API" kind writes it into the query string, others into
 * `x-api-key` or `Authorization: Bearer`.
 *
 * @param parameter - name of the query parameter, compared exactly
 */
export function apiKeyAuthenticator(keys: readonly ApiKey[], parameter: string): Authenticator {
  const known = keys.map((key) => ({ ...key, digest: Buffer.from(key.sha256, 'hex') }));
  return {
    challenge: `Bearer realm="${REALM}"`,
    accepts: `an API key (?${parameter}=…, x-api-key or Authorization: Bearer; in Power BI the kind "Web API")`,
    authenticate: (request) => {
      const given = keysIn(request, parameter);
      if (given.length === 0) return undefined;
      return given.map((key) => holderOf(key, known)).find((holder) => holder !== undefined) ?? false;
    },
  };
}

/** Compares with every key, without an early exit, so that time says nothing about which was near. */
function holderOf(
  key: string,
  known: readonly (ApiKey & { readonly digest: Buffer })[],
): Principal | undefined {
  const now = Date.now();
  const digest = createHash('sha256').update(key, 'utf8').digest();
  let holder: Principal | undefined;
  for (const candidate of known) {
    if (timingSafeEqual(digest, candidate.digest) && isInForce(candidate, now))
      holder ??= { kind: 'key', name: candidate.name };
  }
  return holder;
}

function keysIn(request: Request, parameter: string): string[] {
  const header = request.headers['x-api-key'];
  return [
    ...queryValues(request.url, parameter),
    ...(typeof header === 'string' ? [header.trim()] : []),
    authorizationOf(request, 'bearer') ?? '',
  ].filter((key) => key !== '');
}

function queryValues(url: string, parameter: string): string[] {
  return pairsOf(url)
    .map(splitPair)
    .filter(([name]) => name === parameter)
    .map(([, value]) => value);
}

/**
 * The URL without the key parameter, so that it reaches no link, log or error. All other parts stay byte for byte as
 * they came. Spellings that differ in case or are percent-encoded go too: they are slips, and hold a key all the same.
 *
 * @example withoutKey('/odata/Apps?key=s3cret&$top=1', 'key') → '/odata/Apps?$top=1'
 */
export function withoutKey(url: string, parameter: string): string {
  const pairs = pairsOf(url);
  const rest = pairs.filter((pair) => splitPair(pair)[0].toLowerCase() !== parameter.toLowerCase());
  if (rest.length === pairs.length) return url;
  const path = url.slice(0, url.indexOf('?'));
  return rest.length === 0 ? path : `${path}?${rest.join('&')}`;
}

function pairsOf(url: string): string[] {
  const mark = url.indexOf('?');
  return mark < 0 ? [] : url.slice(mark + 1).split('&');
}

function splitPair(pair: string): readonly [name: string, value: string] {
  const equals = pair.indexOf('=');
  return equals < 0 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
}

/** Percent-decoding that leaves malformed text as it is: the OData parser is who complains about it. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    return part;
  }
}
