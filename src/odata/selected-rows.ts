/**
 * Rows of a plain selection: their members copied as they are stored, which is what most imports ask for. Everything
 * else is put together member by member (entity-json.ts).
 */
import type { RowsPlan } from '../query/plan.js';
import type { Page, StoredMembers } from '../store/store.js';
import { identityWriters, isPlainSelection, type RowStyle } from './entity-json.js';
import { PIECE_BYTES } from './pieces.js';

const COMMA = 0x2c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** The rows with commas between them, in pieces; `undefined` where members cannot be copied. */
export function selectedRows(plan: RowsPlan, style: RowStyle, page: Page): Generator<Buffer> | undefined {
  if (!isPlainSelection(plan, style)) return undefined;
  const members = page.members?.(plan.select.map(({ name }) => name));
  return members && copiedRows(page, members, identityOf(plan, style));
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

function* copiedRows(
  { rows }: Page,
  members: StoredMembers,
  identity: ReturnType<typeof identityOf>,
): Generator<Buffer> {
  let piece = Buffer.allocUnsafe(PIECE_BYTES);
  let at = 0;
  for (const [place, row] of rows.entries()) {
    const who = identity?.(row) ?? '';
    const most = who.length + members.sizeOf(place) + 3;
    if (at + most > piece.length) {
      if (at > 0) yield piece.subarray(0, at);
      piece = Buffer.allocUnsafe(Math.max(PIECE_BYTES, most));
      at = 0;
    }
    if (place > 0) piece[at++] = COMMA;
    piece[at++] = OPEN;
    if (who !== '') at += piece.write(who, at, 'latin1');
    at = members.write(place, piece, at);
    piece[at++] = CLOSE;
  }
  if (at > 0) yield piece.subarray(0, at);
}
