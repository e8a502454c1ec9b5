/** What a failed sign-in means to the person who has to mend it. */
import { AuthError } from '@azure/msal-node';
import { FeedError, type ErrorCode } from '../errors.js';
import type { Credential } from './msal-client.js';
import type { Exchange } from './sign-in-http.js';

/**
 * AADSTS numbers with an error of their own
 * (https://learn.microsoft.com/entra/identity-platform/reference-error-codes).
 */
const ERROR_OF_AADSTS: ReadonlyMap<number, ErrorCode> = new Map([
  [7000215, 'IDENTITY_SECRET_WRONG'],
  [7000222, 'IDENTITY_SECRET_EXPIRED'],
  [700016, 'IDENTITY_APP_UNKNOWN'],
  [90002, 'IDENTITY_TENANT_UNKNOWN'],
  [900023, 'IDENTITY_TENANT_UNKNOWN'],
  [700027, 'IDENTITY_CERTIFICATE_REFUSED'],
  [700024, 'IDENTITY_CERTIFICATE_REFUSED'],
  [70021, 'IDENTITY_FEDERATION_REFUSED'],
  [700211, 'IDENTITY_FEDERATION_REFUSED'],
  [700212, 'IDENTITY_FEDERATION_REFUSED'],
  [700213, 'IDENTITY_FEDERATION_REFUSED'],
]);

const LONGEST_WORDS = 300;

/** What is known of the application whose sign-in failed. */
export interface FailedSignIn {
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: Credential;
}

/**
 * The failure as a FeedError IDENTITY_*, judged by what the service answered rather than by MSAL's own errors. It has no
 * `cause`: MSAL's errors can carry the request.
 */
export function asSignInError(
  thrown: unknown,
  exchange: Exchange | undefined,
  application: FailedSignIn,
): FeedError {
  if (thrown instanceof FeedError) return thrown;
  if (exchange === undefined) return neverSent(thrown, application);
  const service =
    application.credential.kind === 'managedIdentity'
      ? 'The managed identity endpoint of this machine'
      : 'The sign-in service';
  switch (exchange.kind) {
    case 'failed':
      return unavailable(`${service} cannot be reached (${exchange.reason}).`);
    case 'unreadable':
      return unavailable(
        `${service} answered ${exchange.status} with ${exchange.contentType} instead of JSON.`,
      );
    case 'answered':
      return answered(exchange, application);
  }
}

function neverSent(thrown: unknown, { credential }: FailedSignIn): FeedError {
  const reason = thrown instanceof AuthError ? thrown.errorCode : 'unknown reason';
  return credential.kind === 'certificate'
    ? new FeedError('IDENTITY_CERTIFICATE_REFUSED', `No assertion could be signed (${reason}).`)
    : new FeedError('IDENTITY_REFUSED', `MSAL refused the sign-in before it was sent (${reason}).`);
}

function answered(exchange: Extract<Exchange, { kind: 'answered' }>, application: FailedSignIn): FeedError {
  const { status, retryAfter } = exchange;
  const { error, error_description: description, error_codes: codes } = exchange.body as EntraError;
  const words = wordsOf(description ?? error, application.credential);
  if (status >= 500 || status === 429 || status === 408 || error === 'temporarily_unavailable') {
    return unavailable(`The sign-in service answered ${status}. ${words}`.trim(), secondsOf(retryAfter));
  }
  const number = aadstsOf(codes, description);
  if (application.credential.kind === 'managedIdentity') return noIdentity(status, words);
  const code = number === undefined ? undefined : codeOf(number, application.credential);
  const who = `application ${application.clientId} of tenant ${application.tenantId}`;
  if (code !== undefined) return new FeedError(code, `Entra refuses the ${who}. ${words}`);
  if (status < 400) return unavailable(`The sign-in service answered ${status} without a token.`);
  const label = number === undefined ? `${status}` : `AADSTS${number}`;
  return new FeedError('IDENTITY_REFUSED', `Entra refuses the ${who} (${label}). ${words}`.trim());
}

/** An assertion is signed by our certificate, or by the platform. */
function codeOf(aadsts: number, credential: Credential): ErrorCode | undefined {
  const code = ERROR_OF_AADSTS.get(aadsts);
  return code === 'IDENTITY_CERTIFICATE_REFUSED' && credential.kind === 'federated'
    ? 'IDENTITY_FEDERATION_REFUSED'
    : code;
}

function noIdentity(status: number, words: string): FeedError {
  return new FeedError(
    'IDENTITY_REFUSED',
    `The managed identity endpoint of this machine refuses (${status}). ${words}`.trim(),
    {
      hint: 'Assign a managed identity to the machine and give it CloudApp-Discovery.Read.All; for AZURE_MANAGED_IDENTITY=user set AZURE_CLIENT_ID to the client ID of the identity.',
    },
  );
}

/** An OAuth error (RFC 6749 section 5.2) with Entra's additions; nothing of it is certain. */
interface EntraError {
  readonly error?: unknown;
  readonly error_description?: unknown;
  readonly error_codes?: unknown;
}

function aadstsOf(codes: unknown, description: unknown): number | undefined {
  const listed: readonly unknown[] = Array.isArray(codes) ? codes : [];
  const known = listed.find((code) => typeof code === 'number' && ERROR_OF_AADSTS.has(code));
  if (typeof known === 'number') return known;
  const match = typeof description === 'string' ? /AADSTS(\d{1,9})/.exec(description) : null;
  if (match !== null) return Number(match[1]);
  return listed.find((code) => typeof code === 'number');
}

/** Entra's sentence without its trailing ids, on one line, never with the credential in it. */
function wordsOf(description: unknown, credential: Credential): string {
  if (typeof description !== 'string') return '';
  const sentence = description
    .replace(/\s*Trace ID:.*$/s, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  const safe = credential.kind === 'secret' ? sentence.replaceAll(credential.secret, '***') : sentence;
  return safe.length > LONGEST_WORDS ? `${safe.slice(0, LONGEST_WORDS)}…` : safe;
}

function secondsOf(retryAfter: string | undefined): number | undefined {
  return retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined;
}

function unavailable(message: string, retryAfterSeconds?: number): FeedError {
  return new FeedError(
    'IDENTITY_UNAVAILABLE',
    message,
    retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
  );
}
