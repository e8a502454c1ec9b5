/** A request within a batch, and the place where its answer goes. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Writable } from 'node:stream';
import type { BatchForm, BatchItem, BodyForm } from './batch-item.js';
import type { Ask } from './exchange.js';
import { InnerRequest, InnerResponse } from './inner-message.js';

/** Headers of the batch that hold for its requests as well; of Prefer those preferences that a request does not state. */
const INHERITED = [
  'host',
  'x-forwarded-proto',
  'x-forwarded-host',
  'odata-version',
  'odata-maxversion',
  'odata-isolation',
  'isolation',
];

/** Headers of a request within a batch that count: who asks, from where and over which wire is the affair of the batch. */
const OWN = [
  'accept',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-unmodified-since',
  'isolation',
  'odata-isolation',
  'odata-maxversion',
  'odata-version',
];

/** A request of a batch. @param url path below the service root and query, with a slash at its beginning */
export function partRequest(item: BatchItem, url: string, outer: Ask): InnerRequest {
  const { method, body } = item;
  const prefer = [item.headers.prefer, outer.headers.prefer].filter((value) => value !== undefined);
  const headers = {
    ...only(INHERITED, outer.headers),
    ...only(OWN, item.headers),
    ...(prefer.length === 0 ? {} : { prefer: prefer.join(',') }),
  };
  return new InnerRequest({ method, url, headers, socket: outer.socket, body });
}

function only(names: readonly string[], headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)));
}

/** An answer of a batch: written into the answer of the batch as it comes, with back-pressure. */
export class PartResponse extends InnerResponse {
  #body: BodyForm | undefined;

  constructor(
    private readonly item: BatchItem,
    private readonly form: BatchForm,
    private readonly out: Writable,
    locals: Record<string, unknown>,
  ) {
    super(locals);
  }

  override end(...rest: unknown[]): this {
    const [chunk] = rest;
    if (chunk === undefined || typeof chunk === 'function') this.#head();
    return super.end(...(rest as []));
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#head();
    let text = '';
    if (this.#body === undefined) {
      this.#body = this.form.body(this.getHeader('content-type') ?? '');
      text = this.#body.before;
    }
    if (text !== '') this.out.write(text);
    this.out.write(this.#body.write(chunk), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.out.write(`${this.#body?.after() ?? ''}${this.form.tail}`, done);
  }

  /** An answer that breaks off in the middle takes the whole batch with it: a truncated one must never look complete. */
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.writableFinished) this.out.destroy(error ?? undefined);
    done(null);
  }

  #head(): void {
    if (this.headersSent) return;
    this.headersSent = true;
    this.out.write(this.form.head(this.item, this.statusCode, this.headers()));
  }
}
