/** A client without manners: what stands in a table goes over the wire as it is. */
import { connect } from 'node:net';

/** A request line and headers, or bytes that need not be HTTP at all. */
export type Ask =
  | string
  | {
      readonly method?: string;
      readonly path: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  | { readonly bytes: string | Uint8Array };

/** What came back; `headers` have lower-case names, and a header that came twice is an array. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly text: string;
  /** Everything that came, head and all. */
  readonly raw: string;
}

const ANSWER_WITHIN_MS = 30_000;

/** Percent-encodes only what cannot stand in a request line: blanks, controls and anything beyond ASCII. */
export function wirePath(path: string): string {
  return path.replace(/[^\u0021-\u007e]/gu, (character) => encodeURIComponent(character));
}

/** Sends a request on a connection of its own and reads until the server closes it. */
export async function ask(port: number, request: Ask): Promise<RawAnswer> {
  return parseAnswer(await exchange(port, bytesOf(port, request)));
}

/** Sends bytes and returns what came back; empty when the server hung up without a word. */
export function exchange(port: number, bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error('No answer came in time.')));
    socket.on('data', (part) => parts.push(part));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // The server may hang up before all of an overlong request was written: what it said still counts.
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('close', () => {
      resolve(Buffer.concat(parts).toString('utf8'));
    });
  });
}

function bytesOf(port: number, request: Ask): string | Uint8Array {
  if (typeof request !== 'string' && 'bytes' in request) return request.bytes;
  const {
    method = 'GET',
    path,
    headers = {},
    body,
  } = typeof request === 'string' ? { path: request } : request;
  const all: Record<string, string> = {
    Host: `127.0.0.1:${port}`,
    Connection: 'close',
    ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${wirePath(path)} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}

function parseAnswer(raw: string): RawAnswer {
  const end = raw.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = raw.slice(0, end === -1 ? 0 : end).split('\r\n');
  const headers: Record<string, string | string[]> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const earlier = headers[name];
    headers[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  const body = end === -1 ? '' : raw.slice(end + 4);
  const text = headers['transfer-encoding'] === 'chunked' ? unchunked(body) : body;
  return { status: Number(statusLine.split(' ')[1] ?? 0), headers, text, raw };
}

function unchunked(body: string): string {
  const bytes = Buffer.from(body);
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const length = Number.parseInt(bytes.subarray(at, lineEnd).toString(), 16);
    if (lineEnd === -1 || !(length > 0)) return Buffer.concat(parts).toString('utf8');
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
}
