/** Fields of the semantic model, and literals, as report files write them. */
import { MEASURE_TABLE } from '../semantic-model/semantic-model.js';

/** A column or a measure. */
export interface Field {
  readonly kind: 'Column' | 'Measure';
  readonly table: string;
  readonly name: string;
}

/** A column of a table. */
export function column(table: string, name: string): Field {
  return { kind: 'Column', table, name };
}

/** A measure; all live in one table. */
export function measure(name: string): Field {
  return { kind: 'Measure', table: MEASURE_TABLE, name };
}

/** The expression of a field; `source` is an alias within a filter, absent elsewhere. */
export function expressionOf({ kind, table, name }: Field, source?: string): object {
  const from = source === undefined ? { Entity: table } : { Source: source };
  return { [kind]: { Expression: { SourceRef: from }, Property: name } };
}

/** A field in a well of a visual. @param grouping whether the visual groups by it: the level that it is drilled to */
export function projectionOf(field: Field, grouping: boolean): object {
  return {
    field: expressionOf(field),
    queryRef: `${field.table}.${field.name}`,
    nativeQueryRef: field.name,
    ...(grouping && field.kind === 'Column' ? { active: true } : {}),
  };
}

/** A formatting value: text in single quotes, numbers as doubles, flags bare. */
export function literal(value: string | number | boolean): object {
  return { expr: { Literal: { Value: literalText(value) } } };
}

/** The same, as text. @example literalText("it's") → `'it''s'` */
export function literalText(value: string | number | boolean): string {
  if (typeof value === 'number') return `${value}D`;
  return typeof value === 'boolean' ? String(value) : `'${value.replaceAll("'", "''")}'`;
}
