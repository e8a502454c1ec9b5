/** The files of ShadowIT.SemanticModel: tables and columns from the model of the feed, measures from their tables. */
import { setOf } from '../../model/catalog.js';
import { mQuery, type FeedAccess } from '../m-query.js';
import { stableId } from '../stable-id.js';
import { columnsOf, columnName, propertiesOf, type Column } from './columns.js';
import { FRESHNESS_MEASURES } from './freshness-measures.js';
import type { Measure } from './measure.js';
import { RELATIONSHIPS, TABLES, type RelationshipSpec, type TableSpec } from './tables.js';
import { TIME_MEASURES } from './time-measures.js';
import { tmdlName, tmdlText, type TmdlObject } from './tmdl.js';
import { USAGE_MEASURES } from './usage-measures.js';

/** All measures; they live in the table of usage. */
export const MEASURES: readonly Measure[] = [...USAGE_MEASURES, ...TIME_MEASURES, ...FRESHNESS_MEASURES];

/** The table that holds the measures. */
export const MEASURE_TABLE = 'App usage';
/** A table of one row: what the report says about the feed itself. */
const FEED_TABLE = 'Feed';

/**
 * The TMDL files by path below the item's `definition` folder.
 *
 * @param parameter M of the parameter that holds the feed's address, its `meta` record included
 */
export function semanticModelFiles(parameter: string, access: FeedAccess): Map<string, string> {
  const tables = [...TABLES.map((table) => tableBlock(table, access)), feedTable(access)];
  const names = [...TABLES.map(({ name }) => name), FEED_TABLE];
  return new Map([
    ['database.tmdl', tmdlText([{ declaration: 'database', properties: { compatibilityLevel: '1601' } }])],
    ['model.tmdl', modelText(names, access)],
    ['expressions.tmdl', tmdlText([parameterBlock(parameter, access)])],
    ['relationships.tmdl', tmdlText(RELATIONSHIPS.map(relationshipBlock))],
    ...tables.map((block, index) => [`tables/${names[index] ?? ''}.tmdl`, tmdlText([block])] as const),
  ]);
}

function modelText(tables: readonly string[], { root }: FeedAccess): string {
  const model: TmdlObject = {
    declaration: 'model Model',
    properties: {
      culture: 'en-US',
      defaultPowerBIDataSourceVersion: 'powerBI_V3',
      discourageImplicitMeasures: true,
      sourceQueryCulture: 'en-US',
    },
    annotations: {
      __PBI_TimeIntelligenceEnabled: '0',
      PBI_QueryOrder: JSON.stringify([root, ...tables]),
    },
  };
  return `${tmdlText([model])}\n${tables.map((name) => `ref table ${tmdlName(name)}\n`).join('')}`;
}

function parameterBlock(parameter: string, { root }: FeedAccess): TmdlObject {
  return {
    description: 'Address of the feed, with the slash at its end. Change it under Transform data, Edit parameters.',
    declaration: `expression ${root}`,
    expression: [parameter],
    properties: { lineageTag: stableId('expression', root) },
    annotations: { PBI_ResultType: 'Text' },
  };
}

function tableBlock(table: TableSpec, access: FeedAccess): TmdlObject {
  return {
    description: setOf(table.set).type.description,
    declaration: `table ${tmdlName(table.name)}`,
    properties: {
      lineageTag: stableId('table', table.name),
      ...(table.day === undefined ? {} : { dataCategory: 'Time' }),
    },
    children: [
      ...(table.name === MEASURE_TABLE ? MEASURES.map(measureBlock) : []),
      ...columnsOf(table).map((column) => columnBlock(table.name, column)),
      partition(table.name, mQuery(setOf(table.set), access, propertiesOf(table))),
    ],
    annotations: { PBI_ResultType: 'Table' },
  };
}

function measureBlock({ name, dax, folder, description, format }: Measure): TmdlObject {
  return {
    description,
    declaration: `measure ${tmdlName(name)}`,
    expression: dax,
    properties: {
      formatString: typeof format === 'string' ? format : undefined,
      displayFolder: folder,
      lineageTag: stableId('measure', name),
    },
    definitions: typeof format === 'object' ? { formatStringDefinition: format.dax } : {},
  };
}

function columnBlock(table: string, column: Column): TmdlObject {
  const { name, property, dataType, formatString, hidden, sortBy, isDay } = column;
  return {
    description: property.description,
    declaration: `column ${tmdlName(name)}`,
    properties: {
      dataType,
      isHidden: hidden ? true : undefined,
      isKey: isDay ? true : undefined,
      formatString,
      lineageTag: stableId('column', table, name),
      summarizeBy: 'none',
      sourceColumn: property.name,
      sortByColumn: sortBy === undefined ? undefined : tmdlName(sortBy),
    },
    annotations: {
      SummarizationSetBy: 'User',
      ...(property.type === 'Edm.Date' ? { UnderlyingDateTimeDataType: 'Date' } : {}),
    },
  };
}

function partition(table: string, m: string): TmdlObject {
  return {
    declaration: `partition ${tmdlName(table)} = m`,
    properties: { mode: 'import' },
    source: m.split('\n'),
  };
}

function feedTable({ root }: FeedAccess): TmdlObject {
  return {
    description: 'Where the rows come from.',
    declaration: `table ${FEED_TABLE}`,
    properties: { isHidden: true, lineageTag: stableId('table', FEED_TABLE) },
    children: [
      {
        description: 'The OData address that the model reads.',
        declaration: 'column Address',
        properties: {
          dataType: 'string',
          lineageTag: stableId('column', FEED_TABLE, 'Address'),
          summarizeBy: 'none',
          sourceColumn: 'Address',
        },
        annotations: { SummarizationSetBy: 'User' },
      },
      partition(FEED_TABLE, `let\n    Source = #table(type table [Address = text], {{${root}}})\nin\n    Source`),
    ],
    annotations: { PBI_ResultType: 'Table' },
  };
}

function relationshipBlock({ from, to, inactive, bothDirections }: RelationshipSpec): TmdlObject {
  return {
    declaration: `relationship ${stableId('relationship', ...from, ...to)}`,
    properties: {
      isActive: inactive === true ? 'false' : undefined,
      crossFilteringBehavior: bothDirections === true ? 'bothDirections' : undefined,
      fromColumn: endOf(from),
      toColumn: endOf(to),
    },
  };
}

function endOf([table, property]: readonly [string, string]): string {
  const spec = TABLES.find(({ name }) => name === table);
  if (spec === undefined) throw new Error(`A relationship names the table ${table}, which there is not`);
  if (!columnsOf(spec).some((column) => column.property.name === property))
    throw new Error(`A relationship names ${property}, which table ${table} does not load`);
  return `${tmdlName(table)}.${tmdlName(columnName(spec, property))}`;
}
