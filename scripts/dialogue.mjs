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
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startFeed } from './dialogue/feed.mjs';
import { keepAlive, play } from './dialogue/power-bi.mjs';
import { dayOf, rowTexts } from './dialogue/upstream.mjs';

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

const LONGEST_REFRESH_MS = 20_000;

/** One play, checked. @returns what it met, or `error` */
async function checkedPlay(feed) {
  const earliest = feed.upstream?.today;
  const published = feed.generations;
  const { preview, rows, pages } = await play(feed.url, {
    fewestPages,
    between: async (page) => {
      await wait(pauseMs);
      // Half-way: a load that no refresh falls into shows nothing.
      const deadline = Date.now() + LONGEST_REFRESH_MS;
      while (page === 3 && feed.generations === published && feed.upstream && Date.now() < deadline)
        await wait(50);
    },
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
    options.url === undefined
      ? await startFeed({ apps, wantedPages })
      : { url: options.url, generations: 0, refreshes: 0 };
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
