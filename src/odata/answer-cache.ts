/**
 * Answers at hand: the bytes of what was asked before, of the newest generation. A refresh of Power BI asks the same
 * again, page for page; so does every visitor of a page. What the answer depends on is its key, so nobody gets another
 * reader's bytes, and nothing outlives its generation.
 */
import { LRUCache } from 'lru-cache';
import type { AnswerRecord } from './answer-record.js';
import { negotiateCoding } from './encoding.js';
import type { Arrival, Reply } from './exchange.js';
import { withoutKey } from './next-link.js';
import { principalText } from './principal-text.js';
import type { ODataRequest } from './request.js';
import { endWith, endWithChunks, ONE_WRITE_BYTES, onePiece, type OnePiece } from './send.js';

/** Bodies that are not compressed are kept up to this size: a page of whole rows takes ten times as much. */
const MAX_PLAIN_BYTES = 1024 * 1024;

/** Share of the cache that one answer may take. */
const MAX_SHARE = 1 / 8;

/** Answers that are made ahead at once: they pass no queue. */
const MAX_AHEAD = 2;

/** Headers of conditions: whoever sends one wants to know whether something changed, which is decided elsewhere. */
const CONDITIONS = ['if-none-match', 'if-match', 'if-modified-since', 'if-unmodified-since'];

/** Headers that belong to the body, and not to the one request. */
const KEPT = [
  'OData-Version',
  'Content-Type',
  'Cache-Control',
  'Vary',
  'ETag',
  'Last-Modified',
  'Preference-Applied',
  'Feed-Generation',
  'Content-Disposition',
  'Content-Encoding',
];

/** Of a record what others want to know of the answer. */
interface Read {
  readonly route: string | undefined;
  readonly sets: readonly string[];
  readonly rows: number;
  readonly nextLink: string | undefined;
}

interface Answer extends Read {
  /** Names and values by turns: one list instead of a dozen, for the garbage collector's sake. */
  readonly headers: readonly string[];
  /** A long body as its chunks: of whole rows they are the blocks that the store has in memory anyway, not copies. */
  readonly body: OnePiece | readonly Buffer[];
  /** Of the body. */
  readonly bytes: number;
}

/** Keeps answers up to a number of bytes. */
export class AnswerCache {
  readonly #answers: LRUCache<string, Answer>;
  readonly #maxAnswerBytes: number;
  readonly #ahead = new Map<string, Promise<void>>();
  #generation: string | undefined;

  /** @param maxBytes of all bodies together; at least 1 */
  constructor(maxBytes: number) {
    this.#maxAnswerBytes = maxBytes * MAX_SHARE;
    this.#answers = new LRUCache({ maxSize: maxBytes, sizeCalculation: ({ bytes }) => bytes + 1024 });
  }

  /** Of all bodies at hand, and what is kept beside them. */
  get bytes(): number {
    return this.#answers.calculatedSize;
  }

