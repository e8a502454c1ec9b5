/** Answers `$metadata` and the service document: both need no data and answer from the first second. */
import { FeedError } from '../errors.js';
import { readableModel } from '../model/readable-model.js';
import { contentTypeOf, controlPrefix } from './accept.js';
import { weakEtag } from './etag.js';
import { answeredNotModified, answeredUnchanged } from './conditional.js';
import { jsonFormat, type Exchange } from './exchange.js';
import { sendWhole, type ResponseHead } from './send.js';

/** One entry of the service document. */
export interface ServiceDocumentEntry {
  readonly name: string;
  readonly kind: string;
  readonly url: string;
}

/**
 * Answers `$metadata`: XML whatever Accept says (Power Query asks for JSON first and reads XML only), CSDL JSON when
 * `$format` asks for it (Protocol 4.01 section 11.1.2). CSDL JSON begins with 4.01, so it is not there for a client that
 * stops at 4.0.
 *
 * @throws FeedError PROTOCOL_NOT_ACCEPTABLE when `$format` names something else
 */
export async function readMetadata(exchange: Exchange): Promise<void> {
  const { request, response, asked, understood, grants } = exchange;
  const wanted = understood.format?.split(';', 1)[0]?.trim().toLowerCase() ?? 'xml';
  const json = wanted === 'json' || wanted === 'application/json';
  const only4 = asked.version === '4.0' && request.headers['odata-maxversion'] !== undefined;
  if (json ? only4 : wanted !== 'xml' && wanted !== 'application/xml')
    throw new FeedError('PROTOCOL_NOT_ACCEPTABLE', '$metadata is not available as $format asks.', {
      target: '$format',
      hint: json
        ? 'CSDL JSON begins with OData 4.01: send OData-MaxVersion: 4.01, or leave it out.'
        : 'Leave $format out for XML, or ask for application/json.',
    });
  const version = json ? '4.01' : asked.version;
  // What writes XML takes a while to load, and is needed for nothing else.
  const { metadataDocument } = await import('./metadata.js');
  const { body, etag } = metadataDocument(json ? 'json' : version, grants);
  const contentType = json ? 'application/json' : 'application/xml;charset=utf-8';
  const head: ResponseHead = { status: 200, version, contentType, etag };
  if (!answeredNotModified(exchange, head) && !answeredUnchanged(exchange, head))
    sendWhole(request, response, head, body);
}

/** Answers the service document (Protocol 4.01 section 11.1.1) with the sets that the package lists and the reader may read. */
export function readServiceDocument(exchange: Exchange, entries: readonly ServiceDocumentEntry[]): void {
  const { request, response, asked, grants } = exchange;
  const model = readableModel(grants);
  const readable = entries.filter(({ name }) => model.find(name) !== undefined);
  const format = jsonFormat(exchange);
  const context =
    format.metadata === 'none'
      ? {}
      : { [`${controlPrefix(format, asked.version)}context`]: `${asked.root}$metadata` };
  const body = Buffer.from(JSON.stringify({ ...context, value: readable }));
  const contentType = contentTypeOf(format, asked.version);
  const etag = weakEtag([contentType, asked.version, body.toString()]);
  const head: ResponseHead = { status: 200, version: asked.version, contentType, etag };
  if (!answeredNotModified(exchange, head) && !answeredUnchanged(exchange, head))
    sendWhole(request, response, head, { identity: body });
}
