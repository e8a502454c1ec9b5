/** M queries: they parse, connect as they should, and name only what the feed and they themselves have. */
import { callOf, itemsOf, membersOf, nodesIn, stepsOf, textOf, treeOf, unquoted } from './m-syntax.mjs';

/** Functions and constants of the standard library that the queries use. */
const LIBRARY = new Set([
  'OData.Feed',
  'ODataOmitValues.Nulls',
  'Table.SelectColumns',
  'Table.TransformColumns',
  'Table.TransformColumnTypes',
  'DateTimeZone.RemoveZone',
  'DateTimeZone.ToUtc',
  'Int64.Type',
  '#table',
  '_',
]);
/** Calls whose second argument names columns: a list of names, or of pairs that begin with one. */
const NAMES_COLUMNS = new Set([
  'Table.SelectColumns',
  'Table.TransformColumns',
  'Table.TransformColumnTypes',
]);

/**
 * @param m the text of one query
 * @param known names outside of it: parameters and other queries
 * @param sets of the feed, as its $metadata tells
 * @returns the set and the columns that the query loads; undefined when it loads none
 */
export async function checkQuery(path, m, { known, sets }, report) {
  report.count('M blocks');
  let tree;
  try {
    tree = await treeOf(m);
  } catch (error) {
    report.fault(path, `does not parse: ${error.message}`);
    return undefined;
  }
  checkNames(path, tree, known, report);
  const body = [...nodesIn(tree)].find(({ kind }) => kind === 'LetExpression');
  return body === undefined ? undefined : checkSteps(path, stepsOf(body), sets, report);
}

function checkNames(path, tree, known, report) {
  const own = [...nodesIn(tree)]
    .filter(({ kind }) => kind === 'IdentifierPairedExpression')
    .map(({ key }) => unquoted(key.literal));
  const there = new Set([...own, ...known, ...LIBRARY]);
  for (const { kind, identifier } of nodesIn(tree)) {
    if (kind !== 'IdentifierExpression') continue;
    report.count('M names');
    if (!there.has(unquoted(identifier.literal)))
      report.fault(path, `uses the name ${identifier.literal}, which nothing defines`);
  }
}

function checkSteps(path, steps, sets, report) {
  let set;
  let loaded;
  for (const { name, value } of steps) {
    const call = callOf(value);
    if (call?.name === 'OData.Feed') checkConnection(path, call, report);
    set = setTaken(value) ?? set;
    if (set !== undefined && !sets.has(set)) {
      report.fault(path, `takes the set ${set}, which the feed has not`);
      return undefined;
    }
    if (!NAMES_COLUMNS.has(call?.name)) continue;
    const columns = itemsOf(call.arguments[1]).map((item) => textOf(item) ?? textOf(itemsOf(item)[0]));
    checkColumns(path, { step: name, columns, properties: sets.get(set)?.properties, loaded }, report);
    if (call.name === 'Table.SelectColumns') loaded = columns;
  }
  return set === undefined ? undefined : { set, columns: loaded ?? [] };
}

/** The set in `Source{[Name = "Apps", Signature = "table"]}[Data]`. */
function setTaken(value) {
  const access = value.recursiveExpressions?.elements.find(({ kind }) => kind === 'ItemAccessExpression');
  return access === undefined ? undefined : textOf(membersOf(access.content).get('Name'));
}

function checkConnection(path, call, report) {
  const [root, , options] = call.arguments;
  if (textOf(root) === undefined && root?.kind !== 'IdentifierExpression')
    report.fault(path, 'works its address out: Power BI refuses to refresh a dynamic data source');
  const given = membersOf(options);
  for (const [name, literal] of [
    ['Implementation', '"2.0"'],
    ['Concurrent', 'true'],
    ['ODataVersion', '4'],
  ])
    if (given.get(name)?.literal !== literal) report.fault(path, `connects without ${name} = ${literal}`);
}

function checkColumns(path, { step, columns, properties, loaded }, report) {
  if (properties === undefined) {
    report.fault(path, `step ${step} names columns before a set is taken`);
    return;
  }
  for (const column of columns) {
    report.count('M column references');
    const type = properties.get(column);
    if (type === undefined)
      report.fault(path, `step ${step} names the column ${column}, which the set has not`);
    else if (type.startsWith('Collection('))
      report.fault(path, `step ${step} loads ${column}: a list, which no model takes`);
    else if (loaded !== undefined && !loaded.includes(column))
      report.fault(path, `step ${step} names the column ${column}, which the query does not select`);
  }
  if (new Set(columns).size < columns.length) report.fault(path, `step ${step} names a column twice`);
}
