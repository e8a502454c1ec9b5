/** Conditions: expressions that must be true or false. */
import type { Expr } from './ast.js';
import { isCondition } from './promote.js';
import { queryError } from './query-error.js';
import { placeOf, type Scope } from './scope.js';
import type { Syntax } from './syntax.js';

/** Binds an expression that must be a condition. @throws FeedError QUERY_TYPE when it is not Boolean */
export function bindCondition(syntax: Syntax, scope: Scope): Expr {
  const expr = scope.bind(syntax, scope);
  if (isCondition(expr.type)) return expr;
  const hint = expr.type.startsWith('Collection(')
    ? 'Use any(): tags/any(x:x eq …).'
    : 'Compare it with a value, for example with eq.';
  throw queryError(
    'QUERY_TYPE',
    `Expected a condition (Edm.Boolean), but found ${expr.type}`,
    placeOf(scope, syntax),
    hint,
  );
}
