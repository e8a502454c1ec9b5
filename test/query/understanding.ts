/** What the tables of this folder ask of the query room. */
import { FeedError } from '../../src/errors.js';
import { expressionText } from '../../src/query/explain.js';
import { understand, type Understood } from '../../src/query/read-request.js';

export const SETTINGS = { pageSize: 100, now: Date.UTC(2026, 10, 23) };

/** Understands a URL written as a person reads it: spaces, quotes and slashes in keys need no encoding, `+` and `%` do. */
export function understood(url: string): Understood {
  const question = url.indexOf('?');
  const [path, query] = question === -1 ? [url, ''] : [url.slice(0, question), url.slice(question + 1)];
  return understand(path.replaceAll(' ', '%20'), query.replaceAll(' ', '%20'), SETTINGS);
}

/** The plan of a URL that has one. */
export function planOf(url: string) {
  const result = understood(url);
  if (!('plan' in result)) throw new Error(`${url} has no plan`);
  return result.plan;
}

/** The bound $filter of DiscoveredApps as text, fully parenthesised. */
export function filterText(filter: string): string {
  const { filter: bound } = planOf(`DiscoveredApps?$filter=${filter}`);
  return bound === undefined ? '' : expressionText(bound);
}

/** The error of a URL: code, and message and hint as one text. */
export function errorOf(url: string): {
  readonly code: string;
  readonly status: number;
  readonly text: string;
} {
  try {
    understood(url);
  } catch (error) {
    if (error instanceof FeedError)
      return { code: error.code, status: error.status, text: `${error.message} ${error.hint}` };
    throw error;
  }
  throw new Error(`${url.slice(0, 200)} was understood`);
}
