/** What a grant leaves: the members `sets`, `hide` and `rows`, checked against the model. */
import { FeedError } from '../errors.js';
import { ENTITY_SETS, findSet } from '../model/catalog.js';
import type { EntitySet } from '../model/edm.js';
import { isHideable, type Grants } from '../model/grants.js';
import { bindRowFilter } from '../query/access.js';
import { names, orElse, type EntryContext } from './grant-context.js';
import { mistake, quote } from './mistake.js';

/** The sets of an entry. */
export function setsOf(raw: unknown, about: string, context: EntryContext): Grants['sets'] {
  const list = names(raw, about, context);
  return list && new Set(list.flatMap((name) => knownSet(name, about, context)?.name ?? []));
}

function knownSet(name: string, about: string, { mistakes }: EntryContext): EntitySet | undefined {
  const set = findSet(name);
  if (set === undefined) {
    const all = ENTITY_SETS.map((each) => each.name);
    mistakes.push(mistake(about, `there is no entity set ${quote(name)}. ${orElse(name, all)}`));
  }
  return set;
}

/** `Set/property`: hides all that the property shows, wherever else it shows. */
export function hiddenFacts(raw: unknown, about: string, context: EntryContext): Grants['hiddenFacts'] {
  const list = names(raw, about, context);
  return list && new Set(list.flatMap((path) => factsOf(path, about, context)));
}

function factsOf(path: string, about: string, context: EntryContext): readonly string[] {
  const { mistakes } = context;
  const [setName = '', name, ...rest] = path.split('/');
  if (name === undefined || rest.length > 0) {
    mistakes.push(mistake(about, `${quote(path)} is no Set/property. Example: "DiscoveredApps/userCount"`));
    return [];
  }
  const set = knownSet(setName, about, context);
  const property = set?.type.property(name);
  if (set === undefined || (property !== undefined && isHideable(set, name))) return property?.shows ?? [];
  if (property !== undefined)
    mistakes.push(
      mistake(
        about,
        `${quote(path)} is part of a key or a relationship and cannot be hidden. Leave ${setName} out of "sets" instead`,
      ),
    );
  else if (set.type.navigationProperty(name) !== undefined)
    mistakes.push(
      mistake(
        about,
        `${quote(path)} is a navigation property. Leave ${set.type.navigationProperty(name)?.target ?? ''} out of "sets" instead`,
      ),
    );
  else {
    const all = set.type.properties.map((each) => each.name);
    mistakes.push(
      mistake(about, `${setName} has no property ${quote(name)}. ${orElse(name, all, `${setName}/`)}`),
    );
  }
  return [];
}

/** Filters by set, each bound once to find its mistakes. */
export function rowFilters(raw: unknown, about: string, context: EntryContext): Grants['rows'] {
  if (raw === undefined || raw === null) return undefined;
  if (typeof raw !== 'object' || Array.isArray(raw)) {
    context.mistakes.push(
      mistake(
        about,
        `${quote(raw)} is not an object. Example: {"DiscoveredApps": "isGlobalReport eq false"}`,
      ),
    );
    return undefined;
  }
  const filters = new Map<string, string>();
  for (const [name, filter] of Object.entries(raw as Record<string, unknown>)) {
    const set = knownSet(name, about, context);
    const problem = typeof filter === 'string' ? set && filterProblem(name, filter) : 'is not a text.';
    if (problem !== undefined)
      context.mistakes.push(mistake(`${about}.${name}`, `${quote(filter)} ${problem}`));
    else if (set !== undefined && typeof filter === 'string') filters.set(name, filter);
  }
  return filters;
}

/** What is wrong with an OData filter, with the position in it; `undefined` when nothing is. */
function filterProblem(set: string, filter: string): string | undefined {
  try {
    bindRowFilter(set, filter);
    return undefined;
  } catch (error) {
    if (!(error instanceof FeedError)) throw error;
    return `is no filter of ${set}: ${error.message} ${error.hint}`;
  }
}
