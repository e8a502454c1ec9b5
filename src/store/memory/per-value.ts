/** Evaluation once per distinct value of a dictionary, or once per read. */
import type { EdmValue } from '../../model/edm-value.js';
import type { Expr } from '../../query/ast.js';
import type { Dictionary } from './dictionary.js';
import { placeOf, type Evaluator, type Scope } from './scope.js';
import { sourceOf } from './source.js';
import { codesThatHold, partTest } from './text-tests.js';

/** Codes by row, and the dictionary that they point into. */
interface CodeReader {
  readonly dictionary: Dictionary;
  readonly codeOf: (row: number) => number;
}

/**
 * The evaluator of an expression that looks at one dictionary only, or at nothing; `undefined` when it looks at more.
 * Values are worked out when a row first needs them, so a failure (division by zero) for a value that no row asks for is none.
 *
 * @param compileInner compiles the expression itself, in the scope that has the value in hand
 */
export function perValue(
  expr: Expr,
  scope: Scope,
  compileInner: (scope: Scope) => Evaluator,
): Evaluator | undefined {
  const source = sourceOf(expr);
  if (source.kind === 'many') return undefined;
  if (source.kind === 'constant') return scope.inHand === undefined ? once(compileInner(scope)) : undefined;
  const codes = codesOf(source.leaf, scope);
  if (codes === undefined) return undefined;
  const { dictionary, codeOf } = codes;
  const held = codesThatHold(expr, dictionary);
  if (held !== undefined) return (row) => held(codeOf(row));
  const quick = partTest(expr, dictionary);
  if (scope.inHand !== undefined) {
    if (quick === undefined) return undefined;
    const inner = compileInner(scope);
    return (row) => quick(codeOf(row)) ?? inner(row);
  }
  const cell = { at: 0 };
  const inner = compileInner(scope.holding({ source: source.name, dictionary, cell }));
  const valueOf = (code: number) => {
    cell.at = code;
    return inner(0);
  };
  if (expr.type !== 'Edm.Boolean') return perCode(codes, valueOf);
  return perCodeFlag(codes, quick === undefined ? valueOf : (code) => quick(code) ?? valueOf(code));
}

function codesOf(leaf: Expr & { kind: 'property' | 'variable' }, scope: Scope): CodeReader | undefined {
  const { inHand } = scope;
  if (inHand !== undefined) return { dictionary: inHand.dictionary, codeOf: () => inHand.cell.at };
  if (leaf.kind === 'variable') {
    const binding = scope.binding(leaf.variable);
    if (binding.kind === 'row') return undefined;
    return { dictionary: binding.dictionary, codeOf: () => binding.cell.at };
  }
  const { table, rowOf } = placeOf(scope, leaf.variable, leaf.path);
  const column = table.column(leaf.property.name);
  if (column.kind !== 'dictionary') return undefined;
  const { codes, dictionary } = column;
  // A hop that finds no row answers -1, which no array has: code 0, null.
  if (rowOf !== undefined) return { dictionary, codeOf: (row) => codes[rowOf(row)] ?? 0 };
  return { dictionary, codeOf: (row) => codes[row] ?? 0 };
}

function once(evaluate: Evaluator): Evaluator {
  let value: EdmValue | undefined;
  return (row) => {
    if (value === undefined) value = evaluate(row);
    return value;
  };
}

function perCode({ dictionary, codeOf }: CodeReader, valueOf: (code: number) => EdmValue): Evaluator {
  const known = new Array<EdmValue | undefined>(dictionary.size);
  return (row) => {
    const code = codeOf(row);
    let value = known[code];
    if (value === undefined) known[code] = value = valueOf(code);
    return value;
  };
}

/** Answers by state: 0 is "not asked yet". */
const FLAGS: readonly EdmValue[] = [null, null, false, true];

function perCodeFlag({ dictionary, codeOf }: CodeReader, valueOf: (code: number) => EdmValue): Evaluator {
  const known = new Uint8Array(dictionary.size);
  return (row) => {
    const code = codeOf(row);
    let state = known[code] ?? 0;
    if (state === 0) {
      const value = valueOf(code);
      known[code] = state = value === null ? 1 : value === true ? 3 : 2;
    }
    return FLAGS[state] ?? null;
  };
}
