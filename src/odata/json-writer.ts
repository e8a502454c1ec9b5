/**
 * Bodies of collections and entities, in pieces of some hundred kilobytes that a stream can ask for one by one.
 *
 * Spec: JSON Format 4.01 sections 4.5 (context, count, nextLink), 12 (collection of entities), 6 (entity). The order is
 * that of `streaming=true` whatever was asked: context first, count before the rows, nextLink last.
 */
import type { RowsPlan } from '../query/plan.js';
import type { Page, ResultRow } from '../store/store.js';
import { rowsContext } from './context-url.js';
import { numberText, rowWriter, type RowStyle } from './entity-json.js';
import { selectedRows } from './selected-rows.js';

/** Rows are gathered up to about this size before they are handed on. */
const PIECE_BYTES = 128 * 1024;

/** `{"@odata.context":…,"@odata.count":…,"value":[…],"@odata.nextLink":…}` */
export function* collectionJson(
  plan: RowsPlan,
  page: Page,
  style: RowStyle,
  nextLink: string | undefined,
): Generator<Buffer> {
  const head: string[] = [];
  if (style.metadata !== 'none')
    head.push(`"${style.at}context":${JSON.stringify(rowsContext(style.root, plan, false))}`);
  if (page.total !== undefined)
    head.push(`"${style.at}count":${numberText(String(page.total), style.ieee754Compatible)}`);
  const tail = nextLink === undefined ? ']}' : `],"${style.at}nextLink":${JSON.stringify(nextLink)}}`;
  const start = `{${[...head, '"value":['].join(',')}`;
  const copied = selectedRows(plan, style, page);
  yield* gathered(
    copied === undefined
      ? members(start, page.rows, rowWriter(plan, style), tail)
      : between(start, copied, tail),
  );
}

/** `{"@odata.context":…,` and the members of the entity. */
export function entityJson(plan: RowsPlan, row: ResultRow, style: RowStyle): Buffer {
  const written = Buffer.from(rowWriter(plan, style)(row));
  if (style.metadata === 'none') return written;
  const context = `{"${style.at}context":${JSON.stringify(rowsContext(style.root, plan, true))}`;
  const empty = written.length === 2;
  return Buffer.concat([Buffer.from(empty ? context : `${context},`), written.subarray(1)]);
}

const COMMA = Buffer.from(',');

function* members(
  head: string,
  rows: readonly ResultRow[],
  write: (row: ResultRow) => Uint8Array | string,
  tail: string,
): Generator<Uint8Array | string> {
  yield head;
  let first = true;
  for (const row of rows) {
    const written = write(row);
    if (!first) yield typeof written === 'string' ? ',' : COMMA;
    first = false;
    yield written;
  }
  yield tail;
}

function* between(start: string, rows: Iterable<Buffer>, tail: string): Generator<Uint8Array | string> {
  yield start;
  yield* rows;
  yield tail;
}

/** Parts as pieces of some hundred kilobytes. Texts that follow each other are encoded together. */
export function* gathered(parts: Iterable<Uint8Array | string>): Generator<Buffer> {
  let pieces: Uint8Array[] = [];
  let text = '';
  let size = 0;
  for (const part of parts) {
    size += part.length;
    if (typeof part === 'string') text += part;
    else {
      if (text !== '') pieces.push(Buffer.from(text));
      text = '';
      pieces.push(part);
    }
    if (size < PIECE_BYTES) continue;
    if (text !== '') pieces.push(Buffer.from(text));
    yield Buffer.concat(pieces);
    pieces = [];
    text = '';
    size = 0;
  }
  if (text !== '') pieces.push(Buffer.from(text));
  if (pieces.length > 0) yield Buffer.concat(pieces);
}
