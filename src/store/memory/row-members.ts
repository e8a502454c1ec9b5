/**
 * Where the members of stored rows lie in the text of their block: found when a row of the block is first selected from,
 * and kept as long as the text is. A selection is then copied from the text, and nothing is turned into JSON again.
 */
import type { StoredMembers } from '../store.js';
import type { EntitySet } from '../../model/edm.js';
import type { BlockText } from './block-texts.js';
import type { RowBlocks } from './row-blocks.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const UINT16_MAX = 0xffff;

/** Members that follow each other in the stored row: from the first to the last, both included. */
interface Run {
  readonly first: number;
  last: number;
}

/** Where members are written to. */
interface Goal {
  readonly target: Uint8Array;
  readonly at: number;
}

/** The members of all rows of one table. */
export class RowMembers {
  readonly #set: EntitySet;
  readonly #blocks: RowBlocks;
  readonly #names: readonly string[];

  constructor(set: EntitySet, blocks: RowBlocks) {
    this.#set = set;
    this.#blocks = blocks;
    this.#names = set.type.properties.map(({ name }) => name);
  }

  /**
   * Members of some rows, in the order in which they are named; `undefined` where the rows lie so scattered that it
   * would take longer to inflate their blocks than to write them from their columns.
   */
  select(properties: readonly string[], rows: ArrayLike<number>): StoredMembers | undefined {
    const blocks = this.#blocks;
    if (!blocks.begin(rows, properties.length)) return undefined;
    const places = properties.map((name) => this.#names.indexOf(name));
    const runs = runsOf(places);
    // Where the last one ends is where the next one begins.
    const upTo = Math.min(Math.max(...places) + 1, this.#names.length - 1);
    let number = 0;
    let text: BlockText | undefined;
    return {
      sizeOf(place) {
        const row = blocks.stored(rows[place] ?? 0);
        return blocks.end(row, blocks.blockOf(row, number)) - blocks.start(row);
      },
      write: (place, target, at) => {
        const row = blocks.stored(rows[place] ?? 0);
        const own = blocks.blockOf(row, number);
        if (text === undefined || own !== number) text = blocks.text(own);
        number = own;
        const { bytes } = text;
        const starts = (text.members ??= this.#unknown(text, number));
        const base = (row - blocks.firstRow(number)) * this.#names.length;
        if (starts[base] === 0) starts[base] = blocks.start(row) + 1;
        if (starts[base + upTo] === 0) this.#find(bytes, starts, base, upTo);
        const rowEnd = blocks.end(row, number);
        return copied(runs, { target, at }, (first, last) => {
          // Behind each member stands a comma, behind the last the closing brace.
          const next = last + 1 === this.#names.length ? rowEnd : (starts[base + last + 1] ?? 0);
          return bytes.subarray(starts[base + first], next - 1);
        });
      },
    };
  }

  /** 0: not looked at yet; no member begins there. */
  #unknown(text: BlockText, number: number): NonNullable<BlockText['members']> {
    const rows = this.#blocks.firstRow(number + 1) - this.#blocks.firstRow(number);
    const members = rows * this.#names.length;
    return text.bytes.length > UINT16_MAX ? new Uint32Array(members) : new Uint16Array(members);
  }

  /**
   * Finds the members of a row of which some are known, the first one always. Rows were checked when the table was
   * built, and are written without white space; all else would be a bug.
   */
  #find(bytes: Uint8Array, starts: NonNullable<BlockText['members']>, base: number, upTo: number): void {
    let place = 0;
    while (starts[base + place + 1] !== 0) place++;
    for (; place < upTo; place++) {
      const value = (starts[base + place] ?? 0) + (this.#names[place] ?? '').length + 3;
      if (bytes[value - 1] !== COLON) throw new RangeError(`A row of ${this.#set.name} lacks a property`);
      starts[base + place + 1] = endOfValue(bytes, value) + 1;
    }
  }
}

/** Copies members with commas between them. @returns where they end */
function copied(
  runs: readonly Run[],
  { target, at }: Goal,
  bytesOf: (first: number, last: number) => Uint8Array,
): number {
  let end = at;
  for (const { first, last } of runs) {
    if (end > at) target[end++] = COMMA;
    const bytes = bytesOf(first, last);
    target.set(bytes, end);
    end += bytes.length;
  }
  return end;
}

/** Neighbours together. */
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
  const first = bytes[start];
  let at = start;
  if (first === QUOTE) return closingQuote(bytes, start + 1) + 1;
  if (first === OPEN_BRACKET || first === OPEN_BRACE) return endOfNested(bytes, start);
  while (at < bytes.length && bytes[at] !== COMMA && bytes[at] !== CLOSE_BRACE) at++;
  return at;
}

function endOfNested(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = closingQuote(bytes, at + 1);
    else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) depth++;
    else if ((byte === CLOSE_BRACKET || byte === CLOSE_BRACE) && --depth === 0) return at + 1;
  }
  return bytes.length;
}

function closingQuote(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
