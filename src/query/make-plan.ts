/**
 * Read plans from bound options: rows, and the rows that are expanded into them.
 * Spec: Protocol 4.01, 11.2.5.2 ($expand); URL Conventions 5.1.3.
 */
import type { EntitySet, NavigationProperty, Property } from '../model/edm.js';
import type { Expr } from './ast.js';
import { bindSequence } from './bind-apply.js';
import { bindCompute, type ComputedByName } from './bind-compute.js';
import { bindExpression } from './bind-expression.js';
import { bindCondition } from './bind-condition.js';
import type { Step } from './bind-groupby.js';
import { bindSearch, bothOf } from './bind-search.js';
import { MAX_EXPAND_DEPTH, MAX_EXPAND_ITEMS, countedRows } from './limits.js';
import { PATH_FILTER } from './path-filter.js';
import type { ApplyPlan, ExpandPlan, RowsPlan, Transformation } from './plan.js';
import { afterType, bindOrderItems, planOrder, planSelect, unknownName } from './plan-clauses.js';
import { queryError, tooComplex, unsupported } from './query-error.js';
import { planValues } from './plan-values.js';
import type { Alias, Budget, Scope, Variable } from './scope.js';
import { shapeOf } from './shape.js';
import type { ExpandItemSyntax, NestedOptionsSyntax, SelectItemSyntax, Syntax } from './syntax.js';
import type { ApplySyntax } from './syntax-apply.js';

/** Options that messages name. */
type PlannedOption = 'filter' | 'orderby' | 'select' | 'expand' | 'search' | 'compute' | 'apply';

/** The row of the request itself, as expanded rows see it: their `$it` (URL Conventions 5.1.1.14.1). */
const OUTER = '$outer';

/** What all parts of one plan share. */
export interface PlanContext {
  readonly aliases: ReadonlyMap<string, Alias>;
  readonly budget: Budget & { expandItems: number };
  /** 0 for the rows of the request itself, 1 for what they expand … */
  readonly depth: number;
  /** The row of the request itself, where the plan is of rows that it expands. */
  readonly outer?: Variable;
  /** Name for messages: nested options are all within `$expand`. */
  readonly label: (option: PlannedOption) => string;
}

/** Options of one level as they reach a plan. */
export type RowOptions = Pick<NestedOptionsSyntax, Exclude<PlannedOption, 'apply'>> & {
  readonly apply?: ApplySyntax;
  readonly top?: number;
  readonly skip?: number;
  readonly count?: boolean;
  /** `/$filter(…)` segments of the path: what they let through is what the other options are about. */
  readonly within?: readonly Syntax[];
  /** `/$ref`: ids only. */
  readonly references?: true;
};

/** Plans the rows of one set. @throws FeedError QUERY_* with the place */
export function planRows(addressed: EntitySet, options: RowOptions, context: PlanContext): RowsPlan {
  const within = (options.within ?? []).map((syntax) =>
    bindCondition(syntax, { ...scopeOf(addressed, new Map(), 'filter', context), option: PATH_FILTER }),
  );
  const applied =
    options.apply &&
    bindSequence(options.apply, shapeOf(addressed), ({ set, computed }) =>
      scopeOf(set, computed, 'apply', context),
    );
  const shape = applied?.shape ?? shapeOf(addressed);
  const { set } = shape;
  const computed = bindCompute(options.compute ?? [], set, shape.computed, (known) =>
    scopeOf(set, known, 'compute', context),
  );
  const scope = (option: PlannedOption) => scopeOf(set, computed, option, context);
  const conditions = [
    ...(applied === undefined ? within : []),
    options.filter && bindCondition(options.filter, scope('filter')),
    options.search && bindSearch(options.search, scope('search')),
  ];
  const filter = conditions.reduce(bothOf, undefined);
  const selected = options.references ? keyItems(set) : options.select;
  const values = planValues(options.select ?? [], set, scope('select'));
  const inner = { ...context, outer: context.outer ?? ({ kind: 'row', set, computed } as const) };
  const order = applied === undefined ? planOrder : bindOrder;
  return {
    set,
    ...(applied === undefined ? {} : { apply: applyPlan(applied, addressed, within) }),
    ...(filter === undefined ? {} : { filter }),
    orderBy: order(options.orderby ?? [], set, scope('orderby')),
    skip: options.skip ?? 0,
    ...(options.top === undefined ? {} : { top: options.top }),
    count: options.count ?? false,
    ...selection(planSelect(selected, set, context.label('select'), computed), set, computed),
    expand: planExpand(options.expand ?? [], set, inner),
    ...(values.size === 0 ? {} : { values }),
    ...(options.references && { references: true }),
  };
}

