/** Requests and answers that no connection carries: what Express's request and response are outside. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { Readable, Writable } from 'node:stream';
import type { Ask, Reply } from './exchange.js';

/** What an inner request consists of. */
export interface InnerRequestParts {
  readonly method: string;
  /** Path below the service root and query, with a slash at its beginning. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The connection on whose behalf it is made. */
  readonly socket: Socket;
  readonly body?: string;
}

/** A request that the server makes of itself. */
export class InnerRequest extends Readable implements Ask {
  readonly method: string;
  url: string;
  readonly originalUrl: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: Socket;

  constructor({ method, url, headers, socket, body = '' }: InnerRequestParts) {
    super({ read: () => undefined });
    this.method = method;
    this.url = url;
    this.originalUrl = url;
    this.path = url.split('?', 1)[0] ?? '';
    this.headers = headers;
    this.socket = socket;
    if (body !== '') this.push(body);
    this.push(null);
  }
}

/** The place where the answer to an inner request goes; who extends it says what becomes of the body. */
export abstract class InnerResponse extends Writable implements Reply {
  statusCode = 200;
  headersSent = false;
  readonly #headers = new Map<string, [name: string, value: string]>();

  constructor(readonly locals: Record<string, unknown>) {
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

  /** All headers by their names as they were set. */
  protected headers(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#headers.values());
  }
}
