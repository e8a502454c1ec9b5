/** What the query room makes of a path and a query. */
import { FeedError } from '../errors.js';
import type { Property } from '../model/edm.js';
import type { ReadPlan } from '../query/plan.js';

interface Common {
  readonly queryShape: string;
  readonly format?: string;
  readonly skipToken?: string;
}

/** A request as the query room has understood it. */
export type Understood = Common &
  (
    | { readonly kind: 'service' }
    | { readonly kind: 'metadata' }
    | { readonly kind: 'collection'; readonly plan: ReadPlan }
    | { readonly kind: 'entity'; readonly plan: ReadPlan }
    | { readonly kind: 'property'; readonly plan: ReadPlan; readonly property: Property }
    | { readonly kind: 'value'; readonly plan: ReadPlan; readonly property: Property }
    | { readonly kind: 'count'; readonly plan: ReadPlan }
  );

/** Understands a request. */
export function understand(
  path: string,
  _rawQuery: string,
  _limits: { readonly pageSize: number; readonly now: number },
): Understood {
  if (path === '') return { kind: 'service', queryShape: '' };
  if (path === '$metadata') return { kind: 'metadata', queryShape: '' };
  throw new FeedError('QUERY_UNSUPPORTED', 'The query room is not there yet.');
}
