/** Bodies of POST requests ($batch, /$query): small, so they are taken whole, up to a limit. */
import { FeedError } from '../errors.js';
import type { Ask } from './exchange.js';
import { parseHeaderList, type HeaderElement } from './header-list.js';

/** Largest body. A batch of a hundred URLs of 10 KiB fits. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** Media type of a body. @throws FeedError PROTOCOL_MEDIA_TYPE when there is none, or the body is compressed */
export function contentTypeOfBody({ headers }: Ask): HeaderElement {
  const [type] = parseHeaderList(headers['content-type'] ?? '');
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (type !== undefined && coding === 'identity') return type;
  const said = type === undefined ? 'has no Content-Type' : `is coded (${coding.slice(0, 40)})`;
  throw new FeedError('PROTOCOL_MEDIA_TYPE', `The body of the request ${said}.`, { target: 'Content-Type' });
}

/** The body as text. @throws FeedError PROTOCOL_BODY_TOO_LARGE, PROTOCOL_BAD_REQUEST when the client breaks off */
export async function readBody(request: Ask): Promise<string> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  // Events, not `for await`: leaving a loop early would destroy the socket that the refusal has to go out on.
  await new Promise<void>((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else reject(tooLarge());
    });
    request.once('end', resolve);
    request.once('error', (cause) => {
      reject(new FeedError('PROTOCOL_BAD_REQUEST', 'The body of the request broke off.', { cause }));
    });
  });
  return Buffer.concat(chunks).toString('utf8');
}

function tooLarge(): FeedError {
  return new FeedError('PROTOCOL_BODY_TOO_LARGE', `The body is larger than ${MAX_BODY_BYTES} bytes.`);
}
