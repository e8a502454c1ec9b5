import type { JsonValue } from '../../model/edm.js';
import { Token, type RowScanner } from './row-scanner.js';
import type { Vocabulary } from './vocabulary.js';

/** From so many values on, a look-up misses the processor's caches several times. */
const LARGE = 1024;
/** How far a value may stand behind the one before, to be found without a look-up. */
const NEAR = 4;
/** Codes of texts that are at hand by their hash: days of a few years fit. A power of two. */
const SLOTS = 2048;

const NULL = new Token('null');
const TRUE = new Token('true');
const FALSE = new Token('false');

/**
 * Codes of one property's values, in the vocabulary that its column has. All tables have their rows in the order of
 * keys, so what follows in one has mostly followed in another: the next codes are tried before the value is looked up.
 */
export class Coder {
  readonly #vocabulary: Vocabulary;
  /** Tenants and streams repeat row after row: comparing is cheaper than hashing. */
  #lastJson: JsonValue = null;
  #lastCode = 0;
  readonly #slots = new Uint32Array(SLOTS);

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** Code of a value; `undefined` when it does not fit the type. */
  code(json: JsonValue): number | undefined {
    if (json === null) return 0;
    if (json === this.#lastJson) return this.#lastCode;
    const code = this.#near(json) ?? this.#vocabulary.code(json);
    if (code !== undefined) this.#remember(json, code);
    return code;
  }

  #remember(json: JsonValue, code: number): void {
    this.#lastJson = json;
    this.#lastCode = code;
  }

  #near(json: JsonValue): number | undefined {
    const { size } = this.#vocabulary;
    if (size < LARGE) return undefined;
    const end = Math.min(this.#lastCode + NEAR + 1, size);
    for (let code = this.#lastCode + 1; code < end; code++)
      if (this.#vocabulary.json(code) === json) return code;
    return undefined;
  }

  /** Code of the value that stands in stored rows; `undefined` when it must be parsed, or does not fit the type. */
  scan(row: RowScanner): number | undefined {
    if (row.isText) return this.#scanNear(row) ?? this.#scanText(row);
    if (row.skip(NULL)) return 0;
    if (row.skip(FALSE)) return this.#vocabulary.code(false);
    return row.skip(TRUE) ? this.#vocabulary.code(true) : undefined;
  }

  #scanNear(row: RowScanner): number | undefined {
    const { size } = this.#vocabulary;
    if (size < LARGE) return undefined;
    const end = Math.min(this.#lastCode + NEAR + 1, size);
    for (let code = this.#lastCode + 1; code < end; code++) if (this.#isNext(row, code)) return code;
    return undefined;
  }

  #scanText(row: RowScanner): number | undefined {
    const slot = row.textHash() & (SLOTS - 1);
    const known = this.#slots[slot] ?? 0;
    if (this.#isNext(row, known)) return known;
    const text = row.text();
    const code = text === undefined ? undefined : this.#vocabulary.code(text);
    if (code === undefined || text === undefined) return undefined;
    this.#slots[slot] = code;
    this.#remember(text, code);
    return code;
  }

  #isNext(row: RowScanner, code: number): boolean {
    const json = this.#vocabulary.json(code);
    if (typeof json !== 'string' || !row.skipText(json)) return false;
    this.#remember(json, code);
    return true;
  }
}
