/** Sets and structural properties of a feed, from the XML of its $metadata. */
import { convert } from 'xmlbuilder2';

/** @returns {ReadonlyMap<string, {properties: ReadonlyMap<string, string>, key: readonly string[]}>} by name of the set */
export function setsOf(xml) {
  const { Schema } = convert(xml, { format: 'object' })['edmx:Edmx']['edmx:DataServices'];
  const schemas = listOf(Schema);
  const types = new Map(
    schemas.flatMap((schema) =>
      listOf(schema.EntityType).map((type) => [
        `${schema['@Namespace']}.${type['@Name']}`,
        {
          properties: new Map(listOf(type.Property).map((one) => [one['@Name'], one['@Type']])),
          key: listOf(type.Key?.PropertyRef).map((one) => one['@Name']),
        },
      ]),
    ),
  );
  const sets = schemas.flatMap(({ EntityContainer }) =>
    listOf(EntityContainer).flatMap((container) => listOf(container.EntitySet)),
  );
  return new Map(sets.map((set) => [set['@Name'], types.get(set['@EntityType'])]));
}

function listOf(value) {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
