/**
 * Member paths within expressions: properties, navigation, calls, lambdas, `$count`.
 * Spec: ABNF `firstMemberExpr`, `collectionPathExpr`, `functionExpr`, `anyExpr`, `allExpr`; URL Conventions 5.1.1.13 ff.
 */
import type { Cursor } from './cursor.js';
import { MAX_LIST_ITEMS } from './limits.js';
import { tooComplex, unsupported } from './query-error.js';
import { parseSearch, searchEnd } from './parse-search.js';
import type { ArgumentSyntax, PathHead, SearchOptionSyntax, SegmentSyntax, Syntax } from './syntax.js';

/** The expression parser, handed in because expressions and paths contain one another. */
export type ParseExpression = (cursor: Cursor) => Syntax;

/** A path from where the cursor stands, or the call or alias that it turns out to be. */
export function parsePath(cursor: Cursor, parse: ParseExpression): Syntax {
  const start = cursor.token;
  const head = parseHead(cursor);
  const segments: SegmentSyntax[] = head === undefined ? [parseSegment(cursor, parse, true)] : [];
  while (cursor.at('/')) {
    cursor.next();
    segments.push(parseSegment(cursor, parse, false));
    if (segments.length > MAX_LIST_ITEMS)
      throw tooComplex(`The limit of path segments, ${MAX_LIST_ITEMS}`, cursor.place());
  }
  if (head === '$root' && segments.length === 0) throw cursor.expected("'/' and an entity set after $root");
  return pathNode(cursor, start.position, segments, head);
}

function pathNode(
  cursor: Cursor,
  position: number,
  segments: readonly SegmentSyntax[],
  head: PathHead | undefined,
): Syntax {
  const { height } = cursor.base(position, segments.flatMap(childrenOf));
  if (typeof head === 'object' && segments.length === 0)
    return { position, height, kind: 'alias', name: head.alias };
  const [first] = segments;
  if (head === undefined && segments.length === 1 && first?.kind === 'name') {
    const { name, args } = first;
    if (args?.every((argument) => argument.name === undefined) === true) {
      return { position, height, kind: 'call', name, args: args.map(({ value }) => value) };
    }
    if (args === undefined && name.includes('.')) throw cursor.expected("'(' or '/' after a qualified name");
  }
  if (head === undefined) return { position, height, kind: 'path', segments };
  return { position, height, kind: 'path', head, segments };
}

function childrenOf(segment: SegmentSyntax): (Syntax | undefined)[] {
  if (segment.kind === 'name') return segment.args?.map(({ value }) => value) ?? [];
  if (segment.kind === 'count') return [segment.filter];
  if (segment.kind === 'annotation') return [];
  if (segment.kind !== 'filter') return [segment.predicate];
  return [segment.predicate, ...(segment.args?.map(({ value }) => value) ?? [])];
}

function parseHead(cursor: Cursor): PathHead | undefined {
  const { kind, text } = cursor.token;
  if (kind === 'dollar') {
    if (text === '$these') throw unsupported('$these', cursor.place());
    if (text !== '$it' && text !== '$this' && text !== '$root') throw cursor.expected('an expression');
    cursor.next();
    return text;
  }
  if (kind !== 'at' || text.includes('.') || text.includes('#')) return undefined;
  cursor.next();
  return { alias: text };
}

function parseSegment(cursor: Cursor, parse: ParseExpression, first: boolean): SegmentSyntax {
  const { kind, text, position } = cursor.token;
  if (kind === 'at') {
    cursor.next();
    return { kind: 'annotation', name: text, position };
  }
  if (kind === 'dollar' && !first) return parseDollarSegment(cursor, parse);
  if (kind !== 'identifier') throw cursor.expected(first ? 'an expression' : 'a property name');
  const word = text.toLowerCase();
  if ((word === 'any' || word === 'all') && cursor.followedBy('(')) {
    if (first)
      throw cursor.error(
        `Expected a collection before ${word}()`,
        cursor.token.end,
        `Write property/${word}(…).`,
      );
    return parseLambda(cursor, parse, word);
  }
  const called = cursor.followedBy('(');
  if (called && !first && text === 'aggregate') throw unsupported('aggregate within a path', cursor.place());
  cursor.next();
  if (!called) return { kind: 'name', name: text, position };
  return { kind: 'name', name: text, position, args: parseArguments(cursor, parse) };
}

function parseDollarSegment(cursor: Cursor, parse: ParseExpression): SegmentSyntax {
  const { text, position } = cursor.token;
  const open = cursor.followedBy('(');
  if (text === '$filter' && open) {
    cursor.next();
    cursor.next();
    const predicate = parse(cursor);
    const keyed = cursor.followedBy('(');
    cursor.expect(')');
    return { kind: 'filter', predicate, position, ...(keyed ? { args: parseArguments(cursor, parse) } : {}) };
  }
  if (text !== '$count') throw cursor.expected('a property name, $count or $filter(…)');
  cursor.next();
  if (!open) return { kind: 'count', position };
  return { kind: 'count', position, ...parseCountOptions(cursor, parse) };
}

/** `$count($filter=…;$search=…)`, ABNF `expandCountOption`. */
export function parseCountOptions(
  cursor: Cursor,
  parse: ParseExpression,
): { filter?: Syntax; search?: SearchOptionSyntax } {
  const options: { filter?: Syntax; search?: SearchOptionSyntax } = {};
  cursor.expect('(');
  do {
    const name = cursor.token.text.toLowerCase().replace(/^\$/, '');
    if ((name !== 'filter' && name !== 'search') || !cursor.followedBy('='))
      throw cursor.expected('$filter= or $search=');
    if (options[name] !== undefined) throw cursor.error(`Option '$${name}' stands twice`);
    if (name === 'filter') {
      cursor.next();
      cursor.next();
      options.filter = parse(cursor);
    } else options.search = takeSearch(cursor);
  } while (cursor.accept(';'));
  cursor.expect(')');
  return options;
}

/** `$search=…` within parentheses: the cursor stands on the name; its text is not made of expression tokens. */
export function takeSearch(cursor: Cursor): SearchOptionSyntax {
  const position = cursor.token.end + 1;
  const end = searchEnd(cursor.text, position);
  cursor.jump(end);
  return { tree: parseSearch(cursor.text.slice(position, end), cursor.option, position), position };
}

function parseLambda(cursor: Cursor, parse: ParseExpression, kind: 'any' | 'all'): SegmentSyntax {
  const { position } = cursor.next();
  cursor.expect('(');
  if (kind === 'any' && cursor.accept(')')) return { kind, position };
  if (cursor.token.kind !== 'identifier') throw cursor.expected('a variable name');
  const variable = cursor.next().text;
  if (!cursor.at(':')) throw cursor.expected("':'", `Write ${kind}(x:…), with x/ before the properties.`);
  cursor.next();
  const predicate = parse(cursor);
  cursor.expect(')');
  return { kind, position, variable, predicate };
}

function parseArguments(cursor: Cursor, parse: ParseExpression): ArgumentSyntax[] {
  cursor.expect('(');
  const args: ArgumentSyntax[] = [];
  if (cursor.accept(')')) return args;
  do {
    const { kind, text, position } = cursor.token;
    if (kind === 'identifier' && cursor.followedBy('=')) {
      cursor.next();
      cursor.next();
      args.push({ name: text, value: parse(cursor), position });
    } else args.push({ value: parse(cursor), position });
    if (args.length > MAX_LIST_ITEMS)
      throw tooComplex(`The limit of list items, ${MAX_LIST_ITEMS}`, cursor.place());
  } while (cursor.accept(','));
  cursor.expect(')');
  return args;
}