/** What a reference is made of. */
function keyItems(set: EntitySet): SelectItemSyntax[] {
  return set.type.key.map((name) => ({ position: 0, path: [{ name, position: 0 }] }));
}

/** Transformed rows may stand twice, so no key makes their order total: it is that of the transformations. */
const bindOrder: typeof planOrder = (items, _set, scope) => bindOrderItems(items, scope);

function applyPlan(
  { result, shape }: Step<readonly Transformation[]>,
  addressed: EntitySet,
  within: readonly Expr[],
): ApplyPlan {
  const before = within.map((predicate): Transformation => ({ kind: 'filter', predicate }));
  return {
    transformations: [...before, ...result],
    entities: shape.set === addressed,
    optional: shape.optional,
  };
}

function selection(
  select: readonly Property[],
  set: EntitySet,
  computed: ComputedByName,
): Pick<RowsPlan, 'select' | 'selectsAll' | 'compute'> {
  const declared = select.filter(({ name }) => !computed.has(name)).length;
  const compute = new Map(
    select.flatMap(({ name }) => {
      const found = computed.get(name);
      return found === undefined ? [] : [[name, found.expr] as const];
    }),
  );
  const selectsAll = declared === set.type.properties.length;
  return { select, selectsAll, ...(compute.size === 0 ? {} : { compute }) };
}

function scopeOf(
  set: EntitySet,
  computed: ComputedByName,
  option: PlannedOption,
  context: PlanContext,
): Scope {
  const row: Variable = { kind: 'row', set, computed };
  return {
    option: context.label(option),
    variables: new Map([['$it', row], ...(context.outer ? ([[OUTER, context.outer]] as const) : [])]),
    implicit: '$it',
    aliases: context.aliases,
    openAliases: [],
    it: context.outer === undefined ? '$it' : OUTER,
    budget: context.budget,
    bind: bindExpression,
  };
}

function planExpand(items: readonly ExpandItemSyntax[], set: EntitySet, context: PlanContext): ExpandPlan[] {
  const plans = new Map<string, ExpandPlan>();
  const option = context.label('expand');
  for (const item of items) {
    const place = { option, position: item.position };
    const navigation = navigationOf(item, set, option);
    if (navigation === undefined) continue;
    if (plans.has(navigation.name)) {
      throw queryError(
        'QUERY_VALUE',
        `'${navigation.name}' is expanded twice, the second time`,
        place,
        'Put all its options into one pair of parentheses.',
      );
    }
    plans.set(navigation.name, planExpandItem({ navigation, from: set }, item, context, option));
  }
  const star = items.find(({ path }) => path.at(-1)?.name === '*');
  if (star !== undefined) {
    for (const navigation of set.type.navigation) {
      if (!plans.has(navigation.name))
        plans.set(
          navigation.name,
          planExpandItem({ navigation, from: set }, { ...star, options: {} }, context, option),
        );
    }
  }
  return set.type.navigation.flatMap(({ name }) => plans.get(name) ?? []);
}

