/** How a URL is parsed, bound and planned, in lines for a person: `discovery-feed explain <url>`. */
import { formatDateTimeOffset, PRIMITIVES, type EdmValue } from '../model/edm-value.js';
import type { PrimitiveType } from '../model/edm.js';
import type { CollectionRef, Expr } from './ast.js';
import type { ReadPlan, RowsPlan, ValuesPlan } from './plan.js';
import { applyLines } from './explain-apply.js';
import { splitQuery } from './query-options.js';
import { understand, type ReadSettings, type Understood } from './read-request.js';

const DEFAULTS: ReadSettings = { pageSize: 5000, now: 0 };

/**
 * The explanation of a URL relative to the service root.
 *
 * @param given for example the grants of the reader who asks
 * @throws FeedError as {@link understand} does
 * @example explain("DiscoveredApps?$filter=riskScore le 3&$top=10")
 */
export function explain(url: string, given: Partial<ReadSettings> = {}): string {
  const question = url.indexOf('?');
  const path = question === -1 ? url : url.slice(0, question);
  const query = question === -1 ? '' : url.slice(question + 1);
  const understood = understand(encodeSpaces(path), encodeSpaces(query), { ...DEFAULTS, ...given });
  const options = splitQuery(encodeSpaces(query));
  const lines = [`path      ${decodeURIComponent(path) || '(service root)'}`];
  for (const { name, value } of options.system.values()) lines.push(`option    ${name} = ${value}`);
  for (const [name, value] of options.aliases) lines.push(`alias     ${name} = ${value}`);
  for (const { name } of options.custom) lines.push(`ignored   ${name}`);
  lines.push(`answer    ${describe(understood)}`);
  if ('plan' in understood) lines.push(...grantLines(understood.plan), ...planLines(understood.plan));
  return lines.join('\n');
}

/** People paste URLs with spaces as they read them. */
function encodeSpaces(text: string): string {
  return text.replaceAll(' ', '%20');
}

function describe(understood: Understood): string {
  switch (understood.kind) {
    case 'service':
      return 'the service document';
    case 'metadata':
      return 'the metadata document';
    case 'collection':
      return `rows of ${understood.plan.set.name}`;
    case 'entity':
      return `one entity of ${understood.plan.set.name}`;
    case 'count':
      return `how many rows of ${understood.plan.set.name} match`;
    case 'property':
      return `${understood.property.name} of one entity, as JSON`;
    case 'value':
      return `${understood.property.name} of one entity, as text`;
    case 'propertyCount':
      return `how many values ${understood.property.name} has`;
  }
}

/** What a reader with grants may read of the sets that the plan goes through. */
function grantLines({ access, ...plan }: ReadPlan): string[] {
  if (access === undefined) return [];
  const names = new Set([plan.root.name, ...plan.steps.map(({ set }) => set.name), ...setsOf(plan)]);
  return [...names].map((name) => {
    const granted = access.sets.get(name);
    const rows = granted?.rows === undefined ? 'all rows' : `rows where ${expressionText(granted.rows)}`;
    const needed = granted?.set.follows === undefined ? '' : ', of them those that the granted rows need';
    return `granted   ${name}: ${rows}${needed}`;
  });
}

function setsOf({ set, expand }: RowsPlan): string[] {
  return [set.name, ...expand.flatMap(({ rows }) => setsOf(rows))];
}

function planLines(plan: ReadPlan): string[] {
  const keyText = (key: ReadonlyMap<string, EdmValue> | undefined) =>
    key === undefined
      ? ''
      : `(${[...key].map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')})`;
  const way = [
    plan.root.name + keyText(plan.key),
    ...plan.steps.map((step) => step.navigation.name + keyText(step.key)),
  ];
  const access = plan.key !== undefined && plan.steps.length === 0 ? 'by key, without a scan' : 'scan';
  return [
    `from      ${way.join(' → ')}`,
    ...rowLines(plan, ''),
    ...(plan.single ? [] : [`page      ${plan.pageSize} rows`]),
    `access    ${access}`,
  ];
}

