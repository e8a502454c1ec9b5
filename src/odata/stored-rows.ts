/**
 * Rows whose members are written as they are stored, which is what imports and most reports ask for: whole rows as they
 * lie compressed in memory, everything else as bytes from the columns. All other rows are put together as text
 * (entity-json.ts).
 */
import type { EdmValue } from '../model/edm-value.js';
import type { RowsPlan } from '../query/plan.js';
import type { Page, StoredMembers } from '../store/store.js';
import { entityPathParts, keyLiteral, UNRESERVED_CODES } from './context-url.js';
import { areStoredRows, identityWriters, isPlainSelection, type RowStyle } from './entity-json.js';
import { PIECE_BYTES, roomForPiece, type Piece } from './pieces.js';

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
  return rowPieces(objects(page, members, identityOf(plan, style, page)), 0, page.length);
}

/** Writes a row with its braces, and a comma behind all but the last one of the page; as {@link StoredMembers} does. */
function objects({ length }: Page, members: StoredMembers, identity?: StoredMembers): StoredMembers {
  return (place, target, at) => {
    let end = at;
    target[end++] = OPEN;
    if (identity !== undefined) end = identity(place, target, end);
    end = members(place, target, end);
    target[end++] = CLOSE;
    if (place + 1 < length) target[end++] = COMMA;
    return end;
  };
}

/**
 * Writes what says which entity a row is, and a comma, where the selection leaves its key out. What rows have in common
 * (tenant, stream) is put into words once.
 */
function identityOf(plan: RowsPlan, style: RowStyle, page: Page): StoredMembers | undefined {
  const { set } = plan;
  if (identityWriters(plan, style).length === 0 || page.values === undefined) return undefined;
  const { before, after } = entityPathParts(set);
  const behind = Buffer.from(`${after}",`);
  const values = set.type.key.map(page.values);
  const last = values.length - 1;
  const lastName = set.type.key[last] ?? '';
  const isText = set.type.property(lastName)?.type === 'Edm.String';
  const common: EdmValue[] = [];
  let ahead = Buffer.alloc(0);
  return (place, target, at) => {
    for (let part = 0; part < last; part++) {
      const value = values[part]?.(place) ?? null;
      if (value !== common[part]) ahead = Buffer.alloc(0);
      common[part] = value;
    }
    if (ahead.length === 0) {
      const parts = common.map(
        (value, part) => (before[part] ?? '') + keyLiteral(set, set.type.key[part] ?? '', value),
      );
      ahead = Buffer.from(`"${style.at}id":"${parts.join('')}${before[last] ?? ''}`);
    }
    const own = values[last]?.(place) ?? null;
    const start = writeBytes(ahead, target, at);
    const end = isText ? writeUnreserved(own, target, start) : undefined;
    return writeBytes(behind, target, end ?? writeAscii(keyLiteral(set, lastName, own), target, start));
  };
}

const QUOTE = 0x27;

/** What {@link keyLiteral} says of a text; `undefined` where something in it must be encoded. */
function writeUnreserved(text: EdmValue, target: Buffer, at: number): number | undefined {
  if (typeof text !== 'string') return undefined;
  let end = at;
  target[end++] = QUOTE;
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (UNRESERVED_CODES[code] !== 1) return undefined;
    target[end++] = code;
  }
  target[end++] = QUOTE;
  return end;
}

function writeBytes(bytes: Uint8Array, target: Buffer, at: number): number {
  if (at + bytes.length <= target.length) target.set(bytes, at);
  return at + bytes.length;
}

function writeAscii(text: string, target: Buffer, at: number): number {
  for (let place = 0; place < text.length; place++) target[at + place] = text.charCodeAt(place);
  return at + text.length;
}

function* wholeRows(page: Page, write: StoredMembers): Generator<Piece> {
  let next = 0;
  for (const { at, count, packed } of page.packed?.() ?? []) {
    yield* rowPieces(write, next, at);
    yield packed;
    next = at + count;
  }
  yield* rowPieces(write, next, page.length);
}

/** The rows of a page from one place to before another. */
function* rowPieces(write: StoredMembers, from: number, to: number): Generator<Buffer> {
  if (from === to) return;
  let piece = roomForPiece();
  let length = 0;
  for (let place = from; place < to; place++) {
    const end = write(place, piece, length);
    if (end <= piece.length) {
      length = end;
      continue;
    }
    if (length > 0) yield piece.subarray(0, length);
    piece = roomForPiece(Math.max(PIECE_BYTES, end - length));
    length = write(place, piece, 0);
  }
  if (length > 0) yield piece.subarray(0, length);
}
