/** Bodies with a limit: what counts is the size after inflation. */
import { pipeline, type Duplex, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** A body that is larger than allowed, or in an encoding or charset that cannot be read. */
export class UnreadableBody extends Error {}

/** What `Accept-Encoding` offers. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

const DECODERS: Readonly<Record<string, () => Duplex>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * The text of a body. Reading stops, and the connection is dropped, as soon as the limit is passed: a gzip of 260 kB can
 * hold 256 MiB.
 *
 * @param encoding the Content-Encoding header
 * @throws UnreadableBody when it is too large, not in an encoding that was offered, or not UTF-8; errors of the
 * connection as they come
 */
export async function readBody(
  body: Readable,
  encoding: string | undefined,
  maxBytes: number,
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of inflated(body, encoding) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new UnreadableBody(`a body of more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new UnreadableBody('a body that is not UTF-8');
  }
}

function inflated(body: Readable, encoding = 'identity'): Readable {
  const name = encoding.trim().toLowerCase();
  if (name === 'identity' || name === '') return body;
  const decoder = Object.hasOwn(DECODERS, name) ? DECODERS[name]?.() : undefined;
  if (decoder === undefined) {
    discard(body);
    throw new UnreadableBody(`a body in the encoding '${name.slice(0, 40)}'`);
  }
  // The callback only marks the error as handled: it reaches the reader through the decoder.
  return pipeline(body, decoder, () => undefined);
}

/** Drops a body that nobody reads, and its connection. */
export function discard(body: Readable): void {
  // undici reports the abort as an error event, which would end the process without a listener.
  body.on('error', () => undefined).destroy();
}
