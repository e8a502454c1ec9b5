/**
 * `npm run dialogue`: plays Power BI's whole dialogue (root → $metadata → $top=1000 → full load, gzip) many times, while
 * refreshes run every second and upstream's data moves on with every one of them. After each play the rows that came must
 * be exactly those of ONE day of upstream: a page of another generation, a row twice or a missing one fails the play.
 *
 *     npm run dialogue -- --times 50 --apps 240 --pause 200
 *     npm run dialogue -- --url http://localhost:4004/odata/   (a running server: only duplicates and gaps can be seen)
 *
 * What upstream has on a day is asked of the sample tenant's generator itself, which shares no code with the feed.
 */
import { spawn } from 'node:child_process';
import diagnostics from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

const { values: options } = parseArgs({
  options: {
    times: { type: 'string', default: '50' },
    apps: { type: 'string', default: '240' },
    pages: { type: 'string', default: '8' },
    pause: { type: 'string', default: '200' },
    url: { type: 'string' },
  },
});
const times = wholeNumber('times', 1);
const apps = wholeNumber('apps', 200);
const fewestPages = 6;
const wantedPages = wholeNumber('pages', fewestPages);
/** Between two pages, so that refreshes fall into a load as they do into a long one. */
const pauseMs = wholeNumber('pause', 0);

function wholeNumber(name, least) {
  const number = Number(options[name]);
  if (Number.isInteger(number) && number >= least) return number;
  process.stderr.write(`--${name} needs a whole number of ${least} or more, not '${options[name]}'.\n`);
  process.exit(2);
}

const POWER_QUERY = {
  'User-Agent': 'Microsoft.Data.Mashup (https://go.microsoft.com/fwlink/?LinkID=304225)',
  'Accept-Encoding': 'gzip, deflate',
  'OData-MaxVersion': '4.0',
};
const FIRST_CONTACT = {
  ...POWER_QUERY,
  MaxDataServiceVersion: '3.0',
  Accept:
    'application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9,application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,text/plain;q=0.7',
};
const METADATA = { ...POWER_QUERY, Accept: 'application/xml' };
const DATA = { ...POWER_QUERY, Accept: 'application/json;odata.metadata=minimal' };

/** The fields of the product that the feed replaces, and the stream that saw the app. */
const FIELDS = [
  ...[
    'streamId',
    'id',
    'displayName',
    'category',
    'riskScore',
    'domains',
    'tags',
    'userCount',
    'deviceCount',
  ],
  ...['ipAddressCount', 'transactionCount', 'uploadNetworkTrafficInBytes', 'downloadNetworkTrafficInBytes'],
  'lastSeenDateTime',
];

const keepAlive = new Agent({ keepAlive: true, maxSockets: 1 });

/** One request; the body decoded. @throws when the answer is not what Power BI needs */
function ask(url, headers) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, agent: keepAlive }, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.once('error', reject);
      response.once('end', () => {
        try {
          resolve(checked(url, response, pieces));
        } catch (error) {
          reject(error);
        }
      });
    });
    sent.once('error', reject);
    sent.end();
  });
}

function checked(url, response, pieces) {
  const names = response.rawHeaders.filter((_, place) => place % 2 === 0).map((name) => name.toLowerCase());
  const body = pieces.reduce((whole, piece) => whole + piece.length, 0);
  const coding = response.headers['content-encoding'];
  const bytes = concat(pieces);
  const text = (coding === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
  if (response.statusCode !== 200)
    throw new Error(`${url} was answered ${response.statusCode}: ${text.slice(0, 300)}`);
  if (names.filter((name) => name === 'odata-version').length !== 1)
    throw new Error(`${url}: OData-Version must stand exactly once`);
  if (coding !== 'gzip' && body > 1024) throw new Error(`${url}: ${body} bytes came without gzip`);
  return text;
}

function concat(pieces) {
  return pieces.length === 1 ? pieces[0] : pieces[0].constructor.concat(pieces);
}

/** A collection's page. */
async function page(url, base) {
  const text = await ask(url, DATA);
  if (!text.startsWith(`{"@odata.context":"${base}$metadata#`))
    throw new Error(`${url}: the absolute @odata.context must come first, not ${text.slice(0, 120)}`);
  const body = exactJson(text);
  const next = body['@odata.nextLink'];
  if (next !== undefined && !next.startsWith(base)) throw new Error(`${url}: the next link leads to ${next}`);
  return body;
}

/** Integers that a double cannot hold become texts that begin with `exactly`, as {@link valueText} writes them. */
function exactJson(text) {
  return JSON.parse(
    text.replace(/("\w+":)(-?\d{16,})(?=[,}])/g, (all, name, digits) =>
      Number.isSafeInteger(Number(digits)) ? all : `${name}"exactly ${digits}"`,
    ),
  );
}

