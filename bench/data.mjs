/**
 * Neutral data, the same for every server: a pure function of seed, count and revision. 14 properties, the ones that a
 * report on shadow IT reads; nobody's format is favoured.
 */

/** The 14 properties, in the order in which all servers write them. */
export const PROPERTIES = [
  'streamId',
  'id',
  'displayName',
  'description',
  'category',
  'riskScore',
  'userCount',
  'deviceCount',
  'ipAddressCount',
  'transactionCount',
  'uploadNetworkTrafficInBytes',
  'downloadNetworkTrafficInBytes',
  'firstSeenDateTime',
  'lastSeenDateTime',
];

export const TENANT = '0d3c2a10-5b1e-4f6a-9a51-7f3d5be7c001';
export const STREAM = {
  id: '6f1a3c52-8d0b-4e8e-b6a4-2c9d7e5f0a11',
  displayName: 'Defender - managed endpoints',
};

const CATEGORIES =
  'cloudStorage,collaboration,crm,webmail,hosting,security,marketing,education,generativeAi,news'.split(',');
const WORDS = 'Drive,Box,Note,Mail,Cloud,Sync,Share,Desk,Board,Meet,Sign,Track,Store,Vault,Flow,Spark'.split(
  ',',
);
const FIRST_DAY = Date.UTC(2026, 0, 1);

/** A small hash (Murmur3's finalizer): the same number for the same place, everywhere. */
function mixed(seed, place, salt) {
  let hash = (seed * 0x9e3779b1 + place * 0x85ebca6b + salt * 0xc2b2ae35) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** @param revision another revision has other numbers in one row of ten, as a new day has */
export function rowAt(place, seed = 1, revision = 0) {
  const pick = (salt, size) => mixed(seed, place, salt) % size;
  const fresh = revision > 0 && (place + revision) % 10 === 0 ? revision : 0;
  const category = CATEGORIES[pick(1, CATEGORIES.length)];
  const name = `${WORDS[pick(2, 16)]}${WORDS[pick(3, 16)]} ${place}`;
  const firstDay = pick(4, 200);
  const day = (offset) => new Date(FIRST_DAY + offset * 86_400_000).toISOString().replace('.000', '');
  return {
    streamId: STREAM.id,
    id: String(100_000 + place),
    displayName: name,
    description: `${name} is an app for ${category}, used by teams that share work across offices and time zones.`,
    category,
    riskScore: pick(5, 11),
    userCount: pick(6, 20_000) + fresh,
    deviceCount: pick(7, 9_000),
    ipAddressCount: pick(8, 6_000),
    transactionCount: pick(9, 4_000_000) + fresh,
    uploadNetworkTrafficInBytes: pick(10, 2_000_000_000) * 50 + fresh,
    downloadNetworkTrafficInBytes: pick(11, 2_000_000_000) * 90,
    firstSeenDateTime: day(firstDay),
    lastSeenDateTime: day(firstDay + pick(12, 120)),
  };
}

export function* rows(count, seed = 1, revision = 0) {
  for (let place = 0; place < count; place += 1) yield rowAt(place, seed, revision);
}
