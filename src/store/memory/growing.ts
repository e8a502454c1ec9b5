/** Typed arrays that grow while a table is built: number of rows is not known before the row files are read. */

/** A growing Uint32Array. */
export class GrowingUint32 {
  length = 0;
  #array = new Uint32Array(1024);

  push(value: number): void {
    if (this.length === this.#array.length) {
      const larger = new Uint32Array(this.length * 2);
      larger.set(this.#array);
      this.#array = larger;
    }
    this.#array[this.length++] = value;
  }

  /** The values, without spare room. */
  finish(): Uint32Array {
    return this.#array.slice(0, this.length);
  }
}

/** A growing Float64Array. */
export class GrowingFloat64 {
  length = 0;
  #array = new Float64Array(1024);

  push(value: number): void {
    if (this.length === this.#array.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.#array);
      this.#array = larger;
    }
    this.#array[this.length++] = value;
  }

  /** The values, without spare room. */
  finish(): Float64Array {
    return this.#array.slice(0, this.length);
  }
}

/** Codes as bytes when they fit (flags, categories, risk bands do), else as 16 or 32 bits. */
export type Codes = Uint8Array | Uint16Array | Uint32Array;

/** The same codes in the narrowest array; `distinct` is one more than the largest code. */
export function narrow(codes: Uint32Array, distinct: number): Codes {
  if (distinct <= 0x100) return Uint8Array.from(codes);
  return distinct <= 0x10000 ? Uint16Array.from(codes) : codes;
}

/** `array[order[0]], array[order[1]], …` in an array of the same type; as long as `order`, which may leave places out. */
export function permuted<Typed extends Codes | Float64Array>(array: Typed, order: Uint32Array): Typed {
  const result = array.slice(0, order.length) as Typed;
  for (let at = 0; at < order.length; at++) result[at] = array[order[at] ?? 0] ?? 0;
  return result;
}
