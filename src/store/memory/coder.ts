import type { JsonValue } from '../../model/edm.js';
import { Token, type RowScanner } from './row-scanner.js';
import type { Vocabulary } from './vocabulary.js';

/** How far a value may stand behind the one before, to be found without a look-up. */
const NEAR = 4;

const NULL = new Token('null');
const TRUE = new Token('true');
const FALSE = new Token('false');

/**
 * Codes of one property's values, in the vocabulary that its column has. All tables have their rows in the order of
 * keys, so what follows in one has mostly followed in another: the next codes are tried before the value is looked up.
 */
export class Coder {
  readonly #vocabulary: Vocabulary;
  #last = 0;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** Code of a value; `undefined` when it does not fit the type. */
  code(json: JsonValue): number | undefined {
    return this.#remember(this.#vocabulary.code(json));
  }

  #remember(code: number | undefined): number | undefined {
    if (code !== undefined && code !== 0) this.#last = code;
    return code;
  }

  /** Code of the value that stands in stored rows; `undefined` when it must be parsed, or does not fit the type. */
  scan(row: RowScanner): number | undefined {
    if (row.isText) return this.#remember(this.#scanNear(row) ?? this.#scanText(row));
    if (row.skip(NULL)) return 0;
    if (row.skip(FALSE)) return this.#vocabulary.code(false);
    return row.skip(TRUE) ? this.#vocabulary.code(true) : undefined;
  }

  #scanNear(row: RowScanner): number | undefined {
    const { spellings } = this.#vocabulary;
    const end = Math.min(this.#last + NEAR + 1, spellings.size);
    for (let code = this.#last + 1; code < end; code++) if (row.skipText(spellings, code)) return code;
    return undefined;
  }

  #scanText(row: RowScanner): number | undefined {
    const end = row.plainTextEnd();
    if (end === -1) {
      const text = row.text();
      return text === undefined ? undefined : this.#vocabulary.code(text);
    }
    const code = this.#vocabulary.codeAt(row.source, row.at + 1, end);
    if (code !== undefined) row.at = end + 1;
    return code;
  }
}
