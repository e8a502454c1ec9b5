/**
 * Resource paths against the catalog: which rows, entity, property or number a URL addresses.
 * Spec: URL Conventions 4.01, 4.1 to 4.9.
 */
import { NAMESPACE } from '../model/namespace.js';
import { FeedError } from '../errors.js';
import type { EntitySet, NavigationProperty, Property } from '../model/edm.js';
import type { Model } from '../model/readable-model.js';
import { bindKey, bindKeySegments, keyForm, type KeyValues } from './bind-key.js';
import type { PathStep } from './plan.js';
import { quoted } from './query-error.js';
import { parsePathFilter } from './path-filter.js';
import { badPath, type PathSegment } from './resource-path.js';
import { didYouMean } from './suggest.js';
import type { Syntax } from './syntax.js';
import { withheldMember, withheldSet } from './withheld.js';

/** The rows that a path leads to. */
export interface RowsAddress {
  readonly root: EntitySet;
  readonly key?: KeyValues;
  readonly steps: readonly PathStep[];
  /** The set that the path ends in. */
  readonly set: EntitySet;
  readonly single: boolean;
  /** Conditions of `/$filter(…)` segments. */
  readonly within: readonly Syntax[];
  /** The path ends in `/$ref`. */
  readonly references?: true;
}

/** What a path addresses. */
export type Resource =
  | { readonly kind: 'service' }
  | { readonly kind: 'metadata' }
  | { readonly kind: 'collection' | 'entity' | 'count'; readonly rows: RowsAddress }
  | {
      readonly kind: 'property' | 'value' | 'propertyCount';
      readonly rows: RowsAddress;
      readonly property: Property;
    };

/** Segments that say something of what stands before them. */
const AFTER_SET = new Set(['$count', '$value', '$ref', '$filter']);

type Aliases = ReadonlyMap<string, Syntax>;

/**
 * Binds a path.
 *
 * @param model what this reader may see
 * @throws FeedError PROTOCOL_NOT_FOUND, PROTOCOL_BAD_PATH, QUERY_UNSUPPORTED (501), AUTH_NOT_GRANTED
 */
export function bindResource(segments: readonly PathSegment[], aliases: Aliases, model: Model): Resource {
  const [first, ...rest] = segments;
  if (first === undefined) return { kind: 'service' };
  if (first.kind === 'system') {
    if (first.name === '$metadata') return { kind: 'metadata' };
    if (AFTER_SET.has(first.name)) {
      throw badPath(
        `${first.name} needs an entity set before it.`,
        `Write for example DiscoveredApps/${first.name}.`,
      );
    }
    throw unsupportedSegment(first);
  }
  const set = model.find(first.name);
  if (set === undefined) {
    if (model.withholds(first.name)) throw withheldSet(first.name);
    const names = model.sets.map(({ name }) => name);
    const hint = didYouMean(first.name, names, 'The service document at the root lists the entity sets.');
    throw new FeedError('PROTOCOL_NOT_FOUND', `There is no entity set ${quoted(first.name)}.`, { hint });
  }
  return new Walker(set, rest, aliases).walk(first);
}

function unsupportedSegment({ name }: PathSegment): FeedError {
  return new FeedError('QUERY_UNSUPPORTED', `This service does not support the path segment ${name}.`);
}

/** Goes along the segments after the set; at a collection until a key narrows it. */
class Walker {
  #set: EntitySet;
  #single = false;
  #key: KeyValues | undefined;
  readonly #steps: PathStep[] = [];
  readonly #within: Syntax[] = [];
  #fixed: ReadonlySet<string> = new Set();

  constructor(
    readonly root: EntitySet,
    private rest: readonly PathSegment[],
    readonly aliases: Aliases,
  ) {
    this.#set = root;
  }

