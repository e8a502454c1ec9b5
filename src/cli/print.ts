/** The commands that only print. */
import { effectiveConfig } from '../config/effective-config.js';
import { loadConfig } from '../config/load-config.js';
import { settingOf, type Settings } from '../config/settings.js';
import { FeedError } from '../errors.js';
import { EVERYTHING, type Grants } from '../model/grants.js';
import type { Observe } from '../observe/observation.js';
import { metadataXml } from '../odata/metadata.js';
import { explain } from '../query/explain.js';
import { createKey } from '../security/api-key.js';
import { grantsByName } from '../security/authorise.js';
import { hashPassword } from '../security/password.js';
import { readSecretLine, type Terminal } from './terminal.js';

/** `config`: what is in force, as JSON, secrets masked. */
export function printConfig(settings: Settings, _log: Observe, terminal: Terminal): Promise<number> {
  terminal.print(JSON.stringify(effectiveConfig(settings), null, 2));
  return Promise.resolve(0);
}

/** What `explain` may be told about the reader who asks. */
export interface ExplainOptions {
  /** Names of one reader, separated by commas: `key:power-bi`. */
  readonly reader?: string;
  /** The configuration file that holds the grants. */
  readonly config?: string;
}

/**
 * `explain <url>`: how a URL is parsed, bound and planned; for a reader, under the grants of the configuration.
 *
 * @throws FeedError QUERY_*, PROTOCOL_*, CONFIG_INVALID, AUTH_NOT_GRANTED
 */
export function printExplanation(url: string, options: ExplainOptions, terminal: Terminal): void {
  const { reader, config } = options;
  const grants = reader === undefined ? EVERYTHING : grantsOfReader(reader, config);
  terminal.print(explain(afterServiceRoot(url), { grants }));
}

function grantsOfReader(reader: string, config: string | undefined): Grants {
  const rules = loadConfig({ flags: { config } }).grants;
  const names = reader.split(',').map((name) => name.trim());
  const grants = grantsByName(names, rules);
  if (grants !== undefined) return grants;
  throw new FeedError('AUTH_NOT_GRANTED', `No grant names ${names.join(', ')}.`, {
    hint: '`discovery-feed config` prints the grants; the member "to" says whom each one is for.',
  });
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
