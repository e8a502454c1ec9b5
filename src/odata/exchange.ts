/** One request on its way to its answer: what the reading rooms share. */
import type { Request, Response } from 'express';
import { FeedError } from '../errors.js';
import type { Property } from '../model/edm.js';
import type { Generation } from '../model/generation.js';
import type { Observe } from '../observe/observation.js';
import type { ReadPlan } from '../query/plan.js';
import type { Understood } from '../query/read-request.js';
import type { Store } from '../store/store.js';
import { contentTypeOf, negotiateJson, type JsonFormat } from './accept.js';
import type { RowStyle } from './entity-json.js';
import { matchesEtag, weakEtag } from './etag.js';
import type { ODataRequest } from './request.js';
import { sendEmpty, type ResponseHead } from './send.js';
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
  readonly observe: Observe;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A request for rows, or for something of a row. */
export type OfRows = Extract<Understood, { readonly plan: ReadPlan }>;

/** A request for a property of a row. */
export type OfProperty = Extract<Understood, { readonly property: Property }>;

/** A request, understood, and where its answer goes. */
export interface Exchange<U extends Understood = Understood> {
  readonly request: Request;
  readonly response: Response;
  readonly asked: ODataRequest;
  readonly understood: U;
  readonly options: ODataOptions;
}

/** Seconds after which a first refresh may have published something. */
const FIRST_REFRESH_SECONDS = 5;

/** The newest generation. @throws FeedError STORE_EMPTY before the first commit */
export function newestGeneration(store: Store): Generation {
  const generation = store.current();
  if (generation === undefined)
    throw new FeedError('STORE_EMPTY', 'The feed holds no data yet.', {
      retryAfterSeconds: FIRST_REFRESH_SECONDS,
    });
  return generation;
}

/** The form of JSON for this exchange. @throws FeedError PROTOCOL_NOT_ACCEPTABLE */
export function jsonFormat({ asked, understood }: Exchange): JsonFormat {
  return negotiateJson(asked.accept, understood.format);
}

/** How rows are written in this exchange. */
export function rowStyle({ asked }: Exchange, format: JsonFormat): RowStyle {
  const { metadata, ieee754Compatible } = format;
  return { root: asked.root, metadata, ieee754Compatible, omitNulls: asked.preferences.omitNulls };
}

/**
 * Head of a 200 answer from a generation. The entity tag covers everything that the answer depends on, who asks
 * included; a query that looks at the clock has none.
 */
export function headOf(
  exchange: Exchange,
  generation: Generation,
  contentType: string,
  pageSize?: number,
): ResponseHead {
  const { asked, understood, response } = exchange;
  const { names: _names, ...preferences } = asked.preferences;
  const etag = /now(?:\(|%28)/i.test(asked.rawQuery)
    ? undefined
    : weakEtag([
        generation.id,
        JSON.stringify(response.locals.principal ?? null),
        understood.queryShape,
        understood.skipToken ?? '',
        contentType,
        JSON.stringify([preferences, pageSize]),
        asked.version,
        asked.root,
      ]);
  const lastModified = new Date(generation.publishedAt).toUTCString();
  return { status: 200, version: asked.version, contentType, etag, lastModified };
}

/** Answers 304 when the client has the answer already. */
export function answeredNotModified(exchange: Exchange, head: ResponseHead): boolean {
  const { request, response } = exchange;
  if (head.etag === undefined || !matchesEtag(request.headers['if-none-match'], head.etag)) return false;
  sendEmpty(response, { ...head, status: 304, contentType: undefined });
  return true;
}

/** Head of a JSON answer. */
export function jsonHead(exchange: Exchange, generation: Generation, pageSize?: number): ResponseHead {
  return headOf(exchange, generation, contentTypeOf(jsonFormat(exchange)), pageSize);
}

/** What a path is refused with that leads to nothing. */
export function notFound({ asked }: Exchange): FeedError {
  const path = asked.path.length > 200 ? `${asked.path.slice(0, 200)}…` : asked.path;
  return new FeedError('PROTOCOL_NOT_FOUND', `There is no '${path}'.`, {
    hint: 'No entity has this key now: query the set for the keys that exist.',
  });
}