function rowLines(rows: RowsPlan, indent: string): string[] {
  const lines = applyLines(rows.apply?.transformations ?? [], expressionText).map(
    (line) => `apply     ${line}`,
  );
  if (rows.filter !== undefined) lines.push(`where     ${expressionText(rows.filter)}`);
  const order = rows.orderBy.map(
    ({ expr, descending }) => `${expressionText(expr)}${descending ? ' desc' : ''}`,
  );
  lines.push(`order     ${order.join(', ') || 'as it comes'}`);
  if (rows.skip > 0) lines.push(`skip      ${rows.skip}`);
  if (rows.top !== undefined) lines.push(`top       ${rows.top}`);
  if (rows.count) lines.push('count     of all matching rows');
  for (const [name, expr] of rows.compute ?? []) lines.push(`compute   ${name} = ${expressionText(expr)}`);
  lines.push(
    `columns   ${rows.selectsAll ? `all ${rows.select.length}` : rows.select.map(({ name }) => name).join(', ') || 'none'}`,
  );
  for (const [name, values] of rows.values ?? []) lines.push(`values    ${name}${valuesText(values)}`);
  if (rows.references) lines.push('answer    references');
  for (const { navigation, rows: inner, countOnly } of rows.expand) {
    lines.push(`expand    ${navigation.name} → ${inner.set.name}${countOnly ? ' (count only)' : ''}`);
    lines.push(...rowLines(inner, '  '));
  }
  return lines.map((line) => indent + line);
}

function valuesText({ filter, orderBy, skip, top, count }: ValuesPlan): string {
  const order = orderBy.map(({ expr, descending }) => `${expressionText(expr)}${descending ? ' desc' : ''}`);
  const parts = [
    ...(filter === undefined ? [] : [`where ${expressionText(filter)}`]),
    ...(order.length === 0 ? [] : [`order ${order.join(', ')}`]),
    ...(skip > 0 ? [`skip ${skip}`] : []),
    ...(top === undefined ? [] : [`top ${top}`]),
    ...(count ? ['count'] : []),
  ];
  return `: ${parts.join('; ')}`;
}

/**
 * A bound expression as text, fully parenthesised, types of literals shown.
 *
 * @example ((riskScore le 3:Edm.Int32) and (category eq 'crm'))
 */
export function expressionText(expr: Expr): string {
  switch (expr.kind) {
    case 'literal':
      return literalText(expr);
    case 'property':
      return memberText(expr.variable, expr.path, expr.property.name);
    case 'variable':
      return expr.variable;
    case 'call':
      return `${expr.name}(${expr.args.map(expressionText).join(', ')})`;
    case 'binary':
      return `(${expressionText(expr.left)} ${expr.operator} ${expressionText(expr.right)})`;
    case 'not':
      return `not ${expressionText(expr.operand)}`;
    case 'negate':
      return `-${expressionText(expr.operand)}`;
    case 'in':
      return `${expressionText(expr.operand)} in (${expr.values.map((value) => plain(value)).join(', ')})`;
    case 'inCollection':
      return `${expressionText(expr.operand)} in ${collectionText(expr.collection)}`;
    case 'case':
      return `case(${expr.branches.map(({ when, then }) => `${expressionText(when)}: ${expressionText(then)}`).join(', ')})`;
    case 'cast':
      return `cast(${expressionText(expr.operand)}, ${expr.type})`;
    case 'isof':
      return `isof(${expressionText(expr.operand)}, ${expr.of})`;
    case 'search':
      return `${memberText(expr.variable, [], 'search')}(${plain(expr.text)})`;
    case 'lambda':
    case 'count':
      return overCollection(expr);
  }
}

function overCollection(expr: Extract<Expr, { kind: 'lambda' | 'count' }>): string {
  const collection = collectionText(expr.collection);
  const predicate = expr.predicate === undefined ? '' : expressionText(expr.predicate);
  if (expr.kind === 'count') return `${collection}/$count${predicate === '' ? '' : `($filter=${predicate})`}`;
  return `${collection}/${expr.operator}(${predicate === '' ? '' : `${expr.variable}: ${predicate}`})`;
}

function collectionText(collection: CollectionRef): string {
  const { variable, path } = collection;
  return memberText(variable, path, collection.kind === 'values' ? collection.property.name : undefined);
}

function memberText(variable: string, path: readonly { readonly name: string }[], name?: string): string {
  const start = variable === '$it' ? [] : [variable];
  return [...start, ...path.map((hop) => hop.name), ...(name === undefined ? [] : [name])].join('/');
}

function literalText({ type, value }: Extract<Expr, { kind: 'literal' }>): string {
  if (value === null || type === 'null') return 'null';
  if (typeof value === 'string' || typeof value === 'boolean' || Array.isArray(value)) return plain(value);
  if (type === 'Edm.DateTimeOffset') return formatDateTimeOffset(Number(value));
  return `${PRIMITIVES[type as PrimitiveType].toJson(value).replaceAll('"', '')}:${type}`;
}

function plain(value: EdmValue): string {
  if (Array.isArray(value)) return `[${(value as readonly EdmValue[]).map(plain).join(', ')}]`;
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}
