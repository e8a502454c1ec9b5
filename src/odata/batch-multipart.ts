/**
 * Batches as multipart/mixed: what Power Query sends for URLs beyond 2,048 characters.
 *
 * Spec: Protocol 4.01 section 11.7.3 and 11.7.4. A change set cannot hold reads, and nothing else is served: it is
 * answered as one request that failed.
 */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { FeedError } from '../errors.js';
import type { Batch, BatchForm, BatchItem } from './batch-item.js';
import { parseHeaderList } from './header-list.js';
import { parseHttp, parseMultipart, type Part } from './multipart.js';

const CRLF = '\r\n';

/** Reads a batch. @throws FeedError PROTOCOL_BATCH_INVALID */
export function readMultipartBatch(body: string, boundary: string | undefined): Batch {
  return { items: parseMultipart(body, boundary).map(item), form: form() };
}

function item({ headers, body }: Part): BatchItem {
  const id = headers['content-id'];
  const identity = id === undefined ? {} : { id };
  const [type] = parseHeaderList(headers['content-type'] ?? '');
  if (type?.name === 'multipart/mixed')
    return { ...identity, ...changeSet(body, type.parameters.get('boundary')) };
  if (type?.name !== 'application/http')
    throw new FeedError('PROTOCOL_BATCH_INVALID', 'A part of the batch is not application/http.', {
      hint: 'Give each part the header Content-Type: application/http.',
    });
  return { ...identity, ...parseHttp(body), dependsOn: [] };
}

/** The one answer that a whole change set gets (section 11.7.4). */
function changeSet(body: string, boundary: string | undefined): BatchItem {
  const requests = parseMultipart(body, boundary).map((part) => parseHttp(part.body));
  const reads = requests.some(({ method }) => /^(get|head)$/i.test(method));
  const refused = reads
    ? new FeedError('PROTOCOL_BATCH_INVALID', 'A change set cannot hold GET.', {
        hint: 'Put each GET into a part of its own, outside of any change set.',
      })
    : new FeedError('PROTOCOL_METHOD_NOT_ALLOWED', 'Change sets are not allowed: the feed is read-only.');
  return { method: 'POST', url: '', headers: {}, body: '', dependsOn: [], refused };
}

function form(): BatchForm {
  const boundary = `batchresponse_${randomUUID()}`;
  return {
    contentType: `multipart/mixed;boundary=${boundary}`,
    stopsAtError: true,
    start: '',
    end: `--${boundary}--${CRLF}`,
    head: ({ id }, status, headers) =>
      [
        `--${boundary}`,
        'Content-Type: application/http',
        'Content-Transfer-Encoding: binary',
        ...(id === undefined ? [] : [`Content-ID: ${id}`]),
        '',
        `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
        '',
        '',
      ].join(CRLF),
    body: () => ({ before: '', write: (chunk) => chunk, after: () => '' }),
    separator: '',
    tail: CRLF,
  };
}
