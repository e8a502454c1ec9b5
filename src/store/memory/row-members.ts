/**
 * Where the members of stored rows lie in their bytes: found when a row is first selected from, and remembered. A
 * selection is then copied from the row file's bytes, and nothing is turned into JSON again.
 */
import type { StoredMembers } from '../store.js';
import type { EntitySet } from '../../model/edm.js';
import type { RowBytes } from './table.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);
const UINT16_MAX = 0xffff;

/** Members that follow each other in the stored row: from the first to the last, both included. */
interface Run {
  readonly first: number;
  last: number;
}

/** The members of all rows of one table. */
export class RowMembers {
  readonly #set: EntitySet;
  readonly #bytes: RowBytes;
  /** Without Node's Buffer around them: its views cost several times as much, and each run takes one. */
  readonly #files: readonly Uint8Array[];
  readonly #names: readonly string[];
  /** By row and property: where the member begins in the row. 0: not looked at yet; no member begins there. */
  readonly #starts: Uint16Array | Uint32Array;

  constructor(set: EntitySet, bytes: RowBytes) {
    this.#set = set;
    this.#bytes = bytes;
    this.#files = bytes.files.map((file) => new Uint8Array(file.buffer, file.byteOffset, file.length));
    this.#names = set.type.properties.map(({ name }) => name);
    const longest = bytes.length.reduce((most, length) => Math.max(most, length), 0);
    const members = bytes.length.length * this.#names.length;
    this.#starts = longest > UINT16_MAX ? new Uint32Array(members) : new Uint16Array(members);
  }

  /** Members of some rows, in the order in which they are named. */
  select(properties: readonly string[], rows: ArrayLike<number>): StoredMembers {
    const runs = runsOf(properties.map((name) => this.#names.indexOf(name)));
    return {
      sizeOf: (place) => this.#bytes.length[rows[place] ?? 0] ?? 0,
      write: (place, target, at) => this.#write(rows[place] ?? 0, runs, { target, at }),
    };
  }

  #write(row: number, runs: readonly Run[], { target, at }: { target: Uint8Array; at: number }): number {
    const { file, start, length } = this.#bytes;
    const bytes = this.#files[file[row] ?? 0];
    const begin = start[row] ?? 0;
    const base = row * this.#names.length;
    if (bytes === undefined) throw new RangeError(`Table ${this.#set.name} has no row ${row}`);
    if (this.#starts[base] === 0) this.#find(bytes.subarray(begin, begin + (length[row] ?? 0)), base);
    let end = at;
    for (const { first, last } of runs) {
      if (end > at) target[end++] = COMMA;
      // Behind each member stands a comma, behind the last the closing brace.
      const next = last + 1 === this.#names.length ? length[row] : this.#starts[base + last + 1];
      const to = begin + (next ?? 0) - 1;
      const from = begin + (this.#starts[base + first] ?? 0);
      target.set(bytes.subarray(from, to), end);
      end += to - from;
    }
    return end;
  }

  /** Rows were checked when the table was built, and are written without white space; all else would be a bug. */
  #find(bytes: Uint8Array, base: number): void {
    let at = 1;
    for (const [place, name] of this.#names.entries()) {
      this.#starts[base + place] = at;
      const value = at + name.length + 3;
      if (bytes[value - 1] !== COLON) throw new RangeError(`A row of ${this.#set.name} lacks ${name}`);
      at = endOfValue(bytes, value) + 1;
    }
    if (at !== bytes.length) throw new RangeError(`A row of ${this.#set.name} has more than its type`);
  }
}

function runsOf(places: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const place of places) {
    const run = runs.at(-1);
    if (run?.last === place - 1) run.last = place;
    else runs.push({ first: place, last: place });
  }
  return runs;
}

/** Where the comma or brace stands that follows a JSON value. */
function endOfValue(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) at = closingQuote(bytes, at + 1);
    else if (depth === 0 && (byte === COMMA || CLOSING.has(byte))) return at;
    else if (OPENING.has(byte)) depth++;
    else if (CLOSING.has(byte)) depth--;
  }
  return bytes.length;
}

function closingQuote(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
