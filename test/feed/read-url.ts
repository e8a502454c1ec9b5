/** A client that shows what went over the wire: raw headers in their own casing, the path as it was written. */
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';

/** An answer, nothing folded or hidden. */
export interface WireAnswer {
  readonly status: number;
  /** Name and value pairs as they came, duplicates too. */
  readonly rawHeaders: readonly (readonly [name: string, value: string])[];
  /** The body, decoded from gzip when it came so. */
  readonly text: string;
  /** The only value of a header; `undefined` when it is absent. @throws Error when it came twice */
  readonly header: (name: string) => string | undefined;
}

/** What is sent besides the URL. */
export interface ReadOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request on a connection of its own. @param url absolute; its path is sent to the letter */
export function readUrl(url: string, options: ReadOptions = {}): Promise<WireAnswer> {
  const { method = 'GET', headers = {} } = options;
  const [, host, port, path] = /^http:\/\/([^/:]+|\[[^\]]+\]):(\d+)(\/.*)$/.exec(url) ?? [];
  if (host === undefined || port === undefined || path === undefined)
    return Promise.reject(new Error(`Not an absolute URL of this machine: ${url}`));
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, path, method, headers, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.once('error', reject);
      response.once('end', () => {
        const rawHeaders = pairs(response.rawHeaders);
        const header = (name: string) => onlyValue(rawHeaders, name);
        const body = Buffer.concat(pieces);
        const unpacked = header('content-encoding') === 'gzip' && body.length > 0 ? gunzipSync(body) : body;
        resolve({
          status: response.statusCode ?? 0,
          rawHeaders,
          text: unpacked.toString('utf8'),
          header,
        });
      });
    });
    sent.once('error', reject);
    sent.end();
  });
}

function pairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, place): [string, string][] =>
    place % 2 === 0 ? [[name, raw[place + 1] ?? '']] : [],
  );
}

function onlyValue(rawHeaders: WireAnswer['rawHeaders'], wanted: string): string | undefined {
  const values = rawHeaders.filter(([name]) => name.toLowerCase() === wanted.toLowerCase());
  if (values.length > 1) throw new Error(`${wanted} came ${values.length} times`);
  return values[0]?.[1];
}
