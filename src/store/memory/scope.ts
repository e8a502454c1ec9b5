/** What compiled expressions can see: variables, the clock of the read, joins. */
import type { NavigationProperty } from '../../model/edm.js';
import type { EdmValue } from '../../model/edm-value.js';
import type { Expr, VariableName } from '../../query/ast.js';
import type { Dictionary } from './dictionary.js';
import type { JoinIndex, Joins } from './joins.js';
import type { Table } from './table.js';
import type { Work } from './work.js';

/** A compiled expression: its value for a row of the set that the plan reads. */
export type Evaluator = (row: number) => EdmValue;

/** A mutable place that a lambda operator moves from member to member. */
export interface Cell {
  at: number;
}

/** A variable that stands for a row: the one that evaluators are called with, or the one that `cell` points to. */
export interface RowBinding {
  readonly kind: 'row';
  readonly table: Table;
  readonly cell?: Cell;
}

/** A variable that stands for an item of a collection property: `cell` holds its code. */
export interface ItemBinding {
  readonly kind: 'item';
  readonly dictionary: Dictionary;
  readonly cell: Cell;
}

export type Binding = RowBinding | ItemBinding;

/** While a subexpression is evaluated per distinct value: the name of the one source, and the code it has now. */
export interface CodeInHand {
  readonly source: string;
  readonly dictionary: Dictionary;
  readonly cell: Cell;
}

/** What does not change within one read. */
export interface ReadContext {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly joins: Joins;
  readonly work: Work;
  /** Injected, so that operators can compile their operands without importing the compiler. */
  readonly compile: (expr: Expr, scope: Scope) => Evaluator;
}

/** The variables in reach of an expression. */
export class Scope {
  constructor(
    readonly context: ReadContext,
    private readonly bindings: ReadonlyMap<VariableName, Binding>,
    readonly inHand?: CodeInHand,
  ) {}

  compile(expr: Expr): Evaluator {
    return this.context.compile(expr, this);
  }

  /** This scope and one more variable. */
  with(variable: VariableName, binding: Binding): Scope {
    return new Scope(this.context, new Map([...this.bindings, [variable, binding]]), this.inHand);
  }

  /** This scope, with one source read from a code instead of its column. */
  holding(inHand: CodeInHand): Scope {
    return new Scope(this.context, this.bindings, inHand);
  }

  binding(variable: VariableName): Binding {
    const binding = this.bindings.get(variable);
    if (binding === undefined) throw new RangeError(`The plan names an unbound variable ${variable}`);
    return binding;
  }
}

/** The scope of expressions over the rows of a table. */
export function rowScope(table: Table, context: ReadContext): Scope {
  const binding: RowBinding = { kind: 'row', table };
  return new Scope(
    context,
    new Map([
      ['$it', binding],
      ['$this', binding],
    ]),
  );
}

/** The row that a variable and hops along to-one navigation properties lead to. */
export interface Place {
  readonly table: Table;
  /** Row in `table`, or -1 when a hop finds none; absent: the row that evaluators are called with. */
  readonly rowOf?: (row: number) => number;
}

/** Follows `path` from a row variable. */
export function placeOf(scope: Scope, variable: VariableName, path: readonly NavigationProperty[]): Place {
  const binding = scope.binding(variable);
  if (binding.kind !== 'row') throw new RangeError(`The variable ${variable} has no properties`);
  const { table, cell } = binding;
  const start: Place = cell === undefined ? { table } : { table, rowOf: () => cell.at };
  return path.reduce((place, navigation) => hop(place, scope.context.joins, navigation), start);
}

function hop({ table, rowOf }: Place, joins: Joins, navigation: NavigationProperty): Place {
  const index: JoinIndex = joins.along(table, navigation);
  const next =
    rowOf === undefined
      ? (row: number) => index.first(row)
      : (row: number) => {
          const from = rowOf(row);
          return from < 0 ? from : index.first(from);
        };
  return { table: index.target, rowOf: next };
}
