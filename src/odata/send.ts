/** Sends bodies: compressed by choice of the client, with back-pressure, and cut off rather than truncated in silence. */
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createDeflate, createGzip, deflateSync, gzipSync } from 'node:zlib';
import type { Ask, Reply } from './exchange.js';
import { negotiateCoding, type ContentCoding } from './encoding.js';
import { gzipMember } from './gzip-member.js';
import { bytesOf, type Piece, type Pieces } from './pieces.js';

/** Bodies up to this size leave in one piece, with a Content-Length. */
const ONE_PIECE_BYTES = 64 * 1024;

/** Fewer bytes than this travel in one packet, compressed or not. */
const WORTH_COMPRESSING_BYTES = 1024;

/** Level 3 takes three fifths of the default's time and a seventh more bytes (docs/performance.md). */
const QUICK = { level: 3, chunkSize: 64 * 1024 };

/** Everything that varies an answer, for caches in between. */
const VARY = 'Accept, Accept-Encoding, Authorization, Prefer, OData-MaxVersion';

/** A body that is at hand, and its coded forms if they are kept. */
export interface Body {
  readonly identity: Buffer;
  readonly gzip?: Buffer;
}

/** Head of an answer; `undefined` members are left out. */
export interface ResponseHead {
  readonly status: number;
  readonly version: string;
  readonly contentType?: string | undefined;
  readonly etag?: string | undefined;
  /** HTTP-date. */
  readonly lastModified?: string | undefined;
  readonly preferenceApplied?: string | undefined;
  /** For a file to download. */
  readonly contentDisposition?: string | undefined;
  /** Id of the generation that the answer was read from: what `asof` takes. */
  readonly generation?: string | undefined;
}

/** Writes status and headers. OData-Version is set, not added: it must stand exactly once. */
export function writeHead(response: Reply, head: ResponseHead): void {
  response.status(head.status);
  const headers: Readonly<Record<string, string | undefined>> = {
    'OData-Version': head.version,
    'Content-Type': head.contentType,
    'Cache-Control': 'private, no-cache',
    Vary: VARY,
    ETag: head.etag,
    'Last-Modified': head.lastModified,
    'Preference-Applied': head.preferenceApplied,
    'Feed-Generation': head.generation,
    'Content-Disposition': head.contentDisposition,
  };
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) response.removeHeader(name);
    else response.setHeader(name, value);
  }
}

/** Sends an answer without a body (204, 304). */
export function sendEmpty(response: Reply, head: ResponseHead): void {
  writeHead(response, head);
  response.end();
}

/**
 * Sends a body that comes in pieces of some ten kilobytes. The first piece is taken before the head is written, so a
 * failure there can still become an error answer; one after that cuts the connection.
 */
export async function sendBody(
  request: Ask,
  response: Reply,
  head: ResponseHead,
  pieces: Pieces,
): Promise<void> {
  const first = await pieces.next();
  const start = first.done === true ? Buffer.alloc(0) : first.value;
  const second = first.done === true ? first : await pieces.next();
  if (second.done === true && start.length <= ONE_PIECE_BYTES) {
    sendWhole(request, response, head, { identity: bytesOf(start) });
    return;
  }
  const coding = negotiateCoding(request.headers['accept-encoding']);
  writeHead(response, head);
  if (coding !== 'identity') response.setHeader('Content-Encoding', coding);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const body = resume(start, second, pieces);
  if (coding === 'gzip' && second.done !== true && 'deflated' in second.value)
    await streamTo(readable(gzipMember(body)), undefined, response);
  else await streamTo(readable(allBytes(body)), compressor(coding), response);
}

const readable = (chunks: AsyncIterable<Buffer>) => Readable.from(chunks, { objectMode: false });

async function* allBytes(pieces: AsyncIterable<Piece>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield bytesOf(piece);
}

/** Sends a body that is at hand. */
export function sendWhole(request: Ask, response: Reply, head: ResponseHead, body: Body): void {
  const wanted = negotiateCoding(request.headers['accept-encoding']);
  const coding = body.identity.length < WORTH_COMPRESSING_BYTES ? 'identity' : wanted;
  const coded = codedBody(body, coding);
  writeHead(response, head);
  if (coding !== 'identity') response.setHeader('Content-Encoding', coding);
  response.setHeader('Content-Length', coded.length);
  if (request.method === 'HEAD') response.end();
  else endWith(response, onePiece(coded));
}

/** A body as it leaves in one piece: a short one as Latin-1 text, which Node joins to the head and writes at once. */
export type OnePiece = Buffer | string;

/** Longer ones are not copied once more. */
const ONE_WRITE_BYTES = 16 * 1024;

export function onePiece(body: Buffer): OnePiece {
  return body.length > ONE_WRITE_BYTES ? body : body.toString('latin1');
}

export function endWith(response: Reply, body: OnePiece): void {
  if (typeof body === 'string') response.end(body, 'latin1');
  else response.end(body);
}

function codedBody(body: Body, coding: ContentCoding): Buffer {
  if (coding === 'gzip') return body.gzip ?? gzipSync(body.identity, QUICK);
  return coding === 'deflate' ? deflateSync(body.identity, QUICK) : body.identity;
}

async function* resume(
  start: Piece,
  second: IteratorResult<Piece, unknown>,
  rest: Pieces,
): AsyncGenerator<Piece> {
  try {
    yield start;
    for (let piece = second; piece.done !== true; piece = await rest.next()) yield piece.value;
  } finally {
    // A client that has gone away: what is still being read must end as well.
    await rest.return?.();
  }
}

function compressor(coding: ContentCoding): Transform | undefined {
  if (coding === 'gzip') return createGzip(QUICK);
  return coding === 'deflate' ? createDeflate(QUICK) : undefined;
}

/** What `pipeline` fails with when the client has gone away. */
const CLIENT_GONE = new Set([
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_UNABLE_TO_PIPE',
  'ERR_STREAM_DESTROYED',
  'ECONNRESET',
  'EPIPE',
]);

/** A client that goes away in the middle is no error of ours; anything else is, and `pipeline` has cut the connection. */
async function streamTo(source: Readable, through: Transform | undefined, response: Reply): Promise<void> {
  try {
    await (through === undefined ? pipeline(source, response) : pipeline(source, through, response));
  } catch (error) {
    if (!CLIENT_GONE.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
