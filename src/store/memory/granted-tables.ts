/** The tables that one reader may read, each made of the whole one when first used. */
import { FeedError } from '../../errors.js';
import type { Follows } from '../../model/edm.js';
import type { EdmValue } from '../../model/edm-value.js';
import type { Expr } from '../../query/ast.js';
import type { RowAccess } from '../../query/plan.js';
import { compile } from './compile.js';
import type { Joins } from './joins.js';
import { rowScope } from './scope.js';
import type { Table } from './table.js';
import { Work } from './work.js';

/** On average: codes take one to four bytes, numbers eight. */
const BYTES_PER_VALUE = 6;

type RowTest = (row: number) => boolean;

/** Finds tables by the names of their sets. */
export interface Tables {
  readonly get: (set: string) => Table | undefined;
}

/** The tables of one access. */
export class GrantedTables implements Tables {
  readonly #access: RowAccess;
  readonly #whole: Tables;
  readonly #joins: Joins;
  readonly #made = new Map<string, Table>();
  #bytes = 1;

  /** @param joins of the whole tables: a row filter may look at rows that are not granted */
  constructor(access: RowAccess, whole: Tables, joins: Joins) {
    this.#access = access;
    this.#whole = whole;
    this.#joins = joins;
  }

  /** What the tables take beside the whole ones, roughly; grows as they are made. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The granted part of a set's table; `undefined` for sets that are withheld or have no rows yet. */
  get(name: string): Table | undefined {
    const made = this.#made.get(name);
    if (made !== undefined) return made;
    const granted = this.#access.sets.get(name);
    const whole = this.#whole.get(name);
    if (granted === undefined || whole === undefined) return undefined;
    const tests = [
      ...(granted.rows === undefined ? [] : [this.#condition(granted.rows, whole)]),
      ...(granted.set.follows === undefined ? [] : [this.#followed(granted.set.follows, whole)]),
    ];
    const rows = rowsThat(tests, whole.rows);
    const untouched =
      rows.length === whole.rows && granted.set.type.properties.length === whole.set.type.properties.length;
    const table = untouched ? whole : whole.part(granted.set, rows);
    if (!untouched) this.#bytes += rows.length * BYTES_PER_VALUE * granted.set.type.properties.length;
    this.#made.set(name, table);
    return table;
  }

  /** A row for which the condition cannot be worked out (it divides by zero there) is not granted. */
  #condition(condition: Expr, table: Table): RowTest {
    const context = { joins: this.#joins, work: new Work(Infinity), now: 0, compile };
    const holds = rowScope(table, context).compile(condition);
    return (row) => {
      try {
        return holds(row) === true;
      } catch (error) {
        if (error instanceof FeedError && error.code === 'QUERY_VALUE') return false;
        throw error;
      }
    };
  }

  #followed({ kind, property, always, sources }: Follows, table: Table): RowTest {
    const own = table.column(property);
    const seen = sources.flatMap((source) => [...this.#granted(source)]);
    if (kind === 'values') {
      const values = new Set(seen);
      const isAlways = always === undefined ? undefined : table.column(always);
      return (row) => values.has(own.value(row)) || isAlways?.value(row) === true;
    }
    const keys = seen.filter((value) => typeof value === 'number');
    const last = Number(table.rows === 0 ? 0 : own.value(table.rows - 1));
    const firstYear = Math.floor(keys.reduce((earliest, key) => Math.min(earliest, key), last) / 10_000);
    return (row) => Number(own.value(row)) >= firstYear * 10_000;
  }

  /** Distinct values of a property in the rows that are granted; none when it is withheld. */
  #granted([set, property]: Follows['sources'][number]): ReadonlySet<EdmValue> {
    const readable = this.#access.sets.get(set)?.set.type.property(property);
    const table = readable && this.get(set);
    const values = new Set<EdmValue>();
    if (table === undefined) return values;
    const column = table.column(property);
    for (let row = 0; row < table.rows; row++) values.add(column.value(row));
    return values;
  }
}

function rowsThat(tests: readonly RowTest[], count: number): Uint32Array {
  const rows = new Uint32Array(count);
  let length = 0;
  for (let row = 0; row < count; row++) if (tests.every((test) => test(row))) rows[length++] = row;
  return rows.subarray(0, length);
}
