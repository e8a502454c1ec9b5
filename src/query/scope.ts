/** What an expression can see while its names are bound: variables, aliases, and how much room is left. */
import type { EntitySet, PrimitiveType, Property } from '../model/edm.js';
import type { Expr, VariableName } from './ast.js';
import { MAX_DEPTH, MAX_NODES } from './limits.js';
import { tooComplex, type Place } from './query-error.js';
import type { Syntax } from './syntax.js';

/** A property that the query adds to each row: its name stands for the expression. */
export interface Computed {
  readonly property: Property;
  readonly expr: Expr;
  /** What the expression costs wherever it is used. */
  readonly nodes: number;
  readonly height: number;
}

/** What a variable stands for: a row of a set, or a value of a collection of primitives. */
export type Variable =
  | { readonly kind: 'row'; readonly set: EntitySet; readonly computed?: ReadonlyMap<string, Computed> }
  | { readonly kind: 'value'; readonly type: PrimitiveType };

/** A parameter alias: its value as written, and the option that it was written in. */
export interface Alias {
  readonly syntax: Syntax;
  readonly option: string;
}

/** Room that all expressions of one query share. */
export interface Budget {
  nodes: number;
  depth: number;
  /** The largest depth since it was last set. */
  deepest: number;
}

/** Where an expression is bound. */
export interface Scope {
  /** For messages: the option as the client wrote it. */
  readonly option: string;
  /** `$it`, `$this` and lambda variables. */
  readonly variables: ReadonlyMap<VariableName, Variable>;
  /** The variable whose properties need no prefix. */
  readonly implicit: VariableName;
  readonly aliases: ReadonlyMap<string, Alias>;
  /** Aliases whose values are being bound: one that uses itself would never end. */
  readonly openAliases: readonly string[];
  /** The variable that `$it` names: within `$expand` it is the row of the request itself. */
  readonly it: VariableName;
  readonly budget: Budget;
  /** Binds an expression in a scope: handed down because expressions, paths and calls contain one another. */
  readonly bind: (syntax: Syntax, scope: Scope) => Expr;
}

const ONE_NODE = { nodes: 1, height: 1 };

/** Counts one node, and its depth while `bind` runs. @throws FeedError QUERY_TOO_COMPLEX */
export function withinBudget<Result>(scope: Scope, place: Place, bind: () => Result): Result {
  const { budget } = scope;
  charge(budget, ONE_NODE, place);
  budget.depth += 1;
  const result = bind();
  budget.depth -= 1;
  return result;
}

/** Counts an expression that is used again where the budget stands. @throws FeedError QUERY_TOO_COMPLEX */
export function charge(budget: Budget, used: Pick<Computed, 'nodes' | 'height'>, place: Place): void {
  budget.nodes += used.nodes;
  if (budget.nodes > MAX_NODES) throw tooComplex(`The limit of nodes, ${MAX_NODES}`, place);
  const depth = budget.depth + used.height;
  if (depth > MAX_DEPTH) throw tooComplex(`The limit of nesting, ${MAX_DEPTH}`, place);
  budget.deepest = Math.max(budget.deepest, depth);
}

/** The scope within a lambda or `$count(…)`: one variable more. */
export function withVariable(scope: Scope, name: VariableName, variable: Variable): Scope {
  return { ...scope, variables: new Map(scope.variables).set(name, variable) };
}

/** Place of a node in this scope. */
export function placeOf(scope: Scope, node: { readonly position: number }): Place {
  return { option: scope.option, position: node.position };
}
