import { ENTITY_SETS } from '../model/catalog.js';
import type { JsonSchema } from './setting-type.js';

const SETS = ENTITY_SETS.map(({ name }) => name);
const texts = (description: string, items: JsonSchema = { type: 'string' }): JsonSchema => ({
  ...{ type: 'array', items, minItems: 1, uniqueItems: true },
  description,
});

/** An entry of `grants`, as editors check it; see docs/grants.md. */
export const GRANT_SCHEMA: JsonSchema = {
  type: 'object',
  properties: {
    to: texts('key:<name>, basic:<name>, entra:<object id>, role:…, scope:…, group:…, anonymous or *'),
    tenants: texts('IDs of the tenants whose rows may be read; without it all.'),
    sets: texts('Entity sets that may be read; without it all.', { enum: SETS }),
    hide: texts('Properties that are hidden, as <set>/<property>.', { type: 'string', pattern: '/' }),
    rows: {
      type: 'object',
      description: 'A $filter for each set: rows that it does not let through do not exist for the reader.',
      propertyNames: { enum: SETS },
      additionalProperties: { type: 'string' },
    },
  },
  required: ['to'],
  additionalProperties: false,
};
