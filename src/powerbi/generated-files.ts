/** Everything in powerbi/ that follows from the model: what `npm run powerbi:build` writes. */
import { ENTITY_SETS } from '../model/catalog.js';
import type { EntitySet } from '../model/edm.js';
import { loadableProperties, mQuery, mText, type FeedAccess } from './m-query.js';
import { pbidsText } from './pbids.js';
import { projectFiles } from './project.js';
import { workbookBytes } from './workbook.js';

/** Where the files in the repository look for the feed until somebody says otherwise: `npm start` on the same machine. */
export const DEFAULT_ROOT = 'http://localhost:4004/odata/';
/** The default of the setting `apiKeyParameter`. */
export const DEFAULT_KEY_NAME = 'key';

/** Contents by path below powerbi/, with `/`. The same model gives the same bytes. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string | Buffer>> {
  return new Map<string, string | Buffer>([
    ...ENTITY_SETS.map((set) => [`${set.name}.pq`, queryFile(set)] as const),
    ['ServiceRoot.pq', `${SERVICE_ROOT_PARAMETER}\n`],
    ...projectFiles(SERVICE_ROOT_PARAMETER, ACCESS),
    ['DiscoveryFeed.pbids', pbidsText(DEFAULT_ROOT)],
    ['DiscoveredApps.xlsx', await workbookBytes(DEFAULT_ROOT, DEFAULT_KEY_NAME)],
  ]);
}

/** The M of the parameter that holds the feed's address. */
export const SERVICE_ROOT_PARAMETER = `${mText(DEFAULT_ROOT)} meta [IsParameterQuery = true, Type = "Text", IsParameterQueryRequired = true]`;

const ACCESS: FeedAccess = { root: 'ServiceRoot', apiKeyName: DEFAULT_KEY_NAME };

function queryFile(set: EntitySet): string {
  const query = mQuery(set, ACCESS, loadableProperties(set));
  return `// ${set.name}: ${set.description}\n// Needs the parameter ServiceRoot (ServiceRoot.pq).\n${query}\n`;
}
