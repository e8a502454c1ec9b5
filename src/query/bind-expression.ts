/**
 * Binds syntax trees to the model: every name resolved, every literal a value, every node typed.
 * Spec: URL Conventions 4.01, 5.1.1.
 */
import { PRIMITIVES, type EdmValue } from '../model/edm-value.js';
import type { PrimitiveType } from '../model/edm.js';
import type { Expr, ExprType } from './ast.js';
import { bindCall } from './bind-call.js';
import { bindLiteral } from './bind-literal.js';
import { bindCondition } from './bind-condition.js';
import { bindPath } from './bind-member.js';
import { bindBinary, bindIn, bindNegate } from './bind-operator.js';
import { coerce, commonType, isCollection } from './promote.js';
import { queryError, quoted, unsupported } from './query-error.js';
import { placeOf, withinBudget, type Scope } from './scope.js';
import { didYouMean } from './suggest.js';
import type { Syntax } from './syntax.js';

type Node<Kind extends Syntax['kind']> = Extract<Syntax, { kind: Kind }>;

/**
 * The bound expression.
 *
 * @throws FeedError QUERY_UNKNOWN_PROPERTY, QUERY_UNKNOWN_FUNCTION, QUERY_TYPE, QUERY_VALUE, QUERY_TOO_COMPLEX,
 *   QUERY_UNSUPPORTED, each with the place
 */
export function bindExpression(syntax: Syntax, scope: Scope): Expr {
  return withinBudget(scope, placeOf(scope, syntax), () => bindNode(syntax, scope));
}

function bindNode(syntax: Syntax, scope: Scope): Expr {
  switch (syntax.kind) {
    case 'literal':
      return bindLiteral(syntax, scope);
    case 'path':
      return bindPath(syntax, scope);
    case 'call':
      return bindCall(syntax, scope);
    case 'alias':
      return bindAlias(syntax, scope);
    case 'array':
      return bindArray(syntax, scope);
    case 'object':
      throw unsupported('objects in expressions', placeOf(scope, syntax));
    case 'binary':
      return bindBinary(syntax, scope);
    case 'not':
      return { kind: 'not', type: 'Edm.Boolean', operand: bindCondition(syntax.operand, scope) };
    case 'negate':
      return bindNegate(syntax, scope);
    case 'in':
      return bindIn(syntax, scope);
    case 'has':
      return refuseHas(syntax, scope);
    case 'case':
      return bindCase(syntax, scope);
    case 'cast':
    case 'isof':
      return bindTypeCall(syntax, scope);
  }
}

/** An alias without a value is null (URL Conventions 5.1.1.15, parameter aliases). */
function bindAlias(syntax: Node<'alias'>, scope: Scope): Expr {
  const alias = scope.aliases.get(syntax.name);
  if (alias === undefined) return { kind: 'literal', type: 'null', value: null };
  if (scope.openAliases.includes(syntax.name)) {
    throw queryError('QUERY_VALUE', `The alias ${quoted(syntax.name)} uses itself`, placeOf(scope, syntax));
  }
  const inner = { ...scope, option: alias.option, openAliases: [...scope.openAliases, syntax.name] };
  return scope.bind(alias.syntax, inner);
}

/** Arrays of literals; the element type is what all of them share. */
function bindArray(syntax: Node<'array'>, scope: Scope): Expr {
  let type: ExprType = 'null';
  const values: EdmValue[] = [];
  for (const item of syntax.items) {
    const bound = scope.bind(item, scope);
    const common = commonType(type, bound.type);
    if (bound.kind !== 'literal' || isCollection(bound.type)) {
      throw unsupported('arrays of anything but literals', placeOf(scope, item));
    }
    if (common === undefined) {
      throw queryError('QUERY_TYPE', `An array cannot hold ${type} and ${bound.type}`, placeOf(scope, item));
    }
    type = common;
    values.push(bound.value);
  }
  const element: PrimitiveType = isPrimitive(type) ? type : 'Edm.String';
  return { kind: 'literal', type: `Collection(${element})`, value: values };
}

function isPrimitive(type: string): type is PrimitiveType {
  return Object.hasOwn(PRIMITIVES, type);
}

function refuseHas(syntax: Node<'has'>, scope: Scope): never {
  const operand = scope.bind(syntax.operand, scope);
  const what = `'has' needs an enumeration before it, but found ${operand.type}`;
  throw queryError(
    'QUERY_TYPE',
    what,
    placeOf(scope, syntax),
    'Use any() for collections, contains() for text.',
  );
}

/** The first branch whose condition is true; null when none is. All values share a type. */
function bindCase(syntax: Node<'case'>, scope: Scope): Expr {
  let type: ExprType = 'null';
  const bound = syntax.branches.map(({ when, then }) => {
    const branch = { when: bindCondition(when, scope), then: scope.bind(then, scope) };
    const common = commonType(type, branch.then.type);
    if (common === undefined || isCollection(common)) {
      const what = `The values of case must share a type, but are ${type} and ${branch.then.type}`;
      throw queryError('QUERY_TYPE', what, placeOf(scope, then));
    }
    type = common;
    return branch;
  });
  const branches = bound.map(({ when, then }) => ({ when, then: coerce(then, type) ?? then }));
  return { kind: 'case', type, branches };
}

function bindTypeCall(syntax: Node<'cast' | 'isof'>, scope: Scope): Expr {
  const { kind, typeName, collection } = syntax;
  const place = placeOf(scope, syntax);
  if (syntax.operand === undefined) throw unsupported(`${kind} of the whole row`, place);
  if (!isPrimitive(typeName)) {
    if (typeName.startsWith('Edm.Geo')) throw unsupported(quoted(typeName), place);
    const hint = didYouMean(
      typeName,
      Object.keys(PRIMITIVES),
      'Use a primitive type, for example Edm.String.',
    );
    throw queryError('QUERY_TYPE', `Unknown primitive type ${quoted(typeName)} in ${kind}`, place, hint);
  }
  const operand = scope.bind(syntax.operand, scope);
  if (isCollection(operand.type) || collection) throw unsupported(`${kind} of collections`, place);
  if (kind === 'isof') return { kind, type: 'Edm.Boolean', operand, of: typeName };
  return { kind, type: typeName, operand };
}
