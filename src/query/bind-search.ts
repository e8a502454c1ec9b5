/**
 * `$search` as a condition: a word or phrase matches a row when one of its text properties (keys and collections of text
 * included) holds it, in any case, anywhere. NOT of a row without text is true: a search is never null.
 *
 * Spec: Protocol 4.01, 11.2.6.6; URL Conventions 4.01, 5.1.8.
 */
import type { Property } from '../model/edm.js';
import type { Expr } from './ast.js';
import { MAX_SEARCH_TERMS } from './limits.js';
import type { SearchSyntax } from './parse-search.js';
import { queryError, tooComplex, type Place } from './query-error.js';
import { placeOf, withinBudget, type Scope, type Variable } from './scope.js';
import type { SearchOptionSyntax } from './syntax.js';

type Matches = (text: string) => Expr;

/** Binds a search over the row or value that names in `scope` belong to. @throws FeedError QUERY_TYPE, QUERY_TOO_COMPLEX */
export function bindSearch(search: SearchOptionSyntax, scope: Scope): Expr {
  const place = placeOf(scope, search);
  if (termsOf(search.tree) > MAX_SEARCH_TERMS)
    throw tooComplex(`The limit of words and phrases in a search, ${MAX_SEARCH_TERMS}`, place);
  const variable = scope.variables.get(scope.implicit);
  if (variable === undefined) throw new Error(`The scope lacks its own variable ${scope.implicit}`);
  const matches = matcher(variable, scope, place);
  return bindTree(search.tree, matches, scope, place);
}

function termsOf(tree: SearchSyntax): number {
  if (tree.kind === 'term') return 1;
  if (tree.kind === 'not') return termsOf(tree.operand);
  return tree.operands.reduce((sum, operand) => sum + termsOf(operand), 0);
}

function matcher(variable: Variable, scope: Scope, place: Place): Matches {
  const type = 'Edm.Boolean';
  if (variable.kind === 'row') {
    const properties = variable.set.type.properties.filter(isText);
    return (text) => ({
      kind: 'search',
      type,
      variable: scope.implicit,
      properties,
      text: text.toLowerCase(),
    });
  }
  if (variable.type !== 'Edm.String')
    throw queryError('QUERY_TYPE', `$search needs text, but found ${variable.type}`, place);
  const value: Expr = { kind: 'variable', type: variable.type, variable: scope.implicit };
  const lower: Expr = { kind: 'call', type: variable.type, name: 'tolower', args: [value] };
  return (text) => {
    const part: Expr = { kind: 'literal', type: 'Edm.String', value: text.toLowerCase() };
    return { kind: 'call', type, name: 'contains', args: [lower, part] };
  };
}

const isText = (property: Property) => property.type === 'Edm.String';

function bindTree(tree: SearchSyntax, matches: Matches, scope: Scope, place: Place): Expr {
  return withinBudget(scope, place, () => {
    if (tree.kind === 'term') return matches(tree.text);
    if (tree.kind === 'not') {
      return { kind: 'not', type: 'Edm.Boolean', operand: bindTree(tree.operand, matches, scope, place) };
    }
    const operands = tree.operands.map((operand) => bindTree(operand, matches, scope, place));
    return operands.reduce((left, right) => ({
      kind: 'binary',
      type: 'Edm.Boolean',
      operator: tree.kind,
      left,
      right,
    }));
  });
}

/** Both conditions; the cheaper one (`$filter`) first. */
export function bothOf(filter: Expr | undefined, search: Expr | undefined): Expr | undefined {
  if (filter === undefined || search === undefined) return filter ?? search;
  return { kind: 'binary', type: 'Edm.Boolean', operator: 'and', left: filter, right: search };
}
