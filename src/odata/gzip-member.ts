/**
 * A body as gzip, in pieces that are compressed each by itself: some lie compressed in memory, the others are compressed in
 * the thread pool while the next ones are made. The answer is one member with one deflate stream, since not every client
 * reads a second member (RFC 1952 section 2.2); deflate allows to put streams together where each ends with a byte and none
 * but the last has a final block (RFC 1951 section 3.2.3).
 */
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';
import { crc32Combine } from './crc32-combine.js';
import { giveBack, type Piece } from './pieces.js';

/** No name, no time, unknown system. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** A final block without content. */
const LAST_BLOCK = Buffer.from([0x03, 0x00]);
/** Most pieces fit into one chunk. */
const COMPRESSION = { level: 1, chunkSize: 20 * 1024, finishFlush: constants.Z_SYNC_FLUSH };
/** Pieces that are compressed at once, while one more is made. */
const AT_ONCE = 2;

const deflated = promisify(deflateRaw);

/** A piece as it is sent. */
interface Part {
  readonly bytes: Buffer;
  /** Of what it was before. */
  readonly crc32: number;
  readonly length: number;
}

/**
 * The gzip member of a body, in chunks; what lies compressed in memory is handed on where it lies. Asks for the next pieces
 * when the chunk before was taken; their bytes must not be used afterwards.
 */
export async function* gzipMember(pieces: Iterable<Piece> | AsyncIterable<Piece>): AsyncGenerator<Buffer> {
  let checksum = 0;
  let length = 0;
  yield HEADER;
  for await (const part of partsOf(pieces)) {
    yield part.bytes;
    checksum = crc32Combine(checksum, part.crc32, part.length);
    length += part.length;
  }
  yield LAST_BLOCK;
  yield trailer(checksum, length);
}

/** The pieces in their order, a few ahead. */
async function* partsOf(pieces: Iterable<Piece> | AsyncIterable<Piece>): AsyncGenerator<Part> {
  const coming: Promise<Part>[] = [];
  for await (const piece of pieces) {
    const part = partOf(piece);
    // Whoever reads no further never sees it fail.
    part.catch(() => undefined);
    if (coming.push(part) > AT_ONCE) yield* taken(coming);
  }
  while (coming.length > 0) yield* taken(coming);
}

async function* taken(coming: Promise<Part>[]): AsyncGenerator<Part> {
  const part = await coming.shift();
  if (part !== undefined) yield part;
}

async function partOf(piece: Piece): Promise<Part> {
  const { length } = piece;
  if ('deflated' in piece) {
    const { buffer, byteOffset, byteLength } = piece.deflated;
    return { bytes: Buffer.from(buffer, byteOffset, byteLength), crc32: piece.crc32, length };
  }
  const checksum = crc32(piece);
  const bytes = await deflated(piece, COMPRESSION);
  giveBack(piece);
  return { bytes, crc32: checksum, length };
}

/** Checksum and length, modulo 2^32. */
function trailer(checksum: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(checksum, 0);
  bytes.writeUInt32LE(length % 2 ** 32, 4);
  return bytes;
}
