/** Grouping: frames cut into one segment for each combination of key values. Linear in rows, whatever the keys. */
import type { EdmValue } from '../../model/edm-value.js';
import type { Expr } from '../../query/ast.js';
import type { Dictionary } from './dictionary.js';
import { sameKey } from './compare.js';
import { countedRows, segmentOf, type Frame } from './frame.js';
import { placeOf, type Scope } from './scope.js';

/** A frame cut into groups. */
export interface Partition {
  /** A segment for each group: groups of one segment together, in the order in which they first appear. */
  readonly frame: Frame;
  /** Groups of segment `n` of what was partitioned: from `groups[n]` to `groups[n + 1]`. */
  readonly groups: Uint32Array;
}

/** Codes of the values of a key: equal values have equal codes, null has one too. */
interface Codes {
  readonly codes: Uint32Array;
  /** One more than the largest code. */
  readonly size: number;
}

/** Products of groups and codes up to here are looked up in an array, larger ones in a map. */
const MAX_DIRECT = 4_000_000;

/** Partitions each segment of a frame by the values of some keys. */
export function partition(frame: Frame, keys: readonly Expr[], scope: Scope): Partition {
  let codes: Codes = { codes: segmentOf(frame), size: frame.bounds.length - 1 };
  for (const key of keys) codes = combined(codes, withAbsent(key, frame, codesOf(key, frame, scope)));
  const numbered = numberedByAppearance(codes);
  return cut(frame, numbered);
}

function codesOf(key: Expr, { rows }: Frame, scope: Scope): Codes {
  if (key.kind === 'property') {
    const { table, rowOf } = placeOf(scope, key.variable, key.path);
    const column = table.column(key.property.name);
    if (column.kind === 'dictionary') {
      const canonical = canonicalCodes(column.dictionary);
      const own = column.codes;
      const codes =
        rowOf === undefined
          ? rows.map((row) => canonical[own[row] ?? 0] ?? 0)
          : rows.map((row) => canonical[own[rowOf(row)] ?? 0] ?? 0);
      return { codes, size: column.dictionary.size };
    }
  }
  const known = new Map<EdmValue, number>();
  const evaluate = scope.compile(key);
  const codes = rows.map((row) => {
    const value = sameKey(evaluate(row));
    const code = known.get(value) ?? known.size;
    if (code === known.size) known.set(value, code);
    return code;
  });
  return { codes, size: known.size };
}

/** Rows that lack the property are a group of their own: absent is not null (3.1.2). */
function withAbsent(key: Expr, { table, rows }: Frame, given: Codes): Codes {
  const own = key.kind === 'property' && key.path.length === 0 ? key.property.name : undefined;
  const absent = own === undefined ? undefined : table.absentIn(own);
  if (absent === undefined) return given;
  const codes = given.codes.map((code, place) => (absent[rows[place] ?? 0] === 1 ? given.size : code));
  return { codes, size: given.size + 1 };
}

const canonicalByDictionary = new WeakMap<Dictionary, Uint32Array>();

/** By code: the first code of an equal value; two codes may have equal values. */
export function canonicalCodes(dictionary: Dictionary): Uint32Array {
  let canonical = canonicalByDictionary.get(dictionary);
  if (canonical === undefined) {
    if (dictionary.texts !== undefined) return countedRows(dictionary.size);
    const first = new Map<EdmValue, number>();
    canonical = Uint32Array.from({ length: dictionary.size }, (_, code) => {
      const value = dictionary.value(code);
      const known = first.get(value);
      if (known === undefined) first.set(value, code);
      return known ?? code;
    });
    canonicalByDictionary.set(dictionary, canonical);
  }
  return canonical;
}

/** Codes of pairs, numbered anew so that they stay small. */
function combined(left: Codes, right: Codes): Codes {
  const product = left.size * right.size;
  const codes = new Uint32Array(left.codes.length);
  const number = numbering(product);
  for (let place = 0; place < codes.length; place++)
    codes[place] = number.of((left.codes[place] ?? 0) * right.size + (right.codes[place] ?? 0));
  return { codes, size: number.count() };
}

function numberedByAppearance({ codes, size }: Codes): Codes {
  const number = numbering(size);
  return { codes: codes.map((code) => number.of(code)), size: number.count() };
}

/** Numbers keys from 0 in the order in which they come. */
function numbering(limit: number): { readonly of: (key: number) => number; readonly count: () => number } {
  let next = 0;
  if (limit <= MAX_DIRECT) {
    const numbers = new Uint32Array(limit);
    return { of: (key) => (numbers[key] ||= ++next) - 1, count: () => next };
  }
  const numbers = new Map<number, number>();
  const of = (key: number) => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, next);
    return next++;
  };
  return { of, count: () => next };
}

/** Moves the rows of each group together; groups are numbered by appearance, so segments stay in order. */
function cut({ table, rows, bounds }: Frame, { codes, size }: Codes): Partition {
  const ends = new Uint32Array(size + 1);
  for (const group of codes) ends[group + 1] = (ends[group + 1] ?? 0) + 1;
  for (let group = 0; group < size; group++) ends[group + 1] = (ends[group + 1] ?? 0) + (ends[group] ?? 0);
  const next = ends.slice();
  const moved = new Uint32Array(rows.length);
  codes.forEach((group, place) => {
    const at = next[group] ?? 0;
    moved[at] = rows[place] ?? 0;
    next[group] = at + 1;
  });
  const groups = new Uint32Array(bounds.length);
  for (let segment = 1; segment < bounds.length; segment++) {
    let group = groups[segment - 1] ?? 0;
    while (group < size && (ends[group] ?? 0) < (bounds[segment] ?? 0)) group++;
    groups[segment] = group;
  }
  return { frame: { table, rows: moved, bounds: ends }, groups };
}
