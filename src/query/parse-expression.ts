/**
 * Expressions: precedence climbing over the operators, recursive descent over the rest.
 * Spec: URL Conventions 4.01, 5.1.1.1 to 5.1.1.16 (precedence); ABNF `commonExpr`.
 */
import { Cursor } from './cursor.js';
import { MAX_LIST_ITEMS } from './limits.js';
import { parseLiteral } from './parse-literal.js';
import { parsePath } from './parse-path.js';
import { queryError, quoted, tooComplex } from './query-error.js';
import type { OperatorName, Syntax } from './syntax.js';
import type { Token } from './lexer.js';

/** URL Conventions 5.1.1.16, weakest first; unary operators, `has` and `in` bind tighter than all of these. */
const PRECEDENCE: Readonly<Record<OperatorName, number>> = {
  or: 1,
  and: 2,
  eq: 3,
  ne: 3,
  gt: 4,
  ge: 4,
  lt: 4,
  le: 4,
  add: 5,
  sub: 5,
  mul: 6,
  div: 6,
  divby: 6,
  mod: 6,
};
const OPERATORS = new Map<string, number>(Object.entries(PRECEDENCE));

/**
 * The syntax tree of a whole text.
 *
 * @throws FeedError QUERY_SYNTAX, QUERY_TOO_COMPLEX, each with the place
 * @example parseWholeExpression("riskScore le 3 and category eq 'crm'", '$filter')
 */
export function parseWholeExpression(text: string, option: string): Syntax {
  const cursor = new Cursor(text, option);
  const expression = parseExpression(cursor);
  cursor.expectEnd();
  return expression;
}

/** One expression from where the cursor stands. */
export function parseExpression(cursor: Cursor): Syntax {
  return cursor.nested(() => parseBinary(cursor, 1));
}

function parseBinary(cursor: Cursor, weakest: number): Syntax {
  let left = parseUnary(cursor);
  for (;;) {
    const operator = cursor.operator as OperatorName;
    const precedence = OPERATORS.get(operator) ?? 0;
    if (precedence < weakest) return left;
    if (operator === 'or' || operator === 'and') {
      left = parseChain(cursor, left, operator);
      continue;
    }
    const operatorPosition = cursor.next().position;
    const right = parseBinary(cursor, precedence + 1);
    const { position, height } = cursor.base(left.position, [left, right]);
    left = { position, height, kind: 'binary', operator, operatorPosition, left, right };
  }
}

/** `a or b or c …` as a balanced tree: `or` and `and` are associative, and a list of thousands stays shallow. */
function parseChain(cursor: Cursor, first: Syntax, operator: 'or' | 'and'): Syntax {
  const terms = [first];
  const operatorPosition = cursor.token.position;
  while (cursor.operator === operator) {
    cursor.next();
    terms.push(parseBinary(cursor, PRECEDENCE[operator] + 1));
  }
  const join = (left: Syntax, right: Syntax): Syntax => {
    const { position, height } = cursor.base(left.position, [left, right]);
    return { position, height, kind: 'binary', operator, operatorPosition, left, right };
  };
  return balanced(terms, join) ?? first;
}

/** One tree over all terms, as shallow as can be; the order stays. */
function balanced(
  terms: readonly Syntax[],
  join: (left: Syntax, right: Syntax) => Syntax,
): Syntax | undefined {
  if (terms.length < 2) return terms[0];
  const middle = Math.ceil(terms.length / 2);
  const left = balanced(terms.slice(0, middle), join);
  const right = balanced(terms.slice(middle), join);
  return left === undefined || right === undefined ? (left ?? right) : join(left, right);
}

function parseUnary(cursor: Cursor): Syntax {
  const { position } = cursor.token;
  if (cursor.operator === 'not' && !cursor.followedBy('/')) {
    cursor.next();
    const operand = cursor.nested(() => parseUnary(cursor));
    return { ...cursor.base(position, [operand]), kind: 'not', operand };
  }
  if (cursor.accept('-')) {
    const operand = cursor.nested(() => parseUnary(cursor));
    return { ...cursor.base(position, [operand]), kind: 'negate', operand };
  }
  return parseMembership(cursor);
}

/** `has` and `in` are of the primary group: `not x in (1,2)` is `not (x in (1,2))`. */
function parseMembership(cursor: Cursor): Syntax {
  let operand = parsePrimary(cursor);
  for (;;) {
    const { position } = operand;
    if (cursor.operator === 'in') {
      cursor.next();
      const list = parseInList(cursor);
      operand = {
        ...cursor.base(position, [operand, ...(Array.isArray(list) ? [] : [list as Syntax])]),
        kind: 'in',
        operand,
        list,
      };
    } else if (cursor.operator === 'has') {
      cursor.next();
      const flag = parsePrimary(cursor);
      operand = { ...cursor.base(position, [operand, flag]), kind: 'has', operand, flag };
    } else return operand;
  }
}

