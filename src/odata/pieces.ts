/** Bodies in pieces of some hundred kilobytes, which a stream can ask for one by one. */
import type { PackedText } from '../store/store.js';

/** Parts of a body are gathered up to about this size before they are handed on. */
export const PIECE_BYTES = 128 * 1024;

/** A piece of a body: bytes, or a text that lies compressed in memory. */
export type Piece = Buffer | PackedText;

/** Memory of one size that is used again: outside of V8's heap it makes V8 collect all garbage, the more often it is new. */
export class Rooms {
  readonly #free: Buffer[] = [];

  /**
   * @param bytes size of each
   * @param most how many may wait
   */
  constructor(
    readonly bytes: number,
    private readonly most: number,
  ) {}

  /** One whose content is of no use. */
  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.bytes);
  }

  /** Takes one back, of which a view from its beginning will do; for who knows that nobody else holds it. */
  giveBack({ buffer, byteOffset }: Buffer): void {
    if (byteOffset === 0 && buffer.byteLength === this.bytes && this.#free.length < this.most)
      this.#free.push(Buffer.from(buffer));
  }
}

/** 8 MiB: about what sixteen answers have under way. */
const rooms = new Rooms(PIECE_BYTES, 64);

/** Room for a piece; what it holds is of no use. @param bytes at least {@link PIECE_BYTES} */
export function roomForPiece(bytes = PIECE_BYTES): Buffer {
  return bytes === PIECE_BYTES ? rooms.take() : Buffer.allocUnsafeSlow(bytes);
}

/** Gives the room of a piece back; for who has read all of it, and knows that nobody else holds it. */
export function giveBack(piece: Buffer): void {
  rooms.giveBack(piece);
}

/** A body in pieces, at hand or still being read. */
export type Pieces = Iterator<Piece> | AsyncIterator<Piece>;

/** The bytes of a piece. */
export function bytesOf(piece: Piece): Buffer {
  if (Buffer.isBuffer(piece)) return piece;
  const { buffer, byteOffset, byteLength } = piece.text();
  return Buffer.from(buffer, byteOffset, byteLength);
}

/**
 * Parts as pieces. Texts that follow each other are encoded together; what is compressed already stays by itself, and so
 * do bytes that are a piece already.
 */
export function* gathered(parts: Iterable<Uint8Array | string | PackedText>): Generator<Piece> {
  const gathering = new Gathering();
  for (const part of parts) {
    const isOwn = typeof part !== 'string' && isPiece(part);
    if (!isOwn) gathering.add(part);
    if (gathering.size > 0 && (isOwn || gathering.size >= PIECE_BYTES)) yield gathering.take();
    if (isOwn) yield part;
  }
  if (gathering.size > 0) yield gathering.take();
}

function isPiece(part: Uint8Array | PackedText): part is Piece {
  return Buffer.isBuffer(part) ? part.length >= PIECE_BYTES / 2 : 'deflated' in part;
}

/** Parts on their way to becoming a piece. */
class Gathering {
  /** Bytes, roughly: texts count by their UTF-16 code units. */
  size = 0;
  #bytes: Uint8Array[] = [];
  #text = '';

  add(part: Uint8Array | string): void {
    this.size += part.length;
    if (typeof part === 'string') this.#text += part;
    else {
      this.#encode();
      this.#bytes.push(part);
    }
  }

  /** Everything so far; it begins anew. */
  take(): Buffer {
    this.#encode();
    const piece = Buffer.concat(this.#bytes);
    this.#bytes = [];
    this.size = 0;
    return piece;
  }

  #encode(): void {
    if (this.#text !== '') this.#bytes.push(Buffer.from(this.#text));
    this.#text = '';
  }
}
