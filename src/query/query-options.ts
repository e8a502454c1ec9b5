/**
 * The query part of a URL as options: split on `&`, then on the first `=`, then decoded, in this order.
 * Spec: URL Conventions 4.01, 2 and 5.1; Protocol 11.2.1 (system query options with and without `$`).
 */
import { FeedError } from '../errors.js';
import { queryError, quoted } from './query-error.js';
import { didYouMean } from './suggest.js';

/** Every system query option that OData 4.01 defines; what of them this service supports is decided by planning. */
export const SYSTEM_OPTIONS = [
  'filter',
  'orderby',
  'select',
  'expand',
  'top',
  'skip',
  'count',
  'search',
  'compute',
  'apply',
  'format',
  'skiptoken',
  'deltatoken',
  'index',
  'schemaversion',
  'id',
  'levels',
] as const;

/** Name of a system query option, in lower case and without `$`. */
export type SystemOption = (typeof SYSTEM_OPTIONS)[number];

/** These exist only with their `$` (ABNF `skiptoken`, `deltatoken`); `levels` only within `$expand`. */
const ONLY_WITH_DOLLAR = new Set<string>(['skiptoken', 'deltatoken', 'levels']);
const KNOWN = new Set<string>(SYSTEM_OPTIONS);

/** One option as it stands in the URL, decoded. */
export interface RawOption {
  /** The name as the client wrote it: what messages quote. */
  readonly name: string;
  readonly value: string;
}

/** All options of a URL. */
export interface QueryOptions {
  readonly system: ReadonlyMap<SystemOption, RawOption>;
  /** Parameter aliases by name, `@` included. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Custom options in their order: not ours to judge (Protocol 11.2.1.3). */
  readonly custom: readonly RawOption[];
}

/**
 * Splits and decodes a raw query (without `?`).
 *
 * @throws FeedError PROTOCOL_BAD_PATH for broken percent-encoding, QUERY_UNKNOWN_OPTION, QUERY_OPTION_NOT_ALLOWED for
 *   an option that stands twice, be it with other case or without `$`
 */
export function splitQuery(rawQuery: string): QueryOptions {
  const system = new Map<SystemOption, RawOption>();
  const aliases = new Map<string, string>();
  const custom: RawOption[] = [];
  for (const piece of rawQuery.split('&')) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    const name = decodeQueryText(equals === -1 ? piece : piece.slice(0, equals));
    const value = equals === -1 ? '' : decodeQueryText(piece.slice(equals + 1));
    const known = systemOption(name);
    if (known !== undefined) {
      const earlier = system.get(known);
      if (earlier !== undefined) throw twice(earlier.name, name);
      system.set(known, { name, value });
    } else if (name.startsWith('@') && equals !== -1) {
      if (aliases.has(name)) throw twice(name, name);
      aliases.set(name, value);
    } else custom.push({ name, value });
  }
  return { system, aliases, custom };
}

function systemOption(name: string): SystemOption | undefined {
  const bare = name.toLowerCase().replace(/^\$/, '') as SystemOption;
  if (name.startsWith('$') ? KNOWN.has(bare) : KNOWN.has(bare) && !ONLY_WITH_DOLLAR.has(bare)) return bare;
  if (!name.trim().startsWith('$')) return undefined;
  const hint = /^\$inlinecount$/i.test(name)
    ? 'OData 4 spells it $count=true.'
    : didYouMean(
        name.trim(),
        SYSTEM_OPTIONS.map((option) => `$${option}`),
        'See OData URL Conventions 5.1 for the system query options.',
      );
  throw new FeedError('QUERY_UNKNOWN_OPTION', `Unknown system query option ${quoted(name)}.`, {
    hint,
    target: name,
  });
}

function twice(first: string, second: string): FeedError {
  const what =
    first === second
      ? `The option ${quoted(first)} stands`
      : `The options ${quoted(first)} and ${quoted(second)} are the same one, which stands`;
  return new FeedError('QUERY_OPTION_NOT_ALLOWED', `${what} twice.`, {
    target: first,
    hint: 'Leave one of them out.',
  });
}

/** `+` is a space in a query (and `%2B` a plus), as browsers and Power Query write them. */
function decodeQueryText(raw: string): string {
  return decodePercent(raw.replaceAll('+', ' '), 'query');
}

/**
 * Percent-decodes UTF-8.
 *
 * @throws FeedError PROTOCOL_BAD_PATH for a broken sequence, and for a NUL character, which means nothing anywhere
 */
export function decodePercent(raw: string, part: 'path' | 'query'): string {
  let decoded: string | undefined;
  try {
    decoded = decodeURIComponent(raw);
  } catch {
    decoded = undefined;
  }
  if (decoded !== undefined && !decoded.includes('\u0000')) return decoded;
  const hint =
    'Write each byte of the UTF-8 text as % and two hexadecimal digits; a percent sign itself is %25.';
  throw new FeedError('PROTOCOL_BAD_PATH', `The ${part} has a broken percent-encoding in ${quoted(raw)}.`, {
    hint,
  });
}

/** Position-less place of an option as a whole. */
export function optionError(option: RawOption, what: string, hint: string): FeedError {
  return queryError('QUERY_VALUE', what, { option: option.name, position: 0 }, hint);
}
