/**
 * CRC-32 of two texts one after the other, from the CRC-32 of each. A CRC is the text as a polynomial over GF(2), modulo
 * the one of RFC 1952; text that follows multiplies what was before by x to the power of its bits. As zlib's own
 * `crc32_combine`, which Node does not pass on.
 */

/** The polynomial without x^32. In these numbers the highest bit is x^0, the lowest x^31. */
const POLYNOMIAL = 0xedb88320;
const ONE = 0x80000000;
const X = 0x40000000;
/** By n: x to the power of 2^n; as many as a length that is an exact number has bits. */
const POWERS = powers(56);

/** @param length bytes of the second text */
export function crc32Combine(first: number, second: number, length: number): number {
  return (product(power(length * 8), first) ^ second) >>> 0;
}

/** x to the power of `exponent`. */
function power(exponent: number): number {
  let result = ONE;
  // Division, not shifts: a text may have more than 2^32 bits.
  for (let bit = 0, rest = exponent; rest > 0; bit++, rest = Math.floor(rest / 2))
    if (rest % 2 === 1) result = product(POWERS[bit] ?? 0, result);
  return result;
}

function product(left: number, right: number): number {
  let result = 0;
  let factor = right;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((left & bit) !== 0) result ^= factor;
    factor = (factor & 1) === 1 ? (factor >>> 1) ^ POLYNOMIAL : factor >>> 1;
  }
  return result >>> 0;
}

function powers(count: number): readonly number[] {
  const result = [X];
  for (let last = X; result.length < count; result.push(last)) last = product(last, last);
  return result;
}
