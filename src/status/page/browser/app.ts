/** The page's main line: health → who reads → what they may read → freshness, charts, table. */
import { followAppLinks } from './app-detail.js';
import { AppTable } from './app-table.js';
import { showCharts } from './charts.js';
import { addCopyButtons } from './copy.js';
import { signDownloads } from './downloads.js';
import { byId } from './elements.js';
import { Feed, FeedProblem } from './feed.js';
import { showFreshness, showHealth } from './freshness.js';
import { looksAgainAfterMs, problemText } from './problem.js';
import { readReadable, type Readable } from './readable.js';
import { askToSignIn, canReadHere, showSignedIn } from './sign-in.js';
import { showTables } from './tables.js';

/** How often the line about freshness is renewed while the page is looked at, in milliseconds. */
const RENEW_MS = 60_000;
const DATA_SECTIONS = ['charts', 'apps', 'freshness'];

const { root = '', kinds: kindList = '' } = document.body.dataset;
const kinds = kindList.split(',');
const feed = new Feed(root);
let readable: Readable | undefined;
let lookAgain: ReturnType<typeof setTimeout> | undefined;

const followAppLink = followAppLinks(() => (readable === undefined ? undefined : { feed, readable }));

async function start(): Promise<void> {
  clearTimeout(lookAgain);
  const signIn = { feed, kinds, onSignedIn: () => void start() };
  const wasSignedIn = feed.isSignedIn;
  try {
    readable = await readReadable(feed);
    showSignedIn(signIn);
    showTables(root, readable);
    await showData(readable);
    followAppLink();
  } catch (thrown) {
    if (!(thrown instanceof FeedProblem)) throw thrown;
    if (thrown.status !== 401) {
      later(thrown);
      return;
    }
    readable = undefined;
    feed.signIn({});
    for (const id of DATA_SECTIONS) byId(id).hidden = true;
    await showHealth();
    askToSignIn(signIn, wasSignedIn ? 'That was not right. Try again, or ask whoever runs this server.' : '');
  }
}

/** Every part on its own: what fails says so in its place, and the first failure is thrown once all have ended. */
async function showData(may: Readable): Promise<void> {
  const parts = [showFreshness(feed, may), showCharts(feed, may), new AppTable(feed, may).show()];
  const failed = (await Promise.allSettled(parts)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

function later(problem: FeedProblem): void {
  if (readable === undefined) byId('health').replaceChildren(problemText(problem));
  const afterMs = looksAgainAfterMs(problem);
  if (afterMs !== undefined) lookAgain = setTimeout(() => void start(), afterMs);
}

async function renew(): Promise<void> {
  if (document.hidden) return;
  try {
    if (readable === undefined) await showHealth();
    else await showFreshness(feed, readable);
  } catch (thrown) {
    if (!(thrown instanceof FeedProblem)) throw thrown;
    byId('health').replaceChildren(problemText(thrown));
  }
}

addCopyButtons();
signDownloads(feed);
setInterval(() => void renew(), RENEW_MS);
if (canReadHere(kinds)) {
  await start();
} else {
  await showHealth();
  askToSignIn({ feed, kinds, onSignedIn: () => undefined });
}
