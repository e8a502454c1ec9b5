/**
 * The path of a URL after the service root as segments: split on `/`, then each decoded, then its key read.
 * Spec: URL Conventions 4.01, 2 (parsing order), 4 (resource path).
 */
import { FeedError } from '../errors.js';
import { Cursor } from './cursor.js';
import { MAX_PATH_SEGMENTS } from './limits.js';
import { parseLiteral } from './parse-literal.js';
import { decodePercent } from './query-options.js';
import { ConditionInPath } from './path-filter.js';
import { quoted } from './query-error.js';
import type { Syntax } from './syntax.js';

/** One part of a key predicate: a literal or a parameter alias; without `name` when positional. */
export interface KeyPart {
  readonly name?: string;
  readonly value: Extract<Syntax, { kind: 'literal' | 'alias' }>;
}

/** One segment of a resource path. */
export type PathSegment =
  /** A set, property, type or key value (key-as-segment), decoded; `key` when parentheses follow. */
  | { readonly kind: 'name'; readonly text: string; readonly name: string; readonly key?: readonly KeyPart[] }
  /** `$metadata`, `$count` …; `$crossjoin` and `$filter` with what stands in their parentheses. */
  | { readonly kind: 'system'; readonly text: string; readonly name: string };

const SYSTEM_SEGMENTS = new Set([
  '$metadata',
  '$batch',
  '$entity',
  '$all',
  '$crossjoin',
  '$count',
  '$value',
  '$ref',
  '$each',
  '$filter',
  '$query',
]);
/** Nothing can follow these (ABNF `count`, `value`, `ref`, `querySegment`, `odataRelativeUri`). */
const LAST_SEGMENTS = new Set(['$count', '$value', '$ref', '$query', '$metadata', '$batch']);
const FIRST_NAME = /^[\p{L}_][\p{L}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]{0,127}$/u;

/**
 * Reads a path. Doubled and trailing slashes are tolerated.
 *
 * @throws FeedError PROTOCOL_BAD_PATH, PROTOCOL_NOT_FOUND
 * @example parseResourcePath("Streams(tenantId='a',id='b')/discoveredApps")
 */
export function parseResourcePath(rawPath: string): PathSegment[] {
  const pieces = piecesOf(rawPath);
  if (pieces.length > MAX_PATH_SEGMENTS) {
    throw badPath(
      `The path has more than ${MAX_PATH_SEGMENTS} segments.`,
      'Address one set, its key and one property.',
    );
  }
  const segments = pieces.map(parseSegment);
  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1];
    if (segment.kind === 'system' && next !== undefined && LAST_SEGMENTS.has(segment.name)) {
      throw badPath(
        `Nothing can follow ${segment.name}, but ${quoted(next.text)} does.`,
        `End the path with ${segment.name}.`,
      );
    }
  }
  const [first] = segments;
  if (first?.kind === 'name' && !FIRST_NAME.test(first.name)) {
    throw new FeedError('PROTOCOL_NOT_FOUND', `There is no resource ${quoted(first.text)}.`);
  }
  return segments;
}

/** What stands between slashes, decoded; a condition in the path keeps the slashes of its own paths. */
function piecesOf(rawPath: string): string[] {
  const pieces: string[] = [];
  const condition = new ConditionInPath();
  for (const raw of rawPath.split('/')) {
    const piece = decodePercent(raw, 'path');
    if (condition.isOpen) pieces.push(`${pieces.pop() ?? ''}/${piece}`);
    else if (piece !== '') pieces.push(piece);
    condition.take(piece);
  }
  return pieces;
}

function parseSegment(text: string): PathSegment {
  const open = text.indexOf('(');
  const name = open === -1 ? text : text.slice(0, open);
  if (text.startsWith('$')) {
    if (SYSTEM_SEGMENTS.has(name)) return { kind: 'system', text, name };
    throw new FeedError('PROTOCOL_NOT_FOUND', `There is no segment ${quoted(text)}.`, {
      hint: '$metadata, $count and $value are the segments with a $.',
    });
  }
  if (open === -1) return { kind: 'name', text, name };
  return { kind: 'name', text, name, key: parseKey(text, open) };
}

function parseKey(text: string, open: number): KeyPart[] {
  try {
    return readKey(new Cursor(text.slice(open + 1), 'the key'));
  } catch (error) {
    if (!(error instanceof FeedError)) throw error;
    const hint = "Write text keys in quotes, (id='a') or ('a'); a quote within is doubled, a slash is %2F.";
    throw new FeedError('PROTOCOL_BAD_PATH', `The key in ${quoted(text)} cannot be read: ${error.message}`, {
      hint,
      cause: error,
    });
  }
}

function readKey(cursor: Cursor): KeyPart[] {
  const parts: KeyPart[] = [];
  if (!cursor.accept(')')) {
    do parts.push(readKeyPart(cursor));
    while (cursor.accept(','));
    cursor.expect(')');
  }
  if (cursor.token.kind !== 'end') throw cursor.expected('the end of the segment');
  return parts;
}

function readKeyPart(cursor: Cursor): KeyPart {
  const { kind, text } = cursor.token;
  const name = kind === 'identifier' && cursor.followedBy('=') ? text : undefined;
  if (name !== undefined) {
    cursor.next();
    cursor.next();
  }
  const value = readKeyValue(cursor);
  return { value, ...(name === undefined ? {} : { name }) };
}

function readKeyValue(cursor: Cursor): KeyPart['value'] {
  if (cursor.token.kind === 'at') {
    const { text, position } = cursor.next();
    return { ...cursor.base(position), kind: 'alias', name: text };
  }
  const literal = parseLiteral(cursor);
  if (literal?.kind !== 'literal') throw cursor.expected('a literal');
  return literal;
}

/** A path that cannot be read. */
export function badPath(message: string, hint: string): FeedError {
  return new FeedError('PROTOCOL_BAD_PATH', message, { hint });
}
