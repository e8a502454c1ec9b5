/**
 * The path that odata-v4-server gets to see: written anew from the plan, never the client's own text. So its parser
 * meets nothing but sets, complete keys, navigation properties and properties of the catalog.
 */
import type { EdmValue } from '../model/edm-value.js';
import type { EntitySet } from '../model/edm.js';
import { entityPath, keyPredicate } from './context-url.js';
import type { OfRows } from './exchange.js';

/** A path for the package. */
export interface PackagePath {
  /** Begins with a slash. */
  readonly path: string;
  /** Controller calls that it leads to: one per set, navigation property and property. The last one answers. */
  readonly calls: number;
}

/**
 * The canonical path of what was asked; `undefined` when a key leaves out what the way to it says already (URL
 * Conventions 4.01 section 4.3.3), which the package cannot read.
 *
 * @example packagePath({kind: 'value', …}) → {path: "/Tenants('a')/displayName", calls: 2}
 */
export function packagePath(understood: OfRows): PackagePath | undefined {
  const { root, key, steps } = understood.plan;
  if (steps.some(({ set, key: own }) => own !== undefined && own.size < set.type.key.length))
    return undefined;
  let path = key === undefined ? `/${root.name}` : `/${entityPath(root, valueOf(root, key))}`;
  for (const { navigation, set, key: stepKey } of steps)
    path += `/${navigation.name}${stepKey === undefined ? '' : keyPredicate(set, valueOf(set, stepKey))}`;
  if ('property' in understood)
    return { path: `${path}/${understood.property.name}`, calls: steps.length + 2 };
  return { path, calls: steps.length + 1 };
}

function valueOf(set: EntitySet, key: ReadonlyMap<string, EdmValue>): (name: string) => EdmValue {
  return (name) => {
    const value = key.get(name);
    if (value === undefined) throw new Error(`The plan has no ${name} in the key of ${set.name}.`);
    return value;
  };
}
