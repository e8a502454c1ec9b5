/**
 * `$batch`: several reads in one request, all from one generation, each through the same guards and rooms as any other.
 *
 * Spec: Protocol 4.01 section 11.7; JSON Format 4.01 section 19. One answer after the other leaves as it is written:
 * memory does not grow with the number of requests or their size.
 */
import { PassThrough, type Writable } from 'node:stream';
import { FeedError } from '../errors.js';
import { splitQuery } from '../query/query-options.js';
import { MAX_REQUESTS, type Batch, type BatchItem } from './batch-item.js';
import { readJsonBatch } from './batch-json.js';
import { readMultipartBatch } from './batch-multipart.js';
import { partRequest, PartResponse } from './batch-part.js';
import { sendError } from './error-response.js';
import type { Arrival } from './exchange.js';
import { pinnedGeneration } from './generation-of.js';
import { belowRoot } from './own-url.js';
import { contentTypeOfBody, readBody } from './request-body.js';
import type { ODataRequest } from './request.js';
import { sendBody } from './send.js';

/** Answers one request of a batch. */
type Answer = (part: Arrival) => void;

/** A batch on its way. */
interface Run {
  readonly arrival: Arrival;
  readonly asked: ODataRequest;
  readonly batch: Batch;
  readonly out: Writable;
  readonly answer: Answer;
  /** Whether what an id or a group names has succeeded. */
  readonly outcomes: Map<string, boolean>;
  /** Paths of entities that were read, by id. */
  readonly entities: Map<string, string>;
}

/**
 * Answers a batch.
 *
 * @throws FeedError PROTOCOL_MEDIA_TYPE, PROTOCOL_BODY_TOO_LARGE, PROTOCOL_BATCH_INVALID; QUERY_VALUE and
 *   PROTOCOL_PAGE_EXPIRED for `asof`, which pins all requests that do not have their own
 */
export async function answerBatch(arrival: Arrival, asked: ODataRequest, answer: Answer): Promise<void> {
  const { request, response, options } = arrival;
  if (arrival.batch !== undefined)
    throw new FeedError('PROTOCOL_BATCH_INVALID', 'A batch cannot hold another batch.');
  const batch = await readBatch(arrival);
  const pinned = await pinnedGeneration(options.store, splitQuery(asked.rawQuery).custom);
  const generation = pinned ?? options.store.current();
  const out = new PassThrough();
  const inner = { ...arrival, batch: { generation } };
  const run = { arrival: inner, asked, batch, out, answer, outcomes: new Map(), entities: new Map() };
  runAll(run).catch((error: unknown) => {
    out.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  const { continueOnError, names } = asked.preferences;
  await sendBody(
    request,
    response,
    {
      status: 200,
      version: asked.version,
      contentType: batch.form.contentType,
      generation: generation?.id,
      preferenceApplied: continueOnError === true ? `${names.continueOnError}=true` : undefined,
    },
    out[Symbol.asyncIterator]() as AsyncIterator<Buffer>,
  );
}

async function readBatch({ request }: Arrival): Promise<Batch> {
  const type = contentTypeOfBody(request);
  const json = type.name === 'application/json';
  if (!json && type.name !== 'multipart/mixed')
    throw new FeedError('PROTOCOL_MEDIA_TYPE', `$batch does not take ${type.name.slice(0, 60)}.`, {
      target: 'Content-Type',
    });
  const body = await readBody(request);
  const batch = json ? readJsonBatch(body) : readMultipartBatch(body, type.parameters.get('boundary'));
  if (batch.items.length <= MAX_REQUESTS) return batch;
  const held = `The batch holds ${batch.items.length} requests; ${MAX_REQUESTS} are the limit.`;
  throw new FeedError('PROTOCOL_BATCH_INVALID', held, { hint: 'Split it into several batches.' });
}

async function runAll(run: Run): Promise<void> {
  const { batch, out, asked } = run;
  const { form, items } = batch;
  const stops =
    asked.preferences.continueOnError === undefined ? form.stopsAtError : !asked.preferences.continueOnError;
  out.write(form.start);
  for (const [index, item] of items.entries()) {
    if (index > 0) out.write(form.separator);
    const failed = (await runOne(run, item)) >= 400;
    if (item.id !== undefined) run.outcomes.set(item.id, !failed);
    if (item.group !== undefined && run.outcomes.get(item.group) !== false)
      run.outcomes.set(item.group, !failed);
    if (out.destroyed || (failed && stops)) break;
  }
  out.end(form.end);
}

/** Answers one request; the status of its answer. */
async function runOne(
  { arrival, asked, batch, out, answer, outcomes, entities }: Run,
  item: BatchItem,
): Promise<number> {
  const { principal, requestId, record } = arrival.response.locals;
  const locals: Record<string, unknown> = { principal, requestId, record };
  const response = new PartResponse(item, batch.form, out, locals);
  const closed = new Promise<void>((resolve) => response.once('close', resolve));
  const relative = belowRoot(withReference(item, entities), asked.root);
  const request = partRequest(item, `/${relative ?? ''}`, arrival.request);
  const refused =
    item.refused ?? unmetDependency(item, outcomes) ?? (relative === undefined ? foreign() : undefined);
  if (refused === undefined) answer({ ...arrival, request, response });
  else sendError(refused, request, response, arrival.options.observe);
  await closed;
  if (item.id !== undefined && typeof locals.entityPath === 'string')
    entities.set(item.id, locals.entityPath);
  return response.statusCode;
}

/** The URL with `$<id>` at its beginning replaced by the entity that the request of that id has read (section 19.2). */
function withReference({ url }: BatchItem, entities: ReadonlyMap<string, string>): string {
  const [, id = '', rest = ''] = /^\$([^/?#]+)(.*)$/s.exec(url) ?? [];
  const path = entities.get(id);
  return path === undefined ? url : path + rest;
}

function unmetDependency(
  { group, dependsOn, url }: BatchItem,
  outcomes: ReadonlyMap<string, boolean>,
): FeedError | undefined {
  const [, referred = ''] = /^\$([^/?#]+)/.exec(url) ?? [];
  const needed = [...dependsOn, ...(group === undefined ? [] : [group]), referred];
  const failed = needed.find((name) => outcomes.get(name) === false);
  if (failed === undefined) return undefined;
  return new FeedError(
    'PROTOCOL_DEPENDENCY_FAILED',
    `The request was not executed, because '${failed.slice(0, 40)}' failed.`,
  );
}

function foreign(): FeedError {
  return new FeedError('PROTOCOL_BAD_PATH', 'The URL of this request is none of this service.', {
    hint: 'Write it relative to the service root: Tenants?$top=1.',
  });
}
