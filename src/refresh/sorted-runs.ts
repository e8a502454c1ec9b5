/** Rows put in key order without all of them lying in memory as objects: sorted runs, compressed until they are read. */
import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { constants, deflateRaw, inflateRaw } from 'node:zlib';

/** Rows of a run: sorted in a few milliseconds; a tenth of a large stream's memory at most. */
const ROWS_OF_A_RUN = 4096;

/** Rows inflated together: while runs are merged, one chunk of each lies in memory as objects. */
const ROWS_OF_A_CHUNK = 128;

const deflated = promisify<Buffer, { level: number }, Buffer>(deflateRaw);
const inflated = promisify<Buffer, Buffer>(inflateRaw);

interface Keyed {
  readonly id: string;
}

/** A sorted run: of each chunk its rows, serialised (structured clone, so that a bigint stays one) and compressed. */
type SortedRun = readonly Buffer[];

/**
 * Collects rows in any order and gives them back by ascending id (UTF-16 code units, as the store wants keys), each id
 * once: the row added last stays. Reading may be repeated, also after more was added.
 */
export class SortedRuns<Row extends Keyed> {
  readonly #ids = new Set<string>();
  readonly #runs: SortedRun[] = [];
  #rows = new Map<string, Row>();

  /** Distinct ids. */
  get size(): number {
    return this.#ids.size;
  }

  /** Resolves when there is room for the next one. */
  async add(row: Row): Promise<void> {
    this.#ids.add(row.id);
    this.#rows.set(row.id, row);
    if (this.#rows.size === ROWS_OF_A_RUN) await this.#pack();
  }

  async #pack(): Promise<void> {
    const rows = byId(this.#rows.values());
    this.#rows = new Map();
    const run: Buffer[] = [];
    for (let start = 0; start < rows.length; start += ROWS_OF_A_CHUNK) {
      const chunk = serialize(rows.slice(start, start + ROWS_OF_A_CHUNK));
      run.push(await deflated(chunk, { level: constants.Z_BEST_SPEED }));
    }
    this.#runs.push(run);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row> {
    const open: Cursor<Row>[] = [];
    for (const [age, run] of this.#runs.entries()) enqueue(open, await opened(run, age));
    if (this.#rows.size > 0) {
      enqueue(open, { age: this.#runs.length, rows: byId(this.#rows.values()), at: 0, rest: [], next: 0 });
    }
    let before: string | undefined;
    for (let cursor = open.pop(); cursor !== undefined; cursor = open.pop()) {
      const row = head(cursor);
      if (row.id !== before) yield row;
      before = row.id;
      if (await advance(cursor)) enqueue(open, cursor);
    }
  }
}

/** Where a run is read: `rows[at]` is its next row. */
interface Cursor<Row> {
  /** Runs are numbered as they were made: of equal ids the youngest run's row counts. */
  readonly age: number;
  readonly rest: SortedRun;
  rows: readonly Row[];
  at: number;
  next: number;
}

async function opened<Row>(run: SortedRun, age: number): Promise<Cursor<Row>> {
  const cursor: Cursor<Row> = { age, rest: run, rows: [], at: 0, next: 0 };
  await advance(cursor);
  return cursor;
}

function head<Row>({ rows, at }: Cursor<Row>): Row {
  return rows[at] as Row;
}

/** @returns whether there is a row left */
async function advance<Row>(cursor: Cursor<Row>): Promise<boolean> {
  cursor.at += 1;
  if (cursor.at < cursor.rows.length) return true;
  const chunk = cursor.rest[cursor.next];
  if (chunk === undefined) return false;
  cursor.rows = deserialize(await inflated(chunk)) as Row[];
  cursor.at = 0;
  cursor.next += 1;
  return true;
}

/** Keeps the cursors in descending order, so that the one with the least id is popped; of equal ids the youngest. */
function enqueue<Row extends Keyed>(open: Cursor<Row>[], cursor: Cursor<Row>): void {
  let low = 0;
  let high = open.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAfter(open[middle], cursor)) low = middle + 1;
    else high = middle;
  }
  open.splice(low, 0, cursor);
}

function isAfter<Row extends Keyed>(left: Cursor<Row> | undefined, right: Cursor<Row>): boolean {
  if (left === undefined) return false;
  const leftId = head(left).id;
  const rightId = head(right).id;
  return leftId > rightId || (leftId === rightId && left.age < right.age);
}

function byId<Row extends Keyed>(rows: Iterable<Row>): Row[] {
  return [...rows].sort((left, right) => (left.id < right.id ? -1 : 1));
}
