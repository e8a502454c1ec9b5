/** Columns of the semantic model, worked out from the properties of a set: names, types, formats, what is hidden. */
import { setOf } from '../../model/catalog.js';
import type { PrimitiveType, Property } from '../../model/edm.js';
import { loadableProperties } from '../m-query.js';
import type { TableSpec } from './tables.js';

/** One column of a table. */
export interface Column {
  readonly name: string;
  readonly property: Property;
  readonly dataType: string;
  readonly formatString?: string;
  readonly hidden: boolean;
  /** Name of the column that says the order. */
  readonly sortBy?: string;
  /** The day of the date table. */
  readonly isDay: boolean;
}

/** What the Tabular engine makes of each type, and how it shows it unless a unit says more. */
const TYPES: Partial<Record<PrimitiveType, readonly [dataType: string, formatString?: string]>> = {
  'Edm.String': ['string'],
  'Edm.Boolean': ['boolean', '"""Yes"";""Yes"";""No"""'],
  'Edm.Int32': ['int64', '0'],
  'Edm.Int64': ['int64', '#,0'],
  'Edm.Double': ['double', '#,0.0'],
  'Edm.Date': ['dateTime', 'Short Date'],
  'Edm.DateTimeOffset': ['dateTime', 'General Date'],
};

/** The columns of a table, in the order of the set. @throws Error when the table names a property that the set has not */
export function columnsOf(table: TableSpec): Column[] {
  const properties = propertiesOf(table);
  const known = new Set(properties.map(({ name }) => name));
  for (const name of namedIn(table))
    if (!known.has(name)) throw new Error(`Table ${table.name}: ${table.set} loads no property ${name}`);
  return properties.map((property) => {
    const [dataType, byType] = TYPES[property.type] ?? [];
    if (dataType === undefined) throw new Error(`Say in TYPES what a column of ${property.type} is`);
    const formatString = property.unit !== undefined && dataType === 'int64' ? '#,0' : byType;
    const sortBy = table.sortBy?.[property.name];
    return {
      name: columnName(table, property.name),
      property,
      dataType,
      ...(formatString === undefined ? {} : { formatString }),
      hidden: isHidden(table, property.name),
      ...(sortBy === undefined ? {} : { sortBy: columnName(table, sortBy) }),
      isDay: table.day === property.name,
    };
  });
}

/** What a table loads. */
export function propertiesOf({ set, only }: TableSpec): Property[] {
  return loadableProperties(setOf(set)).filter(({ name }) => only === undefined || only.includes(name));
}

/** Name of the column of a property. @example `measuresUsers` → `Measures users` */
export function columnName({ names }: TableSpec, property: string): string {
  return names?.[property] ?? readable(property);
}

function namedIn({ only = [], names = {}, hidden = [], shown = [], sortBy = {}, day }: TableSpec): string[] {
  return [...only, ...Object.keys(names), ...hidden, ...shown, ...Object.entries(sortBy).flat(), ...(day ?? '' ? [day ?? ''] : [])];
}

/** Keys relate tables; nobody reads them in a report. */
function isHidden(table: TableSpec, name: string): boolean {
  if (table.shown?.includes(name) === true) return false;
  const isKey = setOf(table.set).type.key.includes(name) || /(Key|Id)$/.test(name);
  return isKey || table.hidden?.includes(name) === true;
}

function readable(property: string): string {
  const words = property
    .replace(/DateTime$/, '')
    .replaceAll(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1).replace(/\bid\b/, 'ID');
}
