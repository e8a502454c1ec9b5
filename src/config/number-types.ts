/** Kinds of numbers. In the file a number is a JSON number; in text it is decimal digits. */
import { bad, good, type Reading, type SettingType } from './setting-type.js';

/** A whole number within both limits, inclusive. */
export function integer(min: number, max: number): SettingType<number> {
  const type = numeric(`a whole number from ${min} to ${max}`, (value) => {
    if (!Number.isSafeInteger(value)) return bad('is not a whole number');
    return within(value, min, max);
  });
  return { ...type, schema: { type: 'integer', minimum: min, maximum: max } };
}

/** A number above `above` and up to `max`. */
export function decimal(above: number, max: number): SettingType<number> {
  const type = numeric(`a number above ${above}, up to ${max}`, (value) => {
    if (value <= above) return bad(`is not above ${above}`);
    return within(value, above, max);
  });
  return { ...type, schema: { type: 'number', exclusiveMinimum: above, maximum: max } };
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/** A size in bytes; text may carry KiB, MiB, GiB or TiB, in the file too. Limits inclusive, in bytes. */
export function bytes(min: number, max: number): SettingType<number> {
  const plain = numeric(
    `bytes from ${writeBytes(min)} to ${writeBytes(max)}, plain or with KiB, MiB, GiB, TiB`,
    (value) => (Number.isSafeInteger(value) ? withinBytes(value, min, max) : bad('is not a whole number')),
  );
  const fromText = (given: string): Reading<number> => {
    const match = /^(\d+(?:\.\d+)?)\s*([KMGT]iB)?$/i.exec(given);
    if (match === null) return bad('is not a size');
    return withinBytes(Math.floor(Number(match[1]) * (UNITS[(match[2] ?? '').toUpperCase()] ?? 1)), min, max);
  };
  return {
    ...plain,
    schema: {
      anyOf: [
        { type: 'integer', minimum: min, maximum: max },
        { type: 'string', pattern: '^\\d+(\\.\\d+)?\\s*([KMGTkmgt][Ii][Bb])?$' },
      ],
    },
    fromText,
    fromJson: (json) => (typeof json === 'string' ? fromText(json) : plain.fromJson(json)),
  };
}

/** A size for people, in the largest unit that divides it: 2147483648 → `2GiB`. */
export function writeBytes(size: number): string {
  for (const [unit, factor] of [
    ['TiB', 2 ** 40],
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ] as const) {
    if (size >= factor && size % factor === 0) return `${size / factor}${unit}`;
  }
  return String(size);
}

function numeric(accepts: string, check: (value: number) => Reading<number>): SettingType<number> {
  return {
    accepts,
    schema: { type: 'number' },
    fromText: (given) => (/^[+-]?\d+(\.\d+)?$/.test(given) ? check(Number(given)) : bad('is not a number')),
    fromJson: (json) =>
      typeof json === 'number'
        ? check(json)
        : bad(typeof json === 'string' ? 'is a string: leave the quotation marks out' : 'is not a number'),
    show: (value) => value,
  };
}

function within(value: number, min: number, max: number): Reading<number> {
  if (value < min) return bad(`is below ${min}`);
  return value > max ? bad(`is above ${max}`) : good(value);
}

function withinBytes(value: number, min: number, max: number): Reading<number> {
  if (value < min) return bad(`is below ${writeBytes(min)}`);
  return value > max ? bad(`is above ${writeBytes(max)}`) : good(value);
}
