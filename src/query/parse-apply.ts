/**
 * The language of `$apply`: transformations, one after another.
 * Spec: Data Aggregation 4.0, 3; its ABNF, `applyExpr`.
 */
import { Cursor } from './cursor.js';
import { MAX_BRANCHES, MAX_ORDER_ITEMS, MAX_TRANSFORMATIONS } from './limits.js';
import { parseCompute, parseOrderBy } from './parse-clauses.js';
import { parseExpression } from './parse-expression.js';
import { takeSearch } from './parse-path.js';
import { quoted, tooComplex, unsupported } from './query-error.js';
import { didYouMean } from './suggest.js';
import type { NameSyntax } from './syntax.js';
import {
  TRANSFORMATIONS,
  type AggregateItemSyntax,
  type ApplySyntax,
  type BestName,
  type GroupElementSyntax,
  type PathSyntax,
  type TransformationSyntax,
} from './syntax-apply.js';

/** Legal, and not done. */
const UNSUPPORTED = new Set([
  'ancestors',
  'descendants',
  'traverse',
  'join',
  'outerjoin',
  'nest',
  'addnested',
  'expand',
]);

/** The transformations of a whole text. @throws FeedError QUERY_SYNTAX, QUERY_TOO_COMPLEX, QUERY_UNSUPPORTED */
export function parseApply(text: string, option: string): ApplySyntax {
  const cursor = new Cursor(text, option);
  const sequence = new ApplyParser(cursor).sequence();
  if (cursor.token.kind !== 'end') throw cursor.expected("'/' and a transformation, or the end");
  return sequence;
}

type Parse = (position: number) => TransformationSyntax;

class ApplyParser {
  #transformations = 0;

  constructor(private readonly cursor: Cursor) {}

  sequence(): TransformationSyntax[] {
    return this.cursor.nested(() => {
      const sequence = [this.transformation()];
      while (this.cursor.accept('/')) sequence.push(this.transformation());
      return sequence;
    });
  }

