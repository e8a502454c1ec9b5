/** Rows as JSON text: what row files hold and what the feed sends. */
import type { EntityType, JsonRow, JsonValue, Property } from './edm.js';
import { parseJsonLosslessly } from './lossless-json.js';

/**
 * One row as JSON text: every declared property in declared order, nulls too (Power Query breaks on an absent one),
 * Int64 as bare exact numbers.
 *
 * @example writeRow(Tenant, {id: 'a', …}) → '{"id":"a",…}'
 */
export function writeRow(type: EntityType, row: JsonRow): string {
  const members = type.properties.map(
    (property) => `"${property.name}":${writeValue(row[property.name], property)}`,
  );
  return `{${members.join(',')}}`;
}

/** The inverse of {@link writeRow}; integers beyond 2^53 come back as bigint. */
export function readRow(line: string): JsonRow {
  return parseJsonLosslessly(line) as JsonRow;
}

function writeValue(value: JsonValue | undefined, property: Property): string {
  if (value === undefined) return property.collection ? '[]' : 'null';
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}