/** Root, $metadata, preview, full load. */
async function play(base, between) {
  const service = JSON.parse(await ask(base, FIRST_CONTACT));
  if (service['@odata.context'] !== `${base}$metadata`)
    throw new Error(`The service document's context is ${service['@odata.context']}`);
  const metadata = await ask(`${base}$metadata`, METADATA);
  if (!metadata.includes('<EntitySet Name="DiscoveredApps"'))
    throw new Error('$metadata does not declare DiscoveredApps');
  const preview = await load(`${base}DiscoveredApps?$top=1000`, base);
  const { rows, pages } = await load(`${base}DiscoveredApps`, base, between);
  if (pages < fewestPages) throw new Error(`The full load had ${pages} pages; ${fewestPages} are wanted`);
  return { preview: preview.rows, rows, pages };
}

/** A collection, all pages of it. */
async function load(url, base, between = () => undefined) {
  const rows = [];
  let pages = 0;
  for (let next = url; next !== undefined; pages += 1) {
    if (pages > 0) await between(pages);
    const body = await page(next, base);
    rows.push(...body.value);
    next = body['@odata.nextLink'];
  }
  return { rows, pages };
}

/** What upstream has, day by day, straight from the generator. */
class Upstream {
  #tenant;
  #day;
  #rows = new Map();

  constructor(tenant, firstDay) {
    this.#tenant = tenant;
    this.#day = firstDay;
  }

  get today() {
    return this.#day;
  }

  moveOn() {
    this.#day = new Date(this.#day.getTime() + 86_400_000);
  }

