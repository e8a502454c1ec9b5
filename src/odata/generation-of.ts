/**
 * Which generation a read is answered from: the one that `asof` names, that of the batch, else the newest.
 *
 * `asof=<generation>` is a custom query option (Protocol 4.01 section 11.2.1.3). The id comes from the Feed-Generation
 * header of any answer, so that a client can read all tables of a model from one point in time.
 */
import { FeedError } from '../errors.js';
import type { Generation, GenerationId } from '../model/generation.js';
import type { RawOption } from '../query/query-options.js';
import type { Store } from '../store/store.js';
import type { Exchange } from './exchange.js';

/** Seconds after which a first refresh may have published something. */
const FIRST_REFRESH_SECONDS = 5;

const OPTION = 'asof';
const GENERATION_ID = /^\d{1,15}-[0-9a-f]{6}$/;

/**
 * The generation to read from.
 *
 * @throws FeedError QUERY_VALUE for a malformed `asof`, PROTOCOL_PAGE_EXPIRED for one that is no longer kept,
 *   STORE_EMPTY before the first commit
 */
export async function generationOf({ options, batch, understood }: Exchange): Promise<Generation> {
  const pinned = await pinnedGeneration(options.store, understood.custom);
  const generation = pinned ?? (batch === undefined ? options.store.current() : batch.generation);
  if (generation !== undefined) return generation;
  throw new FeedError('STORE_EMPTY', 'The feed holds no data yet.', {
    retryAfterSeconds: FIRST_REFRESH_SECONDS,
  });
}

/** The generation that `asof` names; `undefined` without it. @throws FeedError QUERY_VALUE, PROTOCOL_PAGE_EXPIRED */
export async function pinnedGeneration(
  store: Store,
  custom: readonly RawOption[],
): Promise<Generation | undefined> {
  const id = asOf(custom);
  if (id === undefined) return undefined;
  const generation = await store.at(id);
  if (generation !== undefined) return generation;
  throw new FeedError('PROTOCOL_PAGE_EXPIRED', `The generation ${id} is not kept, or never was.`, {
    target: OPTION,
    hint: 'Read without asof for the newest; the header Feed-Generation of each answer names its generation.',
  });
}

/** The id that `asof` names. In any case: one that was overlooked would read from another generation in silence. */
export function asOf(custom: readonly RawOption[]): GenerationId | undefined {
  const [option, again] = custom.filter(({ name }) => name.toLowerCase() === OPTION);
  if (option === undefined) return undefined;
  if (again !== undefined)
    throw new FeedError('QUERY_OPTION_NOT_ALLOWED', 'The option asof stands twice.', { target: OPTION });
  if (GENERATION_ID.test(option.value)) return option.value;
  throw new FeedError('QUERY_VALUE', `asof=${option.value.slice(0, 40)} names no generation.`, {
    target: OPTION,
    hint: 'Take the id from the header Feed-Generation of an answer.',
  });
}
