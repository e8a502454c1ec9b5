/** The semantic model: what its TMDL files say, and whether they agree with one another. */
import { columnPath, expressionText, plain, tmdlObjects } from './tmdl-parser.mjs';

/** @returns the model as the other checks need it: tables with columns and measures by name, queries, relationships */
export function readModel(files, report) {
  const objects = [...files]
    .filter(([path]) => path.endsWith('.tmdl'))
    .flatMap(([path, bytes]) => tmdlObjects(path, bytes.toString('utf8'), report));
  const of = (kind) => objects.filter((object) => object.kind === kind);
  const tables = new Map();
  for (const table of of('table')) {
    if (tables.has(table.name)) report.fault(table.where, `declares the table ${table.name} a second time`);
    tables.set(table.name, tableOf(table, report));
  }
  const model = { tables, objects, relationships: of('relationship'), expressions: of('expression') };
  checkReferences(model, of('ref'), report);
  checkMeasureNames(model, report);
  checkTags(objects, report);
  checkRelationships(model, report);
  return model;
}

function tableOf(table, report) {
  const named = (kind) => {
    const found = new Map();
    for (const child of table.children.filter((one) => one.kind === kind)) {
      if (found.has(child.name))
        report.fault(child.where, `declares the ${kind} ${child.name} a second time`);
      if (kind !== 'partition' && child.description === undefined)
        report.fault(child.where, `${kind} ${child.name} has no description`);
      found.set(child.name, child);
    }
    return found;
  };
  const columns = named('column');
  for (const { where, name, properties } of columns.values()) {
    const sortBy = properties.get('sortByColumn');
    if (sortBy !== undefined && !columns.has(plain(sortBy)))
      report.fault(where, `column ${name} is sorted by ${sortBy}, which the table has not`);
  }
  return { ...table, columns, measures: named('measure'), partitions: named('partition') };
}

function checkReferences({ tables }, references, report) {
  const named = references.map(({ name }) => name);
  for (const { name, where } of references)
    if (!tables.has(name)) report.fault(where, `refers to the table ${name}, which there is not`);
  for (const name of tables.keys())
    if (!named.includes(name)) report.fault('model.tmdl', `does not refer to the table ${name}`);
}

/** A measure is one in the whole model, and none has the name of a column beside it. */
function checkMeasureNames({ tables }, report) {
  const seen = new Set();
  for (const { columns, measures, name: table } of tables.values())
    for (const { name, where, properties } of measures.values()) {
      if (seen.has(name)) report.fault(where, `declares the measure ${name} a second time in the model`);
      if (columns.has(name)) report.fault(where, `measure ${name} has the name of a column of ${table}`);
      if (!properties.has('displayFolder')) report.fault(where, `measure ${name} stands in no folder`);
      seen.add(name);
    }
}

/** Power BI knows objects again by their lineage tags. */
function checkTags(objects, report) {
  const seen = new Map();
  const tagged = objects.flatMap((object) => [object, ...object.children]);
  for (const { kind, name, where, properties } of tagged) {
    if (!['table', 'column', 'measure', 'expression'].includes(kind)) continue;
    const tag = properties.get('lineageTag');
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(tag ?? ''))
      report.fault(where, `${kind} ${name} has no lineage tag`);
    else if (seen.has(tag)) report.fault(where, `${kind} ${name} has the lineage tag of ${seen.get(tag)}`);
    seen.set(tag, name);
  }
}

function checkRelationships({ tables, relationships }, report) {
  const ways = new Map([...tables.keys()].map((name) => [name, []]));
  for (const { properties, where } of relationships) {
    const ends = ['fromColumn', 'toColumn'].map((end) => columnPath(properties.get(end) ?? ''));
    const columns = ends.map((end) => tables.get(end?.table)?.columns.get(end?.column));
    report.count('relationships');
    columns.forEach((column, index) => {
      if (column === undefined)
        report.fault(
          where,
          `relates ${properties.get(['fromColumn', 'toColumn'][index])}, which there is not`,
        );
    });
    if (columns.includes(undefined)) continue;
    const [from, to] = columns.map((column) => column.properties.get('dataType'));
    if (from !== to) report.fault(where, `relates a column of ${from} with one of ${to}`);
    if (properties.get('isActive') === 'false') continue;
    ways.get(ends[1].table).push(ends[0].table);
    if (properties.get('crossFilteringBehavior') === 'bothDirections')
      ways.get(ends[0].table).push(ends[1].table);
  }
  checkAmbiguity(ways, report);
}

/** Power BI refuses a model in which a filter can reach a table in two ways. */
function checkAmbiguity(ways, report) {
  for (const start of ways.keys()) {
    const arrivals = new Map();
    const walk = (table, path) => {
      for (const next of ways.get(table)) {
        if (path.includes(next)) continue;
        arrivals.set(next, [...(arrivals.get(next) ?? []), [...path, next].join(' → ')]);
        walk(next, [...path, next]);
      }
    };
    walk(start, [start]);
    for (const [, paths] of arrivals)
      if (paths.length > 1) report.fault('relationships.tmdl', `filters two ways: ${paths.join(' and ')}`);
  }
}

/** M by table, and of parameters. */
export function queriesOf({ tables, expressions }) {
  const partitions = [...tables.values()].flatMap((table) =>
    [...table.partitions.values()].map((partition) => ({
      table,
      where: partition.where,
      m: [partition.properties.get('source') ?? ''].flat().join('\n'),
    })),
  );
  return {
    partitions,
    parameters: expressions.map((one) => ({ name: one.name, where: one.where, m: expressionText(one) })),
  };
}
