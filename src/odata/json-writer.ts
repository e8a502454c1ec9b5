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
import { gathered, type Piece } from './pieces.js';
import { storedRows } from './stored-rows.js';

/** `{"@odata.context":…,"@odata.count":…,"value":[…],"@odata.nextLink":…}` */
export function* collectionJson(
  plan: RowsPlan,
  page: Page,
  style: RowStyle,
  nextLink: string | undefined,
): Generator<Piece> {
  const head: string[] = [];
  if (style.metadata !== 'none')
    head.push(`"${style.at}context":${JSON.stringify(rowsContext(style.root, plan, false))}`);
  if (page.total !== undefined)
    head.push(`"${style.at}count":${numberText(String(page.total), style.ieee754Compatible)}`);
  const tail = nextLink === undefined ? ']}' : `],"${style.at}nextLink":${JSON.stringify(nextLink)}}`;
  const start = `{${[...head, '"value":['].join(',')}`;
  const stored = storedRows(plan, style, page);
  yield* gathered(
    stored === undefined
      ? members(start, page.rows, rowWriter(plan, style), tail)
      : between(start, stored, tail),
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

function* between(start: string, rows: Iterable<Piece>, tail: string): Generator<Piece | string> {
  yield start;
  yield* rows;
  yield tail;
}
