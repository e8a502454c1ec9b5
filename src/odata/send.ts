/** Sends bodies: compressed by choice of the client, with back-pressure, and cut off rather than truncated in silence. */
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createDeflate, deflate, deflateSync, gzip, gzipSync } from 'node:zlib';
import type { Ask, Reply } from './exchange.js';
import { negotiateCoding, type ContentCoding } from './encoding.js';
import { gzipMember } from './gzip-member.js';
import { bytesOf, giveBack, Rooms, type Piece, type Pieces } from './pieces.js';

/** Bodies up to this size leave in one piece, with a Content-Length; they are compressed here and now. */
const ONE_PIECE_BYTES = 64 * 1024;

/** What is compressed is gathered up to this size, to be compressed at once in the thread pool, and leaves in one piece too. */
const GATHERED_BYTES = 1024 * 1024;

/** Fewer bytes than this travel in one packet, compressed or not. */
const WORTH_COMPRESSING_BYTES = 1024;

/** Level 3 takes three fifths of the default's time and a seventh more bytes (docs/performance.md). */
const QUICK = { level: 3, chunkSize: 64 * 1024 };

/** For bodies at hand: another three tenths less time for 3 % more bytes. */
const QUICKEST = { level: 1 };

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
 * Sends a body that comes in pieces, whose bytes must not be used afterwards. One that is not too long is gathered first,
 * and so is the beginning of a longer one: a failure there can still become an error answer; one after that cuts the
 * connection.
 */
export async function sendBody(
  request: Ask,
  response: Reply,
  head: ResponseHead,
  pieces: Pieces,
): Promise<void> {
  const coding = negotiateCoding(request.headers['accept-encoding']);
  const isPacked = coding !== 'identity' && request.method !== 'HEAD';
  const { begun, isAll } = await begin(pieces, isPacked ? GATHERED_BYTES : ONE_PIECE_BYTES);
  if (isAll) {
    if (lengthOf(begun) <= ONE_PIECE_BYTES)
      sendWhole(request, response, head, { identity: joined(begun, (bytes) => Buffer.allocUnsafe(bytes)) });
    else sendCoded(request, response, head, { coding, bytes: await packed(begun, coding) });
    return;
  }
  writeHead(response, head);
  if (coding !== 'identity') response.setHeader('Content-Encoding', coding);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const body = resume(begun, pieces);
  if (coding === 'gzip') await streamTo(readable(gzipMember(body)), undefined, response);
  else
    await streamTo(
      readable(allBytes(body)),
      coding === 'deflate' ? createDeflate(QUICK) : undefined,
      response,
    );
}

/** The bytes of pieces that are not needed any more. @param roomFor makes room for so many */
function joined(pieces: readonly Piece[], roomFor: (bytes: number) => Buffer): Buffer {
  const [first, ...others] = pieces;
  if (first !== undefined && others.length === 0) return bytesOf(first);
  const room = roomFor(lengthOf(pieces));
  let length = 0;
  for (const piece of pieces) {
    room.set(bytesOf(piece), length);
    length += piece.length;
    if (Buffer.isBuffer(piece)) giveBack(piece);
  }
  return room.subarray(0, length);
}

const lengthOf = (pieces: readonly Piece[]) => pieces.reduce((sum, { length }) => sum + length, 0);

/** Takes pieces until these are all, or more than so many bytes, or one comes that is compressed already. */
async function begin(pieces: Pieces, most: number): Promise<{ begun: Piece[]; isAll: boolean }> {
  const begun: Piece[] = [];
  for (let bytes = 0; bytes <= most;) {
    const piece = await pieces.next();
    if (piece.done === true) return { begun, isAll: true };
    begun.push(piece.value);
    if ('deflated' in piece.value) break;
    bytes += piece.value.length;
  }
  return { begun, isAll: false };
}

const gzipped = promisify<Buffer, typeof QUICKEST, Buffer>(gzip);
const deflated = promisify<Buffer, typeof QUICKEST, Buffer>(deflate);

/** As many as threads that compress. */
const rooms = new Rooms(GATHERED_BYTES, 4);

/** A gathered body, compressed in the thread pool at once. */
async function packed(pieces: readonly Piece[], coding: ContentCoding): Promise<Buffer> {
  const identity = joined(pieces, () => rooms.take());
  const options = { ...QUICKEST, chunkSize: Math.max(64 * 1024, identity.length >> 3) };
  const bytes = await (coding === 'gzip' ? gzipped(identity, options) : deflated(identity, options));
  rooms.giveBack(identity);
  giveBack(identity);
  return bytes;
}

const readable = (chunks: AsyncIterable<Buffer>) => Readable.from(chunks, { objectMode: false });

async function* allBytes(pieces: AsyncIterable<Piece>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield bytesOf(piece);
}

/** Sends a body that is at hand. */
export function sendWhole(request: Ask, response: Reply, head: ResponseHead, body: Body): void {
  const wanted = negotiateCoding(request.headers['accept-encoding']);
  const coding = body.identity.length < WORTH_COMPRESSING_BYTES ? 'identity' : wanted;
  sendCoded(request, response, head, { coding, bytes: codedBody(body, coding) });
}

/** Sends a body as it is coded already. */
function sendCoded(
  request: Ask,
  response: Reply,
  head: ResponseHead,
  { coding, bytes }: { readonly coding: ContentCoding; readonly bytes: Buffer },
): void {
  writeHead(response, head);
  if (coding !== 'identity') response.setHeader('Content-Encoding', coding);
  response.setHeader('Content-Length', bytes.length);
  if (request.method === 'HEAD') response.end();
  else endWith(response, onePiece(bytes));
}

/** A body as it leaves in one piece: a short one as Latin-1 text, which Node joins to the head and writes at once. */
export type OnePiece = Buffer | string;

/** Longer ones are not copied once more. */
export const ONE_WRITE_BYTES = 16 * 1024;

export function onePiece(body: OnePiece): OnePiece {
  return typeof body === 'string' || body.length > ONE_WRITE_BYTES ? body : body.toString('latin1');
}

export function endWith(response: Reply, body: OnePiece): void {
  if (typeof body === 'string') response.end(body, 'latin1');
  else response.end(body);
}

/** Ends an answer with the chunks of its body: they leave together. */
export function endWithChunks(response: Reply, chunks: readonly Buffer[]): void {
  response.cork();
  for (const chunk of chunks) response.write(chunk);
  response.end();
}

function codedBody(body: Body, coding: ContentCoding): Buffer {
  if (coding === 'gzip') return body.gzip ?? gzipSync(body.identity, QUICKEST);
  return coding === 'deflate' ? deflateSync(body.identity, QUICKEST) : body.identity;
}

async function* resume(begun: Iterable<Piece>, rest: Pieces): AsyncGenerator<Piece> {
  try {
    yield* begun;
    for (let piece = await rest.next(); piece.done !== true; piece = await rest.next()) yield piece.value;
  } finally {
    // A client that has gone away: what is still being read must end as well.
    await rest.return?.();
  }
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
