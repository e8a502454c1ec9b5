/** A small feed of two tenants whose every row carries its version: a mixture of two, or a part of one, shows. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Generation } from '../../src/model/generation.js';
import type { Store } from '../../src/store/store.js';
import { CATEGORIES, CONTOSO, FABRIKAM, tagRows, tagsOf } from '../contract/feed-rows.js';
import type { DataFolder } from '../store/lowdb/data-folder.js';
import type { Faults } from './row.js';

/** More than one block of rows, in two partitions. */
const ROWS = 700;
export const ROWS_OF_TWO = 2 * ROWS;

/** @returns the id of the generation; the draft is discarded when it cannot be committed */
export async function commitTagsOfTwo(store: Store, version: string): Promise<string> {
  const draft = await store.draft();
  try {
    await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, ROWS, version));
    await draft.replace(tagsOf(FABRIKAM), tagRows(FABRIKAM, ROWS, version));
    draft.drop(CATEGORIES);
    return (await draft.commit()).id;
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

/** Notes it when rows are not one whole version of those that may be shown. */
export function expectVersion(
  { tags, rows }: { readonly tags: readonly string[]; readonly rows: number },
  may: readonly string[],
  faults: Faults,
): void {
  const isWhole = rows === ROWS_OF_TWO && tags.length === 1 && may.includes(tags[0]!);
  faults.unless(
    isWhole,
    `a bad load: ${rows} rows of ${tags.join() || 'nothing'}, not of ${may.join(' or ')}`,
  );
}

/** Removes a row file of a generation, which nothing in the product does while the generation is served. */
export async function loseRows(folder: DataFolder, { partitions }: Generation): Promise<void> {
  const { set, sha256 } = partitions[0]!;
  await rm(join(folder.path, 'rows', `${set}-${sha256}.jsonl`));
}
