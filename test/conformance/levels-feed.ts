/** The feed that the checks ask: a few rows that are known to the letter. */
import { expect } from '@jest/globals';
import type { ErrorCode } from '../../src/errors.js';
import { readUrl, type WireAnswer } from '../feed/read-url.js';
import { expectODataError } from '../odata/expect-odata-error.js';
import { ROWS, startSmallFeed, type Rows } from '../odata/small-feed.js';

const TAGS = [
  ['1000', 'Beta'],
  ['1000', 'Sanctioned'],
  ['1001', 'Sanctioned'],
  ['1004', 'Alpha'],
] as const;

/** What the checks know of the rows. */
export const LEVEL_ROWS: Rows = {
  ...ROWS,
  AppTags: TAGS.map(([appId, tag]) => ({ tenantId: 'contoso', appId, tag, appKey: `contoso:${appId}` })),
};

/** A row of JSON. */
export type Row = Readonly<Record<string, unknown>>;

/** A row less its control information: its properties. */
export function plain(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !name.includes('@')));
}

/** Headers of a request. */
export type Headers = Readonly<Record<string, string>>;

/** Asks the feed; paths are below the service root, and readable ones may hold blanks and quotes. */
export interface Asker {
  readonly root: string;
  /** The answer to a GET, as it came. */
  get(path: string, headers?: Headers, method?: string): Promise<WireAnswer>;
  /** The body of a 200 answer. */
  json(path: string, headers?: Headers): Promise<Row>;
  /** The rows of a 200 answer. */
  rows(path: string, headers?: Headers): Promise<readonly Row[]>;
  /** Ids of the rows of DiscoveredApps, less 1000, that meet a filter. */
  apps(filter: string, headers?: Headers): Promise<number[]>;
  /** Expects a refusal. */
  refused(path: string, status: number, code: ErrorCode, words?: RegExp): Promise<void>;
  /** A POST. */
  post(
    path: string,
    contentType: string,
    body: string,
    headers?: Headers,
  ): Promise<{ status: number; type: string; text: string }>;
  close(): Promise<void>;
}

/** Starts a feed with pages of 100 rows. */
export async function startAsker(): Promise<Asker> {
  const feed = await startSmallFeed({ rows: LEVEL_ROWS, pageSize: 100, maxPageSize: 100 });
  const { root } = feed;
  const urlOf = (path: string) =>
    path.startsWith('http')
      ? path
      : root + path.replace(/[^\u0021-\u007e]|"/gu, (character) => encodeURIComponent(character));
  const get: Asker['get'] = (path, headers = {}, method = 'GET') => readUrl(urlOf(path), { headers, method });
  const json: Asker['json'] = async (path, headers) => {
    const { status, text } = await get(path, headers);
    expect({ path, status, error: status === 200 ? '' : text }).toEqual({ path, status: 200, error: '' });
    return JSON.parse(text) as Row;
  };
  const rows: Asker['rows'] = async (path, headers) => (await json(path, headers)).value as readonly Row[];
  return {
    root,
    get,
    json,
    rows,
    apps: async (filter, headers) => {
      const query = encodeURIComponent(filter).replaceAll('%20', '+');
      const found = await rows(`DiscoveredApps?$select=id&$filter=${query}`, headers);
      return found.map(({ id }) => Number(id) - 1000);
    },
    refused: async (path, status, code, words = /./) => {
      const answer = await get(path);
      const headers = Object.fromEntries(
        answer.rawHeaders.map(([name, value]) => [name.toLowerCase(), value]),
      );
      expectODataError({ ...answer, headers }, { status, code, message: words });
    },
    post: async (path, contentType, body, headers = {}) => {
      const answer = await fetch(urlOf(path), {
        method: 'POST',
        headers: { 'content-type': contentType, ...headers },
        body,
      });
      return {
        status: answer.status,
        type: answer.headers.get('content-type') ?? '',
        text: await answer.text(),
      };
    },
    close: () => feed.close(),
  };
}
