/** Writes powerbi/ from the catalog: `npm run powerbi:build` (CI runs it and fails when a file changes). */
import { mkdirSync, writeFileSync } from 'node:fs';
import { ENTITY_SETS } from '../dist/model/catalog.js';

const folder = new URL('../powerbi/', import.meta.url);
const DEFAULT_ROOT = 'http://localhost:4004/odata/';

/** Columns that a model can load: a collection would arrive as a List; its text twin stands beside it. */
function columnsOf(set) {
  return set.type.properties.filter((property) => !property.collection).map((property) => property.name);
}

function query(set) {
  const columns = columnsOf(set).map((name) => `        "${name}"`);
  return `// ${set.name}: ${set.description}
// Needs the parameter ServiceRoot (ServiceRoot.pq).
let
    Source = OData.Feed(ServiceRoot, null, [Implementation = "2.0", Concurrent = true, OmitValues = ODataOmitValues.Nulls, ODataVersion = 4]),
    ${set.name} = Source{[Name = "${set.name}", Signature = "table"]}[Data],
    Columns = Table.SelectColumns(${set.name}, {
${columns.join(',\n')}
    })
in
    Columns
`;
}

mkdirSync(folder, { recursive: true });
for (const set of ENTITY_SETS) writeFileSync(new URL(`${set.name}.pq`, folder), query(set));
writeFileSync(
  new URL('ServiceRoot.pq', folder),
  `"${DEFAULT_ROOT}" meta [IsParameterQuery = true, Type = "Text", IsParameterQueryRequired = true]\n`,
);
writeFileSync(
  new URL('DiscoveryFeed.pbids', folder),
  `${JSON.stringify(
    {
      version: '0.1',
      connections: [
        { details: { protocol: 'odata', address: { url: DEFAULT_ROOT } }, options: {}, mode: 'Import' },
      ],
    },
    null,
    2,
  )}\n`,
);
