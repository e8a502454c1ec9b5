/** API keys: 256 random bits, known here by their SHA-256 only; as query parameter, `x-api-key`, or Bearer. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
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
  return { key, sha256: hash('sha256', key) };
}

/**
 * Accepts any of the keys, wherever one stands: Power BI's "Web API" kind writes it into the query string, others into
 * `x-api-key` or `Authorization: Bearer`.
 *
 * @param parameter - name of the query parameter, compared exactly
 */
export function apiKeyAuthenticator(keys: readonly ApiKey[], parameter: string): Authenticator {
  const known = keys.map((key): KnownKey => ({
    ...key,
    digest: Buffer.from(key.sha256, 'hex'),
    holder: { kind: 'key', name: key.name },
  }));
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

/** A key of the configuration as it is compared. */
interface KnownKey extends ApiKey {
  readonly digest: Buffer;
  readonly holder: Principal;
}

/** Compares with every key, without an early exit, so that time says nothing about which was near. */
function holderOf(key: string, known: readonly KnownKey[]): Principal | undefined {
  const now = Date.now();
  const digest = Buffer.from(hash('sha256', key), 'hex');
  let holder: Principal | undefined;
  for (const candidate of known) {
    if (timingSafeEqual(digest, candidate.digest) && isInForce(candidate, now)) holder ??= candidate.holder;
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
    .filter((pair) => nameOf(pair) === parameter)
    .map((pair) => (pair.includes('=') ? decode(pair.slice(pair.indexOf('=') + 1)) : ''));
}

/**
 * The URL without the key parameter, so that it reaches no link, log or error. All other parts stay byte for byte as
 * they came. Spellings that differ in case or are percent-encoded go too: they are slips, and hold a key all the same.
 *
 * @example withoutKey('/odata/Apps?key=s3cret&$top=1', 'key') → '/odata/Apps?$top=1'
 */
export function withoutKey(url: string, parameter: string): string {
  const pairs = pairsOf(url);
  const rest = pairs.filter((pair) => nameOf(pair).toLowerCase() !== parameter.toLowerCase());
  if (rest.length === pairs.length) return url;
  const path = url.slice(0, url.indexOf('?'));
  return rest.length === 0 ? path : `${path}?${rest.join('&')}`;
}

function pairsOf(url: string): string[] {
  const mark = url.indexOf('?');
  return mark < 0 ? [] : url.slice(mark + 1).split('&');
}

function nameOf(pair: string): string {
  const equals = pair.indexOf('=');
  return decode(equals < 0 ? pair : pair.slice(0, equals));
}

/** Percent-decoding that leaves malformed text as it is: the OData parser is who complains about it. */
function decode(part: string): string {
  if (!/[%+]/.test(part)) return part;
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    return part;
  }
}
