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
    why: 'Node answers an Expect other than 100-continue with a bare 417',
    met: (request, answer) => answer.status === 417 && /^expect *:/im.test(text(request)),
  },
  {
    why: 'Node hangs up on CONNECT',
    met: (request, answer) => answer.silence === 'closed' && /^CONNECT /.test(text(request)),
  },
  {
    why: 'Node answers HTTP/1.1 without Host with a bare 400',
    met: (request, answer) =>
      answer.status === 400 && answer.body?.length === 0 && !/^host:/im.test(text(request)),
  },
  {
    why: 'Node leaves bytes that are no request unanswered when an Upgrade that nobody took went before',
    met: (_request, answer, before) =>
      answer.silence === 'timeout' && before !== undefined && /^upgrade *:/im.test(text(before)),
  },
  {
    why: 'a key of a related entity without its constrained parts is a 500',
    met: (request, answer) => answer.status === 500 && /\/[a-z][A-Za-z]+\(/.test(text(request)),
    said: /The plan has no \w+ in the key of/,
  },
];
