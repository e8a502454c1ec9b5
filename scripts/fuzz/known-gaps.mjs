/**
 * What is known to break the bar and is not mended yet: counted and printed, but no failure of the run. An entry goes
 * when its reason does.
 */
import { Buffer } from 'node:buffer';

const text = ({ bytes, method, target, headers }) =>
  bytes === undefined
    ? `${method} ${target}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`
    : Buffer.from(bytes).toString('latin1');

/**
 * `met` says whether an entry explains an answer that broke the bar (`before` is the request before it on the same
 * connection), `said` what the server writes to standard error then.
 */
export const KNOWN_GAPS = [
  {
    why: 'Node leaves bytes that are no request unanswered when an Upgrade that nobody took went before',
    met: (_request, answer, before) =>
      answer.silence === 'timeout' && before !== undefined && /^upgrade *:/im.test(text(before)),
  },
];
