/** The key that signs page tokens: made once per store, so that links survive restarts. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Observe } from '../../observe/observation.js';
import { damageOf } from './disk-error.js';
import { createWhole, DurableJsonFile } from './durable-json-file.js';
import { errnoOf } from './file-system.js';
import type { Place } from './layout.js';

const KEY_BYTES = 32;
/** Only the account of the server may read a key. */
const PRIVATE = 0o600;

const schema = z.object({ formatVersion: z.literal(1), key: z.string().regex(/^[0-9a-f]{64}$/) });

/**
 * The store's key (32 bytes), made when there is none. Of several processes that make one at the same time, one wins
 * and all use its key. A damaged key is replaced (and observed): links that are under way then answer 400, which beats
 * refusing to serve.
 */
export async function loadPageKey(place: Place, observe: Observe): Promise<Uint8Array> {
  const file = new DurableJsonFile(place.files, place.pageKey, PRIVATE);
  const stored = await readKey(file);
  if (typeof stored !== 'string') return stored;
  const key = randomBytes(KEY_BYTES);
  const content = { formatVersion: 1, key: key.toString('hex') };
  if (stored === 'damaged') {
    observe({
      kind: 'generationRefused',
      id: 'page-key',
      reason: 'The key for page tokens is damaged: a new one is made.',
    });
    await file.write(content);
    return key;
  }
  try {
    await createWhole(place.files, place.pageKey, { content: JSON.stringify(content), mode: PRIVATE });
    await place.files.syncFolder(place.dataDir);
    return key;
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    return loadPageKey(place, observe);
  }
}

async function readKey(file: DurableJsonFile): Promise<Uint8Array | 'absent' | 'damaged'> {
  try {
    const data = await file.read();
    if (data === null) return 'absent';
    const parsed = schema.safeParse(data);
    return parsed.success ? Buffer.from(parsed.data.key, 'hex') : 'damaged';
  } catch (error) {
    if (damageOf(error) === undefined) throw error;
    return 'damaged';
  }
}
