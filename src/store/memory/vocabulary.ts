/**
 * Vocabularies: the values that a property has, each once. Names, descriptions and ids are the same in usage rows, apps
 * and bridges, and from refresh to refresh: their columns share one vocabulary, so each text is in memory once.
 */
import type { EntitySet, JsonValue, Property } from '../../model/edm.js';
import { PRIMITIVES, type EdmValue } from '../../model/edm-value.js';
import { Dictionary } from './columns.js';

/** A vocabulary that has grown by so much since its first generation is replaced: about half of it is no longer used. */
const OUTGROWN = 2;
/** Below this many values it is not worth the trouble. */
const ALWAYS_KEPT = 4096;

/** Assigns codes to JSON values; append only, so a code stays what it is for every table that has it. */
export class Vocabulary {
  readonly #codes = new Map<JsonValue, number>([[null, 0]]);
  readonly #values: EdmValue[] = [null];
  /** The same array for text, whose JSON is the value itself. */
  readonly #json: (string | boolean | null)[];
  readonly #isText: boolean;
  readonly #read: (json: JsonValue) => EdmValue | undefined;
  #dictionary: Dictionary | undefined;

  constructor({ type }: Property) {
    this.#isText = type === 'Edm.String';
    this.#json = this.#isText ? (this.#values as (string | null)[]) : [null];
    this.#read = (json) => PRIMITIVES[type].fromJson(json);
  }

  /** Number of values, null among them. */
  get size(): number {
    return this.#values.length;
  }

  /** Code of a value, a new one when it is new; `undefined` when it does not fit the type. */
  code(json: JsonValue): number | undefined {
    return this.#codes.get(json) ?? this.#add(json);
  }

  #add(json: JsonValue): number | undefined {
    const value = this.#read(json);
    if (value === undefined || (typeof json !== 'string' && typeof json !== 'boolean')) return undefined;
    const code = this.#values.push(value) - 1;
    if (!this.#isText) this.#json.push(json);
    this.#codes.set(json, code);
    return code;
  }

  value(code: number): EdmValue {
    return this.#values[code] ?? null;
  }

  /** A value as it stands in JSON. */
  json(code: number): JsonValue {
    return this.#json[code] ?? null;
  }

  /** All values of now; the same object until there are more, so what was worked out for it stays. */
  dictionary(): Dictionary {
    if (this.#dictionary?.size !== this.size)
      this.#dictionary = new Dictionary(this.#values, this.#json, this.size, this.#dictionary?.ordered);
    return this.#dictionary;
  }
}

/** Properties of bridges that hold what others spell otherwise. */
const SPELLED_OTHERWISE: Readonly<Record<string, string | undefined>> = {
  appId: 'id',
  domain: 'domains',
  tag: 'tags',
};

interface Shared {
  readonly vocabulary: Vocabulary;
  /** Its size when the first generation that used it had been read. */
  first: number | undefined;
}

/** The vocabularies that the tables of a store share. */
export class Vocabularies {
  readonly #shared = new Map<string, Shared>();

  /** The vocabulary for a column: shared by all sets that tell of usage, else one of its own. */
  of(set: EntitySet, property: Property): Vocabulary {
    if (set.subject !== 'usage') return new Vocabulary(property);
    const name = `${SPELLED_OTHERWISE[property.name] ?? property.name} ${property.type}`;
    let shared = this.#shared.get(name);
    if (shared === undefined) {
      shared = { vocabulary: new Vocabulary(property), first: undefined };
      this.#shared.set(name, shared);
    }
    return shared.vocabulary;
  }

  /** To be called when a generation has been read: tables that are built later leave behind what has outgrown itself. */
  settle(): void {
    for (const [name, shared] of this.#shared) {
      const { size } = shared.vocabulary;
      shared.first ??= size;
      if (size > ALWAYS_KEPT && size > shared.first * OUTGROWN) this.#shared.delete(name);
    }
  }
}