  walk(first: PathSegment): Resource {
    this.takeKey(first);
    for (;;) {
      const [segment] = this.rest;
      if (segment === undefined)
        return { kind: this.#single ? 'entity' : 'collection', rows: this.address() };
      this.rest = this.rest.slice(1);
      const resource = segment.kind === 'system' ? this.end(segment) : this.member(segment);
      if (resource !== undefined) return resource;
    }
  }

  private address(): RowsAddress {
    const { root } = this;
    const key = this.#key === undefined ? {} : { key: this.#key };
    const within = this.#within;
    return { root, steps: this.#steps, set: this.#set, single: this.#single, within, ...key };
  }

  /** The key of a collection: in the parentheses of its own segment, or as the segments that follow. */
  private takeKey(segment: PathSegment): void {
    const context = { set: this.#set, fixed: this.#fixed, aliases: this.aliases };
    const [next] = this.rest;
    if (segment.kind === 'name' && segment.key !== undefined)
      this.narrow(bindKey(segment.key, segment.text, context));
    else if (next?.kind === 'name' && !this.isType(next)) {
      const { values, used } = bindKeySegments(this.rest, context);
      this.rest = this.rest.slice(used);
      this.narrow(values);
    }
  }

  private narrow(key: KeyValues): void {
    this.#single = true;
    const last = this.#steps.pop();
    if (last === undefined) this.#key = key;
    else this.#steps.push({ ...last, key });
  }

  private isType({ name }: PathSegment): boolean {
    return name === `${NAMESPACE}.${this.#set.type.name}`;
  }

  private end(segment: PathSegment): Resource | undefined {
    const rows = this.address();
    if (segment.name === '$ref')
      return { kind: this.#single ? 'entity' : 'collection', rows: { ...rows, references: true } };
    if (segment.name === '$filter') {
      if (this.#single)
        throw badPath(
          '$filter needs a collection before it, but a single entity stands there.',
          'Leave it out.',
        );
      this.#within.push(parsePathFilter(segment.text));
      return undefined;
    }
    if (segment.name === '$count') {
      if (!this.#single) return { kind: 'count', rows };
      throw badPath(
        '$count needs a collection before it, but a single entity stands there.',
        `Write ${rows.set.name}/$count.`,
      );
    }
    if (segment.name !== '$value') throw unsupportedSegment(segment);
    throw badPath(
      '$value needs a property before it.',
      `Write ${keyForm(rows.set)}/${rows.set.type.properties[0]?.name ?? ''}/$value.`,
    );
  }

  private member(segment: Extract<PathSegment, { kind: 'name' }>): Resource | undefined {
    if (this.isType(segment)) {
      if (!this.#single) this.takeKey(segment);
      return undefined;
    }
    const { type } = this.#set;
    if (!this.#single) {
      throw badPath(
        `${quoted(segment.text)} cannot follow the collection ${this.#set.name}.`,
        `Name one entity first: ${keyForm(this.#set)}.`,
      );
    }
    const navigation = type.navigationProperty(segment.name);
    if (navigation !== undefined) {
      this.navigate(navigation, segment);
      return undefined;
    }
    const property = type.property(segment.name);
    if (property === undefined) {
      if (type.withholds?.(segment.name) === true) throw withheldMember(segment.name, type);
      const names = [...type.properties, ...type.navigation].map(({ name }) => name);
      const hint = didYouMean(segment.name, names, `See $metadata for the properties of ${type.name}.`);
      throw new FeedError('PROTOCOL_NOT_FOUND', `${type.name} has no property ${quoted(segment.name)}.`, {
        hint,
      });
    }
    if (segment.key !== undefined)
      throw badPath(`The property '${property.name}' takes no key.`, `Write /${property.name}.`);
    return this.propertyEnd(property);
  }

  private navigate(navigation: NavigationProperty, segment: Extract<PathSegment, { kind: 'name' }>): void {
    this.#set = this.#set.target(navigation);
    this.#steps.push({ navigation, set: this.#set });
    this.#single = !navigation.collection;
    this.#fixed = new Set(navigation.on.map(([, foreign]) => foreign));
    if (navigation.collection) this.takeKey(segment);
    else if (segment.key !== undefined)
      throw badPath(
        `'${navigation.name}' leads to one entity and takes no key.`,
        `Write /${navigation.name}.`,
      );
  }

  private propertyEnd(property: Property): Resource {
    const rows = this.address();
    const [segment, ...more] = this.rest;
    if (segment === undefined) return { kind: 'property', rows, property };
    const { name, type, collection } = property;
    if (more.length === 0 && segment.name === '$count' && collection)
      return { kind: 'propertyCount', rows, property };
    if (more.length === 0 && segment.name === '$value' && !collection)
      return { kind: 'value', rows, property };
    if (segment.kind === 'system' && !AFTER_SET.has(segment.name)) throw unsupportedSegment(segment);
    const what = `${quoted(segment.text)} cannot follow '${name}', which is ${collection ? `Collection(${type})` : type}.`;
    throw badPath(what, `End the path with /${name}${collection ? ' or /$count' : ' or /$value'}.`);
  }
}
