/** MSAL's network client over undici: with a time-out, a proxy's dispatcher, and a memory of what was answered. */
import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import { request, type Dispatcher } from 'undici';
import { FeedError } from '../errors.js';

/** What the sign-in service said last. */
export type Exchange =
  /** It answered JSON. */
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: object;
      readonly retryAfter?: string;
    }
  /** It answered something else. */
  | { readonly kind: 'unreadable'; readonly status: number; readonly contentType: string }
  /** It did not answer. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Where sign-in goes, and how. */
export interface SignInHttpOptions {
  readonly authorityHost: string;
  readonly timeoutMs?: number;
  readonly dispatcher?: Dispatcher;
  /** Plain http is allowed to loopback and link-local addresses: where Azure machines answer who they are. */
  readonly onMachine?: boolean;
}

const TIMEOUT_MS = 30_000;
const MAX_BODY_BYTES = 1_048_576;
const ON_MACHINE = /^(localhost|127(\.\d+){3}|\[::1\]|169\.254(\.\d+){2})$/;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * MSAL decides by its own errors, which lose the service's answer (a 400 of the discovery endpoint, HTML): so the last
 * exchange is kept for `asSignInError`.
 *
 * MSAL insists on https. For an authority on loopback with plain http it is shown https addresses, which are turned
 * back here, so that the application can be tried without certificates.
 */
export class SignInHttp implements INetworkModule {
  /** The authority as MSAL sees it: always https. */
  readonly authority: URL;
  /** The last exchange since {@link SignInHttp.begin}; `undefined` when nothing was sent. */
  exchange: Exchange | undefined;
  readonly #options: SignInHttpOptions;
  readonly #isPlain: boolean;
  #signal: AbortSignal | undefined;

  /** @throws FeedError IDENTITY_REFUSED for plain http to another host */
  constructor(options: SignInHttpOptions) {
    const given = new URL(options.authorityHost);
    this.#options = options;
    this.#isPlain = given.protocol === 'http:';
    if (this.#isPlain && !LOOPBACK.test(given.hostname)) {
      throw new FeedError('IDENTITY_REFUSED', `The sign-in service ${given.origin} must be https.`, {
        hint: 'Set AZURE_AUTHORITY_HOST to an https URL; plain http is for loopback only.',
      });
    }
    // Port 80 must stay visible in the https address, or the way back is lost.
    this.authority = new URL(`https://${this.#isPlain ? hostAndPort(given) : given.host}`);
  }

  /** Forgets the last exchange; what follows is cancelled by `signal`. */
  begin(signal: AbortSignal): void {
    this.exchange = undefined;
    this.#signal = signal;
  }

  /** GET, for MSAL. */
  sendGetRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send('GET', url, options);
  }

  /** POST, for MSAL. */
  sendPostRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send('POST', url, options);
  }

  async #send<T>(
    method: 'GET' | 'POST',
    url: string,
    options: NetworkRequestOptions = {},
  ): Promise<NetworkResponse<T>> {
    const { status, headers, text } = await this.#exchange(method, this.#address(url), options);
    const body = parseObject(text);
    if (body === undefined) {
      const contentType = (headers['content-type'] ?? 'no content type').slice(0, 80);
      this.exchange = { kind: 'unreadable', status, contentType };
      throw new Error('unreadable');
    }
    const retryAfter = headers['retry-after'];
    this.exchange = { kind: 'answered', status, body, ...(retryAfter === undefined ? {} : { retryAfter }) };
    return { status, headers, body: (this.#isPlain ? this.#shown(body) : body) as T };
  }

  async #exchange(method: 'GET' | 'POST', url: URL, options: NetworkRequestOptions): Promise<RawAnswer> {
    const timeoutMs = this.#options.timeoutMs ?? TIMEOUT_MS;
    const limit = new AbortController();
    const cancel = () => {
      limit.abort();
    };
    const timer = setTimeout(cancel, timeoutMs);
    this.#signal?.addEventListener('abort', cancel, { once: true });
    try {
      const answer = await request(url, {
        method,
        headers: { ...options.headers, ...(this.#isPlain && { 'x-forwarded-proto': 'https' }) },
        signal: limit.signal,
        ...(method === 'POST' && { body: options.body ?? '' }),
        ...(this.#options.dispatcher && { dispatcher: this.#options.dispatcher }),
      });
      const text = await readText(answer.body);
      return { status: answer.statusCode, headers: flat(answer.headers), text };
    } catch (thrown) {
      const late = limit.signal.aborted && this.#signal?.aborted !== true;
      const reason = late ? `no answer within ${timeoutMs} ms` : reasonOf(thrown);
      this.exchange = { kind: 'failed', reason: `${url.host}: ${reason}` };
      throw new Error(reason, { cause: thrown });
    } finally {
      clearTimeout(timer);
      this.#signal?.removeEventListener('abort', cancel);
    }
  }

  /** The real address: the secret goes to https, or to the plain authority on loopback. */
  #address(url: string): URL {
    const address = new URL(url);
    if (this.#isPlain && hostAndPort(address) === hostAndPort(this.authority)) {
      return new URL(`http://${hostAndPort(address)}${address.pathname}${address.search}`);
    }
    if (address.protocol === 'https:') return address;
    if (this.#options.onMachine === true && ON_MACHINE.test(address.hostname)) return address;
    this.exchange = {
      kind: 'failed',
      reason: `${address.host}: the sign-in service names an address without TLS`,
    };
    throw new Error('insecure');
  }

  /** The discovery document of a plain authority, its own http links shown as https (MSAL compares the issuer). */
  #shown(body: object): object {
    return Object.fromEntries(
      Object.entries(body).map(([name, value]) => [
        name,
        typeof value === 'string' ? this.#asHttps(value) : value,
      ]),
    );
  }

  #asHttps(text: string): string {
    if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return text;
    const link = new URL(text);
    const isOwn = LOOPBACK.test(link.hostname) && hostAndPort(link).split(':').at(-1) === this.authority.port;
    return isOwn ? text.replace(/^https?:\/\/[^/?#]+/, this.authority.origin) : text;
  }
}

interface RawAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

function hostAndPort(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === 'http:' ? '80' : '443')}`;
}

async function readText(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error(`an answer of more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseObject(text: string): object | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function flat(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')]],
    ),
  );
}

/** Node's code (ECONNREFUSED, ENOTFOUND, a TLS code …) says more than the message; neither ever holds a secret. */
function reasonOf(thrown: unknown): string {
  const { code, cause, message } = thrown as { code?: unknown; cause?: unknown; message?: unknown };
  if (typeof code === 'string' && code !== 'UND_ERR_ABORTED') return code;
  return typeof cause === 'object' && cause !== null ? reasonOf(cause) : String(message);
}
