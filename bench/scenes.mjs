/** Works that are more than one request or one import: W12 to W16, memory, growth. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child } from './child.mjs';
import { Client, closedLoop, openLoop } from './client.mjs';
import { rm } from 'node:fs/promises';
import { KEY, startOurs } from './sides.mjs';
import { IMPORTS, REQUESTS } from './works.mjs';

const LARGE = 200_000;
/** The tables of a model, as Power BI reads them: root, metadata, then every set to its end. */
const TABLES = ['DiscoveredApps', 'Apps', 'Streams', 'Tenants', 'AppCategories', 'RiskLevels', 'Dates'];

/** W12: the dialogue of a model of seven tables, eight clients at once. */
export async function powerBi({ sides, note, say }) {
  say('W12 Power BI dialogue');
  const client = sides.client('ours');
  const dialogue = async () => {
    for (const path of ['/', '/$metadata']) await client.text(path, { packed: true });
    await Promise.all(TABLES.map((table) => client.import(`/${table}`, { packed: true })));
  };
  for (let round = 0; round < 5; round += 1) {
    const started = performance.now();
    await Promise.all(Array.from({ length: 8 }, dialogue));
    note('W12 7 tables × 8 clients', 'ours', performance.now() - started);
  }
}
powerBi.work = 'W12';

const mixed = (client, rows) => (at) => {
  const kinds = ['W2', 'W4', 'W5', 'W6', 'W8', 'W9'];
  const work = REQUESTS[kinds[at % kinds.length]];
  return client.raw(work.paths(at, rows).ours, { packed: true });
};

/** W16: 200 requests a second, whatever they take. */
export async function openRate({ rows, sides, note, say }) {
  say('W16 open loop');
  for (let round = 0; round < 3; round += 1) {
    const { p50, p99, p999 } = await openLoop(mixed(sides.client('ours'), rows), {
      ms: 5000,
      perSecond: 200,
    });
    for (const [name, value] of Object.entries({ p50, p99, 'p99.9': p999 }))
      note(`W16 200 req/s ${name}`, 'ours', value);
  }
}
openRate.work = 'W16';

/** W13: W2 and W8 while a refresh of 200,000 rows is parsed and committed. */
export async function whileRefreshing({ note, say }) {
  say('W13 reading while 200,000 rows are refreshed');
  const { upstream, server, dataDir } = await startOurs(LARGE);
  const client = new Client(server.url, KEY);
  const ask = (at) =>
    client.raw(REQUESTS[at % 2 === 0 ? 'W2' : 'W8'].paths(at, LARGE).ours, { packed: true });
  try {
    for (let round = 1; round <= 3; round += 1) {
      await server.ask('watchStalls');
      const idle = await openLoop(ask, { ms: 8000, perSecond: 20 });
      note('W13 idle p99', 'ours', idle.p99);
      note('W13 idle longest stall', 'ours', await server.ask('longestStallMs'));
      await upstream.ask('revise', round);
      await server.ask('watchStalls');
      let over = false;
      const refresh = server.ask('refresh').then(() => (over = true));
      const times = [];
      while (!over) times.push(await openLoop(ask, { ms: 2000, perSecond: 20 }));
      await refresh;
      note('W13 refreshing p99', 'ours', Math.max(...times.map(({ p99 }) => p99)));
      note('W13 refreshing p50', 'ours', Math.max(...times.map(({ p50 }) => p50)));
      note('W13 refreshing longest stall', 'ours', await server.ask('longestStallMs'));
    }
  } finally {
    await client.close();
    await Promise.all([upstream.end(), server.end()]);
    await rm(dataDir, { recursive: true, force: true });
  }
}
whileRefreshing.work = 'W13';

/** W1 peak memory: 200,000 rows while four clients import and a refresh runs. */
export async function memory({ note, say }) {
  say('W1 memory: 200,000 rows, four clients import');
  const { upstream, server, dataDir } = await startOurs(LARGE);
  const clients = Array.from({ length: 4 }, () => new Client(server.url, KEY));
  try {
    await server.ask('memory');
    await Promise.all(clients.map((client) => client.import(IMPORTS.W1.paths.bare, { packed: true })));
    note('W1 peak memory, 4 clients, MB', 'ours', (await server.ask('memory')) / 1e6);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await Promise.all([upstream.end(), server.end()]);
    await rm(dataDir, { recursive: true, force: true });
  }
}
memory.work = 'memory';

