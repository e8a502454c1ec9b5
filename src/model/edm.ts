/**
 * The vocabulary in which entity types are declared, once, in this room. Everything else (metadata, validation,
 * memory columns, documentation) is derived from these declarations.
 *
 * Spec: OData CSDL 4.01, sections 3 (primitive types), 6 (entity types), 7 (properties), 8 (navigation properties).
 */

/** The primitive types that this service speaks: in declarations (the first few) or in query expressions (all). */
export type PrimitiveType =
  | 'Edm.String'
  | 'Edm.Boolean'
  | 'Edm.Byte'
  | 'Edm.SByte'
  | 'Edm.Int16'
  | 'Edm.Int32'
  | 'Edm.Int64'
  | 'Edm.Single'
  | 'Edm.Double'
  | 'Edm.Decimal'
  | 'Edm.DateTimeOffset'
  | 'Edm.Date'
  | 'Edm.TimeOfDay'
  | 'Edm.Duration'
  | 'Edm.Guid'
  | 'Edm.Binary';

/** A value as it stands in a row of JSON (dates as ISO strings, Int64 beyond 2^53 as bigint). */
export type JsonValue = string | number | bigint | boolean | null | readonly string[];

/** A row as the write line produces it and as row files hold it: one member per declared property. */
export type JsonRow = Readonly<Record<string, JsonValue>>;

/** One declared structural property. */
export interface Property {
  readonly name: string;
  readonly type: PrimitiveType;
  readonly collection: boolean;
  readonly nullable: boolean;
  /** What a report author reads in Power BI's field list, the unit included. */
  readonly description: string;
  /** `bytes`, `users`, `days` …: absent for text, flags and keys. */
  readonly unit?: string;
  /** Made by a query (computed, aggregated): $metadata does not declare it. */
  readonly dynamic?: true;
  /**
   * The facts that its values tell, each named by the property where it is at home (`App.tags`): whoever must not know
   * `App.tags` must not read `tagsText` either. Declared properties have at least one; absent in those of a query.
   */
  readonly shows?: readonly string[];
}

/** One declared navigation property: an equality join between two entity sets. */
export interface NavigationProperty {
  readonly name: string;
  /** Name of the target entity set. */
  readonly target: string;
  readonly collection: boolean;
  /** Pairs [property here, property there] that are equal in related rows. */
  readonly on: readonly (readonly [local: string, foreign: string])[];
  /** The navigation property that leads back, if declared. */
  readonly partner?: string;
  readonly description: string;
}

/** One entity type with its properties in the order in which rows are written. */
export interface EntityType {
  readonly name: string;
  readonly key: readonly string[];
  readonly description: string;
  readonly properties: readonly Property[];
  readonly navigation: readonly NavigationProperty[];
  /** Look-up by name; `undefined` when there is none. */
  property(name: string): Property | undefined;
  navigationProperty(name: string): NavigationProperty | undefined;
  /** Whether a property of that name is declared, and not there for this reader ({@link readableModel}). */
  readonly withholds?: (name: string) => boolean;
}

/** One entity set of the container. */
export interface EntitySet {
  readonly name: string;
  readonly type: EntityType;
  readonly description: string;
  /**
   * How the rows are cut into row files: `global` one for the feed, `tenant` one per tenant, `stream` one per tenant
   * and stream, `period` one per tenant, stream and period.
   */
  readonly partition: 'global' | 'tenant' | 'stream' | 'period';
  /** Property that says which tenant a row belongs to; absent where rows belong to none. */
  readonly tenantProperty?: string;
  /** What rows tell of: hidden rows of one set show in the rows of others of the same subject. */
  readonly subject?: 'usage' | 'runs';
  /** Which rows of a dimension there are because of what other sets hold. */
  readonly follows?: Follows;
  /** The set that a navigation property of the type leads to: in what one reader may see, as that reader sees it. */
  readonly target: (navigation: NavigationProperty) => EntitySet;
}

/**
 * A dimension holds what the data needs. For a reader of a part of the data it must not tell what the other parts need:
 * `values` are rows whose `property` stands in a source (or whose `always` is true); `since` are rows from the first of
 * January of the earliest year in a source, and at least the last year there is.
 */
export interface Follows {
  readonly kind: 'values' | 'since';
  readonly property: string;
  /** A flag of rows that are there whatever the data holds. */
  readonly always?: string;
  readonly sources: readonly (readonly [set: string, property: string])[];
}

/** A property before it has a name; `Json` is the type of its value in a row. */
export interface PropertySpec<Json extends JsonValue = JsonValue> {
  readonly type: PrimitiveType;
  readonly collection: boolean;
  readonly nullable: boolean;
  readonly description: string;
  readonly unit?: string;
  /** As in {@link Property}; absent: the property is at home where it is declared. */
  readonly shows?: readonly string[];
  /** Type only: never set. */
  readonly json?: Json;
}

