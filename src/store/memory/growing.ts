/**
 * Typed arrays that grow while a table is built; when the number of rows is known beforehand they need not. A class
 * each: one for all would meet every kind of array at the same place, which costs several times as much.
 */

const FEWEST = 64;

/** A growing Uint32Array. */
export class GrowingUint32 {
  length = 0;
  #array: Uint32Array;

  /** @param expected how many values there will be, about */
  constructor(expected = 0) {
    this.#array = new Uint32Array(Math.max(expected, FEWEST));
  }

  push(value: number): void {
    if (this.length === this.#array.length) {
      const larger = new Uint32Array(this.length * 2);
      larger.set(this.#array);
      this.#array = larger;
    }
    this.#array[this.length++] = value;
  }

  at(place: number): number {
    return this.#array[place] ?? 0;
  }

  /** Takes the last value back. */
  pop(): void {
    this.length--;
  }

  /** The values without spare room; nothing can be added afterwards. */
  finish(): Uint32Array {
    const array = this.#array;
    this.#array = new Uint32Array(0);
    return withoutRoom(array, this.length);
  }
}

/** A growing Int32Array. */
export class GrowingInt32 {
  length = 0;
  #array: Int32Array;

  /** @param expected how many values there will be, about */
  constructor(expected = 0) {
    this.#array = new Int32Array(Math.max(expected, FEWEST));
  }

  push(value: number): void {
    if (this.length === this.#array.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.#array);
      this.#array = larger;
    }
    this.#array[this.length++] = value;
  }

  at(place: number): number {
    return this.#array[place] ?? 0;
  }

  /** Takes the last value back. */
  pop(): void {
    this.length--;
  }

  /** The values without spare room; nothing can be added afterwards. */
  finish(): Int32Array {
    const array = this.#array;
    this.#array = new Int32Array(0);
    return withoutRoom(array, this.length);
  }
}

/** A growing Float64Array. */
export class GrowingFloat64 {
  length = 0;
  #array: Float64Array;

  /** @param expected how many values there will be, about */
  constructor(expected = 0) {
    this.#array = new Float64Array(Math.max(expected, FEWEST));
  }

  push(value: number): void {
    if (this.length === this.#array.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.#array);
      this.#array = larger;
    }
    this.#array[this.length++] = value;
  }

  at(place: number): number {
    return this.#array[place] ?? 0;
  }

  /** Takes the last value back. */
  pop(): void {
    this.length--;
  }

  /** The values without spare room; nothing can be added afterwards. */
  finish(): Float64Array {
    const array = this.#array;
    this.#array = new Float64Array(0);
    return withoutRoom(array, this.length);
  }
}

/** Codes as bytes when they fit (flags, categories, risk bands do), else as 16 or 32 bits. */
export type Codes = Uint8Array | Uint16Array | Uint32Array;

/** Codes in the narrowest array that holds all of them so far. */
export class GrowingCodes {
  length = 0;
  #array: Codes;
  #most = 0xff;

  /** @param expected how many codes there will be, about */
  constructor(expected = 0) {
    this.#array = new Uint8Array(Math.max(expected, FEWEST));
  }

  push(code: number): void {
    if (code > this.#most) this.#widen(code, this.#array.length);
    if (this.length === this.#array.length) this.#widen(this.#most, this.length * 2);
    this.#array[this.length++] = code;
  }

  /** Makes room for a largest code, and for so many codes. */
  #widen(code: number, length: number): void {
    const Wide = code > 0xffff ? Uint32Array : code > 0xff ? Uint16Array : Uint8Array;
    const wide = new Wide(length);
    wide.set(this.#array);
    this.#array = wide;
    this.#most = 2 ** (8 * Wide.BYTES_PER_ELEMENT) - 1;
  }

  at(place: number): number {
    return this.#array[place] ?? 0;
  }

  /** Takes the last code back. */
  pop(): void {
    this.length--;
  }

  /** The codes without spare room; nothing can be added afterwards. */
  finish(): Codes {
    const array = this.#array;
    this.#array = new Uint8Array(0);
    return withoutRoom(array, this.length);
  }
}

function withoutRoom<Typed extends Codes | Int32Array | Float64Array>(array: Typed, length: number): Typed {
  return array.length === length ? array : (array.slice(0, length) as Typed);
}

/** The same codes in the narrowest array; `distinct` is one more than the largest code. */
export function narrow(codes: Uint32Array, distinct: number): Codes {
  if (distinct <= 0x100) return Uint8Array.from(codes);
  return distinct <= 0x10000 ? Uint16Array.from(codes) : codes;
}

/** `array[order[0]], array[order[1]], …` in an array of the same type; as long as `order`, which may leave places out. */
export function permuted<Typed extends Codes | Int32Array | Float64Array>(
  array: Typed,
  order: Uint32Array,
): Typed {
  const result = array.slice(0, order.length) as Typed;
  for (let at = 0; at < order.length; at++) result[at] = array[order[at] ?? 0] ?? 0;
  return result;
}
