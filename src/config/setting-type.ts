/**
 * What a setting may hold: how it is read from text (environment, flags) and from JSON (the configuration file), and
 * how it is said to people.
 */

/** A value, or a predicate that follows the quoted value in a message: `'5k' is not a whole number`. */
export type Reading<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** A JSON Schema, draft-07. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A kind of value. `problem`s of secret kinds never quote what was given. */
export interface SettingType<T> {
  /** What is accepted, as a noun phrase for messages and docs/settings.md. */
  readonly accepts: string;
  /** What the JSON form may be, as editors check it (JSON Schema draft-07); the last word has `fromJson`. */
  readonly schema: JsonSchema;
  fromText(text: string): Reading<T>;
  fromJson(json: unknown): Reading<T>;
  /** The value as it may be printed and logged. */
  show(value: T): unknown;
}

/** A good reading. */
export function good<T>(value: T): Reading<T> {
  return { ok: true, value };
}

/** A bad reading; `problem` is a predicate such as `is not a whole number`. */
export function bad<T>(problem: string): Reading<T> {
  return { ok: false, problem };
}

/** A type whose JSON form is a string that reads like the text form. */
export function textual<T>(accepts: string, fromText: (text: string) => Reading<T>): SettingType<T> {
  return {
    accepts,
    schema: { type: 'string', minLength: 1 },
    fromText,
    fromJson: (json) => (typeof json === 'string' ? fromText(json) : bad('is not a string')),
    show: (value) => value,
  };
}

/** Any text that is not empty. */
export function text(accepts = 'any text'): SettingType<string> {
  return textual(accepts, (given) => good(given));
}

/** One of a few words, exactly as they are spelled. */
export function oneOf<const T extends string>(words: readonly T[]): SettingType<T> {
  const type = textual(`one of ${words.join(', ')}`, (given: string): Reading<T> => {
    const word = words.find((candidate) => candidate === given);
    if (word !== undefined) return good(word);
    const alike = words.find((candidate) => candidate.toLowerCase() === given.toLowerCase());
    return bad(alike === undefined ? 'is none of the known words' : `is spelled '${alike}'`);
  });
  return { ...type, schema: { enum: words } };
}

/** true or false; text also 1, 0, yes, no, on, off. */
export function yesNo(): SettingType<boolean> {
  const words = new Map([
    ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
    ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
  ]);
  return {
    accepts: 'true or false',
    schema: { type: 'boolean' },
    fromText: (given) => {
      const value = words.get(given.toLowerCase());
      return value === undefined ? bad('is neither true nor false') : good(value);
    },
    fromJson: (json) => (typeof json === 'boolean' ? good(json) : bad('is neither true nor false')),
    show: (value) => value,
  };
}

/** A list of objects that only the file can hold; checked entry by entry where the other settings are at hand. */
export function listInFile(what: string, entry: JsonSchema): SettingType<readonly unknown[]> {
  return {
    accepts: `a list of ${what} in the configuration file`,
    schema: { type: 'array', items: entry },
    fromText: () => bad('can only be given in the configuration file'),
    fromJson: (json) => (Array.isArray(json) ? good(json as unknown[]) : bad('is not a list')),
    show: () => '***',
  };
}

/** Several values of one type: separated in text, a JSON array in the file. Nothing may stand twice. */
export function listOf<T>(
  type: SettingType<T>,
  accepts: string,
  separator = /[\s,]+/,
): SettingType<readonly T[]> {
  return {
    accepts,
    schema: { type: 'array', items: type.schema, uniqueItems: true },
    fromText: (given) =>
      readAll(
        given.split(separator).filter((part) => part.trim() !== ''),
        (part) => type.fromText(part.trim()),
      ),
    fromJson: (json) =>
      Array.isArray(json) ? readAll(json as unknown[], (part) => type.fromJson(part)) : bad('is not a list'),
    show: (values) => values.map((value) => type.show(value)),
  };
}

function readAll<G, T>(parts: readonly G[], read: (part: G) => Reading<T>): Reading<readonly T[]> {
  const values: T[] = [];
  const seen = new Set<string>();
  for (const [index, part] of parts.entries()) {
    const reading = read(part);
    if (!reading.ok) return bad(`has a wrong entry ${index + 1}, which ${reading.problem}`);
    const identity = JSON.stringify(reading.value);
    if (seen.has(identity)) return bad(`says the same twice (entry ${index + 1})`);
    seen.add(identity);
    values.push(reading.value);
  }
  return good(values);
}