  /** Row texts by key on a day. */
  on(day) {
    const name = day.toISOString().slice(0, 10);
    if (!this.#rows.has(name)) this.#rows.set(name, rowTexts(expectedRows(this.#tenant.on(day))));
    return this.#rows.get(name);
  }
}

function expectedRows(tenant) {
  return tenant.streams.flatMap((stream) => {
    const counts = (entity, value) => (stream.supportedEntityTypes.includes(entity) ? value : null);
    const bytes = (direction, value) => (stream.supportedTrafficTypes.includes(direction) ? value : null);
    const isEndpoint = stream.logDataProvider === 'microsoftDefenderForEndpoint';
    return tenant.usage(stream.id, 'P90D').map((app) => ({
      ...app,
      streamId: stream.id,
      domains: app.domains ?? [],
      userCount: counts('userName', app.userCount),
      ipAddressCount: counts('ipAddress', app.ipAddressCount),
      deviceCount: isEndpoint ? app.deviceCount : null,
      uploadNetworkTrafficInBytes: bytes('uploadedBytes', app.uploadNetworkTrafficInBytes),
      downloadNetworkTrafficInBytes: bytes('downloadedBytes', app.downloadNetworkTrafficInBytes),
      lastSeenDateTime: app.lastSeenDateTime?.replace(/(\.\d{3})\d+Z$/, '$1Z') ?? null,
    }));
  });
}

function rowTexts(rows) {
  return new Map(
    rows.map((row) => [`${row.streamId} ${row.id}`, FIELDS.map((name) => valueText(row[name])).join(' | ')]),
  );
}

function valueText(value) {
  return typeof value === 'bigint' ? `"exactly ${value}"` : JSON.stringify(value);
}

/** Throws unless the rows are those of one of the days. @returns the day */
function dayOf(rows, days, upstream) {
  const shown = rowTexts(rows);
  if (shown.size !== rows.length) throw new Error(`${rows.length - shown.size} rows came twice`);
  const likely = days.map((day) => ({ day, ...difference(shown, upstream.on(day)) }));
  likely.sort((left, right) => left.wrong - right.wrong);
  const [best] = likely;
  if (best.wrong === 0) return best.day;
  const others = [...shown].filter(([key, text]) => upstream.on(best.day).get(key) !== text);
  throw new Error(
    `No day has these rows. Nearest is ${best.day.toISOString().slice(0, 10)}: ${best.missing} missing, ${others.length} of ${shown.size} other than there. First: ${others[0]?.[1]}`,
  );
}

function difference(shown, expected) {
  let same = 0;
  for (const [key, text] of expected) if (shown.get(key) === text) same += 1;
  const missing = [...expected.keys()].filter((key) => !shown.has(key)).length;
  return { missing, wrong: expected.size - same + (shown.size - same) };
}

/** The sample tenant, the server over it, and what the server tells about its refreshes. */
async function startFeed() {
  const dist = (path) => new URL(`../dist/${path}`, import.meta.url);
  const { startSampleTenant } = await import(dist('sample-tenant/start-sample-tenant.js'));
  const firstDay = new Date('2026-03-02T12:00:00Z');
  const sample = await startSampleTenant({ apps, seed: 7, today: firstDay });
  const upstream = new Upstream(sample.tenant, firstDay);
  const rows = upstream.on(firstDay).size;
  // A run begins with the list of streams. The day moves on at that very moment and never in the middle of a run: only
  // so each generation is one day's. (The channel tells of the request before anything has answered it.)
  diagnostics.subscribe('http.server.request.start', ({ request: { url } }) => {
    if (!/\/uploadedStreams(\?|$)/.test(url)) return;
    upstream.moveOn();
    sample.setToday(upstream.today);
  });
  const folder = await mkdtemp(join(tmpdir(), 'dialogue-'));
  const server = spawn(process.execPath, [fileURLToPath(dist('main.js')), 'serve'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      AZURE_TENANT_ID: sample.credentials.tenantId,
      AZURE_CLIENT_ID: sample.credentials.clientId,
      AZURE_CLIENT_SECRET: sample.credentials.clientSecret,
      AZURE_AUTHORITY_HOST: sample.authorityHost,
      GRAPH_BASE_URL: sample.graphBaseUrl,
      DATA_DIR: folder,
      PORT: '0',
      POLL_CRON: '* * * * * *',
      PAGE_SIZE: String(Math.floor(rows / wantedPages)),
    },
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const feed = { upstream, url: undefined, refreshes: 0, generations: 0, problems: [] };
  const polled = watchLog(server, feed);
  feed.close = async () => {
    feed.stopping = true;
    server.kill('SIGTERM');
    await ended;
    await sample.close();
    await rm(folder, { recursive: true, force: true });
  };
  const failed = ended.then((code) => {
    throw new Error(`The server ended with code ${code}: ${feed.problems.join('\n')}`);
  });
  failed.catch(() => undefined);
  await Promise.race([polled, failed]);
  return feed;
}

/** Resolves with the end of the first run. */
function watchLog(server, feed) {
  return new Promise((resolve) => {
    createInterface({ input: server.stderr }).on('line', (line) => {
      if (feed.stopping) return;
      const entry = line.startsWith('{')
        ? JSON.parse(line)
        : { level: 50, msg: `(no line of the log) ${line.replace(/^(\[[^\]]*\] ?){2}/, '')}` };
      if (entry.event === 'serverStarted') feed.url = entry.url;
      if (entry.event === 'generationPublished') feed.generations += 1;
      if (entry.level >= 40 && entry.event !== 'schemaDrift') feed.problems.push(entry.msg);
      if (entry.event !== 'refreshEnded') return;
      feed.refreshes += 1;
      resolve();
    });
  });
}

const LONGEST_REFRESH_MS = 20_000;

/** One play, checked. @returns what it met, or `error` */
async function checkedPlay(feed) {
  const earliest = feed.upstream?.today;
  const published = feed.generations;
  const { preview, rows, pages } = await play(feed.url, async (page) => {
    await wait(pauseMs);
    // Half-way: a load that no refresh falls into shows nothing.
    const deadline = Date.now() + LONGEST_REFRESH_MS;
    while (page === 3 && feed.generations === published && feed.upstream && Date.now() < deadline)
      await wait(50);
  });
  const refreshesWithin = feed.generations - published;
  if (feed.upstream === undefined) {
    if (rowTexts(rows).size !== rows.length) throw new Error('Rows came twice');
    return { pages, rows: rows.length, refreshesWithin };
  }
  const days = daysBetween(earliest, feed.upstream.today);
  dayOf(rows, days, feed.upstream);
  const previewed = rowTexts(preview);
  const isOneDay = days.some((day) =>
    [...previewed].every(([key, text]) => feed.upstream.on(day).get(key) === text),
  );
  if (!isOneDay || previewed.size !== Math.min(1000, rows.length))
    throw new Error('The preview is of no single day');
  return { pages, rows: rows.length, refreshesWithin };
}

/** A generation that is served may be a day or two behind the run that is under way. */
function daysBetween(first, last) {
  const days = [];
  for (let ms = first.getTime() - 3 * 86_400_000; ms <= last.getTime(); ms += 86_400_000)
    days.push(new Date(ms));
  return days;
}

function say(text) {
  process.stdout.write(`${process.stdout.isTTY ? '\r\u001b[K' : ''}${text}\n`);
}

function progress(done) {
  if (!process.stdout.isTTY) return;
  const width = 40;
  const filled = Math.round((done / times) * width);
  process.stdout.write(`\r${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done} of ${times} plays`);
}

async function main() {
  const feed =
    options.url === undefined ? await startFeed() : { url: options.url, generations: 0, refreshes: 0 };
  let good = 0;
  let crossed = 0;
  try {
    for (let number = 1; number <= times; number += 1) {
      try {
        const { pages, rows, refreshesWithin } = await checkedPlay(feed);
        good += 1;
        if (refreshesWithin > 0) crossed += 1;
        if (number % 10 === 0 || number === times)
          say(`play ${number}: ${rows} rows in ${pages} pages; ${feed.generations} generations so far`);
      } catch (error) {
        say(`play ${number} FAILED: ${error.message}`);
      }
      progress(number);
    }
  } finally {
    keepAlive.destroy();
    await feed.close?.();
  }
  const problems = [...new Set(feed.problems ?? [])];
  for (const problem of problems) say(`the server warned: ${problem}`);
  const refreshed =
    feed.upstream === undefined ? '' : `; a generation was published within ${crossed} of them`;
  say(`${good} of ${times} plays equal one generation${refreshed}`);
  return good === times ? 0 : 1;
}

process.exitCode = await main();
