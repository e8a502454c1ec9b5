/**
 * Names that the model declares and this reader may not read: answered 403 by name. The model is no secret (it is in the
 * documentation), values are: a name is refused before any row is looked at, so the refusal tells nothing about them.
 */
import { FeedError } from '../errors.js';
import type { EntityType } from '../model/edm.js';
import { queryError, quoted, type Place } from './query-error.js';

/** The refusal of a set. */
export function withheldSet(name: string): FeedError {
  return new FeedError('AUTH_NOT_GRANTED', `You have no grant to read ${name}.`);
}

/** The refusal of a property or navigation property in a path. */
export function withheldMember(name: string, type: EntityType): FeedError {
  return new FeedError('AUTH_NOT_GRANTED', `You have no grant to read ${quoted(name)} of ${type.name}.`);
}

/** The refusal of one in a query option; `undefined` when the type does not withhold that name. */
export function withheldProperty(name: string, type: EntityType, place: Place): FeedError | undefined {
  if (type.withholds?.(name) !== true) return undefined;
  return queryError('AUTH_NOT_GRANTED', `You have no grant to read ${quoted(name)}, named`, place);
}
