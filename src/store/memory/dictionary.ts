import { compareValues, type EdmValue } from '../../model/edm-value.js';
import { orderedCodes, ranksOf } from './ranks.js';
import type { Texts } from './texts.js';

/** Of dictionaries with more values, neither values nor JSON are kept: most are asked for once. */
const MOST_KEPT = 4096;

/** Where a dictionary has its values from; code 0 is null. */
export interface Values {
  value(code: number): EdmValue;
  /** JSON text. */
  json(code: number): string;
  /** By code, the texts as which they stand in JSON, where they do. */
  readonly spellings?: Texts;
  /** The same where the values are these texts, each of them once. */
  readonly texts?: Texts | undefined;
}

/**
 * The values of a dictionary column, with their JSON text; code 0 is null. Two codes may have equal values. Columns of
 * other tables may share it: not every value need occur in a table, and there may be more of them behind `size`.
 */
export class Dictionary {
  /** The texts that its values are, each of them once; `undefined` where they are something else. */
  readonly texts: Texts | undefined;
  readonly #kept: EdmValue[] = [];
  readonly #json: string[] = [];
  readonly #bytes = new Map<string, Uint8Array[]>();
  #ranks: Uint32Array | undefined;
  #ordered: Uint32Array;

  /**
   * @param size how many values there are; what stands behind them belongs to later tables
   * @param ordered the first codes in the order of their values, as far as that is known: of a shorter dictionary of them
   */
  constructor(
    readonly values: Values,
    readonly size: number,
    ordered: Uint32Array = new Uint32Array(),
  ) {
    this.texts = values.texts;
    this.#ordered = ordered;
  }

  /** Whether what it says is kept. */
  get isSmall(): boolean {
    return this.size <= MOST_KEPT;
  }

  value(code: number): EdmValue {
    return this.isSmall ? (this.#kept[code] ??= this.values.value(code)) : this.values.value(code);
  }

  /** Code of a value that it has. */
  codeOf(value: EdmValue): number | undefined {
    if (this.texts !== undefined && typeof value === 'string') return this.texts.find(value) || undefined;
    for (let code = 0; code < this.size; code++)
      if (compareValues(this.value(code), value) === 0) return code;
    return undefined;
  }

  /** JSON text of a value. */
  text(code: number): string {
    return this.isSmall ? (this.#json[code] ??= this.values.json(code)) : this.values.json(code);
  }

  /** {@link text} in UTF-8 with a text of ASCII before it, such as `"name":`; for small dictionaries. */
  bytesBehind(before: string): (code: number) => Uint8Array {
    let bytes = this.#bytes.get(before);
    if (bytes === undefined) this.#bytes.set(before, (bytes = []));
    const kept = bytes;
    return (code) => (kept[code] ??= new Uint8Array(Buffer.from(before + this.text(code))));
  }

  /** By code: the place of its value among all distinct values, null 0; equal values have equal ranks. */
  get ranks(): Uint32Array {
    if (this.#ranks === undefined) {
      const known: EdmValue[] = [];
      const valueOf = (code: number) => (known[code] ??= this.value(code));
      this.#ordered = orderedCodes(valueOf, this.size, this.#ordered);
      this.#ranks = ranksOf(this.texts === undefined ? valueOf : (code) => code, this.#ordered);
    }
    return this.#ranks;
  }

  /** The first codes in the order of their values, as far as {@link ranks} were asked for. */
  get ordered(): Uint32Array {
    return this.#ordered;
  }
}
