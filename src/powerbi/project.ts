/** ShadowIT.pbip: a Power BI project of a semantic model and a report on it. */
import type { FeedAccess } from './m-query.js';
import { reportFiles } from './report/report.js';
import { semanticModelFiles } from './semantic-model/semantic-model.js';
import { stableId } from './stable-id.js';

/** Name of the project and of its two items. */
const NAME = 'ShadowIT';
const SCHEMAS = 'https://developer.microsoft.com/json-schemas/fabric';

/**
 * The project's files by path.
 *
 * @param parameter M of the parameter that holds the feed's address
 */
export function projectFiles(parameter: string, access: FeedAccess): Map<string, string> {
  const model = `${NAME}.SemanticModel`;
  const report = `${NAME}.Report`;
  return new Map([
    [`${NAME}.pbip`, json(pbip(report))],
    [`${model}/.platform`, json(platform('SemanticModel'))],
    [`${model}/definition.pbism`, json(pbism())],
    ...[...semanticModelFiles(parameter, access)].map(
      ([path, text]) => [`${model}/definition/${path}`, text] as const,
    ),
    [`${report}/.platform`, json(platform('Report'))],
    [`${report}/definition.pbir`, json(pbir(model))],
    ...[...reportFiles()].map(([path, content]) => [`${report}/${path}`, json(content)] as const),
  ]);
}

function pbip(report: string): object {
  return {
    $schema: `${SCHEMAS}/pbip/pbipProperties/1.0.0/schema.json`,
    version: '1.0',
    artifacts: [{ report: { path: report } }],
    settings: { enableAutoRecovery: true },
  };
}

/** 4.0 and up: the model is TMDL. */
function pbism(): object {
  return {
    $schema: `${SCHEMAS}/item/semanticModel/definitionProperties/1.0.0/schema.json`,
    version: '4.0',
    settings: {},
  };
}

/** 4.0: the report is a folder of files (PBIR). */
function pbir(model: string): object {
  return {
    $schema: `${SCHEMAS}/item/report/definitionProperties/1.0.0/schema.json`,
    version: '4.0',
    datasetReference: { byPath: { path: `../${model}` } },
  };
}

function platform(type: 'SemanticModel' | 'Report'): object {
  return {
    $schema: `${SCHEMAS}/gitIntegration/platformProperties/2.0.0/schema.json`,
    metadata: { type, displayName: NAME },
    config: { version: '2.0', logicalId: stableId('item', type) },
  };
}

function json(content: object): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}
