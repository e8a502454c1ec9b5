/** Rows of an answer: they read their table when asked, and hold nothing themselves. */
import { PRIMITIVES, type EdmValue } from '../../model/edm-value.js';
import type { PrimitiveType } from '../../model/edm.js';
import type { Page, ResultRow } from '../store.js';
import type { NarrowedCollection } from './narrowed.js';
import type { Table } from './table.js';

/** What a plan adds to the rows of a table. */
export interface Members {
  /** Texts of the selected properties that are written as they are stored: one look-up a property and row. */
  readonly texts: ReadonlyMap<string, (row: number) => string>;
  /** Value of a computed property; `undefined` when the plan computes none of that name. */
  readonly computed: (row: number, name: string) => EdmValue | undefined;
  /** What is wanted of a collection property; `undefined` when all of it is. */
  readonly narrowed: (row: number, name: string) => NarrowedCollection | undefined;
  /** Type of a selected property, or of its items. */
  readonly typeOf: (name: string) => PrimitiveType | undefined;
  readonly expand: (row: number, navigation: string) => Page;
}

/** One row of an answer. */
export class MemoryRow implements ResultRow {
  readonly #table: Table;
  readonly #row: number;
  readonly #members: Members;

  constructor(table: Table, row: number, members: Members) {
    this.#table = table;
    this.#row = row;
    this.#members = members;
  }

  get json(): Uint8Array {
    return this.#table.json(this.#row);
  }

  has(property: string): boolean {
    return this.#table.absentIn(property)?.[this.#row] !== 1;
  }

  value(property: string): EdmValue {
    const computed = this.#members.computed(this.#row, property);
    if (computed !== undefined) return computed;
    const narrowed = this.#members.narrowed(this.#row, property);
    return narrowed === undefined ? this.#table.column(property).value(this.#row) : narrowed.values;
  }

  text(property: string): string {
    const stored = this.#members.texts.get(property);
    if (stored !== undefined) return stored(this.#row);
    const computed = this.#members.computed(this.#row, property);
    const value = computed ?? this.#members.narrowed(this.#row, property)?.values;
    if (value === undefined && computed === undefined) return this.#table.column(property).text(this.#row);
    return jsonText(value ?? null, this.#members.typeOf(property) ?? 'Edm.String');
  }

  total(property: string): number {
    const narrowed = this.#members.narrowed(this.#row, property);
    if (narrowed === undefined) throw new RangeError(`The plan does not count ${property}`);
    return narrowed.total;
  }

  expanded(navigation: string): Page {
    return this.#members.expand(this.#row, navigation);
  }
}

function jsonText(value: EdmValue, type: PrimitiveType): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map((item: EdmValue) => jsonText(item, type)).join(',')}]`;
  return PRIMITIVES[type].toJson(value);
}
