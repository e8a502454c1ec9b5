/**
 * Where settings come from: the file, the environment, the flags. Finds what was given for one setting; knows nothing
 * about what it means.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'lossless-json';
import { mistake, quote, wrongValue, type Mistake } from './mistake.js';
import { environmentName, flagName } from './setting.js';
import { settingOf, type SettingName } from './settings.js';

/** What {@link loadConfig} reads; all of it can be given, so that tests need no process. */
export interface ConfigInputs {
  /** Default: the environment of this process. An empty value counts as not set. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Flags by name (`pageSize` or `page-size`), as commander gives them; undefined counts as not set. */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** Reads a file as UTF-8. Default: the file system. */
  readonly readFile?: ReadFile;
}

/** Reads a file as UTF-8; throws like node:fs. */
export type ReadFile = (path: string) => string;

/** Everything that was given, level by level. */
export interface Layers {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By setting name, camelCase. */
  readonly flags: ReadonlyMap<string, unknown>;
  readonly file: ReadonlyMap<string, unknown>;
  readonly filePath: string | undefined;
  readonly readFile: ReadFile;
}

/** What was given for one setting. */
export interface Given {
  readonly raw: unknown;
  /** In words: `PAGE_SIZE (environment)`. */
  readonly origin: string;
  readonly form: 'text' | 'json';
  /** Read from a file of secrets: never quoted, even when the setting is none. */
  readonly hidden?: true;
}

/** Collects the levels. A file that cannot be read is a mistake, and its level is empty. */
export function readLayers(inputs: ConfigInputs, mistakes: Mistake[]): Layers {
  const flags = new Map<string, unknown>();
  for (const [name, value] of Object.entries(inputs.flags ?? {})) {
    if (value !== undefined) flags.set(camelCase(name), value);
  }
  const layers: Layers = {
    env: inputs.env ?? process.env,
    flags,
    file: new Map(),
    filePath: undefined,
    readFile: inputs.readFile ?? ((path) => readFileSync(path, 'utf8')),
  };
  const given = findGiven('configFile', layers);
  if (given === undefined) return layers;
  if (typeof given.raw !== 'string') {
    mistakes.push(wrongValue('configFile', given, 'needs a value'));
    return layers;
  }
  const file = readMembers(given.raw, given.origin, layers.readFile);
  if ('line' in file) mistakes.push(file);
  return { ...layers, file: 'line' in file ? new Map() : file, filePath: given.raw };
}

/** The strongest level that gives the setting: flag, environment, file. `suffix` File finds `PAGE_SIZE_FILE`. */
export function findGiven(name: SettingName, layers: Layers, suffix: '' | 'File' = ''): Given | undefined {
  return findByLevel(name, layers, suffix).find((given) => given !== undefined);
}

/** The same, one entry a level, strongest first. */
export function findByLevel(
  name: SettingName,
  layers: Layers,
  suffix: '' | 'File',
): readonly (Given | undefined)[] {
  return [
    fromFlags(name, layers, suffix),
    fromEnvironment(name, layers, suffix),
    fromFileMembers(name, layers, suffix),
  ];
}

function fromFlags(name: SettingName, layers: Layers, suffix: string): Given | undefined {
  const { shortFlag, secret, only } = settingOf(name);
  // names.ts refuses these flags; what they say counts for nothing.
  if (only === 'file' || (secret === true && suffix === '')) return undefined;
  for (const flag of [name + suffix, ...(shortFlag === undefined || suffix !== '' ? [] : [shortFlag])]) {
    const raw = layers.flags.get(flag);
    if (raw !== undefined) {
      const asText = typeof raw === 'string' ? raw.trim() : raw;
      return {
        raw: asText,
        origin: `--${flagName(flag)} (flag)`,
        form: typeof raw === 'string' ? 'text' : 'json',
      };
    }
  }
  return undefined;
}

/** Only the proxy variables have a second spelling, which curl and others read too. */
const LOWER_CASE_TOO: readonly SettingName[] = ['httpsProxy', 'noProxy'];

function fromEnvironment(name: SettingName, layers: Layers, suffix: string): Given | undefined {
  if (settingOf(name).only === 'file') return undefined;
  const upper = environmentName(name + suffix);
  for (const variable of LOWER_CASE_TOO.includes(name) ? [upper, upper.toLowerCase()] : [upper]) {
    const raw = layers.env[variable]?.trim() ?? '';
    if (raw !== '') return { raw, origin: `${variable} (environment)`, form: 'text' };
  }
  return undefined;
}

function fromFileMembers(name: SettingName, layers: Layers, suffix: string): Given | undefined {
  if (settingOf(name).only === 'outside the file') return undefined;
  const raw = layers.file.get(name + suffix);
  if (raw === undefined || raw === null) return undefined;
  return { raw, origin: `"${name}${suffix}" in ${layers.filePath ?? 'the file'}`, form: 'json' };
}

/** Never quotes the file's text: it may hold secrets. */
function readMembers(path: string, origin: string, readFile: ReadFile): Map<string, unknown> | Mistake {
  const about = 'configFile';
  let content: string;
  try {
    content = readFile(path).replace(/^\uFEFF/, '');
  } catch (error) {
    return mistake(about, `${quote(path)} from ${origin} cannot be read (${reason(error)})`);
  }
  let json: unknown;
  try {
    json = parse(content, null, Number);
  } catch (error) {
    return mistake(about, `${quote(path)} from ${origin} is not JSON${place(content, error)}`);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return mistake(
      about,
      `${quote(path)} from ${origin} must hold one JSON object, like config/default.json`,
    );
  }
  return new Map(Object.entries(json));
}

/** Why a file cannot be read: the code of the system, which people can look up. */
export function reason(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (code === 'ENOENT') return 'ENOENT: there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return `${code}: no permission to read it`;
  return typeof code === 'string' ? code : 'it is no readable file';
}

function place(content: string, error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const position = /position (\d+)$/.exec(message)?.[1];
  if (position === undefined) return '';
  const before = content.slice(0, Number(position)).split('\n');
  const twice = message.startsWith('Duplicate key') ? ': a member stands there for the second time' : '';
  return ` (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}${twice})`;
}

function camelCase(flag: string): string {
  return flag.replace(/^-+/, '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
