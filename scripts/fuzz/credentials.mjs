/** Credentials for a server that asks for them: right ones in each place, wrong ones, and none. */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const KEY = 'Zm9yLWEtcnVuLW9mLXRoZS1mdXp6LXNjcmlwdC1vbmx5';
const USER = 'fuzz';
const PASSWORD = 'a pass:word of fuzz';
const basic = (user, password) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** What a request says of itself, and whether that is right. Most are right: what lies behind is to be reached. */
const KINDS = {
  key: { right: true, header: ['x-api-key', KEY] },
  bearer: { right: true, header: ['Authorization', `Bearer ${KEY}`] },
  basic: { right: true, header: ['Authorization', basic(USER, PASSWORD)] },
  query: { right: true, option: `key=${KEY}` },
  none: { right: false },
  emptyBearer: { right: false, header: ['Authorization', 'Bearer '] },
  wrongKey: { right: false, header: ['x-api-key', `${KEY}x`] },
  wrongPassword: { right: false, header: ['Authorization', basic(USER, 'password')] },
};
const TURNS = [
  'key',
  'bearer',
  'basic',
  'query',
  'key',
  'none',
  'emptyBearer',
  'wrongKey',
  'wrongPassword',
  'key',
];
const SECRETS = [KEY, PASSWORD, basic(USER, PASSWORD).slice('Basic '.length)];

/** Settings that make a server ask for these. @param dist its compiled files */
export async function authSettings(dist) {
  const { hashPassword } = await import(pathToFileURL(join(dist, 'security/password.js')).href);
  const sha256 = createHash('sha256').update(KEY).digest('hex');
  return { API_KEYS: `fuzz:${sha256}`, BASIC_USERS: `${USER}:${await hashPassword(PASSWORD)}` };
}

/** Headers of a reader who may read. */
export const RIGHT_HEADERS = Object.fromEntries([KINDS.key.header]);

/** Whether a text, such as a line of the log, shows one of them. */
export function holdsSecret(text) {
  return SECRETS.some((secret) => text.includes(secret));
}

/** The request with the credential whose turn it is; one that brings headers of its own for that keeps them. */
export function dressed(request, turn) {
  const as = TURNS[turn % TURNS.length];
  const bringsOwn = request.headers?.some(([name]) => /^(authorization|x-api-key)$/i.test(name)) ?? true;
  if (request.bytes !== undefined || bringsOwn) return request;
  const { header, option } = KINDS[as];
  // A damaged query may swallow what follows it.
  if (option !== undefined && /[%#]/.test(request.target)) return { ...request, as: 'none' };
  return {
    ...request,
    as,
    ...(header !== undefined && { headers: [...request.headers, header] }),
    ...(option !== undefined && {
      target: `${request.target}${request.target.includes('?') ? '&' : '?'}${option}`,
    }),
  };
}

/** What is wrong with an answer because of who asked. */
export function credentialProblems({ as, target = '' }, answer, text) {
  const problems = [];
  if (holdsSecret(text)) problems.push('a credential came back');
  if (as === undefined) return problems;
  const { right } = KINDS[as];
  if (right && (answer.status === 401 || answer.status === 429))
    problems.push('a right credential was refused');
  if (!right && answer.status < 400 && /^\/odata(\/|\?|$)/i.test(target))
    problems.push('answered without a right credential');
  return problems;
}
