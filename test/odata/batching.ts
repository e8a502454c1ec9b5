/** Batches for tests: written as clients write them, answers taken apart as clients do. */
import request, { type Response } from 'supertest';
import type { SmallFeed } from './small-feed.js';

/** One answer of a batch. */
export interface Part {
  readonly id?: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

type Parser = Parameters<request.Test['parse']>[0];

const CRLF = '\r\n';

/** A multipart body; each request is `GET Tenants`, or a whole HTTP request with CRLF. */
export function multipart(requests: readonly string[], boundary = 'b'): string {
  const parts = requests.map((each, index) => {
    const http = each.includes(CRLF) ? each : `${each} HTTP/1.1${CRLF}${CRLF}`;
    const head = `Content-Type: application/http${CRLF}Content-Transfer-Encoding: binary${CRLF}Content-ID: ${index + 1}`;
    return `--${boundary}${CRLF}${head}${CRLF}${CRLF}${http}${CRLF}`;
  });
  return `${parts.join('')}--${boundary}--${CRLF}`;
}

/** Sends a multipart batch. */
export function postMultipart(
  feed: SmallFeed,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return request(feed.server)
    .post('/odata/$batch')
    .set({ 'Content-Type': 'multipart/mixed;boundary=b', ...headers })
    .buffer(true)
    .parse(asText as unknown as Parser)
    .send(body);
}

/** Sends a JSON batch. */
export function postJson(
  feed: SmallFeed,
  requests: readonly object[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return request(feed.server).post('/odata/$batch').set(headers).send({ requests });
}

/** The answers within a multipart answer. */
export function partsOf(answer: Response): Part[] {
  const boundary = /boundary=(\S+)/.exec(answer.headers['content-type']!)![1]!;
  const [preamble, ...rest] = (answer.body as string).split(`--${boundary}`);
  if (preamble !== '' || rest.at(-1) !== `--${CRLF}`)
    throw new Error(`No multipart body: ${answer.body as string}`);
  return rest.slice(0, -1).map((part) => {
    const [mime = '', http = '', ...body] = part.slice(CRLF.length).split(CRLF + CRLF);
    const [statusLine = '', ...fields] = http.split(CRLF);
    const headers = Object.fromEntries(
      fields.map((field) => [
        field.slice(0, field.indexOf(':')).toLowerCase(),
        field.slice(field.indexOf(':') + 2),
      ]),
    );
    const text = body.join(CRLF + CRLF).slice(0, -CRLF.length);
    const id = /Content-ID: (.*)/.exec(mime)?.[1];
    if (!mime.includes('Content-Type: application/http')) throw new Error(`No HTTP part: ${mime}`);
    return { status: Number(statusLine.split(' ')[1]), headers, text, ...(id === undefined ? {} : { id }) };
  });
}

function asText(response: NodeJS.ReadableStream, done: (error: Error | null, body: unknown) => void): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('end', () => {
    done(null, Buffer.concat(chunks).toString('utf8'));
  });
}
