/** What asks: imports over all pages, closed loops of 16, and a loop at a fixed rate. Real sockets, kept alive. */
import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Pool } from 'undici';

const gunzipped = promisify(gunzip);

/** One server as the client sees it. */
export class Client {
  #pool;

  /** @param base URL without a slash at the end */
  constructor(base, headers = {}) {
    const url = new URL(base);
    this.origin = url.origin;
    this.prefix = url.pathname === '/' ? '' : url.pathname;
    this.headers = headers;
    this.#pool = new Pool(url.origin, { connections: 16, pipelining: 1 });
  }

  /** Status, headers and bytes of one answer, as they came. @param path below the base, or a whole path */
  async raw(path, { packed = false, whole = false } = {}) {
    const { statusCode, headers, body } = await this.#pool.request({
      method: 'GET',
      path: whole ? path : `${this.prefix}${path}`,
      headers: { ...this.headers, ...(packed ? { 'accept-encoding': 'gzip' } : {}) },
    });
    return { status: statusCode, headers, bytes: Buffer.from(await body.arrayBuffer()) };
  }

  /** The same, unpacked, as text. @throws Error for anything but 200 */
  async text(path, options) {
    const { status, headers, bytes } = await this.raw(path, options);
    const plain = headers['content-encoding'] === 'gzip' ? await gunzipped(bytes) : bytes;
    if (status !== 200) throw new Error(`${path} answered ${status}: ${plain.toString().slice(0, 300)}`);
    return plain.toString();
  }

  /** All pages of a collection, read as an import does: unpacked and parsed, one after the other. */
  async import(path, options = {}) {
    const pages = [];
    let at = path;
    let whole = false;
    while (at !== undefined) {
      const text = await this.text(at, { ...options, whole });
      const page = JSON.parse(text);
      pages.push({ path: whole ? at : `${this.prefix}${at}`, text, rows: page.value });
      const link = page['@odata.nextLink'];
      at = link === undefined ? undefined : nextPath(link, this.prefix);
      whole = true;
    }
    return pages;
  }

  close() {
    return this.#pool.close();
  }
}

/** CAP writes relative links, ours are absolute. */
function nextPath(link, prefix) {
  if (/^https?:/.test(link)) {
    const { pathname, search } = new URL(link);
    return pathname + search;
  }
  return link.startsWith('/') ? link : `${prefix}/${link}`;
}

/** Requests one after the other by `parallel` clients for a while. @returns requests a second and latencies in ms */
export async function closedLoop(ask, { ms, parallel = 16 }) {
  const times = [];
  const started = performance.now();
  const until = started + ms;
  const worker = async () => {
    while (performance.now() < until) {
      const sent = performance.now();
      await ask();
      times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  const seconds = (performance.now() - started) / 1000;
  return { perSecond: times.length / seconds, ...quantiles(times) };
}

/** Requests at a fixed rate, whatever the answers take: a slow answer does not spare the server the next ones. */
export async function openLoop(ask, { ms, perSecond }) {
  const times = [];
  const pending = [];
  const started = performance.now();
  for (let sent = 0; ; sent += 1) {
    const due = started + (sent * 1000) / perSecond;
    if (due - started > ms) break;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    // From the moment when it was due: waiting for the client itself would hide what the server did.
    pending.push(ask(sent).then(() => times.push(performance.now() - due)));
  }
  await Promise.all(pending);
  return quantiles(times);
}

function quantiles(times) {
  const sorted = times.sort((left, right) => left - right);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999), answers: sorted.length };
}
