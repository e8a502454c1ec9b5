/**
 * Which dictionaries an expression looks at. One that looks at a single one is evaluated once per distinct value, not
 * once per row: `contains(tolower(displayName),'drive')` costs one look-up a row.
 */
import type { PrimitiveType } from '../../model/edm.js';
import type { Expr } from '../../query/ast.js';

/** What an expression depends on: nothing that changes in a read, one dictionary, or more than that. */
export type Source =
  | { readonly kind: 'constant' }
  | { readonly kind: 'one'; readonly name: string; readonly leaf: Expr & { kind: 'property' | 'variable' } }
  | { readonly kind: 'many' };

const CONSTANT: Source = { kind: 'constant' };
const MANY: Source = { kind: 'many' };

const NUMERIC = new Set<PrimitiveType>([
  'Edm.Byte',
  'Edm.SByte',
  'Edm.Int16',
  'Edm.Int32',
  'Edm.Int64',
  'Edm.Single',
  'Edm.Double',
  'Edm.Decimal',
]);

const known = new WeakMap<Expr, Source>();

/** The source of an expression; each node is looked at once, however often it is asked for. */
export function sourceOf(expr: Expr): Source {
  let source = known.get(expr);
  if (source === undefined) {
    source = findSource(expr);
    known.set(expr, source);
  }
  return source;
}

/** The name by which a leaf is told from others: its variable, hops and property. */
function leafName(leaf: Expr & { kind: 'property' | 'variable' }): string {
  if (leaf.kind === 'variable') return leaf.variable;
  return [leaf.variable, ...leaf.path.map((hop) => hop.name), leaf.property.name].join('/');
}

function findSource(expr: Expr): Source {
  switch (expr.kind) {
    case 'literal':
      return CONSTANT;
    case 'property':
      if (expr.property.collection || NUMERIC.has(expr.property.type)) return MANY;
      return { kind: 'one', name: leafName(expr), leaf: expr };
    case 'variable':
      return { kind: 'one', name: leafName(expr), leaf: expr };
    case 'call':
      return common(expr.args);
    case 'binary':
      return common(operandsOf(expr));
    case 'not':
    case 'negate':
    case 'in':
    case 'cast':
    case 'isof':
      return sourceOf(expr.operand);
    case 'case':
      return common(expr.branches.flatMap(({ when, then }) => [when, then]));
    case 'search':
    case 'lambda':
    case 'count':
    case 'inCollection':
      return MANY;
  }
}

/** The operands of a chain `a or b or c`, from left to right, without recursion: chains may be long. */
export function operandsOf(chain: Expr & { kind: 'binary' }): readonly Expr[] {
  if (chain.operator !== 'and' && chain.operator !== 'or') return [chain.left, chain.right];
  const operands: Expr[] = [];
  let rest: Expr = chain;
  while (rest.kind === 'binary' && rest.operator === chain.operator) {
    operands.push(rest.right);
    rest = rest.left;
  }
  return [rest, ...operands.reverse()];
}

function common(parts: readonly Expr[]): Source {
  let found: Source = CONSTANT;
  for (const part of parts) {
    const source = sourceOf(part);
    if (source.kind === 'many') return MANY;
    if (source.kind === 'constant') continue;
    if (found.kind === 'one' && found.name !== source.name) return MANY;
    found = source;
  }
  return found;
}

/** Name of a leaf if it can be a source. */
export function sourceName(leaf: Expr & { kind: 'property' | 'variable' }): string | undefined {
  const source = sourceOf(leaf);
  return source.kind === 'one' ? source.name : undefined;
}
