/** Who a grant is for, and whose rows: the members `to` and `tenants`. */
import type { Grants } from '../model/grants.js';
import { names, orElse, type EntryContext } from './grant-context.js';
import { mistake, quote } from './mistake.js';

/** Kinds of names in `to`, and whether case counts in what follows. */
const SUBJECTS: Readonly<Record<string, 'as written' | 'lower case'>> = {
  key: 'as written',
  basic: 'as written',
  entra: 'lower case',
  role: 'as written',
  scope: 'as written',
  group: 'lower case',
};
const SUBJECT_FORMS =
  'key:<name>, basic:<name>, entra:<object id>, role:<app role>, scope:<scope>, group:<object id>, anonymous, *';

/** One name of `to` as principals are compared with it. */
export function readSubject(
  text: string,
  about: string,
  { known, mistakes }: EntryContext,
): string | undefined {
  if (text === '*' || text === 'anonymous') return text;
  const colon = text.indexOf(':');
  const kind = text.slice(0, Math.max(colon, 0));
  const name = text.slice(colon + 1);
  const spelling = Object.hasOwn(SUBJECTS, kind) ? SUBJECTS[kind] : undefined;
  if (spelling === undefined || name === '') {
    mistakes.push(mistake(about, `${quote(text)} names no reader. Accepted: ${SUBJECT_FORMS}`));
    return undefined;
  }
  const configured = kind === 'key' ? known.keys : kind === 'basic' ? known.users : undefined;
  if (configured?.includes(name) === false) {
    const setting = kind === 'key' ? 'API_KEYS has' : 'BASIC_USERS have';
    mistakes.push(mistake(about, `${setting} no '${name}'. ${orElse(name, configured)}`));
  }
  return spelling === 'lower case' ? `${kind}:${name.toLowerCase()}` : text;
}

/** The tenants of an entry. */
export function tenantsOf(raw: unknown, about: string, context: EntryContext): Grants['tenants'] {
  const list = names(raw, about, context)?.map((name) => name.toLowerCase());
  const { tenantIds } = context.known;
  for (const name of list ?? [])
    if (tenantIds.length > 0 && !tenantIds.includes(name))
      context.mistakes.push(
        mistake(about, `${quote(name)} is none of the tenants that are polled. ${orElse(name, tenantIds)}`),
      );
  return list && new Set(list);
}
