/**
 * Rows as CSV, for people who want a file.
 *
 * Spec: RFC 4180 (CRLF, quotes, header row). A null is an empty field and an empty text is `""`, collections are joined by
 * `; `, integers are exact. Text that a spreadsheet would run as a formula gets an apostrophe before it, other text never
 * (OWASP, CSV injection).
 */
import type { Property } from '../model/edm.js';
import type { ResultRow } from '../store/store.js';

/** Content-Type of CSV. */
export const CSV_TYPE = 'text/csv;charset=utf-8;header=present';

const CRLF = '\r\n';
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/** The header row: names of the properties. */
export function csvHeader(properties: readonly Property[]): string {
  return properties.map(({ name }) => field(name)).join(',') + CRLF;
}

/** One row. */
export function csvRow(properties: readonly Property[], row: ResultRow): string {
  return properties.map((property) => csvValue(property, row.text(property.name))).join(',') + CRLF;
}

function csvValue({ type }: Property, json: string): string {
  if (json === 'null') return '';
  const first = json[0];
  if (first !== '"' && first !== '[') return json;
  const value = JSON.parse(json) as string | readonly string[];
  const text = typeof value === 'string' ? value : value.join('; ');
  return field(type === 'Edm.String' && FORMULA.test(text) ? `'${text}` : text, typeof value === 'string');
}

function field(text: string, quoteEmpty = false): string {
  if (!NEEDS_QUOTES.test(text) && !(quoteEmpty && text === '')) return text;
  return `"${text.replaceAll('"', '""')}"`;
}