/** `(1,2)` and `[1,2]` as arrays; `(path)` and `path` as an expression that must turn out to be a collection. */
function parseInList(cursor: Cursor): readonly Syntax[] | Syntax {
  if (!cursor.at('(')) {
    const collection = parsePrimary(cursor);
    return collection.kind === 'array' ? collection.items : collection;
  }
  cursor.next();
  const items = parseItems(cursor, ')', () => parseExpression(cursor));
  const [only] = items;
  if (items.length === 1 && only !== undefined && only.kind !== 'literal' && only.kind !== 'alias')
    return only;
  const odd = items.find((item) => item.kind !== 'literal' && item.kind !== 'alias');
  if (odd !== undefined)
    throw cursor.error(
      'Expected a literal in the list of in',
      odd.position,
      'Use [ ] for a list of expressions.',
    );
  return items;
}

function parseItems<Item>(cursor: Cursor, close: string, parseItem: () => Item): Item[] {
  const items: Item[] = [];
  if (cursor.accept(close)) return items;
  do {
    if (items.length >= MAX_LIST_ITEMS)
      throw tooComplex(`The limit of list items, ${MAX_LIST_ITEMS}`, cursor.place());
    items.push(parseItem());
  } while (cursor.accept(','));
  cursor.expect(close);
  return items;
}

function parsePrimary(cursor: Cursor): Syntax {
  const { token } = cursor;
  const literal = parseLiteral(cursor);
  if (literal !== undefined) return literal;
  if (cursor.accept('(')) {
    const inner = parseExpression(cursor);
    cursor.expect(')');
    return inner;
  }
  if (cursor.at('[') || cursor.at('{')) return parseJson(cursor, token);
  if (token.kind === 'identifier' && cursor.followedBy('(')) {
    const name = token.text.toLowerCase();
    if (name === 'case') return parseCase(cursor);
    if (name === 'cast' || name === 'isof') return parseTypeCall(cursor, name);
  }
  return parsePath(cursor, parseExpression);
}

/** `["a",1,true]` and `{"a":1}`, ABNF `arrayOrObject`; any expression may stand inside. */
function parseJson(cursor: Cursor, open: Token): Syntax {
  cursor.jsonDepth += 1;
  cursor.next();
  const node = open.text === '{' ? parseObject(cursor, open) : parseArray(cursor, open);
  cursor.jsonDepth -= 1;
  return node;
}

function parseArray(cursor: Cursor, open: Token): Syntax {
  const items = parseItems(cursor, ']', () => parseExpression(cursor));
  return { ...cursor.base(open.position, items), kind: 'array', items };
}

function parseObject(cursor: Cursor, open: Token): Syntax {
  const members = parseItems(cursor, '}', (): readonly [string, Syntax] => {
    if (cursor.token.kind !== 'jsonString') throw cursor.expected('a property name in double quotes');
    const name = cursor.next().text;
    cursor.expect(':');
    return [name, parseExpression(cursor)];
  });
  return {
    ...cursor.base(
      open.position,
      members.map(([, value]) => value),
    ),
    kind: 'object',
    members,
  };
}

/** `case(X gt 0:1,X lt 0:-1,true:0)`, URL Conventions 5.1.1.13. */
function parseCase(cursor: Cursor): Syntax {
  const { position } = cursor.next();
  cursor.expect('(');
  if (cursor.at(')')) throw cursor.expected('a condition');
  const branches = parseItems(cursor, ')', () => {
    const when = parseExpression(cursor);
    cursor.expect(':');
    return { when, then: parseExpression(cursor) };
  });
  return {
    ...cursor.base(
      position,
      branches.flatMap(({ when, then }) => [when, then]),
    ),
    kind: 'case',
    branches,
  };
}

/** `cast(x,Edm.String)`, `isof(Edm.String)`, `cast(x,Collection(Edm.String))`; 5.1.1.10. */
function parseTypeCall(cursor: Cursor, kind: 'cast' | 'isof'): Syntax {
  const { position } = cursor.next();
  cursor.expect('(');
  const loneName = /^[^\s(),/]+[ \t]*\)/.test(
    cursor.text.slice(cursor.token.position, cursor.token.end + 40),
  );
  const loneCollection = cursor.token.text === 'Collection' && cursor.followedBy('(');
  const operand =
    (loneName && cursor.token.kind === 'identifier') || loneCollection ? undefined : parseExpression(cursor);
  if (operand !== undefined) cursor.expect(',');
  const collection = cursor.token.text === 'Collection' && cursor.followedBy('(');
  if (collection) cursor.jump(cursor.token.end + 1);
  if (cursor.token.kind !== 'identifier') throw cursor.expected('the name of a type');
  const typeName = cursor.next().text;
  if (collection) cursor.expect(')');
  cursor.expect(')');
  const base = cursor.base(position, [operand]);
  return { ...base, kind, typeName, collection, ...(operand === undefined ? {} : { operand }) };
}

/** The value of an alias option (`@p=…`). @throws FeedError QUERY_SYNTAX also when it is empty */
export function parseAliasValue(text: string, name: string): Syntax {
  if (text === '')
    throw queryError('QUERY_SYNTAX', `Expected a value for ${quoted(name)}`, { option: name, position: 0 });
  return parseWholeExpression(text, name);
}
