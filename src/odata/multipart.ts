/**
 * Multipart bodies and the HTTP requests within them, read strictly. The bodies are small and at hand, so they are taken
 * line by line: time and memory grow with their size and nothing else.
 *
 * Spec: RFC 2046 section 5.1 (multipart), RFC 9112 sections 3 and 5 (request line, header fields); Protocol 4.01 section
 * 11.7.3. Lines may end with LF alone, as some clients write them.
 */
import { FeedError } from '../errors.js';

/** Header fields by lower-case name. */
export type Fields = Readonly<Record<string, string>>;

/** Header fields, and what follows the empty line. */
export interface Part {
  readonly headers: Fields;
  readonly body: string;
}

/** An HTTP request as text. */
export interface HttpText extends Part {
  readonly method: string;
  readonly url: string;
}

const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;
const REQUEST_LINE = /^([A-Za-z]+) (\S+) HTTP\/1\.[01]$/;
const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*)$/;

/** The parts of a multipart body. @throws FeedError PROTOCOL_BATCH_INVALID when the boundary does not fit or never closes */
export function parseMultipart(body: string, boundary: string | undefined): Part[] {
  if (boundary === undefined || !BOUNDARY.test(boundary))
    throw invalid('The Content-Type multipart/mixed needs a boundary of 1 to 70 characters.');
  const parts: string[][] = [];
  for (const line of body.split('\n')) {
    const end = line.trimEnd();
    if (end === `--${boundary}--`) return parts.map(parsePart);
    if (end === `--${boundary}`) parts.push([]);
    else parts.at(-1)?.push(line);
  }
  throw invalid(
    parts.length === 0
      ? 'The body does not hold the boundary of its Content-Type.'
      : 'The last boundary, which ends with --, is missing: the body is not complete.',
  );
}

/** The last line end belongs to the boundary that follows. */
function parsePart(lines: readonly string[]): Part {
  return parseFields(lines.join('\n').replace(/\r$/, '').split('\n'));
}

/** An HTTP request. @throws FeedError PROTOCOL_BATCH_INVALID */
export function parseHttp(text: string): HttpText {
  const [first = '', ...rest] = text.split('\n');
  const [, method, url] = REQUEST_LINE.exec(first.trimEnd()) ?? [];
  if (method === undefined || url === undefined)
    throw invalid(`'${first.trimEnd().slice(0, 100)}' is no request line such as GET Tenants HTTP/1.1.`);
  return { method, url, ...parseFields(rest) };
}

function parseFields(lines: readonly string[]): Part {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [index, line] of lines.entries()) {
    const end = line.trimEnd();
    if (end === '') return { headers, body: lines.slice(index + 1).join('\n') };
    const [, name, value] = FIELD.exec(end) ?? [];
    if (name === undefined || value === undefined)
      throw invalid(`'${end.slice(0, 100)}' is no header field; an empty line ends the header fields.`);
    headers[name.toLowerCase()] = value;
  }
  return { headers, body: '' };
}

function invalid(message: string): FeedError {
  return new FeedError('PROTOCOL_BATCH_INVALID', message);
}
