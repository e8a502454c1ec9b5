/** Who may read what: the list `grants` of the configuration file, checked against the model and the other settings. */
import { ENTITY_SETS } from '../model/catalog.js';
import { readsProperty, readsSet, setsThatShow, type GrantRule } from '../model/grants.js';
import { readGrant } from './grant-entry.js';
import { mistake, type Mistake } from './mistake.js';
import type { SettingValues } from './settings.js';
import type { TenantSettings } from './tenant-settings.js';

/** The rules in force, in the order of the file; each thing that is wrong adds a mistake. */
export function readGrants(
  values: Partial<SettingValues>,
  tenants: readonly TenantSettings[],
  mistakes: Mistake[],
): readonly GrantRule[] {
  const known = {
    // Where a tenant has a mistake of its own, "no such tenant" would be a guess.
    tenantIds: tenants.length < (values.tenants?.length ?? 0) ? [] : tenants.map(({ tenantId }) => tenantId),
    keys: values.apiKeys?.map(({ name }) => name),
    users: values.basicUsers?.map(({ name }) => name),
  };
  const rules = (values.grants ?? []).map((entry, index) =>
    readGrant(entry, `grants[${index}]`, { known, mistakes }),
  );
  mistakes.push(...neverReached(rules));
  return rules.filter((rule) => rule !== undefined);
}

/** The first grant that names a reader decides: what a later one says of the same name is never read. */
function neverReached(rules: readonly (GrantRule | undefined)[]): Mistake[] {
  const first = new Map<string, string>();
  return rules.flatMap((rule, index) => {
    const about = `grants[${index}]`;
    return (rule?.to ?? []).flatMap((name) => {
      const earlier = first.get(name) ?? first.get('*');
      if (earlier === undefined) {
        first.set(name, about);
        return [];
      }
      const why = first.has(name) ? `stands in ${earlier} already` : `comes after '*' in ${earlier}`;
      return [mistake(`${about}.to`, `'${name}' ${why}, and the first grant that names a reader decides`)];
    });
  });
}

/** Filtered sets whose rows show in sets that are not filtered; readers who are let in, and granted nothing. */
export function grantDoubts(rules: readonly GrantRule[], servesAnonymous: boolean): string[] {
  const namesAnonymous = rules.some(({ to }) => to.includes('anonymous') || to.includes('*'));
  const refused = servesAnonymous && rules.length > 0 && !namesAnonymous;
  return [
    ...(refused
      ? ["Readers without a credential are let in, but no grant is to 'anonymous' or '*': all are refused."]
      : []),
    ...openElsewhere(rules),
  ];
}

function openElsewhere(rules: readonly GrantRule[]): string[] {
  return rules.flatMap(({ to, grants }) =>
    [...(grants.rows?.keys() ?? [])].flatMap((name) => {
      const open = setsThatShow(name)
        .filter((set) => readsSet(grants, set) && grants.rows?.has(set.name) !== true)
        .map((set) => set.name);
      return open.length === 0
        ? []
        : [
            `The grant to ${to.join(', ')} filters rows of ${name}, but not of ${open.join(', ')}, where the same shows. Filter these too, or leave them out of "sets".`,
          ];
    }),
  );
}

/** The rules as `discovery-feed config` prints them: what is hidden is spelled out, with all that shows the same. */
export function printableGrants(rules: readonly GrantRule[]): unknown {
  return rules.map(({ to, grants }) => {
    const sets = ENTITY_SETS.filter((set) => readsSet(grants, set));
    const hidden = sets.flatMap((set) =>
      set.type.properties
        .filter((property) => !readsProperty(grants, property))
        .map((property) => `${set.name}/${property.name}`),
    );
    return {
      to,
      tenants: grants.tenants === undefined ? '*' : [...grants.tenants],
      sets: sets.map(({ name }) => name),
      hide: hidden,
      rows: Object.fromEntries(grants.rows ?? []),
    };
  });
}
