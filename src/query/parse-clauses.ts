/**
 * The list-shaped options: `$orderby`, `$select`, `$expand` with its nested options, `$compute`.
 * Spec: URL Conventions 4.01, 5.1.3 to 5.1.6; ABNF `expand`, `select`, `orderby`, `compute`.
 */
import { Cursor } from './cursor.js';
import { parseExpression } from './parse-expression.js';
import { parseCountOptions, takeSearch } from './parse-path.js';
import { unsupported } from './query-error.js';
import { didYouMean } from './suggest.js';
import type {
  ComputeItemSyntax,
  ExpandItemSyntax,
  NameSyntax,
  NestedOptionsSyntax,
  OrderItemSyntax,
  SelectItemSyntax,
  Syntax,
  TextSyntax,
} from './syntax.js';

type NestedName = Exclude<keyof NestedOptionsSyntax, 'aliases'>;

const REF_OPTIONS: readonly NestedName[] = ['filter', 'search', 'orderby', 'skip', 'top', 'count'];
const EXPAND_OPTIONS: readonly NestedName[] = [...REF_OPTIONS, 'select', 'expand', 'compute', 'levels'];
const SELECT_OPTIONS: readonly NestedName[] = [...REF_OPTIONS, 'select', 'compute'];

/** Runs one list parser over a whole text. */
export function parseWhole<Result>(text: string, option: string, parse: (cursor: Cursor) => Result): Result {
  const cursor = new Cursor(text, option);
  const result = parse(cursor);
  cursor.expectEnd();
  return result;
}

function listOf<Item>(cursor: Cursor, parseItem: (cursor: Cursor) => Item): Item[] {
  const items = [parseItem(cursor)];
  while (cursor.accept(',')) items.push(parseItem(cursor));
  return items;
}

/** `riskScore desc,displayName`. */
export function parseOrderBy(cursor: Cursor): OrderItemSyntax[] {
  return listOf(cursor, () => {
    const expression = parseExpression(cursor);
    const direction = cursor.operator;
    if (direction !== 'asc' && direction !== 'desc') {
      if (cursor.token.kind === 'identifier') {
        throw cursor.expected(
          'an operator, asc, desc or a comma',
          didYouMean(cursor.token.text, ['desc', 'asc'], 'Separate the items with commas.'),
        );
      }
      return { expression, descending: false };
    }
    cursor.next();
    return { expression, descending: direction === 'desc' };
  });
}

/** `userCount mul 2 as twice`. */
export function parseCompute(cursor: Cursor): ComputeItemSyntax[] {
  return listOf(cursor, () => {
    const expression = parseExpression(cursor);
    if (cursor.operator !== 'as') throw cursor.expected('as and a name');
    cursor.next();
    if (cursor.token.kind !== 'identifier' || cursor.token.text.includes('.'))
      throw cursor.expected('a name');
    const { text, position } = cursor.next();
    return { expression, name: { name: text, position } };
  });
}

function parseName(cursor: Cursor): NameSyntax {
  const { kind, text, position } = cursor.token;
  if (kind !== 'identifier' && kind !== 'at' && !cursor.at('*')) throw cursor.expected('a property name');
  const wildcard = kind === 'identifier' && cursor.followedByStar();
  cursor.next();
  if (!wildcard) return { name: text, position };
  cursor.next();
  cursor.next();
  return { name: `${text}.*`, position };
}

/** `id,displayName`, `*`, `Namespace.*`, `Namespace.Type/property`, `tags($top=1)`. */
export function parseSelect(cursor: Cursor): SelectItemSyntax[] {
  return listOf(cursor, (): SelectItemSyntax => {
    const { position } = cursor.token;
    const path = [parseName(cursor)];
    while (path.at(-1)?.name.endsWith('*') !== true && cursor.accept('/')) path.push(parseName(cursor));
    if (!cursor.at('(')) return { position, path };
    if (isParameterList(cursor)) return { position, path };
    return { position, path, options: parseNestedOptions(cursor, SELECT_OPTIONS) };
  });
}

/** `Name(Location,Kind)` names an overload of a function by its parameters: taken and forgotten, we have no functions. */
function isParameterList(cursor: Cursor): boolean {
  const list = /^\(\s*[\p{L}_][\p{L}\p{Nd}_]*\s*(?:,\s*[\p{L}_][\p{L}\p{Nd}_]*\s*)*\)/u.exec(
    cursor.text.slice(cursor.token.position),
  );
  if (list === null) return false;
  cursor.jump(cursor.token.position + list[0].length);
  return true;
}

