/**
 * Batches as JSON.
 *
 * Spec: JSON Format 4.01 section 19. Requests are executed in the order in which they stand, which every `dependsOn`
 * allows.
 */
import { StringDecoder } from 'node:string_decoder';
import { z } from 'zod';
import { FeedError } from '../errors.js';
import type { Batch, BatchForm, BatchItem, BodyForm } from './batch-item.js';

const REQUEST = z.object({
  id: z.string().min(1),
  method: z.string().regex(/^(get|head|post|put|patch|delete|options)$/i, 'must be an HTTP method'),
  url: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
  atomicityGroup: z.string().min(1).optional(),
  dependsOn: z.array(z.string()).optional(),
  if: z.undefined({ error: 'is not supported here' }).optional(),
});
const BATCH = z.object({ requests: z.array(REQUEST) });

type RequestObject = z.infer<typeof REQUEST>;

/** Reads a batch. @throws FeedError PROTOCOL_BATCH_INVALID with the place */
export function readJsonBatch(body: string): Batch {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (cause) {
    throw new FeedError('PROTOCOL_BATCH_INVALID', 'The body of the batch is no JSON.', { cause });
  }
  const checked = BATCH.safeParse(parsed);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw invalid(
      `${['', ...(issue?.path ?? [])].join('/')} in the batch: ${issue?.message ?? 'malformed'}.`,
    );
  }
  checkOrder(checked.data.requests);
  return { items: checked.data.requests.map(item), form: FORM };
}

/** Ids are unique, groups stand together, and dependencies look back (section 19.1). */
function checkOrder(requests: readonly RequestObject[]): void {
  const ids = new Set(requests.map(({ id }) => id));
  if (ids.size < requests.length) throw invalid('Two requests have the same id.');
  const known = new Set<string>();
  let group: string | undefined;
  for (const { id, atomicityGroup, dependsOn = [] } of requests) {
    if (atomicityGroup !== undefined && ids.has(atomicityGroup))
      throw invalid(`The atomicityGroup '${atomicityGroup.slice(0, 40)}' is the id of a request as well.`);
    if (atomicityGroup !== undefined && atomicityGroup !== group && known.has(atomicityGroup))
      throw invalid(`The requests of atomicityGroup '${atomicityGroup.slice(0, 40)}' do not stand together.`);
    const missing = dependsOn.find((name) => !known.has(name));
    if (missing !== undefined)
      throw invalid(
        `'${id.slice(0, 40)}' depends on '${missing.slice(0, 40)}', which does not stand before it.`,
      );
    known.add(id);
    group = atomicityGroup;
    if (group !== undefined) known.add(group);
  }
}

function item({
  id,
  method,
  url,
  headers = {},
  body,
  atomicityGroup,
  dependsOn = [],
}: RequestObject): BatchItem {
  return {
    id,
    method: method.toUpperCase(),
    url,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: typeof body === 'string' ? body : '',
    dependsOn,
    ...(atomicityGroup === undefined ? {} : { group: atomicityGroup }),
  };
}

const FORM: BatchForm = {
  contentType: 'application/json',
  stopsAtError: false,
  start: '{"responses":[',
  end: ']}',
  head: ({ id, group }, status, headers) => {
    const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    const fields = { id, ...(group === undefined ? {} : { atomicityGroup: group }), status };
    return JSON.stringify({ ...fields, headers: Object.fromEntries(lower) as object }).slice(0, -1);
  },
  body: (contentType) => {
    if (/^application\/(?:[\w.-]+\+)?json\b/.test(contentType)) return AS_IT_IS;
    return contentType.startsWith('text/') ? asText() : asBase64();
  },
  separator: ',',
  tail: '}',
};

const AS_IT_IS: BodyForm = { before: ',"body":', write: (chunk) => chunk, after: () => '' };

/** A JSON string, piece by piece; a character may lie across two pieces. */
function asText(): BodyForm {
  const decoder = new StringDecoder('utf8');
  const escaped = (text: string) => JSON.stringify(text).slice(1, -1);
  return {
    before: ',"body":"',
    write: (chunk) => escaped(decoder.write(chunk)),
    after: () => `${escaped(decoder.end())}"`,
  };
}

/** base64url, three bytes at a time. */
function asBase64(): BodyForm {
  let rest = Buffer.alloc(0);
  return {
    before: ',"body":"',
    write: (chunk) => {
      const bytes = Buffer.concat([rest, chunk]);
      const whole = bytes.length - (bytes.length % 3);
      rest = bytes.subarray(whole);
      return bytes.subarray(0, whole).toString('base64url');
    },
    after: () => `${rest.toString('base64url')}"`,
  };
}

function invalid(message: string): FeedError {
  return new FeedError('PROTOCOL_BATCH_INVALID', message);
}
