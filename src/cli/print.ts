/** The commands that only print. */
import { effectiveConfig } from '../config/effective-config.js';
import { settingOf, type Settings } from '../config/settings.js';
import { FeedError } from '../errors.js';
import type { Observe } from '../observe/observation.js';
import { metadataXml } from '../odata/metadata.js';
import { explain } from '../query/explain.js';
import { createKey } from '../security/api-key.js';
import { hashPassword } from '../security/password.js';
import { readSecretLine, type Terminal } from './terminal.js';

/** `config`: what is in force, as JSON, secrets masked. */
export function printConfig(settings: Settings, _log: Observe, terminal: Terminal): Promise<number> {
  terminal.print(JSON.stringify(effectiveConfig(settings), null, 2));
  return Promise.resolve(0);
}

/** `explain <url>`: how a URL is parsed, bound and planned. @throws FeedError QUERY_*, PROTOCOL_* */
export function printExplanation(url: string, terminal: Terminal): void {
  terminal.print(explain(afterServiceRoot(url)));
}

/** The part of a URL after the service root: people paste whole addresses. */
function afterServiceRoot(url: string): string {
  return url
    .replace(/^[a-z]+:\/\/[^/]*/i, '')
    .replace(/^\/?odata(?=\/|\?|$)/, '')
    .replace(/^\//, '');
}

/** `metadata`: the XML of $metadata. */
export function printMetadata(terminal: Terminal): void {
  terminal.print(metadataXml());
}

/** `hash-password`: the hash for BASIC_USERS of a password from standard input. */
export async function printPasswordHash(terminal: Terminal): Promise<void> {
  const password = await readSecretLine('Password: ');
  if (password === '') {
    throw new FeedError('CONFIG_INVALID', 'There was no password on standard input.', {
      hint: 'Type one, or pipe it in: it never stands in the command line.',
    });
  }
  terminal.print(await hashPassword(password));
}

/** `create-key`: a new key, shown once, and what to put into API_KEYS. @throws FeedError CONFIG_INVALID: the name */
export function printKey(name: string, terminal: Terminal): void {
  const { key, sha256 } = createKey();
  if (!settingOf('apiKeys').type.fromText(`${name}:${sha256}`).ok) {
    throw new FeedError('CONFIG_INVALID', `'${name}' cannot be the name of a key.`, {
      hint: 'Use letters, digits, - and _: blanks, commas and colons separate the entries of API_KEYS.',
    });
  }
  terminal.print(`Key (shown once; give it to whoever reads the feed):  ${key}`);
  terminal.print(`For API_KEYS:                                        ${name}:${sha256}`);
}
