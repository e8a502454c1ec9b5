/**
 * Shapes: which properties the rows have between two transformations.
 * Spec: Data Aggregation 4.0, 3.1.1 (type, structure and context URL).
 */
import type { EntitySet, Property } from '../model/edm.js';
import type { Expr } from './ast.js';
import type { ComputedByName } from './bind-compute.js';
import type { OutputColumn } from './plan.js';
import { commonType, isCollection } from './promote.js';

/** What expressions find in a row. Two shapes with the same `set` are of the same rows. */
export interface Shape {
  /** The set that was addressed: aliases must not be names of its properties. */
  readonly base: EntitySet;
  /** `base` itself while rows are entities, else a set of that name with the properties that are left. */
  readonly set: EntitySet;
  readonly computed: ComputedByName;
  /** Names of properties that some rows lack. */
  readonly optional: ReadonlySet<string>;
}

/** The shape of the rows of a set. */
export function shapeOf(set: EntitySet): Shape {
  return { base: set, set, computed: new Map(), optional: new Set() };
}

/** The shape of rows that have just these properties: no entities, no navigation. */
export function derivedShape(
  { base }: Shape,
  properties: readonly Property[],
  optional: Iterable<string> = [],
): Shape {
  const byName = new Map(properties.map((property) => [property.name, property]));
  const { name, description } = base.type;
  const type = {
    name,
    description,
    key: [],
    properties,
    navigation: [],
    property: (wanted: string) => byName.get(wanted),
    navigationProperty: () => undefined,
  };
  return { base, set: { ...base, type }, computed: new Map(), optional: new Set(optional) };
}

/** Every property of a shape, with the expression that reads it. */
export function columnsOf({
  set,
  computed,
}: Shape): readonly Required<Pick<OutputColumn, 'property' | 'expr'>>[] {
  return [
    ...set.type.properties.map((property) => ({ property, expr: readProperty(property) })),
    ...[...computed.values()].map(({ property, expr }) => ({ property, expr })),
  ];
}

function readProperty(property: Property): Expr {
  const type = property.collection ? (`Collection(${property.type})` as const) : property.type;
  return { kind: 'property', type, variable: '$it', path: [], property };
}

/** What several shapes have in common when their rows stand in one result. */
export interface Merged {
  readonly shape: Shape;
  /** By shape: its columns, in the order of the merged properties. */
  readonly columns: readonly (readonly OutputColumn[])[];
}

/** The union of shapes; `undefined` with the name when a property has two types that nothing holds. */
export function mergeShapes(shapes: readonly [Shape, ...Shape[]]): Merged | { readonly clash: string } {
  const properties = new Map<string, Property>();
  const present = shapes.map(
    (shape) => new Map(columnsOf(shape).map((column) => [column.property.name, column])),
  );
  for (const columns of present) {
    for (const { property } of columns.values()) {
      const other = properties.get(property.name);
      const common = other === undefined ? property : widened(other, property);
      if (common === undefined) return { clash: property.name };
      properties.set(property.name, common);
    }
  }
  const all = [...properties.values()];
  const optional = all
    .map(({ name }) => name)
    .filter(
      (name) =>
        present.some((columns) => !columns.has(name)) || shapes.some((shape) => shape.optional.has(name)),
    );
  return {
    shape: derivedShape(shapes[0], all, optional),
    columns: present.map((columns) =>
      all.map((property) => {
        const expr = columns.get(property.name)?.expr;
        return expr === undefined ? { property } : { property, expr };
      }),
    ),
  };
}

function widened(one: Property, other: Property): Property | undefined {
  if (one.collection !== other.collection) return undefined;
  const type = commonType(one.type, other.type);
  if (type === undefined || type === 'null' || isCollection(type)) return undefined;
  return { ...one, type: type as Property['type'] };
}
