/**
 * Vocabularies: the values that a property has, each once. Names, descriptions and ids are the same in usage rows, apps
 * and bridges, and from refresh to refresh: their columns share one vocabulary, so each text is in memory once.
 */
import type { EntitySet, JsonValue, Property } from '../../model/edm.js';
import { compareValues, PRIMITIVES, type EdmValue } from '../../model/edm-value.js';
import type { Bytes } from './bytes.js';
import { Dictionary, type Values } from './dictionary.js';
import { Texts } from './texts.js';

/** A vocabulary that has grown by so much since its first generation is replaced: about half of it is no longer used. */
const OUTGROWN = 2;
/** Below this many values it is not worth the trouble. */
const ALWAYS_KEPT = 4096;

/** What Booleans are, whether they occur or not. */
const FLAGS = [null, false, true];

/** Assigns codes to JSON values; append only, so a code stays what it is for every table that has it. */
export class Vocabulary implements Values {
  readonly #type: Property['type'];
  /** The texts that stand in JSON; none for Booleans. */
  readonly spellings = new Texts();
  /** What the texts mean, where that is something else. */
  readonly #parsed: EdmValue[] | undefined;
  #dictionary: Dictionary | undefined;

  constructor({ type }: Property) {
    this.#type = type;
    const isText = type === 'Edm.String' || type === 'Edm.Binary' || type === 'Edm.Boolean';
    this.#parsed = isText ? undefined : [null];
  }

  get texts(): Texts | undefined {
    return this.#parsed === undefined && !this.#areFlags ? this.spellings : undefined;
  }

  get #areFlags(): boolean {
    return this.#type === 'Edm.Boolean';
  }

  /** Number of values, null among them. */
  get size(): number {
    return this.#areFlags ? FLAGS.length : this.spellings.size;
  }

  /** Code of a value, a new one when it is new; `undefined` when it does not fit the type. */
  code(json: JsonValue): number | undefined {
    if (json === null) return 0;
    if (this.#areFlags) return typeof json === 'boolean' ? FLAGS.indexOf(json) : undefined;
    if (typeof json !== 'string') return undefined;
    if (this.#parsed === undefined) return this.spellings.code(json);
    const known = this.spellings.find(json);
    return known === 0 ? this.#add(json, this.#parsed) : known;
  }

  /** The same for a text that is spelled in JSON, from one place to before another, without escapes. */
  codeAt(spelled: Bytes, from: number, to: number): number | undefined {
    if (this.#areFlags) return undefined;
    if (this.#parsed === undefined) return this.spellings.codeAt(spelled, from, to);
    const known = this.spellings.findAt(spelled, from, to);
    return known === 0 ? this.#add(spelled.buffer.toString('latin1', from, to), this.#parsed) : known;
  }

  #add(text: string, parsed: EdmValue[]): number | undefined {
    const value = PRIMITIVES[this.#type].fromJson(text);
    if (value === undefined) return undefined;
    parsed.push(value);
    return this.spellings.code(text);
  }

  value(code: number): EdmValue {
    if (code === 0) return null;
    if (this.#areFlags) return FLAGS[code] ?? null;
    return this.#parsed === undefined ? this.spellings.text(code) : (this.#parsed[code] ?? null);
  }

  json(code: number): string {
    if (code === 0 || this.#areFlags) return String(FLAGS[code]);
    return JSON.stringify(this.spellings.text(code));
  }

  /** Order of two values, as `compareValues` has it. */
  compare(left: number, right: number): number {
    if (left !== 0 && right !== 0 && this.texts !== undefined) return this.texts.compare(left, right);
    return compareValues(this.value(left), this.value(right));
  }

  /** All values of now; the same object until there are more, so what was worked out for it stays. */
  dictionary(): Dictionary {
    if (this.#dictionary?.size !== this.size)
      this.#dictionary = new Dictionary(this, this.size, this.#dictionary?.ordered);
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