/** W14: start with a stored generation, beside reading and JSON-parsing the same files. */
export async function startUp({ note, say }) {
  for (const rows of [30_000, LARGE]) {
    say(`W14 start with ${rows} rows`);
    const { upstream, server, dataDir, env } = await startOurs(rows);
    await server.ask('stop');
    await server.end();
    try {
      for (let round = 0; round < 5; round += 1) {
        const started = await Child.start('ours.mjs', { rows, env });
        note(`W14 start, ${rows} rows`, 'ours', await started.ask('startMs'));
        await started.end();
        await rm(join(dataDir, 'feed', 'writer.lock'), { force: true, recursive: true });
        const before = performance.now();
        await parseFiles(join(dataDir, 'feed', 'rows'));
        note(`W14 start, ${rows} rows`, 'limit', performance.now() - before);
      }
    } finally {
      await upstream.end();
      await rm(dataDir, { recursive: true, force: true });
    }
  }
}
startUp.work = 'W14';

async function parseFiles(folder) {
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name), 'utf8');
    for (const line of text.split('\n')) if (line !== '') JSON.parse(line);
  }
}

/** W15: a refresh of 200,000 rows from a Graph without pacing, beside a loop that only fetches and parses the pages. */
export async function refreshing({ note, say }) {
  say('W15 refresh of 200,000 rows');
  const { upstream, server, dataDir, env } = await startOurs(LARGE);
  try {
    const token = await upstream.ask('token');
    for (let round = 1; round <= 3; round += 1) {
      let started = performance.now();
      await fetchOnly(env.GRAPH_BASE_URL, token);
      note('W15 rows a second', 'limit', LARGE / ((performance.now() - started) / 1000));
      await upstream.ask('revise', round);
      await server.ask('memory');
      started = performance.now();
      await server.ask('refresh');
      note('W15 rows a second', 'ours', LARGE / ((performance.now() - started) / 1000));
      note('W15 peak memory, MB', 'ours', (await server.ask('memory')) / 1e6);
    }
  } finally {
    await Promise.all([upstream.end(), server.end()]);
    await rm(dataDir, { recursive: true, force: true });
  }
}
refreshing.work = 'W15';

async function fetchOnly(base, token) {
  const headers = { authorization: `Bearer ${token}`, 'accept-encoding': 'gzip' };
  const streams = `${base}/dataDiscovery/cloudAppDiscovery/uploadedStreams`;
  const { value } = await (await fetch(streams, { headers })).json();
  for (const { id } of value)
    for (let link = `${streams}/${id}/aggregatedAppsDetails(period=duration'P90D')`; link !== undefined;) {
      const page = await (await fetch(link, { headers })).json();
      link = page['@odata.nextLink'];
    }
}

/** Time per row of W1, W2, W6 from 1,000 to 200,000 rows. */
export async function growth({ note, say }) {
  for (const rows of [1000, 30_000, LARGE]) {
    say(`Growth: ${rows} rows`);
    const { upstream, server, dataDir } = await startOurs(rows);
    const client = new Client(server.url, KEY);
    try {
      for (let round = 0; round < 5; round += 1) {
        const started = performance.now();
        await client.import(IMPORTS.W1.paths.bare, { packed: true });
        note(`growth W1, ${rows} rows, ns a row`, 'ours', ((performance.now() - started) / rows) * 1e6);
        for (const work of ['W2', 'W6']) {
          let at = 0;
          const paths = () => REQUESTS[work].paths(at++, rows).ours;
          const { perSecond } = await closedLoop(() => client.raw(`${paths()}&$top=1`, { packed: true }), {
            ms: 700,
            parallel: 1,
          });
          note(`growth ${work}, ${rows} rows, ns a row`, 'ours', 1e9 / perSecond / rows);
        }
      }
    } finally {
      await client.close();
      await Promise.all([upstream.end(), server.end()]);
      await rm(dataDir, { recursive: true, force: true });
    }
  }
}
growth.work = 'growth';
