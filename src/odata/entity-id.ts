/**
 * `$entity?$id=…`: an entity by its id, which is its URL.
 *
 * Spec: URL Conventions 4.01 section 4.4 (dereferencing entity-ids); Protocol 4.01 section 11.2.8.
 */
import { FeedError } from '../errors.js';
import { decodePercent } from '../query/query-options.js';
import type { Understood } from '../query/read-request.js';
import { belowRoot } from './own-url.js';
import type { ODataRequest } from './request.js';

const HINT = "Write $entity?$id= and the URL of an entity, percent-encoded: $entity?$id=Tenants('a').";

/**
 * The request as if it had addressed the entity itself; a type cast after `$entity` stays. Other requests as they are.
 *
 * @throws FeedError QUERY_VALUE when there is no id, or it is no URL of this service; QUERY_OPTION_NOT_ALLOWED for two
 */
export function resolveEntityId(asked: ODataRequest): ODataRequest {
  const [first = '', ...casts] = asked.path.split('/');
  if (first.replace(/^%24/, '$') !== '$entity') return asked;
  const options = asked.rawQuery.split('&');
  const [id, again] = options.filter(isId);
  if (again !== undefined)
    throw new FeedError('QUERY_OPTION_NOT_ALLOWED', 'The option $id stands twice.', { target: '$id' });
  if (id === undefined) throw wrongId('$entity needs the option $id.');
  const value = decodePercent(id.slice(id.indexOf('=') + 1).replaceAll('+', ' '), 'query');
  const path = belowRoot(value, asked.root);
  if (path === undefined || /^$|[?#]/.test(path))
    throw wrongId('The value of $id is no URL of an entity of this service.');
  return {
    ...asked,
    path: [path.replace(/\/+$/, ''), ...casts].join('/'),
    rawQuery: options.filter((option) => !isId(option)).join('&'),
  };
}

/** @throws FeedError QUERY_VALUE when what the id leads to is no single entity */
export function assertEntity({ kind }: Understood): void {
  if (kind !== 'entity') throw wrongId('What $id names is no single entity.');
}

function isId(option: string): boolean {
  const [name = ''] = option.split('=', 1);
  return /^(\$|%24)?id$/i.test(name);
}

function wrongId(message: string): FeedError {
  return new FeedError('QUERY_VALUE', message, { target: '$id', hint: HINT });
}
