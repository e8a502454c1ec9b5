/** Key predicates against the key of a set. Spec: URL Conventions 4.01, 4.3.1 (canonical URL), 4.3.5 (key-as-segment). */
import { FeedError } from '../errors.js';
import { PRIMITIVES, type EdmValue } from '../model/edm-value.js';
import type { EntitySet, PrimitiveType } from '../model/edm.js';
import { literalValue } from './bind-literal.js';
import { badPath, type KeyPart, type PathSegment } from './resource-path.js';
import type { Syntax } from './syntax.js';

/** Key values by property name. */
export type KeyValues = ReadonlyMap<string, EdmValue>;

/** What a key is read for. */
export interface KeyContext {
  readonly set: EntitySet;
  /** Key properties that the way to the set fixes already (they join it to the row before): they may be left out. */
  readonly fixed: ReadonlySet<string>;
  readonly aliases: ReadonlyMap<string, Syntax>;
}

/** Values of a key in parentheses. @throws FeedError PROTOCOL_BAD_PATH naming the key that is expected */
export function bindKey(parts: readonly KeyPart[], segment: string, context: KeyContext): KeyValues {
  const { set } = context;
  const needed = neededKey(context);
  const [only] = parts;
  if (only !== undefined && parts.length === 1 && only.name === undefined) {
    const [name] = needed.length === 1 ? needed : set.type.key;
    if (name === undefined || (needed.length !== 1 && set.type.key.length !== 1))
      throw wrongKey(segment, 'has a key of several parts, which need their names', set);
    return new Map([[name, keyValue(name, only.value, context)]]);
  }
  const values = new Map<string, EdmValue>();
  for (const { name, value } of parts) {
    if (name === undefined) throw wrongKey(segment, 'has a key part without a name', set);
    if (!set.type.key.includes(name))
      throw wrongKey(segment, `names '${name.slice(0, 60)}', which is no key property`, set);
    if (values.has(name)) throw wrongKey(segment, `names '${name}' twice`, set);
    values.set(name, keyValue(name, value, context));
  }
  const missing = needed.filter((name) => !values.has(name));
  if (missing.length > 0)
    throw wrongKey(segment, `lacks ${missing.map((name) => `'${name}'`).join(' and ')}`, set);
  return values;
}

function neededKey({ set, fixed }: KeyContext): readonly string[] {
  return set.type.key.filter((name) => !fixed.has(name));
}

/** Values of key-as-segment: one segment per key property. @throws FeedError PROTOCOL_NOT_FOUND when there are too few */
export function bindKeySegments(
  segments: readonly PathSegment[],
  context: KeyContext,
): { values: KeyValues; used: number } {
  const needed = neededKey(context);
  const values = new Map<string, EdmValue>();
  for (const [index, name] of needed.entries()) {
    const segment = segments[index];
    if (segment?.kind !== 'name' || segment.key !== undefined)
      throw noSuchKey(segments[0]?.text ?? '', 'stands where a key must', context.set);
    const value = PRIMITIVES[typeOf(context.set, name)].fromLiteral(segment.text);
    if (value === undefined) throw noSuchKey(segment.text, `is no ${typeOf(context.set, name)}`, context.set);
    values.set(name, value);
  }
  return { values, used: needed.length };
}

function typeOf(set: EntitySet, name: string): PrimitiveType {
  return set.type.property(name)?.type ?? 'Edm.String';
}

function keyValue(name: string, part: Syntax, context: KeyContext): EdmValue {
  const { set, aliases } = context;
  const literal = part.kind === 'alias' ? aliases.get(part.name) : part;
  const type = typeOf(set, name);
  const value = literal?.kind === 'literal' ? literalValue(literal, type) : undefined;
  if (value !== undefined) return value;
  throw badPath(
    `The key property '${name}' of ${set.name} is ${type}, and its value is not.`,
    `Write ${keyForm(set)}.`,
  );
}

function wrongKey(segment: string, what: string, set: EntitySet): Error {
  return badPath(`'${segment.slice(0, 100)}' ${what}.`, `Write ${keyForm(set)}.`);
}

/** A segment after a set that is no key of it: it may as well be a misspelt name, so there is no such resource. */
function noSuchKey(segment: string, what: string, set: EntitySet): Error {
  const message = `There is no such resource: '${segment.slice(0, 100)}' ${what}.`;
  return new FeedError('PROTOCOL_NOT_FOUND', message, { hint: `Write ${keyForm(set)}.` });
}

/** How an entity of a set is addressed: `Streams(tenantId='…',id='…')`. */
export function keyForm(set: EntitySet): string {
  const value = (name: string) => (typeOf(set, name) === 'Edm.String' ? "'…'" : '…');
  const [only, second] = set.type.key;
  if (only !== undefined && second === undefined) return `${set.name}(${value(only)})`;
  return `${set.name}(${set.type.key.map((name) => `${name}=${value(name)}`).join(',')})`;
}
