/**
 * Row files: one partition's rows, a JSON object a line, named by their SHA-256. Written once, streamed, and never
 * changed; read back with the checksum verified on the way, in one pass.
 *
 * One string for a whole file would end at V8's limit (some 860,000 rows) and stall the event loop (765 ms for 200,000
 * rows in a trial), so both directions work block by block.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { FeedError } from '../../errors.js';
import { setOf } from '../../model/catalog.js';
import type { JsonRow } from '../../model/edm.js';
import type { Partition, PartitionKey } from '../../model/generation.js';
import { writeRow } from '../../model/row-json.js';
import { Damaged, onDisk } from './disk-error.js';
import { closing, removeQuietly } from './durable-json-file.js';
import { errnoOf, type OpenFile } from './file-system.js';
import { rowFileName, temporaryPath, type Place } from './layout.js';
import { rowCheck } from './row-check.js';

/** Rows in memory before they are written. */
const BLOCK_CHARACTERS = 64 * 1024;
/** Room that must be left on the disk beside the rows: for the manifest, and for others on the same volume. */
const SPARE_BYTES = 16 * 1024 * 1024;
const NEWLINE = 0x0a;

/** Rows to write. */
export type Rows = Iterable<JsonRow> | AsyncIterable<JsonRow>;

/**
 * Writes a row file: durable but for the name in its folder, which the commit syncs once for all files.
 *
 * @param expectedBytes what the file will take about, for the check of free space
 * @throws FeedError STORE_UNAVAILABLE (nothing is left behind); INTERNAL when rows are out of order or foreign; what
 *   the source of the rows throws passes through
 */
export async function writeRowFile(
  place: Place,
  key: PartitionKey,
  rows: Rows,
  expectedBytes = 0,
): Promise<Partition> {
  const { files } = place;
  const doing = `write rows of ${key.set}`;
  const temporary = temporaryPath(place.rows);
  const file = await onDisk(doing, async () => {
    await checkFreeSpace(place, expectedBytes);
    return explained(await files.create(temporary), doing);
  });
  try {
    const content = await closing(file, () => writeRows(file, key, rows));
    const partition: Partition = { ...key, ...content };
    await onDisk(doing, () => putInPlace(place, temporary, partition));
    return partition;
  } catch (error) {
    await removeQuietly(files, temporary);
    throw error;
  }
}

/** The same file, with failures that a person understands: the rows' source may fail, too, with codes that look alike. */
function explained(file: OpenFile, doing: string): OpenFile {
  return {
    write: (bytes) => onDisk(doing, () => file.write(bytes)),
    sync: () => onDisk(doing, () => file.sync()),
    close: () => onDisk(doing, () => file.close()),
  };
}

async function checkFreeSpace(place: Place, expectedBytes: number): Promise<void> {
  const free = await place.files.freeBytes(place.rows);
  const needed = expectedBytes + SPARE_BYTES;
  if (free >= needed) return;
  const megabytes = (bytes: number) => Math.ceil(bytes / 1024 / 1024);
  throw new FeedError(
    'STORE_UNAVAILABLE',
    `The disk of ${place.dataDir} has ${megabytes(free)} MB left, and ${megabytes(needed)} MB are needed.`,
    { hint: 'Free space on that disk; the feed goes on serving what it has, and the next run tries again.' },
  );
}

async function writeRows(
  file: OpenFile,
  key: PartitionKey,
  rows: Rows,
): Promise<Pick<Partition, 'sha256' | 'rows' | 'bytes'>> {
  const { type } = setOf(key.set);
  const check = rowCheck(key);
  const hash = createHash('sha256');
  let count = 0;
  let size = 0;
  let pending = '';
  const flush = async () => {
    const block = Buffer.from(pending);
    pending = '';
    size += block.length;
    hash.update(block);
    await file.write(block);
  };
  for await (const row of rows) {
    check(row);
    pending += `${writeRow(type, row)}\n`;
    count++;
    if (pending.length >= BLOCK_CHARACTERS) await flush();
  }
  if (pending !== '') await flush();
  await file.sync();
  return { sha256: hash.digest('hex'), rows: count, bytes: size };
}

/**
 * Gives a finished file its name. One that is there already is replaced by its equal: that mends a file that the disk
 * has damaged meanwhile. Windows refuses to replace a file that is open; then the one that is there has to do.
 */
async function putInPlace(place: Place, temporary: string, partition: Partition): Promise<void> {
  const final = join(place.rows, rowFileName(partition));
  try {
    await place.files.rename(temporary, final);
  } catch (error) {
    if (!['EPERM', 'EACCES', 'EBUSY'].includes(errnoOf(error) ?? '')) throw error;
    const present = await place.files.stat(final).catch(() => undefined);
    if (present?.bytes !== partition.bytes) throw error;
    await removeQuietly(place.files, temporary);
  }
}

/** Whole lines of a row file, and where they begin in it. */
export interface Lines {
  readonly bytes: Buffer;
  readonly offset: number;
}

/**
 * A row file's lines, block by block, each valid until the next.
 *
 * @throws Damaged after the last block when checksum or counts differ: trust nothing before the end was reached
 */
export async function* readRowFile(place: Place, partition: Partition): AsyncGenerator<Lines> {
  const hash = createHash('sha256');
  let room = Buffer.alloc(0);
  let rest = Buffer.alloc(0);
  let rows = 0;
  let bytes = 0;
  for await (const block of place.files.blocks(join(place.rows, rowFileName(partition)))) {
    hash.update(block);
    const offset = bytes - rest.length;
    bytes += block.length;
    // Copied into memory that is used again: fresh pages cost more than what is read into them.
    const length = rest.length + block.length;
    if (room.length < length) room = Buffer.allocUnsafeSlow(length);
    const joined = room.subarray(0, length);
    rest.copy(joined);
    joined.set(block, rest.length);
    const end = joined.lastIndexOf(NEWLINE) + 1;
    rest = Buffer.from(joined.subarray(end));
    const lines = joined.subarray(0, end);
    rows += countLines(lines);
    if (end > 0) yield { bytes: lines, offset };
  }
  const isWhole = rest.length === 0 && rows === partition.rows && bytes === partition.bytes;
  if (isWhole && hash.digest('hex') === partition.sha256) return;
  throw new Damaged(
    `${rowFileName(partition)} is damaged: ${bytes} bytes and ${rows} rows, of ${partition.bytes} and ${partition.rows}.`,
  );
}

function countLines(block: Buffer): number {
  let count = 0;
  for (let at = block.indexOf(NEWLINE); at !== -1; at = block.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
