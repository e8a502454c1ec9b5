/**
 * Manifests: the small state, one lowdb file a generation. A manifest appears by one rename when everything that it
 * names is durable: that rename is the commit.
 */
import { createHash } from 'node:crypto';
import { Low } from 'lowdb';
import { z } from 'zod';
import { FeedError } from '../../errors.js';
import type { Generation, GenerationId } from '../../model/generation.js';
import { Damaged } from './disk-error.js';
import { DurableJsonFile } from './durable-json-file.js';
import { generationNumber, generationOfFile, manifestPath, type Place } from './layout.js';

/** Raised when an older program could no longer read what this one writes. */
const FORMAT_VERSION = 1;

// With defaults: an earlier version remembered less, and its rows are still good.
const counts = z.record(z.string(), z.number().int().nonnegative()).default({});
const texts = z.record(z.string(), z.string()).default({});

const partitionSchema = z.object({
  set: z.string(),
  tenantId: z.string().optional(),
  streamId: z.string().optional(),
  period: z.string().optional(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  rows: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
});

const manifestSchema = z.object({
  formatVersion: z.literal(FORMAT_VERSION),
  checksum: z.string(),
  generation: z.object({
    id: z.string(),
    publishedAt: z.iso.datetime(),
    partitions: z.array(partitionSchema),
    poller: z.object({ heldBack: counts, absent: counts, rowSettings: texts, lastSuccess: texts }),
  }),
});

const newerSchema = z.object({ formatVersion: z.number().min(FORMAT_VERSION + 1) });

/** Ids of all generations that have a manifest, good or not, newest first. */
export async function listGenerations(place: Place): Promise<readonly GenerationId[]> {
  const names = await place.files.list(place.generations);
  return names
    .map(generationOfFile)
    .filter((id) => id !== undefined)
    .sort((left, right) => generationNumber(right) - generationNumber(left) || (left < right ? 1 : -1));
}

/**
 * Reads a manifest and checks its shape and checksum. It may name sets that this version does not have: a newer one
 * may have added them, and their files are still not ours to remove.
 *
 * @throws Damaged when it is not what was written, or gone; FeedError STORE_TOO_NEW
 */
export async function readManifest(place: Place, id: GenerationId): Promise<Generation> {
  const low = new Low<unknown>(new DurableJsonFile(place.files, manifestPath(place, id)), null);
  await low.read();
  if (newerSchema.safeParse(low.data).success)
    throw new FeedError(
      'STORE_TOO_NEW',
      `Generation ${id} in ${place.dataDir} was written by a newer version.`,
    );
  const parsed = manifestSchema.safeParse(low.data);
  if (!parsed.success) throw new Damaged('The manifest is missing or not of the right shape.');
  // The checksum is over what was read, not over what the schema kept: members that are not known count too.
  const { generation } = low.data as { generation: Generation };
  if (parsed.data.checksum !== checksumOf(generation)) throw new Damaged('The manifest fails its checksum.');
  if (generation.id !== id) throw new Damaged(`The manifest is that of ${generation.id}.`);
  return { ...generation, poller: parsed.data.generation.poller };
}

/** Publishes a generation: atomic, durable when the promise resolves. */
export async function writeManifest(place: Place, generation: Generation): Promise<void> {
  const low = new Low<unknown>(new DurableJsonFile(place.files, manifestPath(place, generation.id)), null);
  low.data = { formatVersion: FORMAT_VERSION, checksum: checksumOf(generation), generation };
  await low.write();
}

function checksumOf(generation: Generation): string {
  return createHash('sha256').update(canonicalJson(generation)).digest('hex');
}

/** JSON with the members of every object in order of their names: equal values, equal text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)))
      : member,
  );
}
