/** Loads a configuration that is given in pieces, without a process and without a disk. */
import { FeedError } from '../../src/errors.js';
import { loadConfig } from '../../src/config/load-config.js';
import type { Settings } from '../../src/config/settings.js';

export interface Pieces {
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: Readonly<Record<string, unknown>>;
  /** Content of feed.json: an object, or text as it stands. Given, it is the configuration file. */
  readonly file?: unknown;
  /** Further files by path. */
  readonly files?: Readonly<Record<string, string>>;
}

export function load({ env = {}, flags = {}, file, files = {} }: Pieces): Settings {
  const all: Record<string, string> = { ...files };
  if (file !== undefined) all['feed.json'] = typeof file === 'string' ? file : JSON.stringify(file);
  return loadConfig({
    env: file === undefined ? env : { CONFIG_FILE: 'feed.json', ...env },
    flags,
    readFile: (path) => {
      const content = all[path];
      if (content === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return content;
    },
  });
}

/** The error of a configuration that must not load. */
export function refusal(pieces: Pieces): FeedError {
  try {
    load(pieces);
  } catch (error) {
    if (error instanceof FeedError) return error;
    throw error;
  }
  throw new Error('The configuration was accepted.');
}

/** The lines of the report, one a mistake, without the dash. */
export function mistakesOf(pieces: Pieces): string[] {
  return refusal(pieces)
    .message.split('\n')
    .slice(1)
    .map((line) => line.replace(/^- /, ''));
}
