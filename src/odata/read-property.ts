/** Reads one property of one entity, as JSON or raw (`/$value`). */
import type { Property } from '../model/edm.js';
import type { Generation } from '../model/generation.js';
import type { ResultRow } from '../store/store.js';
import { propertyContext, rowPath } from './context-url.js';
import { answeredNotModified, answeredUnchanged } from './conditional.js';
import { propertyText, typeAnnotation } from './entity-json.js';
import {
  headOf,
  jsonFormat,
  jsonHead,
  notFound,
  rowStyle,
  type Exchange,
  type OfProperty,
} from './exchange.js';
import { generationOf } from './generation-of.js';
import { sendEmpty, sendWhole, type ResponseHead } from './send.js';

/** Content-Type of raw values and counts, whatever Accept says. */
export const PLAIN_TEXT = 'text/plain;charset=utf-8';

/**
 * Answers `/Set(key)/property` (Protocol 4.01 section 11.2.4): 204 when it is null.
 *
 * @throws FeedError PROTOCOL_NOT_FOUND, PROTOCOL_NOT_ACCEPTABLE, STORE_EMPTY
 */
export async function readProperty(exchange: Exchange<OfProperty>): Promise<void> {
  const { property, plan } = exchange.understood;
  const format = jsonFormat(exchange);
  const style = rowStyle(exchange, format);
  const generation = await generationOf(exchange);
  await answerOfRow(exchange, generation, jsonHead(exchange, generation), (row) => {
    const members: string[] = [];
    const context = propertyContext(exchange.asked.root, rowPath(plan.set, row), property.name);
    if (format.metadata !== 'none') members.push(`"${style.at}context":${JSON.stringify(context)}`);
    const type = format.metadata === 'full' ? typeAnnotation(property, style) : undefined;
    if (type !== undefined) members.push(`"${style.at}type":"${type}"`);
    members.push(`"value":${propertyText(row, property, style)}`);
    return `{${members.join(',')}}`;
  });
}

/**
 * Answers `/Set(key)/property/$value` (Protocol 4.01 section 11.2.4.1) as plain text: 204 when it is null.
 *
 * @throws FeedError PROTOCOL_NOT_FOUND, STORE_EMPTY
 */
export async function readValue(exchange: Exchange<OfProperty>): Promise<void> {
  const { property } = exchange.understood;
  const generation = await generationOf(exchange);
  await answerOfRow(exchange, generation, headOf(exchange, generation, PLAIN_TEXT), (row) =>
    rawText(row, property),
  );
}

/**
 * Answers `/Set(key)/collection/$count`: the number of values, as plain text.
 *
 * @throws FeedError PROTOCOL_NOT_FOUND, STORE_EMPTY
 */
export async function readPropertyCount(exchange: Exchange<OfProperty>): Promise<void> {
  const { property } = exchange.understood;
  const generation = await generationOf(exchange);
  await answerOfRow(exchange, generation, headOf(exchange, generation, PLAIN_TEXT), (row) => {
    const values = row.value(property.name);
    return String(Array.isArray(values) ? values.length : 0);
  });
}

async function answerOfRow(
  exchange: Exchange<OfProperty>,
  generation: Generation,
  head: ResponseHead,
  write: (row: ResultRow) => string,
): Promise<void> {
  const { request, response, understood, options } = exchange;
  if (answeredNotModified(exchange, head)) return;
  const page = await options.store.execute(understood.plan, generation.id);
  const [row] = page.rows;
  if (!page.exists) throw notFound(exchange);
  if (answeredUnchanged(exchange, head)) return;
  if (row === undefined || row.text(understood.property.name) === 'null') {
    sendEmpty(response, { ...head, status: 204, contentType: undefined });
    return;
  }
  sendWhole(request, response, head, { identity: Buffer.from(write(row)) });
}

/** Text as it is, everything else as JSON writes it, without quotes. */
function rawText(row: ResultRow, property: Property): string {
  const text = row.text(property.name);
  return text.startsWith('"') ? (JSON.parse(text) as string) : text;
}
