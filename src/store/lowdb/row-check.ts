/** What must hold for rows before they are stored: the engine's look-ups and the promise "no foreign row" stand on it. */
import { FeedError } from '../../errors.js';
import { setOf } from '../../model/catalog.js';
import type { EntitySet, JsonRow } from '../../model/edm.js';
import { compareValues } from '../../model/edm-value.js';
import type { PartitionKey } from '../../model/generation.js';

/** Which members a partition's key has, by how its set is cut. */
const MEMBERS: Readonly<Record<EntitySet['partition'], readonly ('tenantId' | 'streamId' | 'period')[]>> = {
  global: [],
  tenant: ['tenantId'],
  stream: ['tenantId', 'streamId'],
  period: ['tenantId', 'streamId', 'period'],
};

/**
 * A check to run on each row of a partition, in turn: keys ascend strictly, and the row belongs to the partition.
 *
 * @throws FeedError INTERNAL, from the check or, when the key does not fit the set, at once: all are bugs of the caller
 */
export function rowCheck(key: PartitionKey): (row: JsonRow) => void {
  const { type, partition } = setOf(key.set);
  const members = MEMBERS[partition];
  if (members.some((member) => key[member] === undefined || key[member] === ''))
    throw new FeedError('INTERNAL', `A partition of ${key.set} needs ${members.join(', ')}.`);
  const own = members.filter((member) => type.property(member) !== undefined);
  let previous: JsonRow | undefined;
  return (row) => {
    for (const member of own)
      if (row[member] !== key[member])
        throw new FeedError('INTERNAL', `A row of ${key.set} has another ${member} than its partition.`);
    if (previous !== undefined && compareKeys(type.key, previous, row) >= 0)
      throw new FeedError('INTERNAL', `Rows of ${key.set} are not in the order of their keys.`);
    previous = row;
  };
}

function compareKeys(key: readonly string[], left: JsonRow, right: JsonRow): number {
  for (const property of key) {
    const order = compareValues(left[property] ?? null, right[property] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}
