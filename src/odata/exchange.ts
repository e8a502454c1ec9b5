/** One request on its way to its answer: what the reading rooms share. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { FeedError } from '../errors.js';
import type { Property } from '../model/edm.js';
import type { Grants } from '../model/grants.js';
import type { Generation } from '../model/generation.js';
import type { Observe } from '../observe/observation.js';
import type { ReadPlan } from '../query/plan.js';
import type { Understood } from '../query/read-request.js';
import type { Store } from '../store/store.js';
import type { AnswerCache } from './answer-cache.js';
import { contentTypeOf, controlPrefix, negotiateJson, type JsonFormat } from './accept.js';
import type { RowStyle } from './entity-json.js';
import { weakEtag } from './etag.js';
import { principalText } from './principal-text.js';
import { remembered } from './remembered.js';
import type { ODataRequest } from './request.js';
import type { ResponseHead } from './send.js';
import type { ServiceRootOptions } from './service-root.js';

/** What the read line needs. */
export interface ODataOptions {
  readonly store: Store;
  /** Rows per page when the client does not ask for fewer (`Prefer: maxpagesize`). */
  readonly pageSize: number;
  /** Rows per page that are never exceeded. */
  readonly maxPageSize: number;
  /** Query parameter that carries an API key: never copied into a link. */
  readonly apiKeyParameter?: string;
  readonly serviceRoot: ServiceRootOptions;
  /**
   * Whether another room says in `response.locals.grants` what a reader may read: a request that comes without is then a
   * bug, and gets nothing. Absent: who has no grants reads everything.
   */
  readonly needsGrants?: boolean;
  readonly observe: Observe;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Answers that are kept for the next one who asks the same; absent: none are. */
  readonly answers?: AnswerCache;
}

/** What the rooms need of a request: Express's own, or a request within a batch. */
export interface Ask extends Readable {
  readonly method: string;
  /** Path below the mount point, and query. The package gets its own spelling of it. */
  url: string;
  readonly originalUrl: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: Socket;
}

/** What the rooms need of the place where an answer goes: Express's response, or a part of a batch. */
export interface Reply extends Writable {
  readonly headersSent: boolean;
  statusCode: number;
  /** `principal` (who asks), `grants` (what it may read), `requestId`, and `host` (what came through the package). */
  readonly locals: Record<string, unknown>;
  status(code: number): unknown;
  setHeader(name: string, value: string | number | readonly string[]): unknown;
  getHeader(name: string): number | string | readonly string[] | undefined;
  hasHeader(name: string): boolean;
  removeHeader(name: string): void;
}

/** A request that nobody has looked at yet. */
export interface Arrival {
  readonly request: Ask;
  readonly response: Reply;
  readonly options: ODataOptions;
  /** What this reader may read; the requests of a batch have those of the batch. */
  readonly grants: Grants;
  /** Set for a request within a batch; all of them read one generation (`undefined` before the first commit). */
  readonly batch?: { readonly generation: Generation | undefined };
  /** Set for a page that is made before anybody asks for it. */
  readonly isAhead?: true;
}

/** A request for rows, or for something of a row. */
export type OfRows = Extract<Understood, { readonly plan: ReadPlan }>;

/** A request for a property of a row. */
export type OfProperty = Extract<Understood, { readonly property: Property }>;

/** A request, understood, and where its answer goes. */
export interface Exchange<U extends Understood = Understood> extends Arrival {
  readonly asked: ODataRequest;
  readonly understood: U;
}

/** The form of JSON for this exchange. @throws FeedError PROTOCOL_NOT_ACCEPTABLE */
export function jsonFormat({ asked, understood }: Exchange): JsonFormat {
  return negotiateJson(asked.accept, understood.format);
}

/** How rows are written in this exchange. */
export function rowStyle({ asked }: Exchange, format: JsonFormat): RowStyle {
  const { metadata, ieee754Compatible } = format;
  const { omitNulls } = asked.preferences;
  return {
    root: asked.root,
    metadata,
    at: controlPrefix(format, asked.version),
    ieee754Compatible,
    omitNulls,
  };
}

/**
 * Head of a 200 answer from a generation. The entity tag covers everything that the answer depends on, who asks
 * included; a query that looks at the clock has none, and no date either.
 */
export function headOf(
  exchange: Exchange,
  generation: Generation,
  contentType: string,
  pageSize?: number,
): ResponseHead {
  const { asked, understood, response } = exchange;
  const head = { status: 200, version: asked.version, contentType, generation: generation.id };
  if (/now(?:\(|%28)/i.test(asked.rawQuery)) return head;
  const { omitNulls, names } = asked.preferences;
  const etag = weakEtag([
    generation.id,
    principalText(response.locals.principal),
    understood.queryShape,
    understood.skipToken ?? '',
    contentType,
    JSON.stringify([omitNulls, names, pageSize]),
    asked.version,
    asked.root,
  ]);
  return { ...head, etag, lastModified: httpDate(generation.publishedAt) };
}

const httpDate = remembered((moment: string) => new Date(moment).toUTCString());

/** Head of a JSON answer. */
export function jsonHead(exchange: Exchange, generation: Generation, pageSize?: number): ResponseHead {
  return headOf(exchange, generation, contentTypeOf(jsonFormat(exchange), exchange.asked.version), pageSize);
}

/** What a path is refused with that leads to nothing. */
export function notFound({ asked }: Exchange): FeedError {
  const path = asked.path.length > 200 ? `${asked.path.slice(0, 200)}…` : asked.path;
  return new FeedError('PROTOCOL_NOT_FOUND', `There is no '${path}'.`, {
    hint: 'No entity has this key now: query the set for the keys that exist.',
  });
}
