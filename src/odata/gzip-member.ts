/**
 * A body as gzip, of which parts lie compressed in memory: these are sent as they are. The answer is one member with one
 * deflate stream, since not every client reads a second member (RFC 1952 section 2.2); deflate allows to put streams
 * together where each ends with a byte and none but the last has a final block (RFC 1951 section 3.2.3).
 */
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';
import type { Deflated } from '../store/store.js';
import { crc32Combine } from './crc32-combine.js';
import { bytesOf, type Piece } from './pieces.js';

/** No name, no time, unknown system. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** A final block without content. */
const LAST_BLOCK = Buffer.from([0x03, 0x00]);
const COMPRESSION = { level: 3, finishFlush: constants.Z_SYNC_FLUSH };
/** Compressed pieces are gathered up to this size. */
const CHUNK_BYTES = 64 * 1024;

const deflated = promisify(deflateRaw);

/** The gzip member of a body, in chunks. Asks for the next piece when the chunk before was taken. */
export async function* gzipMember(pieces: Iterable<Piece> | AsyncIterable<Piece>): AsyncGenerator<Buffer> {
  let ready: Uint8Array[] = [HEADER];
  let size = 0;
  let checksum = 0;
  let length = 0;
  for await (const piece of pieces) {
    const stored = 'deflated' in piece ? piece.deflated : undefined;
    const part = stored ?? (await compressed(piece));
    ready.push(part.bytes);
    size += part.bytes.length;
    checksum = crc32Combine(checksum, part.crc32, piece.length);
    length += piece.length;
    if (size < CHUNK_BYTES) continue;
    yield Buffer.concat(ready);
    ready = [];
    size = 0;
  }
  yield Buffer.concat([...ready, LAST_BLOCK, trailer(checksum, length)]);
}

async function compressed(piece: Piece): Promise<Deflated> {
  const bytes = bytesOf(piece);
  return { bytes: await deflated(bytes, COMPRESSION), crc32: crc32(bytes) };
}

/** Checksum and length, modulo 2^32. */
function trailer(checksum: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(checksum, 0);
  bytes.writeUInt32LE(length % 2 ** 32, 4);
  return bytes;
}
