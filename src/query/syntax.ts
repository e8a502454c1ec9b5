/**
 * The syntax tree: what the parser makes of the text of an option, before any name is looked up in the model.
 * Spec: OData ABNF 4.01, `commonExpr`, `expand`, `select`, `orderby`, `compute`.
 */

import type { SearchSyntax } from './parse-search.js';

/** What a literal looks like in the URL; its value is read when its type is known. */
export type LiteralKind =
  | 'null'
  | 'boolean'
  | 'string'
  | 'integer'
  | 'decimal'
  | 'double'
  | 'guid'
  | 'date'
  | 'dateTimeOffset'
  | 'timeOfDay'
  | 'duration'
  | 'binary'
  | 'enum'
  | 'geo';

/** Fields of every node. */
export interface SyntaxBase {
  /** Offset in the decoded text of the option. */
  readonly position: number;
  /** Longest way down to a leaf; never above MAX_DEPTH, so recursion over the tree is safe. */
  readonly height: number;
}

/** An operator between two operands, in lower case. */
export type OperatorName =
  'or' | 'and' | 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'add' | 'sub' | 'mul' | 'div' | 'divby' | 'mod';

/** One argument of a call or key predicate; `name` in `f(name=value)`. */
export interface ArgumentSyntax {
  readonly name?: string;
  readonly value: Syntax;
  readonly position: number;
}

/** One segment of a member path. */
export type SegmentSyntax = { readonly position: number } & (
  | { readonly kind: 'name'; readonly name: string; readonly args?: readonly ArgumentSyntax[] }
  | { readonly kind: 'annotation'; readonly name: string }
  | { readonly kind: 'count'; readonly filter?: Syntax; readonly search?: SearchOptionSyntax }
  | { readonly kind: 'filter'; readonly predicate: Syntax; readonly args?: readonly ArgumentSyntax[] }
  | {
      readonly kind: 'any' | 'all';
      readonly variable?: string;
      readonly predicate?: Syntax;
    }
);

/** Where a member path starts: at the row in scope when `undefined`. */
export type PathHead = '$it' | '$this' | '$root' | { readonly alias: string };

/** An expression as written. */
export type Syntax = SyntaxBase &
  (
    | {
        readonly kind: 'literal';
        readonly literal: LiteralKind;
        readonly text: string;
        readonly prefix?: string;
      }
    | { readonly kind: 'path'; readonly head?: PathHead; readonly segments: readonly SegmentSyntax[] }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Syntax[] }
    | { readonly kind: 'alias'; readonly name: string }
    | { readonly kind: 'array'; readonly items: readonly Syntax[] }
    | { readonly kind: 'object'; readonly members: readonly (readonly [name: string, value: Syntax])[] }
    | {
        readonly kind: 'binary';
        readonly operator: OperatorName;
        readonly operatorPosition: number;
        readonly left: Syntax;
        readonly right: Syntax;
      }
    | { readonly kind: 'not' | 'negate'; readonly operand: Syntax }
    | { readonly kind: 'in'; readonly operand: Syntax; readonly list: readonly Syntax[] | Syntax }
    | { readonly kind: 'has'; readonly operand: Syntax; readonly flag: Syntax }
    | {
        readonly kind: 'case';
        readonly branches: readonly { readonly when: Syntax; readonly then: Syntax }[];
      }
    | {
        readonly kind: 'cast' | 'isof';
        readonly operand?: Syntax;
        readonly typeName: string;
        readonly collection: boolean;
      }
  );

/** A name with its place. */
export interface NameSyntax {
  readonly name: string;
  readonly position: number;
}

export interface OrderItemSyntax {
  readonly expression: Syntax;
  readonly descending: boolean;
}

/** One item of `$select`: `*`, `Namespace.*` or a path of names. */
export interface SelectItemSyntax {
  readonly position: number;
  readonly path: readonly NameSyntax[];
  readonly options?: NestedOptionsSyntax;
}

export interface ComputeItemSyntax {
  readonly expression: Syntax;
  readonly name: NameSyntax;
}

/** One item of `$expand`: the path (`*` as a name of its own), what follows it and the options in parentheses. */
export interface ExpandItemSyntax {
  readonly position: number;
  readonly path: readonly NameSyntax[];
  readonly suffix?: '$ref' | '$count';
  readonly options: NestedOptionsSyntax;
}

/** A value that is text in the syntax tree: a number, `max`, a search. */
export interface TextSyntax {
  readonly text: string;
  readonly position: number;
}

/** A search with its place in the text around it. */
export interface SearchOptionSyntax {
  readonly tree: SearchSyntax;
  readonly position: number;
}

/** The options that have an expression, list or plain value; the names are those of the options. */
export interface NestedOptionsSyntax {
  readonly filter?: Syntax;
  readonly orderby?: readonly OrderItemSyntax[];
  readonly select?: readonly SelectItemSyntax[];
  readonly expand?: readonly ExpandItemSyntax[];
  readonly compute?: readonly ComputeItemSyntax[];
  readonly top?: TextSyntax;
  readonly skip?: TextSyntax;
  readonly count?: TextSyntax;
  readonly search?: SearchOptionSyntax;
  readonly levels?: TextSyntax;
  /** Parameter aliases (`@c=15`) by name, `@` included. */
  readonly aliases?: ReadonlyMap<string, Syntax>;
}
