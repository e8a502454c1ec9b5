/**
 * Which form of JSON a client gets: `$format`, else `Accept` with its weights.
 *
 * Spec: Protocol 4.01 sections 8.2.1 (Accept) and 11.2.12 ($format); JSON Format 4.01 section 3 (media type parameters).
 * The service has one format for data, so any range that JSON satisfies wins, the heaviest first: that is how JSON wins
 * for Power Query, which lists Atom and XML as well.
 */
import { FeedError } from '../errors.js';
import { parseHeaderList, type HeaderElement } from './header-list.js';
import type { ODataVersion } from './version.js';

/** How much control information is written (JSON Format 4.01 section 3.1). */
export type MetadataLevel = 'none' | 'minimal' | 'full';

/** A form of JSON that was agreed on. */
export interface JsonFormat {
  readonly metadata: MetadataLevel;
  /** Int64 and Decimal as strings (JSON Format 4.01 section 3.2). */
  readonly ieee754Compatible: boolean;
  /** Echoed only: our answers are always ordered for streaming. */
  readonly streaming: boolean;
  /** Whether the client wrote parameters with `odata.`, as 4.0 does. */
  readonly prefixed: boolean;
}

const LEVELS = new Map<string, MetadataLevel>(
  Object.entries({
    none: 'none',
    minimal: 'minimal',
    full: 'full',
    // The names of OData 3, which Power Query still offers beside the new ones.
    nometadata: 'none',
    minimalmetadata: 'minimal',
    fullmetadata: 'full',
  } as const),
);

const BOOLEANS = new Map([
  ['true', true],
  ['false', false],
]);

/** What JSON is when nobody asks for anything else. */
export const DEFAULT_FORMAT: JsonFormat = {
  metadata: 'minimal',
  ieee754Compatible: false,
  streaming: false,
  prefixed: false,
};

/**
 * What stands before the name of control information, and without `@` of media type parameters. 4.01 SHOULD drop `odata.`
 * (JSON Format 4.01 sections 3, 4.5); a client that writes it itself gets it back, so that Power Query finds
 * `@odata.context` whatever version its next release offers.
 */
export function controlPrefix(format: JsonFormat, version: ODataVersion): '@odata.' | '@' {
  return version === '4.0' || format.prefixed ? '@odata.' : '@';
}

/** Value of Content-Type for a form of JSON. */
export function contentTypeOf(format: JsonFormat, version: ODataVersion): string {
  const prefix = controlPrefix(format, version).slice(1);
  const streaming = format.streaming ? `;${prefix}streaming=true` : '';
  const ieee754 = format.ieee754Compatible ? ';IEEE754Compatible=true' : '';
  return `application/json;${prefix}metadata=${format.metadata}${streaming}${ieee754}`;
}

/**
 * The form of JSON for a data resource.
 *
 * @param formatOption decoded value of `$format`; it wins over Accept
 * @throws FeedError PROTOCOL_NOT_ACCEPTABLE when neither leads to JSON
 */
export function negotiateJson(accept: string | undefined, formatOption?: string): JsonFormat {
  if (formatOption !== undefined) {
    const named = formatOption.trim().toLowerCase() === 'json' ? 'application/json' : formatOption;
    return heaviest(named)?.format ?? refuse(`$format=${clip(formatOption)}`, '$format');
  }
  if (accept === undefined || accept.trim() === '') return DEFAULT_FORMAT;
  return heaviest(accept)?.format ?? refuse(`Accept: ${clip(accept)}`, 'Accept');
}

/**
 * Whether a collection is wanted as CSV: `$format` says so, or Accept names text/csv with more weight than anything that
 * JSON satisfies (with the same weight, when only a wildcard leads to JSON).
 */
export function prefersCsv(accept: string | undefined, formatOption?: string): boolean {
  const named = formatOption?.trim().toLowerCase() === 'csv' ? 'text/csv' : formatOption;
  const csv = parseHeaderList(named ?? accept ?? '').find(isCsv);
  if (csv === undefined || weightOf(csv) === 0) return false;
  const json = named === undefined ? heaviest(accept ?? '') : undefined;
  if (json === undefined) return true;
  return weightOf(csv) > json.weight || (weightOf(csv) === json.weight && json.rank < JSON_RANGES.length - 1);
}

const CSV_PARAMETERS = new Map([
  ['q', /^/],
  ['charset', /^utf-?8$/i],
  ['header', /^present$/i],
]);

function isCsv({ name, parameters }: HeaderElement): boolean {
  if (name !== 'text/csv') return false;
  return [...parameters].every(([parameter, value]) => CSV_PARAMETERS.get(parameter)?.test(value) === true);
}

function refuse(asked: string, target: string): never {
  throw new FeedError('PROTOCOL_NOT_ACCEPTABLE', `This resource is not available as asked for (${asked}).`, {
    target,
  });
}

/** Ranges that JSON satisfies, the most specific last. */
const JSON_RANGES = ['*/*', 'application/*', 'application/json'];

/** A form of JSON with its weight, and how specific the range is that led to it. */
interface Weighed {
  readonly format: JsonFormat;
  readonly weight: number;
  readonly rank: number;
}

/** The JSON format of the heaviest range that JSON satisfies; of equal ones the most specific, then the first. */
function heaviest(ranges: string): Weighed | undefined {
  let best: Weighed | undefined;
  const elements = parseHeaderList(ranges);
  const refused = elements.some((element) => element.name === 'application/json' && weightOf(element) === 0);
  for (const element of elements) {
    const rank = JSON_RANGES.indexOf(element.name);
    const format = rank === -1 || (refused && rank < 2) ? undefined : formatOf(element);
    const weight = weightOf(element);
    if (format === undefined || weight === 0) continue;
    if (best === undefined || weight > best.weight || (weight === best.weight && rank > best.rank))
      best = { format, weight, rank };
  }
  return best;
}

function weightOf(element: HeaderElement): number {
  const weight = Number(element.parameters.get('q') ?? '1');
  return Number.isNaN(weight) ? 0 : weight;
}

/** `undefined` when a parameter is unknown or malformed: such formats must be refused (Protocol 8.2.1). */
function formatOf(element: HeaderElement): JsonFormat | undefined {
  let metadata: MetadataLevel | undefined = 'minimal';
  let ieee754Compatible: boolean | undefined = false;
  let streaming: boolean | undefined = false;
  for (const [name, value] of element.parameters) {
    const lower = value.toLowerCase();
    if (name === 'q') break;
    else if (name === 'odata.metadata' || name === 'metadata' || name === 'odata')
      metadata = LEVELS.get(lower);
    else if (name === 'ieee754compatible') ieee754Compatible = BOOLEANS.get(lower);
    else if (name === 'odata.streaming' || name === 'streaming') streaming = BOOLEANS.get(lower);
    else if (name === 'charset' ? lower !== 'utf-8' && lower !== 'utf8' : name !== 'exponentialdecimals')
      return undefined;
  }
  if (metadata === undefined || ieee754Compatible === undefined || streaming === undefined) return undefined;
  const prefixed = [...element.parameters.keys()].some((name) => name.startsWith('odata'));
  return { metadata, ieee754Compatible, streaming, prefixed };
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
