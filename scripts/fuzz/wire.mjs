/** A small HTTP client on bare sockets: it sends any bytes, and shows an answer as it came. */
import { Buffer } from 'node:buffer';
import { connect } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * A kept-alive connection; one request at a time.
 *
 * `ask` resolves with an answer, or with `{silence: 'closed' | 'reset' | 'timeout'}` when none came.
 */
export class Connection {
  /** The request before this one on the same connection, for whoever looks into a failure. */
  before;
  #port;
  #socket;
  #received = Buffer.alloc(0);
  #waiting;

  constructor(port) {
    this.#port = port;
  }

  /** @param lonely the bytes may be no request: half-close after them, so that the server need not wait for more */
  ask(bytes, { isHead = false, lonely = false, timeoutMs = 15_000 } = {}) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#settle({ silence: 'timeout' });
        this.close();
      }, timeoutMs);
      this.#waiting = { resolve, isHead, timer, lonely };
      if (lonely) this.close();
      const socket = this.#open();
      socket.write(bytes);
      if (lonely) socket.end();
    });
  }

  close() {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#received = Buffer.alloc(0);
    socket?.destroy();
  }

  #open() {
    if (this.#socket?.writable === true) return this.#socket;
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    this.#socket = socket;
    let error;
    socket.on('data', (piece) => {
      if (this.#socket !== socket) return;
      this.#received = this.#received.length === 0 ? piece : Buffer.concat([this.#received, piece]);
      this.#read(false);
    });
    // The server has said its last word: a request on this connection would meet nobody.
    socket.on('end', () => {
      if (this.#socket === socket && this.#waiting === undefined) this.close();
    });
    socket.on('error', (thrown) => {
      error = thrown;
    });
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#read(true);
      this.#socket = undefined;
      this.#received = Buffer.alloc(0);
      this.#settle({ silence: error === undefined ? 'closed' : (error.code ?? 'reset') });
    });
    return socket;
  }

  #read(ended) {
    if (this.#waiting === undefined) return;
    const parsed = parseAnswer(this.#received, this.#waiting.isHead, ended);
    if (parsed === undefined) return;
    const { answer, length } = parsed;
    this.#received = this.#received.subarray(length);
    if (answer.status >= 100 && answer.status < 200 && answer.status !== 101) {
      this.#read(ended);
      return;
    }
    const closes = answer.headers.some(
      ([name, value]) => name === 'connection' && value.toLowerCase() === 'close',
    );
    if (closes || this.#waiting.lonely || answer.problem !== undefined) this.close();
    this.#settle(answer);
  }

  #settle(outcome) {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    clearTimeout(waiting.timer);
    waiting.resolve(outcome);
  }
}

/** The first answer in the bytes, or `undefined` when more must come. */
function parseAnswer(bytes, isHead, ended) {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd === -1) return undefined;
  const head = bytes.toString('latin1', 0, headEnd);
  const [statusLine, ...lines] = head.split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1] ?? 0);
  const start = headEnd + 4;
  const done = (body, length, problem) => ({ answer: { status, head, headers, body, problem }, length });
  if (isHead || status < 200 || status === 204 || status === 304) return done(Buffer.alloc(0), start);
  const valueOf = (wanted) => headers.find(([name]) => name === wanted)?.[1];
  if (valueOf('transfer-encoding') === 'chunked') {
    const body = chunked(bytes, start);
    if (body !== undefined) return done(body.body, body.end);
    return ended ? done(bytes.subarray(start), bytes.length, 'the answer was cut') : undefined;
  }
  const length = Number(valueOf('content-length') ?? Number.NaN);
  if (Number.isNaN(length)) return ended ? done(bytes.subarray(start), bytes.length) : undefined;
  if (bytes.length >= start + length) return done(bytes.subarray(start, start + length), start + length);
  return ended ? done(bytes.subarray(start), bytes.length, 'the answer was cut') : undefined;
}

function chunked(bytes, start) {
  const pieces = [];
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf('\r\n', at, 'latin1');
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const from = lineEnd + 2;
    if (bytes.length < from + size + 2) return undefined;
    if (size === 0) return { body: Buffer.concat(pieces), end: from + 2 };
    pieces.push(bytes.subarray(from, from + size));
    at = from + size + 2;
  }
}
