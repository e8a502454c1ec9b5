/** One entry of the list `grants`: member by member, every mistake with its place and what was probably meant. */
import { ENTITY_SETS } from '../model/catalog.js';
import { grantsOf, readsSet, type GrantRule, type Grants } from '../model/grants.js';
import { names, orElse, type EntryContext } from './grant-context.js';
import { hiddenFacts, rowFilters, setsOf } from './grant-restrictions.js';
import { readSubject, tenantsOf } from './grant-subjects.js';
import { mistake, type Mistake } from './mistake.js';

const MEMBERS = ['to', 'tenants', 'sets', 'hide', 'rows'];
const EXAMPLE = '{"to": ["key:powerbi"], "sets": ["DiscoveredApps", "Streams"]}';

/** The rule of an entry; `undefined` when it cannot be one. */
export function readGrant(entry: unknown, about: string, context: EntryContext): GrantRule | undefined {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    context.mistakes.push(mistake(about, `is not an object. Example: ${EXAMPLE}`));
    return undefined;
  }
  const mistakesBefore = context.mistakes.length;
  const members = entry as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(members).filter((each) => !MEMBERS.includes(each)))
    context.mistakes.push(
      mistake(`${about}.${name}`, `a grant has no such member. ${orElse(name, MEMBERS)}`),
    );
  const to = names(members.to, `${about}.to`, context);
  if (members.to === undefined)
    context.mistakes.push(mistake(about, `says to nobody. Add "to". Example: ${EXAMPLE}`));
  const grants = grantsOf({
    ...present('tenants', tenantsOf(members.tenants, `${about}.tenants`, context)),
    ...present('sets', setsOf(members.sets, `${about}.sets`, context)),
    ...present('hiddenFacts', hiddenFacts(members.hide, `${about}.hide`, context)),
    ...present('rows', rowFilters(members.rows, `${about}.rows`, context)),
  });
  // What is wrong by itself means nothing together.
  if (context.mistakes.length === mistakesBefore) context.mistakes.push(...contradictions(grants, about));
  return {
    to: (to ?? []).flatMap((name) => readSubject(name, `${about}.to`, context) ?? []),
    grants,
  };
}

function present<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Partial<Record<Name, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>);
}

/** What an entry says twice, in two ways. */
function contradictions(grants: Grants, about: string): Mistake[] {
  const withheld = ENTITY_SETS.filter((set) => !readsSet(grants, set)).map(({ name }) => name as string);
  if (withheld.length === ENTITY_SETS.length) return [mistake(about, 'leaves no entity set to read')];
  const keyed = [...(grants.sets ?? [])].filter((name) => withheld.includes(name));
  const filtered = [...(grants.rows?.keys() ?? [])].filter((name) => withheld.includes(name));
  return [
    ...keyed.map((name) =>
      mistake(`${about}.sets`, `${name} cannot be read: its key shows what "hide" hides. Leave it out`),
    ),
    ...filtered.map((name) =>
      mistake(`${about}.rows`, `${name} is not granted, so there is nothing to filter. Leave it out`),
    ),
  ];
}
