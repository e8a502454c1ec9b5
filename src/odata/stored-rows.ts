/**
 * Rows whose members are written as they are stored, which is what imports and most reports ask for: whole rows as they
 * lie compressed in memory, everything else as bytes from the columns. All other rows are put together as text
 * (entity-json.ts).
 */
import type { RowsPlan } from '../query/plan.js';
import type { Page, StoredMembers } from '../store/store.js';
import { areStoredRows, identityWriters, isPlainSelection, type RowStyle } from './entity-json.js';
import { PIECE_BYTES, type Piece } from './pieces.js';

const COMMA = 0x2c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** The rows with commas between them, in pieces; `undefined` where they are not written as they are stored. */
export function storedRows(plan: RowsPlan, style: RowStyle, page: Page): Generator<Piece> | undefined {
  const isWhole = areStoredRows(plan, style);
  if (!isWhole && !isPlainSelection(plan, style)) return undefined;
  const members = page.members?.(plan.select.map(({ name }) => name));
  if (members === undefined) return undefined;
  if (isWhole) return wholeRows(page, objects(page, members));
  return rowPieces(objects(page, members, identityOf(plan, style)), 0, page.rows.length);
}

/** Writes a row with its braces, and a comma behind all but the last one of the page; as {@link StoredMembers} does. */
function objects(
  { rows }: Page,
  members: StoredMembers,
  identity?: (row: Page['rows'][number]) => string,
): StoredMembers {
  return (place, target, at) => {
    const row = rows[place];
    let end = at;
    target[end++] = OPEN;
    if (identity !== undefined && row !== undefined) end = writeAscii(identity(row), target, end);
    end = members(place, target, end);
    target[end++] = CLOSE;
    if (place + 1 < rows.length) target[end++] = COMMA;
    return end;
  };
}

function writeAscii(text: string, target: Uint8Array, at: number): number {
  for (let place = 0; place < text.length; place++) target[at + place] = text.charCodeAt(place);
  return at + text.length;
}

/** What says which entity a row is, where the selection leaves its key out: text before the members, ASCII. */
function identityOf(plan: RowsPlan, style: RowStyle): ((row: Page['rows'][number]) => string) | undefined {
  const writers = identityWriters(plan, style);
  if (writers.length === 0) return undefined;
  return (row) => {
    const members: string[] = [];
    for (const write of writers) write(row, members);
    return `${members.join(',')},`;
  };
}

function* wholeRows(page: Page, write: StoredMembers): Generator<Piece> {
  let next = 0;
  for (const { at, count, packed } of page.packed?.() ?? []) {
    yield* rowPieces(write, next, at);
    yield packed;
    next = at + count;
  }
  yield* rowPieces(write, next, page.rows.length);
}

/** The rows of a page from one place to before another. */
function* rowPieces(write: StoredMembers, from: number, to: number): Generator<Buffer> {
  if (from === to) return;
  let piece = Buffer.allocUnsafe(PIECE_BYTES);
  let length = 0;
  for (let place = from; place < to; place++) {
    const end = write(place, piece, length);
    if (end <= piece.length) {
      length = end;
      continue;
    }
    if (length > 0) yield piece.subarray(0, length);
    piece = Buffer.allocUnsafe(Math.max(PIECE_BYTES, end - length));
    length = write(place, piece, 0);
  }
  if (length > 0) yield piece.subarray(0, length);
}
