/** What of package-lock.json is installed with the product: every package, and what each of them needs. */

/**
 * @param lock package-lock.json, version 3
 * @returns packages by `name@version`, in the order of these names; the same package at two places counts once
 */
export function productionTree({ packages }) {
  const installed = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  const byRef = new Map();
  for (const [path, locked] of installed) {
    const ref = refOf(path, locked);
    const known = byRef.get(ref) ?? { ...locked, ref, name: nameOf(path), needs: new Set() };
    for (const needed of neededBy(path, locked, packages)) known.needs.add(needed);
    byRef.set(ref, known);
  }
  return [...byRef.values()].sort(byName);
}

/** `name@version` of what the product itself needs. */
export function directNeeds({ packages }) {
  return neededBy('', { dependencies: packages[''].dependencies }, packages);
}

function neededBy(path, { dependencies, optionalDependencies, peerDependencies }, packages) {
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  const found = names.map((name) => resolve(path, name, packages)).filter((at) => at !== undefined);
  return found
    .filter((at) => packages[at].dev !== true)
    .map((at) => refOf(at, packages[at]))
    .sort();
}

/** As Node looks for a package: in the folder of who asks, then in each one above. */
function resolve(path, name, packages) {
  const steps = path === '' ? [] : path.split(/\/?node_modules\//).slice(1);
  for (let depth = steps.length; depth >= 0; depth -= 1) {
    const at = [...steps.slice(0, depth), name].map((step) => `node_modules/${step}`).join('/');
    if (at in packages) return at;
  }
  return undefined;
}

function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function refOf(path, { version }) {
  return `${nameOf(path)}@${version}`;
}

function byName(left, right) {
  return left.ref < right.ref ? -1 : left.ref > right.ref ? 1 : 0;
}
