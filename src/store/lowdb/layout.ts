/**
 * Where things stand in the data folder:
 * `rows/<Set>-<sha256>.jsonl` immutable row files · `generations/<000000042>-<6 hex>.json` one manifest a generation ·
 * `page-key.json` · `writer.lock`, and for a moment `writer.lock.<nonce>`. Names that begin with {@link TEMPORARY} are unfinished and mean nothing.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { GenerationId, Partition } from '../../model/generation.js';
import type { FileSystem } from './file-system.js';

/** A data folder on a disk: what every part of this room works on. */
export interface Place {
  readonly files: FileSystem;
  readonly dataDir: string;
  readonly rows: string;
  readonly generations: string;
  readonly pageKey: string;
  readonly lock: string;
}

/** First letters of the names of unfinished files. */
export const TEMPORARY = '.tmp-';

const MANIFEST_NAME = /^(\d{9,15})-([0-9a-f]{6})\.json$/;

/** The parts of a data folder. */
export function placeOf(files: FileSystem, dataDir: string): Place {
  return {
    files,
    dataDir,
    rows: join(dataDir, 'rows'),
    generations: join(dataDir, 'generations'),
    pageKey: join(dataDir, 'page-key.json'),
    lock: join(dataDir, 'writer.lock'),
  };
}

/** A name in a folder that no other process or draft uses. */
export function temporaryPath(folder: string): string {
  return join(folder, `${TEMPORARY}${process.pid}-${randomBytes(6).toString('hex')}`);
}

/** Name of a row file: its content decides it, so equal rows are stored once. */
export function rowFileName(partition: Pick<Partition, 'set' | 'sha256'>): string {
  return `${partition.set}-${partition.sha256}.jsonl`;
}

/** Path of a generation's manifest. Numbers are padded so that a person sees them in order. */
export function manifestPath(place: Place, id: GenerationId): string {
  const [number = '', suffix = ''] = id.split('-');
  return join(place.generations, `${number.padStart(9, '0')}-${suffix}.json`);
}

/** The generation that a file name in `generations/` stands for; `undefined` for any other file. */
export function generationOfFile(name: string): GenerationId | undefined {
  const match = MANIFEST_NAME.exec(name);
  return match === null ? undefined : `${Number(match[1])}-${match[2] ?? ''}`;
}

/** The number of a generation: one higher for each commit. */
export function generationNumber(id: GenerationId): number {
  return Number(id.split('-')[0]);
}

/** Whether a text has the form of a generation's id: anything else never reaches a file name. */
export function isGenerationId(text: string): boolean {
  return /^[1-9]\d{0,14}-[0-9a-f]{6}$/.test(text);
}
