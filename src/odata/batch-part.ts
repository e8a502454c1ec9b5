/** A request within a batch, and the place where its answer goes: what Express's request and response are outside. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { Readable, Writable } from 'node:stream';
import type { BatchForm, BatchItem, BodyForm } from './batch-item.js';
import type { Ask, Reply } from './exchange.js';

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

/** A request of a batch. */
export class PartRequest extends Readable implements Ask {
  readonly method: string;
  url: string;
  readonly originalUrl: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: Socket;

  /** @param url path below the service root and query, with a slash at its beginning */
  constructor(item: BatchItem, url: string, outer: Ask) {
    super({ read: () => undefined });
    this.method = item.method;
    this.url = url;
    this.originalUrl = url;
    this.path = url.split('?', 1)[0] ?? '';
    this.socket = outer.socket;
    const prefer = [item.headers.prefer, outer.headers.prefer].filter((value) => value !== undefined);
    this.headers = {
      ...only(INHERITED, outer.headers),
      ...only(OWN, item.headers),
      ...(prefer.length === 0 ? {} : { prefer: prefer.join(',') }),
    };
    if (item.body !== '') this.push(item.body);
    this.push(null);
  }
}

function only(names: readonly string[], headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)));
}

/** An answer of a batch: written into the answer of the batch as it comes, with back-pressure. */
export class PartResponse extends Writable implements Reply {
  statusCode = 200;
  headersSent = false;
  readonly #headers = new Map<string, [name: string, value: string]>();
  #body: BodyForm | undefined;

  constructor(
    private readonly item: BatchItem,
    private readonly form: BatchForm,
    private readonly out: Writable,
    readonly locals: Record<string, unknown>,
  ) {
    super();
  }

  status(code: number): this {
    if (!this.headersSent) this.statusCode = code;
    return this;
  }

  setHeader(name: string, value: string | number | readonly string[]): this {
    this.#headers.set(name.toLowerCase(), [name, Array.isArray(value) ? value.join(', ') : String(value)]);
    return this;
  }

  /** The package sets a Content-Type in Express's way; ours replaces it. */
  contentType(type: string): this {
    return this.setHeader('Content-Type', type);
  }

  getHeader(name: string): string | undefined {
    return this.#headers.get(name.toLowerCase())?.[1];
  }

  hasHeader(name: string): boolean {
    return this.#headers.has(name.toLowerCase());
  }

  removeHeader(name: string): void {
    this.#headers.delete(name.toLowerCase());
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
      this.#body = this.form.body(this.#headers.get('content-type')?.[1] ?? '');
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
    this.out.write(this.form.head(this.item, this.statusCode, Object.fromEntries(this.#headers.values())));
  }
}
