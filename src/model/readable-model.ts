/** The model as one reader sees it: sets, properties and navigation that are withheld do not exist in it. */
import { ENTITY_SETS, findSet } from './catalog.js';
import type { EntitySet, EntityType } from './edm.js';
import { readsEverything, readsProperty, readsSet, type Grants } from './grants.js';

/** Entity sets by name, and how they hang together. */
export interface Model {
  /** In the order of the service document. */
  readonly sets: readonly EntitySet[];
  /** The set of exactly that name, or `undefined`. */
  readonly find: (name: string) => EntitySet | undefined;
  /** Whether the catalog has a set of that name, and this reader may not read it. */
  readonly withholds: (name: string) => boolean;
}

/** The whole catalog. */
export const WHOLE_MODEL: Model = { sets: ENTITY_SETS, find: findSet, withholds: () => false };

const known = new WeakMap<Grants, Model>();

/** The model under grants; the same object for the same grants, so that its sets can be compared by identity. */
export function readableModel(grants: Grants): Model {
  if (readsEverything(grants)) return WHOLE_MODEL;
  let model = known.get(grants);
  if (model === undefined) {
    model = restrict(grants);
    known.set(grants, model);
  }
  return model;
}

function restrict(grants: Grants): Model {
  const granted = ENTITY_SETS.filter((set) => readsSet(grants, set));
  const byName = new Map<string, EntitySet>();
  const target: EntitySet['target'] = (navigation) => {
    const set = byName.get(navigation.target);
    if (set === undefined) throw new Error(`${navigation.name} leads to a set that is withheld`);
    return set;
  };
  const names = new Set<string>(granted.map(({ name }) => name));
  for (const set of granted)
    byName.set(set.name, { ...set, type: restrictType(set.type, grants, names), target });
  return {
    sets: [...byName.values()],
    find: (name) => byName.get(name),
    withholds: (name) => findSet(name) !== undefined && !byName.has(name),
  };
}

function restrictType(type: EntityType, grants: Grants, sets: ReadonlySet<string>): EntityType {
  const properties = type.properties.filter((property) => readsProperty(grants, property));
  const navigation = type.navigation.filter(({ target }) => sets.has(target));
  const property = (name: string) => properties.find((each) => each.name === name);
  const navigationProperty = (name: string) => navigation.find((each) => each.name === name);
  const isDeclared = (name: string) =>
    type.property(name) !== undefined || type.navigationProperty(name) !== undefined;
  return {
    name: type.name,
    key: type.key,
    description: type.description,
    properties,
    navigation,
    property,
    navigationProperty,
    withholds: (name) =>
      isDeclared(name) && property(name) === undefined && navigationProperty(name) === undefined,
  };
}
