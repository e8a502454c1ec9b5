/**
 * Calls of built-in functions: names, overloads, arguments.
 * Spec: URL Conventions 4.01, 5.1.1.5 to 5.1.1.9; 5.1.1.12 (overload resolution by argument types).
 */
import type { Expr, ExprType } from './ast.js';
import { FUNCTIONS, type FunctionName, type Overload } from './functions.js';
import { coerce, isCollection, literalHint } from './promote.js';
import { queryError, quoted, unsupported } from './query-error.js';
import { placeOf, type Scope } from './scope.js';
import { didYouMean } from './suggest.js';
import type { Syntax } from './syntax.js';

type CallSyntax = Extract<Syntax, { kind: 'call' }>;

const BY_LOWER_CASE = new Map(
  (Object.keys(FUNCTIONS) as FunctionName[]).map((name) => [name.toLowerCase(), name]),
);
const ALL_NAMES = [...BY_LOWER_CASE.values(), 'case', 'cast', 'isof'];

/** Functions of older versions or other dialects, with what OData 4 has instead. */
const OTHER_DIALECTS = new Map([
  ['substringof', 'OData 4 has contains(text,part) instead.'],
  ['replace', 'OData 4 has no replace function.'],
  ['len', 'OData has length(text).'],
  ['lower', 'OData has tolower(text).'],
  ['upper', 'OData has toupper(text).'],
  ['like', 'OData has contains, startswith, endswith and matchesPattern.'],
]);

/** Binds a call. @throws FeedError QUERY_UNKNOWN_FUNCTION, QUERY_TYPE, QUERY_UNSUPPORTED */
export function bindCall(syntax: CallSyntax, scope: Scope): Expr {
  const lower = syntax.name.toLowerCase();
  const name = BY_LOWER_CASE.get(lower);
  if (name === undefined) throw unknownFunction(syntax, lower, scope);
  const overloads = FUNCTIONS[name].filter(({ args }) => args.length === syntax.args.length);
  if (overloads.length === 0) {
    const what = `${name} does not take ${syntax.args.length} arguments`;
    throw queryError('QUERY_TYPE', what, placeOf(scope, syntax), `Write ${signatures(name)}.`);
  }
  const args = syntax.args.map((arg) => scope.bind(arg, scope));
  const exact = overloads.find((overload) =>
    overload.args.every((type, index) => args[index]?.type === type),
  );
  for (const overload of exact === undefined ? overloads : [exact]) {
    const fitted = fit(args, overload);
    const place = name === 'matchesPattern' && { place: placeOf(scope, syntax.args[1] ?? syntax) };
    if (fitted !== undefined) return { kind: 'call', type: overload.result, name, args: fitted, ...place };
  }
  throw misfit(name, args, syntax, scope);
}

function fit(args: readonly Expr[], overload: Overload): Expr[] | undefined {
  const fitted: Expr[] = [];
  for (const [index, arg] of args.entries()) {
    const coerced = coerce(arg, overload.args[index] ?? 'null');
    if (coerced === undefined) return undefined;
    fitted.push(coerced);
  }
  return fitted;
}

function unknownFunction(syntax: CallSyntax, lower: string, scope: Scope): Error {
  const place = placeOf(scope, syntax);
  if (lower.startsWith('geo.')) return unsupported(quoted(syntax.name), place);
  const hint =
    OTHER_DIALECTS.get(lower) ??
    didYouMean(syntax.name, ALL_NAMES, `The functions are ${ALL_NAMES.join(', ')}.`);
  return queryError('QUERY_UNKNOWN_FUNCTION', `Unknown function ${quoted(syntax.name)}`, place, hint);
}

/** The error names the first argument that no overload takes. */
function misfit(name: FunctionName, args: readonly Expr[], syntax: CallSyntax, scope: Scope): Error {
  for (const [index, arg] of args.entries()) {
    const wanted = [
      ...new Set(
        FUNCTIONS[name].filter((each) => each.args.length === args.length).map((each) => each.args[index]),
      ),
    ];
    if (wanted.some((type) => type !== undefined && coerce(arg, type) !== undefined)) continue;
    const what = `Argument ${index + 1} of ${name} must be ${wanted.join(' or ')}, but is ${arg.type}`;
    return queryError(
      'QUERY_TYPE',
      what,
      placeOf(scope, syntax.args[index] ?? syntax),
      misfitHint(arg, wanted, name),
    );
  }
  const found = args.map(({ type }) => type).join(',');
  return queryError(
    'QUERY_TYPE',
    `${name} does not take (${found})`,
    placeOf(scope, syntax),
    `Write ${signatures(name)}.`,
  );
}

function misfitHint(
  arg: Expr,
  wanted: readonly (ExprType | undefined)[],
  name: FunctionName,
): string | undefined {
  if (isCollection(arg.type) && arg.kind === 'property') {
    return `Use any(): ${arg.property.name}/any(x:${name}(x,…)).`;
  }
  const [first] = wanted;
  return arg.kind === 'literal' && first !== undefined ? literalHint(first) : undefined;
}

function signatures(name: FunctionName): string {
  return FUNCTIONS[name].map(({ args }) => `${name}(${args.join(',')})`).join(' or ');
}
