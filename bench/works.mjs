/**
 * The work: what is asked of each server, and how the answer is checked against the generator. A side without an entry
 * cannot do it. `ask` may take a number, so that literals change on every request and no cache can answer.
 */
import { PROPERTIES, rowAt, rows, STREAM, TENANT } from './data.mjs';

const SELECT = `$select=${PROPERTIES.join(',')}`;
const CATEGORIES = ['cloudStorage', 'crm', 'webmail', 'hosting'];
const WORDS = ['drive', 'box', 'vault', 'spark'];
const below = (at) => 3 + (at % 6);
/** Another number at every request, and the same rows: a cache that keys by the text never finds it. */
const atLeast = (at) => -(at % 1_000_000);
const enc = (text) => encodeURIComponent(text);

/** @param only properties that were selected; absent: the 14 */
function sameRows(got, wanted, only = PROPERTIES) {
  const text = (row) => only.map((name) => JSON.stringify(valueOf(name, row[name]))).join();
  const left = got.map(text).sort();
  const right = wanted.map(text).sort();
  if (left.length !== right.length) return `${left.length} rows instead of ${right.length}`;
  const at = left.findIndex((row, place) => row !== right[place]);
  return at < 0 ? undefined : `${left[at]} instead of ${right[at]}`;
}

function valueOf(name, value) {
  if (name.endsWith('DateTime')) return Date.parse(value);
  // CAP writes Int64 as strings unless asked otherwise; the value counts.
  return /Count$|InBytes$|riskScore/.test(name) ? Number(value) : value;
}

const list = (text) => JSON.parse(text).value;
const matching = (count, lets) => [...rows(count)].filter(lets);
const middle = (count) => Math.floor(count / 2);