interface Words {
  readonly unit?: string;
}

function spec<Json extends JsonValue>(
  type: PrimitiveType,
  description: string,
  words: Words = {},
): PropertySpec<Json | null> {
  return { type, collection: false, nullable: true, description, ...words };
}

/** Text, nullable. */
export const text = (description: string) => spec<string>('Edm.String', description);
/** A flag, nullable: null means "not known". */
export const flag = (description: string) => spec<boolean>('Edm.Boolean', description);
/** A 32-bit integer, nullable. */
export const int32 = (description: string, words?: Words) => spec<number>('Edm.Int32', description, words);
/** A 64-bit integer, nullable; a bigint in rows when beyond 2^53. */
export const int64 = (description: string, words?: Words) =>
  spec<number | bigint>('Edm.Int64', description, words);
/** A floating-point ratio or duration, nullable. */
export const double = (description: string, words?: Words) => spec<number>('Edm.Double', description, words);
/** A moment in UTC, nullable: `2026-11-23T04:05:06Z` or with milliseconds. */
export const dateTime = (description: string) => spec<string>('Edm.DateTimeOffset', description);
/** A calendar day, nullable: `2026-11-23`. */
export const date = (description: string) => spec<string>('Edm.Date', description);

/** A collection of text: never null, `[]` when empty (Power Query wants an array in every row). */
export function texts(description: string): PropertySpec<readonly string[]> {
  return { type: 'Edm.String', collection: true, nullable: false, description };
}

/** The same property, but never null: for keys and for what the poller itself always knows. */
export function required<Json extends JsonValue>(
  property: PropertySpec<Json>,
): PropertySpec<Exclude<Json, null>> {
  const { type, collection, description, unit, shows } = property;
  return {
    type,
    collection,
    nullable: false,
    description,
    ...(unit === undefined ? {} : { unit }),
    ...(shows === undefined ? {} : { shows }),
  };
}

/** The same property, which tells facts that are at home elsewhere: a copy, or what can be worked out from them. */
export function showing<Json extends JsonValue>(
  facts: readonly string[],
  property: PropertySpec<Json>,
): PropertySpec<Json> {
  return { ...property, shows: facts };
}

/** The same properties, at home in the type of that name wherever they are declared. */
export function atHomeIn<Specs extends Record<string, PropertySpec>>(type: string, specs: Specs): Specs {
  const placed = Object.entries(specs).map(([name, own]) => [
    name,
    own.shows === undefined ? showing([`${type}.${name}`], own) : own,
  ]);
  return Object.fromEntries(placed) as Specs;
}

/** A navigation property to at most one row of `target`. */
export function toOne(
  target: string,
  on: Readonly<Record<string, string>>,
  words: { partner?: string; description: string },
): Omit<NavigationProperty, 'name'> {
  return { target, collection: false, on: Object.entries(on), ...words };
}

/** A navigation property to any number of rows of `target`. */
export function toMany(
  target: string,
  on: Readonly<Record<string, string>>,
  words: { partner?: string; description: string },
): Omit<NavigationProperty, 'name'> {
  return { target, collection: true, on: Object.entries(on), ...words };
}

/** A declaration with its row type: `RowOf<typeof DiscoveredApp>`. */
export type TypedEntityType<Specs extends Record<string, PropertySpec>> = EntityType & {
  /** Type only: never set. */
  readonly row?: { readonly [Name in keyof Specs]: Exclude<Specs[Name]['json'], undefined> };
};

/** The row type of a declared entity type: one member per property, nullable ones with `| null`. */
export type RowOf<Type extends { readonly row?: object }> = NonNullable<Type['row']>;

/**
 * Declares an entity type. The order of `properties` is the order in every payload.
 *
 * @example const Tenant = entityType('Tenant', {key: ['id'], description: '…', properties: {id: required(text('…'))}})
 */
export function entityType<Specs extends Record<string, PropertySpec>>(
  name: string,
  declaration: {
    readonly key: readonly (keyof Specs & string)[];
    readonly description: string;
    readonly properties: Specs;
    readonly navigation?: Readonly<Record<string, Omit<NavigationProperty, 'name'>>>;
  },
): TypedEntityType<Specs> {
  const properties = Object.entries(declaration.properties).map(([property, own]) => ({
    name: property,
    shows: [`${name}.${property}`],
    ...own,
  }));
  const navigation = Object.entries(declaration.navigation ?? {}).map(([property, own]) => ({
    name: property,
    ...own,
  }));
  const byName = new Map<string, Property>(properties.map((property) => [property.name, property]));
  const navigationByName = new Map(navigation.map((property) => [property.name, property]));
  return {
    name,
    key: declaration.key,
    description: declaration.description,
    properties,
    navigation,
    property: (wanted) => byName.get(wanted),
    navigationProperty: (wanted) => navigationByName.get(wanted),
  };
}
