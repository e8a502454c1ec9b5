/**
 * The Power Query (M) that loads one set: connect, pick columns, moments to UTC, types. Cleaning belongs on the server,
 * where it is tested.
 *
 * Spec: Power Query M formula language, sections 2.3 (text literals) and OData.Feed.
 */
import type { EntitySet, PrimitiveType, Property } from '../model/edm.js';

/** How the queries reach the feed. */
export interface FeedAccess {
  /**
   * The address as M: a text literal ({@link mText}) or the name of a Power Query parameter. Nothing else: Power BI
   * refuses to refresh a "dynamic data source", whose address a function works out.
   */
  readonly root: string;
  /** Name of the query option that carries an API key: what the kind "Web API" fills in, and other kinds ignore. */
  readonly apiKeyName: string;
}

/** A value as an M text literal. @example mText('a "b"') → `"a ""b"""` */
export function mText(value: string): string {
  const escaped = value.replaceAll('#(', '#(#)(').replaceAll('"', '""').replaceAll(/\p{Cc}/gu, characterEscape);
  return `"${escaped}"`;
}

function characterEscape(control: string): string {
  return `#(${control.charCodeAt(0).toString(16).padStart(4, '0')})`;
}

/** Properties that a model can load: a collection would arrive as a List; its text twin stands beside it. */
export function loadableProperties({ type }: EntitySet): Property[] {
  return type.properties.filter(({ collection }) => !collection);
}

/** The M types that declared properties load as. A type that is declared one day and absent here fails the build. */
const M_TYPES: Partial<Record<PrimitiveType, string>> = {
  'Edm.String': 'type text',
  'Edm.Boolean': 'type logical',
  'Edm.Int32': 'Int64.Type',
  'Edm.Int64': 'Int64.Type',
  'Edm.Double': 'type number',
  'Edm.Date': 'type date',
  'Edm.DateTimeOffset': 'type datetime',
};

/**
 * The `let … in …` expression that loads a set.
 *
 * Moments become UTC without a zone: a model has no zones, and what an untold engine makes of one depends on the
 * clock of the machine that refreshes.
 *
 * @param properties what to load, of {@link loadableProperties}
 */
export function mQuery(set: EntitySet, access: FeedAccess, properties: readonly Property[]): string {
  const moments = properties.filter(({ type }) => type === 'Edm.DateTimeOffset');
  const steps = [
    `Source = OData.Feed(${access.root}, null, [Implementation = "2.0", Concurrent = true, OmitValues = ODataOmitValues.Nulls, ODataVersion = 4, ApiKeyName = ${mText(access.apiKeyName)}])`,
    `${set.name} = Source{[Name = ${mText(set.name)}, Signature = "table"]}[Data]`,
    `Columns = Table.SelectColumns(${set.name}, {${list(properties.map(({ name }) => mText(name)))}})`,
    ...(moments.length === 0 ? [] : [`Moments = Table.TransformColumns(Columns, {${list(moments.map(toUtc))}})`]),
    `Types = Table.TransformColumnTypes(${moments.length === 0 ? 'Columns' : 'Moments'}, {${list(properties.map(typed))}})`,
  ];
  return `let\n    ${steps.join(',\n    ')}\nin\n    Types`;
}

function list(items: readonly string[]): string {
  return `\n        ${items.join(',\n        ')}\n    `;
}

function toUtc({ name }: Property): string {
  return `{${mText(name)}, each DateTimeZone.RemoveZone(DateTimeZone.ToUtc(_)), type nullable datetime}`;
}

function typed({ name, type }: Property): string {
  const mType = M_TYPES[type];
  if (mType === undefined) throw new Error(`Say in M_TYPES what Power Query makes of ${type} (${name})`);
  return `{${mText(name)}, ${mType}}`;
}