/** The navigation property of an item; `undefined` for `*`, which is done last: named items carry their own options. */
function navigationOf(
  item: ExpandItemSyntax,
  set: EntitySet,
  option: string,
): NavigationProperty | undefined {
  const [name, more] = afterType(item.path, set);
  const place = { option, position: name.position };
  if (item.options.levels !== undefined)
    throw unsupported('$levels', { option, position: item.options.levels.position });
  if (name.name === '*') return undefined;
  if (name.name.startsWith('@') || name.name === '$value')
    throw unsupported(`${name.name} in $expand`, place);
  const navigation = set.type.navigationProperty(name.name);
  if (navigation === undefined) {
    if (set.type.property(name.name) === undefined) throw unknownName(name, set, place);
    const names = set.type.navigation.map((each) => each.name).join(', ');
    const hint = names === '' ? `${set.name} has nothing to expand.` : `Expandable are: ${names}.`;
    throw queryError('QUERY_TYPE', `'${name.name}' is no navigation property`, place, hint);
  }
  if (more !== undefined) {
    const hint = `Nest it: ${navigation.name}($expand=${more.name}).`;
    throw unsupported('paths in $expand', { option, position: more.position }, hint);
  }
  return navigation;
}

function planExpandItem(
  { navigation, from }: { readonly navigation: NavigationProperty; readonly from: EntitySet },
  item: ExpandItemSyntax,
  context: PlanContext,
  option: string,
): ExpandPlan {
  const place = { option, position: item.position };
  const { budget } = context;
  budget.expandItems += 1;
  if (budget.expandItems > MAX_EXPAND_ITEMS)
    throw tooComplex(`The limit of $expand items, ${MAX_EXPAND_ITEMS}`, place);
  if (context.depth >= MAX_EXPAND_DEPTH)
    throw tooComplex(`The limit of nested $expand, ${MAX_EXPAND_DEPTH}`, place);
  refuseOptions(navigation, item, option);
  const { options, suffix } = item;
  const nested: PlanContext = {
    ...context,
    depth: context.depth + 1,
    label: () => option,
    aliases: withAliases(context.aliases, options, option),
  };
  const references = suffix === '$ref' ? ({ references: true } as const) : {};
  const rows = planRows(from.target(navigation), { ...rowOptions(options), ...references }, nested);
  return { navigation, rows, countOnly: suffix === '$count' };
}

/** Options that are legal and not done, and options that need a collection. */
function refuseOptions(
  navigation: NavigationProperty,
  { options, suffix, position }: ExpandItemSyntax,
  option: string,
): void {
  if (navigation.collection) return;
  const collectionOnly = (['filter', 'search', 'orderby', 'top', 'skip', 'count'] as const).find(
    (name) => options[name] !== undefined,
  );
  const wrong = suffix === '$count' ? '/$count' : collectionOnly && `$${collectionOnly}`;
  if (wrong === undefined) return;
  const what = `${wrong} needs a collection, but '${navigation.name}' leads to one entity,`;
  throw queryError('QUERY_OPTION_NOT_ALLOWED', what, { option, position });
}

function withAliases(
  outer: ReadonlyMap<string, Alias>,
  options: NestedOptionsSyntax,
  option: string,
): ReadonlyMap<string, Alias> {
  if (options.aliases === undefined) return outer;
  const aliases = new Map(outer);
  for (const [name, syntax] of options.aliases) aliases.set(name, { syntax, option });
  return aliases;
}

function rowOptions(options: NestedOptionsSyntax): RowOptions {
  const { filter, search, compute, orderby, select, expand, top, skip, count } = options;
  return {
    ...(filter && { filter }),
    ...(search && { search }),
    ...(compute && { compute }),
    ...(orderby && { orderby }),
    ...(select && { select }),
    ...(expand && { expand }),
    ...(top && { top: countedRows(top.text) }),
    ...(skip && { skip: countedRows(skip.text) }),
    ...(count && { count: count.text.toLowerCase() === 'true' }),
  };
}