  /** Resolves once the answer is at hand that is being made ahead; at once when none is. */
  comingAhead(arrival: Arrival, asked: ODataRequest): Promise<void> | undefined {
    if (this.#ahead.size === 0 || arrival.isAhead === true) return undefined;
    return this.#ahead.get(keyOf(arrival, asked) ?? '');
  }

  /** Makes an answer before anybody asks for it, unless it could not be kept, or enough are being made already. */
  makeAhead(arrival: Arrival, asked: ODataRequest, make: () => void): void {
    const key = keyOf(arrival, asked);
    const isPlain = negotiateCoding(arrival.request.headers['accept-encoding']) === 'identity';
    if (key === undefined || isPlain || this.#ahead.size >= MAX_AHEAD) return;
    if (this.#answers.has(key) || this.#ahead.has(key)) return;
    const made = new Promise<void>((resolve) => arrival.response.once('close', resolve));
    this.#ahead.set(key, made);
    void made.then(() => this.#ahead.delete(key));
    make();
  }

  /** Sends the answer if it is at hand; else keeps the one that is about to be sent. */
  answered(arrival: Arrival, asked: ODataRequest, record: AnswerRecord): boolean {
    this.#forgetOlder(arrival);
    const key = keyOf(arrival, asked);
    if (key === undefined) return false;
    const known = this.#answers.get(key);
    if (known === undefined) {
      this.#keepNext(key, arrival, record);
      return false;
    }
    const { response, options } = arrival;
    // Whoever reads from hand stands in the middle of its pages, too: this keeps the generation from pruning.
    const { id } = options.store.current() ?? {};
    if (id !== undefined) void options.store.at(id);
    record.route = known.route;
    for (const set of known.sets) record.sets.add(set);
    record.rows += known.rows;
    record.nextLink = known.nextLink;
    record.end('execute');
    const { headers } = known;
    for (let at = 0; at < headers.length; at += 2)
      response.setHeader(headers[at] ?? '', headers[at + 1] ?? '');
    const { body } = known;
    if (typeof body === 'string' || Buffer.isBuffer(body)) endWith(response, body);
    else endWithChunks(response, body);
    return true;
  }

  /** Nobody asks for what was answered from an older generation; its rows must not stay in memory for that. */
  #forgetOlder({ options }: Arrival): void {
    const generation = options.store.current()?.id;
    if (generation === this.#generation) return;
    this.#answers.clear();
    this.#generation = generation;
  }

  #keepNext(key: string, { response, options }: Arrival, record: AnswerRecord): void {
    const generation = options.store.current()?.id;
    collect(response, this.#maxAnswerBytes, (body, bytes) => {
      if (generation !== options.store.current()?.id || !isKeepable(response, bytes, generation)) return;
      const headers = ['Content-Length', String(bytes)];
      for (const name of KEPT) {
        const value = response.getHeader(name);
        if (value !== undefined) headers.push(name, String(value));
      }
      const { route, sets, rows, nextLink } = record;
      this.#answers.set(key, { headers, body, bytes, route, sets: [...sets], rows, nextLink });
    });
  }
}

/** A tag is what makes an answer one that comes again; one of an older generation must count as a use of that. */
function isKeepable(response: Reply, bytes: number, generation: string | undefined): boolean {
  const from = response.getHeader('Feed-Generation') ?? generation;
  const isPlain = response.getHeader('Content-Encoding') === undefined;
  return (
    response.statusCode === 200 &&
    response.getHeader('ETag') !== undefined &&
    from === generation &&
    (!isPlain || bytes <= MAX_PLAIN_BYTES)
  );
}

/** All that an answer depends on; undefined for requests whose answers are not kept. Headers and URLs have no line ends. */
function keyOf(
  { request, response, options, grants, batch }: Arrival,
  { path, rawQuery, root, version, accept }: ODataRequest,
): string | undefined {
  const generation = options.store.current()?.id;
  const { headers } = request;
  if (request.method !== 'GET' || batch !== undefined || generation === undefined) return undefined;
  if (CONDITIONS.some((name) => headers[name] !== undefined)) return undefined;
  const reader = `${grants.id}\n${principalText(response.locals.principal)}`;
  const wanted = `${accept ?? ''}\n${String(headers.prefer ?? '')}\n${negotiateCoding(headers['accept-encoding'])}`;
  const query = withoutKey(rawQuery, options.apiKeyParameter);
  return `${generation}\n${reader}\n${path}\n${query}\n${root}\n${version}\n${wanted}`;
}

/** Hands over the whole body once all of it has left; a longer one, or one that was cut, never. */
function collect(
  response: Reply,
  maxBytes: number,
  done: (body: Answer['body'], bytes: number) => void,
): void {
  const pieces: OnePiece[] = [];
  let bytes = 0;
  const take = (piece: unknown) => {
    if (typeof piece !== 'string' && !(piece instanceof Uint8Array)) return;
    bytes += piece.length;
    if (bytes > maxBytes) pieces.length = 0;
    else if (typeof piece === 'string') pieces.push(piece);
    else pieces.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
  };
  const write = response.write.bind(response) as (...given: unknown[]) => boolean;
  const end = response.end.bind(response) as (...given: unknown[]) => Reply;
  response.write = ((...given: unknown[]) => {
    take(given[0]);
    return write(...given);
  }) as Reply['write'];
  response.end = ((...given: unknown[]) => {
    take(given[0]);
    return end(...given);
  }) as Reply['end'];
  response.once('finish', () => {
    if (bytes <= maxBytes) done(kept(pieces, bytes), bytes);
  });
}

/**
 * A short body comes as the text that it is kept as; text is Latin-1 ({@link OnePiece}), a character a byte. Of a longer one,
 * chunks that fill their memory are kept where they lie, the others are copied from larger memory.
 */
function kept(pieces: readonly OnePiece[], bytes: number): Answer['body'] {
  const [first] = pieces;
  if (typeof first === 'string' && pieces.length === 1) return first;
  const chunks = pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece));
  if (bytes <= ONE_WRITE_BYTES) return onePiece(Buffer.concat(chunks, bytes));
  const lasting: Buffer[] = [];
  let passing: Buffer[] = [];
  for (const chunk of chunks) {
    if (chunk.length < chunk.buffer.byteLength) passing.push(chunk);
    else {
      if (passing.length > 0) lasting.push(Buffer.concat(passing));
      passing = [];
      lasting.push(chunk);
    }
  }
  if (passing.length > 0) lasting.push(Buffer.concat(passing));
  return lasting;
}
