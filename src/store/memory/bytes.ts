/** JSON text as bytes. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const FIRST_NOT_ASCII = 0x80;

/** By byte: 1 where it stands for itself in JSON text. */
export const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= SPACE && byte < FIRST_NOT_ASCII && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);

/** A buffer, and what is fastest to read it by, which takes longer to make than to use. */
export class Bytes {
  readonly length: number;
  /** Without Node's Buffer around them: its views cost several times as much. */
  readonly bytes: Uint8Array;
  readonly words: DataView;

  constructor(readonly buffer: Buffer) {
    this.length = buffer.length;
    this.bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
    this.words = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  }
}
