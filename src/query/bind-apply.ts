/**
 * Transformations against the shape of the rows that they see.
 * Spec: Data Aggregation 4.0, 3 (`$apply`).
 */
import { bindAggregates } from './bind-aggregate.js';
import { bindCompute, type ComputedByName } from './bind-compute.js';
import { bindCondition } from './bind-condition.js';
import { bindGroupBy, type Step } from './bind-groupby.js';
import { bindSearch } from './bind-search.js';
import { countedRows } from './limits.js';
import type { Transformation } from './plan.js';
import { bindOrderItems } from './plan-clauses.js';
import { isCollection, isNumeric } from './promote.js';
import { queryError, quoted } from './query-error.js';
import { placeOf, type Scope } from './scope.js';
import { derivedShape, mergeShapes, type Shape } from './shape.js';
import type { Syntax } from './syntax.js';
import { BEST, type BestName, type TransformationSyntax } from './syntax-apply.js';

/** How a scope is made for rows of a shape. */
export type ScopeOfShape = (shape: Shape) => Scope;

type Node<Kind extends TransformationSyntax['kind']> = Extract<TransformationSyntax, { kind: Kind }>;
type Sequence = Step<readonly Transformation[]>;

/** Binds a sequence of transformations. @throws FeedError QUERY_*, each with the place */
export function bindSequence(
  sequence: readonly TransformationSyntax[],
  shape: Shape,
  scopeOf: ScopeOfShape,
): Sequence {
  const result: Transformation[] = [];
  let current = shape;
  for (const syntax of sequence) {
    const step = bindStep(syntax, current, scopeOf);
    if (step.result !== undefined) result.push(step.result);
    current = step.shape;
  }
  return { result, shape: current };
}

function bindStep(
  syntax: TransformationSyntax,
  shape: Shape,
  scopeOf: ScopeOfShape,
): Step<Transformation | undefined> {
  const scope = scopeOf(shape);
  const keeping = (result: Transformation | undefined) => ({ result, shape });
  switch (syntax.kind) {
    case 'identity':
      return keeping(undefined);
    case 'filter':
      return keeping({ kind: 'filter', predicate: bindCondition(syntax.predicate, scope) });
    case 'search':
      return keeping({ kind: 'filter', predicate: bindSearch(syntax.search, scope) });
    case 'orderby':
      return keeping({ kind: 'orderby', items: bindOrderItems(syntax.items, scope) });
    case 'top':
    case 'skip':
      return keeping({ kind: syntax.kind, count: countedRows(syntax.count.text) });
    case 'compute':
      return { result: undefined, shape: { ...shape, computed: computedIn(syntax, shape, scopeOf) } };
    case 'aggregate': {
      const items = bindAggregates(syntax.items, shape, scope);
      const properties = items.map(({ property }) => property);
      return { result: { kind: 'aggregate', items }, shape: derivedShape(shape, properties) };
    }
    case 'groupby':
      return bindGroupBy(syntax, shape, scope, syntax.then && bindSequence(syntax.then, shape, scopeOf));
    case 'concat':
      return bindConcat(syntax, shape, scopeOf);
    default:
      return keeping(bindBest(syntax, scope));
  }
}

/** Computed names must differ from those of the addressed set too, also where those are aggregated away (3.1.1). */
function computedIn(syntax: Node<'compute'>, shape: Shape, scopeOf: ScopeOfShape): ComputedByName {
  const { type } = shape.base;
  const property = (name: string) => type.property(name) ?? shape.set.type.property(name);
  const set = { ...shape.base, type: { ...type, property } };
  return bindCompute(syntax.items, set, shape.computed, (computed) => scopeOf({ ...shape, computed }));
}

function bindConcat({ branches, position }: Node<'concat'>, shape: Shape, scopeOf: ScopeOfShape): Step {
  const [first, ...others] = branches.map((branch) => bindSequence(branch, shape, scopeOf));
  if (first === undefined) throw new Error('concat has two branches at least');
  const same = others.every(
    ({ shape: { set, computed } }) => set === first.shape.set && computed === first.shape.computed,
  );
  if (same && first.shape.set === shape.set) {
    const kept = [first, ...others].map(({ result }) => ({ transformations: result }));
    return { result: { kind: 'concat', branches: kept }, shape: first.shape };
  }
  const merged = mergeShapes([first.shape, ...others.map((other) => other.shape)]);
  if ('clash' in merged) {
    const what = `The branches of concat hold different types in ${quoted(merged.clash)}`;
    throw queryError(
      'QUERY_TYPE',
      what,
      placeOf(scopeOf(shape), { position }),
      'Give one of them another name.',
    );
  }
  const made = [first, ...others].map(({ result }, index) => ({
    transformations: result,
    columns: merged.columns[index] ?? [],
  }));
  return { result: { kind: 'concat', branches: made }, shape: merged.shape };
}

/** topcount(2,userCount) and its kin; 3.3.1. */
function bindBest(syntax: Node<BestName>, scope: Scope): Transformation {
  const { lowest, by } = BEST[syntax.kind];
  const value = scope.bind(syntax.value, scope);
  const fits = by === 'count' ? !isCollection(value.type) : isNumeric(value.type) || value.type === 'null';
  if (!fits) {
    const what = `'${syntax.kind}' cannot order rows by ${value.type}`;
    throw queryError('QUERY_TYPE', what, placeOf(scope, syntax.value));
  }
  return { kind: 'best', lowest, by, amount: amountOf(syntax.amount, by, scope), value };
}

const AMOUNTS = {
  count: {
    says: 'a whole number from 1',
    holds: (amount: number) => Number.isInteger(amount) && amount >= 1,
  },
  sum: { says: 'a number', holds: () => true },
  percent: { says: 'a number above 0 up to 100', holds: (amount: number) => amount > 0 && amount <= 100 },
} as const;

function amountOf(syntax: Syntax, by: keyof typeof AMOUNTS, scope: Scope): number {
  const expr = scope.bind(syntax, scope);
  const amount = expr.kind === 'literal' && isNumeric(expr.type) ? Number(expr.value) : NaN;
  const { says, holds } = AMOUNTS[by];
  if (!Number.isNaN(amount) && holds(amount)) return amount;
  throw queryError('QUERY_VALUE', `Expected ${says} as a literal`, placeOf(scope, syntax));
}
