/**
 * Bound expressions and read plans: what binding makes of a URL and what stores execute. Every name is resolved against
 * the model, every literal is an engine value, every node knows its type; a store needs no text of the URL.
 */
import type { EntitySet, NavigationProperty, PrimitiveType, Property } from '../model/edm.js';
import type { EdmValue } from '../model/edm-value.js';
import type { FunctionName } from './functions.js';

/** Where something stands: the option as the client wrote its name, and the 0-based offset in its decoded value. */
export interface Place {
  readonly option: string;
  readonly position: number;
}

/** Type of an expression: a primitive, a collection of one, or the type of the literal `null`. */
export type ExprType = PrimitiveType | `Collection(${PrimitiveType})` | 'null';

/**
 * Whose row (or value) an expression looks at. In the filter and order of every plan, nested ones too, the row itself is
 * `$it`; `$this` is the row or value within `$count($filter=…)`; all others are lambda variables.
 */
export type VariableName = string;

export type BinaryOperator =
  'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'and' | 'or' | 'add' | 'sub' | 'mul' | 'div' | 'divby' | 'mod';

/** A bound expression. */
export type Expr =
  | { readonly kind: 'literal'; readonly type: ExprType; readonly value: EdmValue }
  | {
      readonly kind: 'property';
      readonly type: ExprType;
      readonly variable: VariableName;
      /** To-one navigation properties that lead from the variable's row to the property's row; null when a hop finds none. */
      readonly path: readonly NavigationProperty[];
      readonly property: Property;
    }
  /** A lambda variable over a collection of primitives, or `$this` in such a place. */
  | { readonly kind: 'variable'; readonly type: ExprType; readonly variable: VariableName }
  /** Arguments are already promoted; which overload is meant follows from their types. */
  | {
      readonly kind: 'call';
      readonly type: ExprType;
      readonly name: FunctionName;
      readonly args: readonly Expr[];
      /** Where it stands, of a call that can fail on a row. */
      readonly place?: Place;
    }
  | {
      readonly kind: 'binary';
      readonly type: ExprType;
      readonly operator: BinaryOperator;
      readonly left: Expr;
      readonly right: Expr;
      /** Where the operator stands, of one that can fail on a row. */
      readonly place?: Place;
    }
  | { readonly kind: 'not'; readonly type: 'Edm.Boolean'; readonly operand: Expr }
  | { readonly kind: 'negate'; readonly type: ExprType; readonly operand: Expr }
  /** `operand in (…)`: literals only (in `values`), or `operand in collection`. */
  | {
      readonly kind: 'in';
      readonly type: 'Edm.Boolean';
      readonly operand: Expr;
      readonly values: readonly EdmValue[];
    }
  | {
      readonly kind: 'inCollection';
      readonly type: 'Edm.Boolean';
      readonly operand: Expr;
      readonly collection: CollectionRef;
    }
  | {
      readonly kind: 'lambda';
      readonly type: 'Edm.Boolean';
      readonly operator: 'any' | 'all';
      readonly collection: CollectionRef;
      readonly variable: VariableName;
      /** Absent: `any()` is true when the collection is not empty. */
      readonly predicate?: Expr;
    }
  /** Whether one of the properties of a row, or a value of a collection property, holds `text` in any case ($search). */
  | {
      readonly kind: 'search';
      readonly type: 'Edm.Boolean';
      readonly variable: VariableName;
      /** Text and collections of text. */
      readonly properties: readonly Property[];
      /** In lower case. */
      readonly text: string;
    }
  /** `tags/$count`, `appTags/$count`, `appTags/$count($filter=…)`. */
  | {
      readonly kind: 'count';
      readonly type: 'Edm.Int64';
      readonly collection: CollectionRef;
      readonly variable: VariableName;
      readonly predicate?: Expr;
    }
  | {
      readonly kind: 'case';
      readonly type: ExprType;
      readonly branches: readonly { readonly when: Expr; readonly then: Expr }[];
    }
  | { readonly kind: 'cast'; readonly type: ExprType; readonly operand: Expr }
  | { readonly kind: 'isof'; readonly type: 'Edm.Boolean'; readonly operand: Expr; readonly of: ExprType };

/** A collection that hangs on a row: a collection property, or the rows of a to-many navigation property. */
export type CollectionRef =
  | {
      readonly kind: 'values';
      readonly variable: VariableName;
      readonly path: readonly NavigationProperty[];
      readonly property: Property;
    }
  | {
      readonly kind: 'rows';
      readonly variable: VariableName;
      /** To-one hops, then the to-many one. */
      readonly path: readonly NavigationProperty[];
      /** The set that the rows belong to. */
      readonly set: EntitySet;
    };

/** One item of `$orderby`. */
export interface OrderItem {
  readonly expr: Expr;
  readonly descending: boolean;
}