  private transformation(): TransformationSyntax {
    const { cursor } = this;
    const { kind, text, position } = cursor.token;
    this.#transformations += 1;
    if (this.#transformations > MAX_TRANSFORMATIONS)
      throw tooComplex(`The limit of transformations, ${MAX_TRANSFORMATIONS}`, cursor.place());
    const name = kind === 'identifier' ? TRANSFORMATIONS.find((each) => each === text) : undefined;
    if (name === 'identity' || (name !== undefined && cursor.followedBy('(')))
      return this.parsers[name](position);
    if (UNSUPPORTED.has(text)) throw unsupported(`the transformation ${quoted(text)}`, cursor.place());
    if (kind === 'identifier' && text.includes('.'))
      throw unsupported(`functions as transformations, ${quoted(text)}`, cursor.place());
    throw cursor.expected(
      'a transformation',
      didYouMean(text, TRANSFORMATIONS, `The transformations are ${TRANSFORMATIONS.join(', ')}.`),
    );
  }

  /** By name; each stands on the name. */
  private readonly parsers: Readonly<Record<(typeof TRANSFORMATIONS)[number], Parse>> = {
    aggregate: (position) => ({
      position,
      kind: 'aggregate',
      items: this.inside(() => this.list(() => this.aggregate())),
    }),
    groupby: (position) => this.inside(() => this.groupby(position)),
    filter: (position) => ({
      position,
      kind: 'filter',
      predicate: this.inside(() => parseExpression(this.cursor)),
    }),
    compute: (position) => ({
      position,
      kind: 'compute',
      items: this.inside(() => parseCompute(this.cursor)),
    }),
    orderby: (position) => ({
      position,
      kind: 'orderby',
      items: this.inside(() => parseOrderBy(this.cursor)),
    }),
    search: (position) => this.search(position),
    top: (position) => this.rowCount('top', position),
    skip: (position) => this.rowCount('skip', position),
    concat: (position) => ({ position, kind: 'concat', branches: this.inside(() => this.branches()) }),
    identity: (position) => {
      this.cursor.next();
      return { position, kind: 'identity' };
    },
    topcount: (position) => this.best('topcount', position),
    bottomcount: (position) => this.best('bottomcount', position),
    topsum: (position) => this.best('topsum', position),
    bottomsum: (position) => this.best('bottomsum', position),
    toppercent: (position) => this.best('toppercent', position),
    bottompercent: (position) => this.best('bottompercent', position),
  };

  /** What stands in the parentheses after the name. */
  private inside<Result>(parse: () => Result): Result {
    this.cursor.next();
    this.cursor.expect('(');
    const result = parse();
    this.cursor.expect(')');
    return result;
  }

  private list<Item>(parse: () => Item): Item[] {
    const items = [parse()];
    while (this.cursor.accept(',')) {
      if (items.length >= MAX_ORDER_ITEMS)
        throw tooComplex(`The limit of aggregates or groupings, ${MAX_ORDER_ITEMS}`, this.cursor.place());
      items.push(parse());
    }
    return items;
  }

  private branches(): TransformationSyntax[][] {
    const branches = [this.sequence()];
    while (this.cursor.accept(',')) {
      if (branches.length >= MAX_BRANCHES)
        throw tooComplex(`The limit of branches of concat, ${MAX_BRANCHES}`, this.cursor.place());
      branches.push(this.sequence());
    }
    if (branches.length < 2) throw this.cursor.expected("',' and another sequence");
    return branches;
  }

  private search(position: number): TransformationSyntax {
    const search = takeSearch(this.cursor);
    this.cursor.expect(')');
    return { position, kind: 'search', search };
  }

  private rowCount(kind: 'top' | 'skip', position: number): TransformationSyntax {
    const count = this.inside(() => {
      const { text, position: at } = this.cursor.token;
      if (!/^\d+$/.test(text)) throw this.cursor.expected('a whole number');
      this.cursor.next();
      return { text, position: at };
    });
    return { position, kind, count };
  }

  private best(kind: BestName, position: number): TransformationSyntax {
    return this.inside(() => {
      const amount = parseExpression(this.cursor);
      this.cursor.expect(',');
      return { position, kind, amount, value: parseExpression(this.cursor) };
    });
  }

  private groupby(position: number): TransformationSyntax {
    this.cursor.expect('(');
    const elements = this.list(() => this.groupElement());
    this.cursor.expect(')');
    if (!this.cursor.accept(',')) return { position, kind: 'groupby', elements };
    return { position, kind: 'groupby', elements, then: this.sequence() };
  }

  private groupElement(): GroupElementSyntax {
    const { cursor } = this;
    const { text, position } = cursor.token;
    if (text === 'rolluprecursive' && cursor.followedBy('('))
      throw unsupported("grouping by 'rolluprecursive'", cursor.place());
    if (text !== 'rollup' || !cursor.followedBy('(')) return { kind: 'path', path: this.path() };
    return { kind: 'rollup', position, levels: this.inside(() => this.list(() => this.path())) };
  }

  private path(): PathSyntax {
    const path = [this.name('a property')];
    while (this.cursor.accept('/')) path.push(this.name('a property'));
    return path;
  }

  private name(what: string): NameSyntax {
    if (this.cursor.token.kind !== 'identifier') throw this.cursor.expected(what);
    const { text, position } = this.cursor.next();
    return { name: text, position };
  }

  private aggregate(): AggregateItemSyntax {
    const { cursor } = this;
    const { kind, text, position } = cursor.token;
    if (kind === 'dollar' && text === '$count') {
      cursor.next();
      const from = this.from(false);
      return { position, ...from, alias: this.alias() };
    }
    const expression = parseExpression(cursor);
    const method = this.word('with') ? this.name('an aggregation method') : undefined;
    const from = this.from(method !== undefined);
    const needsAlias = method !== undefined || from.from !== undefined || cursor.operator === 'as';
    return {
      position,
      expression,
      ...(method === undefined ? {} : { method }),
      ...from,
      ...(needsAlias ? { alias: this.alias() } : {}),
    };
  }

  /** `from stream with max`: read to its end, so that what follows is checked too. */
  private from(methodRequired: boolean): { readonly from?: number } {
    const { position } = this.cursor.token;
    let found = false;
    while (this.word('from')) {
      found = true;
      this.list(() => this.path());
      if (this.word('with')) this.name('an aggregation method');
      else if (methodRequired) throw this.cursor.expected('with and an aggregation method');
    }
    return found ? { from: position } : {};
  }

  private alias(): NameSyntax {
    if (!this.word('as')) throw this.cursor.expected('as and a name');
    if (this.cursor.token.text.includes('.')) throw this.cursor.expected('a name');
    return this.name('a name');
  }

  private word(word: string): boolean {
    if (this.cursor.operator !== word) return false;
    this.cursor.next();
    return true;
  }
}
