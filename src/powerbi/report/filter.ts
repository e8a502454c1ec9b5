/** Filters of reports, pages and visuals. */
import { expressionOf, literal, literalText, type Field } from './field.js';

/** Keeps (or, when `not`, leaves out) rows whose column has one of the values. */
export function valuesFilter(
  name: string,
  field: Field,
  values: readonly (string | boolean)[],
  not = false,
): object {
  const within = {
    In: {
      Expressions: [expressionOf(field, 't')],
      Values: values.map((value) => [{ Literal: { Value: literalText(value) } }]),
    },
  };
  return {
    name,
    field: expressionOf(field),
    type: 'Categorical',
    filter: {
      Version: 2,
      From: [{ Name: 't', Entity: field.table, Type: 0 }],
      Where: [{ Condition: not ? { Not: { Expression: within } } : within }],
    },
    howCreated: 'User',
    ...(not ? { objects: { general: [{ properties: { isInvertedSelectionMode: literal(true) } }] } } : {}),
  };
}

/** Keeps the values of a column that are first by a measure. */
export function topFilter(name: string, field: Field, by: Field, count: number): object {
  const subquery = {
    Query: {
      Version: 2,
      From: [
        { Name: 't', Entity: field.table, Type: 0 },
        { Name: 'm', Entity: by.table, Type: 0 },
      ],
      Select: [{ ...expressionOf(field, 't'), Name: 'field' }],
      OrderBy: [{ Direction: 2, Expression: expressionOf(by, 'm') }],
      Top: count,
    },
  };
  return {
    name,
    field: expressionOf(field),
    type: 'TopN',
    filter: {
      Version: 2,
      From: [
        { Name: 'top', Expression: { Subquery: subquery }, Type: 2 },
        { Name: 't', Entity: field.table, Type: 0 },
      ],
      Where: [
        {
          Condition: {
            In: { Expressions: [expressionOf(field, 't')], Table: { SourceRef: { Source: 'top' } } },
          },
        },
      ],
    },
    howCreated: 'User',
  };
}

/** What a drill-through page receives. */
export function drillThroughFilter(name: string, field: Field): object {
  return { name, field: expressionOf(field), type: 'Categorical', howCreated: 'Drillthrough' };
}