/** Works that are one request: by server the path, and what is wrong with an answer. */
export const REQUESTS = {
  W2: {
    title: 'riskScore lt 5 and category eq …',
    literals: true,
    paths: (at) => {
      const [category, low] = [CATEGORIES[at % 4], below(at)];
      const filter = `$filter=${enc(`riskScore lt ${low} and category eq '${category}' and userCount ge ${atLeast(at)}`)}`;
      return {
        ours: `/DiscoveredApps?${filter}&${SELECT}`,
        bare: `/DiscoveredApps?${filter}`,
        hand: `/apps?ask=filter&below=${low}&category=${category}&least=${atLeast(at)}`,
        natural: `/Apps?${filter}`,
        cap: `/Apps?${filter}`,
      };
    },
    wrong: (text, at, count) =>
      sameRows(
        list(text),
        matching(count, (row) => row.riskScore < below(at) && row.category === CATEGORIES[at % 4]),
      ),
  },
  W4: {
    title: '$orderby=userCount desc&$top=20',
    literals: true,
    paths: (at) => {
      const top = 20 + (at % 5);
      const asked = `$filter=${enc(`userCount ge ${atLeast(at)}`)}&$orderby=userCount%20desc&$top=${top}`;
      return {
        ours: `/DiscoveredApps?${asked}&${SELECT}`,
        bare: `/DiscoveredApps?${asked}`,
        hand: `/apps?ask=order&by=userCount&top=${top}&least=${atLeast(at)}`,
        natural: `/Apps?${asked}`,
        cap: `/Apps?${asked}`,
      };
    },
    wrong: (text, at, count) => {
      const counts = [...rows(count)].map(({ userCount }) => userCount).sort((left, right) => right - left);
      const got = list(text).map((row) => Number(row.userCount));
      const wanted = counts.slice(0, 20 + (at % 5));
      return got.join() === wanted.join() ? undefined : `${got.join()} instead of ${wanted.join()}`;
    },
  },
  W5: {
    title: '/$count',
    paths: () => ({
      ours: '/DiscoveredApps/$count',
      hand: '/apps/count',
      natural: '/Apps/$count',
      cap: '/Apps/$count',
    }),
    wrong: (text, _at, count) => (Number(text) === count ? undefined : text),
  },
  W5b: {
    title: '$count=true&$top=0',
    paths: () => ({ ours: '/DiscoveredApps?$count=true&$top=0', cap: '/Apps?$count=true&$top=0' }),
    wrong: (text, _at, count) => (JSON.parse(text)['@odata.count'] === count ? undefined : text),
  },
  W6: {
    title: '$apply groupby, sum',
    literals: true,
    paths: (at) => {
      const of = ['userCount', 'transactionCount', 'deviceCount'][at % 3];
      const apply = `$apply=${enc(`filter(userCount ge ${atLeast(at)})/groupby((category),aggregate(${of} with sum as total))`)}`;
      return {
        ours: `/DiscoveredApps?${apply}`,
        hand: `/apps?ask=sum&by=category&of=${of}&least=${atLeast(at)}`,
        cap: `/Apps?${apply}`,
      };
    },
    wrong: (text, at, count) => {
      const of = ['userCount', 'transactionCount', 'deviceCount'][at % 3];
      const sums = {};
      for (const row of rows(count))
        if (row.userCount >= atLeast(at)) sums[row.category] = (sums[row.category] ?? 0) + row[of];
      const got = Object.fromEntries(list(text).map(({ category, total }) => [category, Number(total)]));
      const differs = Object.keys({ ...sums, ...got }).find((name) => sums[name] !== got[name]);
      return differs === undefined ? undefined : `${differs}: ${got[differs]} instead of ${sums[differs]}`;
    },
  },
  W7: {
    title: '$metadata',
    paths: () => ({ ours: '/$metadata', natural: '/$metadata', cap: '/$metadata' }),
    wrong: (text) => (text.includes('<edmx:Edmx') ? undefined : text.slice(0, 100)),
  },
  W8: {
    title: 'key lookup',
    literals: true,
    paths: (at, count) => {
      const { id } = rowAt((at * 7919) % count);
      const ours = `/DiscoveredApps(tenantId='${TENANT}',streamId='${STREAM.id}',id='${id}')`;
      return {
        ours: `${ours}?${SELECT}`,
        bare: ours,
        hand: `/apps/${id}`,
        natural: `/Apps('${id}')`,
        cap: `/Apps(streamId='${STREAM.id}',id='${id}')`,
      };
    },
    wrong: (text, at, count) => sameRows([JSON.parse(text)], [rowAt((at * 7919) % count)]),
  },
  W9: {
    title: "contains(tolower(displayName),'…')",
    literals: true,
    paths: (at) => {
      const also = ` and userCount ge ${atLeast(at)}`;
      const filter = `$filter=${enc(`contains(tolower(displayName),'${WORDS[at % 4]}')${also}`)}&$top=1000`;
      return {
        ours: `/DiscoveredApps?${filter}&${SELECT}`,
        bare: `/DiscoveredApps?${filter}`,
        hand: `/apps?ask=contains&part=${WORDS[at % 4]}&least=${atLeast(at)}&top=1000`,
        natural: `/Apps?${filter}`,
        cap: `/Apps?${filter}`,
      };
    },
    wrong: (text, at, count) => {
      const fitting = matching(
        count,
        ({ displayName, userCount }) =>
          displayName.toLowerCase().includes(WORDS[at % 4]) && userCount >= atLeast(at),
      ).length;
      const got = list(text);
      const alien = got.find(({ displayName }) => !displayName.toLowerCase().includes(WORDS[at % 4]));
      if (alien !== undefined) return alien.displayName;
      return got.length === fitting || got.length === Math.min(1000, fitting)
        ? undefined
        : `${got.length} of ${fitting}`;
    },
  },
  W11: {
    title: '$expand=stream, 1,000 rows',
    paths: () => ({
      ours: `/DiscoveredApps?$expand=stream($select=id,displayName)&$top=1000&${SELECT}`,
      hand: '/apps?ask=expand&skip=0&top=1000',
      cap: '/Apps?$expand=stream&$top=1000',
    }),
    wrong: (text, _at, count) => {
      const got = list(text);
      if (got.length !== Math.min(1000, count)) return `${got.length} rows`;
      const alien = got.find(({ stream }) => stream?.displayName !== STREAM.displayName);
      return alien === undefined ? undefined : JSON.stringify(alien);
    },
  },
};

/** Imports over all pages: by server the path. */
export const IMPORTS = {
  W1: {
    title: 'full import, gzip',
    packed: true,
    paths: {
      ours: `/DiscoveredApps?${SELECT}`,
      bare: '/DiscoveredApps',
      hand: '/apps',
      natural: '/Apps',
      cap: '/Apps',
    },
  },
  W1raw: {
    title: 'full import, identity',
    packed: false,
    paths: { ours: `/DiscoveredApps?${SELECT}`, bare: '/DiscoveredApps', hand: '/apps', cap: '/Apps' },
  },
  W3: {
    title: '$select of three, full',
    packed: true,
    only: ['id', 'displayName', 'riskScore'],
    paths: {
      ours: '/DiscoveredApps?$select=id,displayName,riskScore',
      hand: '/apps?ask=select&names=id,displayName,riskScore',
      natural: '/Apps?$select=id,displayName,riskScore',
      cap: '/Apps?$select=id,displayName,riskScore',
    },
  },
};

/** What is wrong with all rows of an import. */
export function wrongImport(pages, count, only) {
  return sameRows(
    pages.flatMap((page) => page.rows),
    [...rows(count)],
    only,
  );
}

export { middle };