/** `stream($select=displayName;$expand=…),appTags/$count`. */
export function parseExpand(cursor: Cursor): ExpandItemSyntax[] {
  return cursor.nested(() => listOf(cursor, parseExpandItem));
}

function parseExpandItem(cursor: Cursor): ExpandItemSyntax {
  const { position, text } = cursor.token;
  if (text === '$value') {
    cursor.next();
    return { position, path: [{ name: text, position }], options: {} };
  }
  const path = [parseName(cursor)];
  let suffix: '$ref' | '$count' | undefined;
  while (suffix === undefined && cursor.accept('/')) {
    const next = cursor.token;
    if (next.kind === 'dollar') {
      if (next.text !== '$ref' && next.text !== '$count')
        throw cursor.expected('a navigation property, $ref or $count');
      suffix = next.text;
      cursor.next();
    } else path.push(parseName(cursor));
  }
  const star = path.at(-1)?.name === '*';
  if (star && suffix === '$count') throw cursor.error("'*' cannot be followed by $count", position);
  const options = cursor.at('(') ? parseItemOptions(cursor, suffix, star) : {};
  return { position, path, options, ...(suffix === undefined ? {} : { suffix }) };
}

function parseItemOptions(
  cursor: Cursor,
  suffix: '$ref' | '$count' | undefined,
  star: boolean,
): NestedOptionsSyntax {
  if (suffix === '$count') {
    const { filter, search } = parseCountOptions(cursor, parseExpression);
    return {
      ...(filter === undefined ? {} : { filter }),
      ...(search === undefined ? {} : { search }),
    };
  }
  if (star) return parseNestedOptions(cursor, suffix === undefined ? ['levels'] : []);
  return parseNestedOptions(cursor, suffix === undefined ? EXPAND_OPTIONS : REF_OPTIONS);
}

function parseNestedOptions(cursor: Cursor, allowed: readonly NestedName[]): NestedOptionsSyntax {
  const options: Record<string, unknown> = {};
  const aliases = new Map<string, Syntax>();
  cursor.expect('(');
  do {
    const { kind, text, position } = cursor.token;
    if (kind === 'at' && cursor.followedBy('=')) {
      skipNameAndEquals(cursor);
      if (aliases.has(text)) throw cursor.error(`Parameter alias '${text}' stands twice`, position);
      aliases.set(text, parseExpression(cursor));
      continue;
    }
    const name = text.toLowerCase().replace(/^\$/, '') as NestedName;
    if ((name as string) === 'apply' && cursor.followedBy('='))
      throw unsupported('$apply within $expand', cursor.place());
    if (!allowed.includes(name) || !cursor.followedBy('=')) {
      throw cursor.expected(
        `one of ${allowed.map((option) => `$${option}=`).join(' ')}`,
        'Separate nested options with semicolons.',
      );
    }
    if (Object.hasOwn(options, name)) throw cursor.error(`Option '$${name}' stands twice`, position);
    options[name] = NESTED[name](cursor);
  } while (cursor.accept(';'));
  cursor.expect(')');
  return { ...options, ...(aliases.size === 0 ? {} : { aliases }) };
}

function skipNameAndEquals(cursor: Cursor): void {
  cursor.next();
  cursor.next();
}

const afterEquals =
  <Result>(parse: (cursor: Cursor) => Result) =>
  (cursor: Cursor): Result => {
    skipNameAndEquals(cursor);
    return parse(cursor);
  };

const plainText = (pattern: RegExp, what: string) =>
  afterEquals((cursor): TextSyntax => {
    const { text, position } = cursor.token;
    if (!pattern.test(text)) throw cursor.expected(what);
    cursor.next();
    return { text, position };
  });

/** How the value of each nested option is read; the cursor stands on the option's name. */
const NESTED: { readonly [Name in NestedName]: (cursor: Cursor) => NonNullable<NestedOptionsSyntax[Name]> } =
  {
    filter: afterEquals(parseExpression),
    orderby: afterEquals(parseOrderBy),
    select: afterEquals(parseSelect),
    expand: afterEquals(parseExpand),
    compute: afterEquals(parseCompute),
    top: plainText(/^\d+$/, 'a whole number'),
    skip: plainText(/^\d+$/, 'a whole number'),
    count: plainText(/^(true|false)$/i, 'true or false'),
    levels: plainText(/^([1-9]\d*|max)$/, 'a number from 1, or max'),
    search: takeSearch,
  };
