/** What a section shows instead of data: what happened, and what the visitor can do. */
import { element } from './elements.js';
import { FeedProblem } from './feed.js';

/** Said before the server's own words, by code or status; the first that fits. */
const WORDS: readonly (readonly [fits: (problem: FeedProblem) => boolean, words: string])[] = [
  [({ code }) => code === 'STORE_EMPTY', 'There are no rows yet. This page looks again by itself.'],
  [({ status }) => status === 0, 'The server does not answer. Check the network, or ask whoever runs it.'],
  [({ status }) => status === 403, 'You are signed in, but may not read this.'],
  [({ status }) => status === 429, 'The server is busy. This page looks again by itself.'],
];

/** Seconds until another look where the answer does not say. */
const LOOK_AGAIN_SECONDS = 10;

/** A paragraph about a failure; anything but a {@link FeedProblem} is a fault of the page and thrown on. */
export function problemText(thrown: unknown): HTMLElement {
  const problem = asProblem(thrown);
  const words = WORDS.find(([fits]) => fits(problem))?.[1];
  return element(
    'p',
    { class: 'problem', role: 'alert' },
    element('strong', { class: 'warn' }, words ?? 'This could not be read.'),
    ...(problem.status === 0 || problem.code === 'STORE_EMPTY' ? [] : [` ${problem.message}`]),
  );
}

/** Milliseconds after which the same read may succeed; undefined when it will not by itself. */
export function looksAgainAfterMs(thrown: unknown): number | undefined {
  const { status, code, retryAfterSeconds } = asProblem(thrown);
  // Somebody waits for the first rows: sooner than the feed asks of schedules.
  if (code === 'STORE_EMPTY') return LOOK_AGAIN_SECONDS * 1000;
  if (status !== 0 && status !== 429 && status !== 503) return undefined;
  return Math.min(retryAfterSeconds ?? LOOK_AGAIN_SECONDS, 60) * 1000;
}

function asProblem(thrown: unknown): FeedProblem {
  if (thrown instanceof FeedProblem) return thrown;
  throw thrown;
}
