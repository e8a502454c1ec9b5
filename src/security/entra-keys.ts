/** The keys that Entra signs a tenant's tokens with: fetched when first needed, renewed behind the readers' backs. */
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JWTVerifyGetKey,
} from 'jose';
import { FeedError } from '../errors.js';

/** After this time keys are fetched anew, while the old ones go on. */
const RENEW_MS = 10 * 60_000;
/** Keys this old vouch for nobody: Entra rolls its keys, and takes one back that was stolen. */
const MAX_AGE_MS = 24 * 3_600_000;
const TIMEOUT_MS = 10_000;
/** At most one fetch in this time for tokens whose key nobody knows. */
const COOLDOWN_MS = 30_000;

/** Where keys come from. */
export interface EntraKeysOptions {
  readonly url: URL;
  /** Default: the platform's; a proxy needs its own. */
  readonly fetch?: FetchImplementation;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now?: () => number;
}

/**
 * The key of a token, for jose. An outage of Entra does not lock readers out: the keys of before are good for a day.
 *
 * @throws FeedError AUTH_KEYS_UNAVAILABLE when Entra cannot be reached and no keys are at hand
 */
export function entraKeys({ url, fetch, now = Date.now }: EntraKeysOptions): JWTVerifyGetKey {
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  const remote = createRemoteJWKSet(url, {
    timeoutDuration: TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: Number.POSITIVE_INFINITY,
    [customFetch]: async (address, options) => {
      triedAt = now();
      const answer = await (fetch ?? globalThis.fetch)(address, options);
      if (answer.ok) fetchedAt = now();
      return answer;
    },
  });
  return async (header, token) => {
    if (now() - fetchedAt > MAX_AGE_MS) await remote.reload().catch(unavailable);
    else if (now() - Math.max(fetchedAt, triedAt) > RENEW_MS) remote.reload().catch(() => undefined);
    try {
      return await remote(header, token);
    } catch (thrown) {
      if (isAboutToken(thrown)) throw thrown;
      return unavailable(thrown);
    }
  };
}

/** Whether the token is to blame, not the way to Entra. */
function isAboutToken(thrown: unknown): boolean {
  return (
    thrown instanceof errors.JWKSNoMatchingKey ||
    thrown instanceof errors.JWKSMultipleMatchingKeys ||
    thrown instanceof errors.JOSENotSupported ||
    thrown instanceof errors.JWSInvalid
  );
}

function unavailable(cause: unknown): never {
  throw new FeedError(
    'AUTH_KEYS_UNAVAILABLE',
    'The keys that check your sign-in could not be fetched from Microsoft Entra.',
    { cause },
  );
}
