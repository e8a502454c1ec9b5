/**
 * TMDL files as trees of objects. Reads the part of the language that the project uses, and says where a file leaves it.
 *
 * Spec: https://learn.microsoft.com/analysis-services/tmdl/tmdl-overview
 */

/** Keywords of objects, with the properties that each may have. */
const OBJECTS = {
  database: ['compatibilityLevel'],
  model: ['culture', 'defaultPowerBIDataSourceVersion', 'discourageImplicitMeasures', 'sourceQueryCulture'],
  table: ['isHidden', 'lineageTag', 'dataCategory'],
  column: [
    ...['dataType', 'isHidden', 'isKey', 'formatString', 'lineageTag', 'summarizeBy', 'sourceColumn'],
    'sortByColumn',
  ],
  measure: ['formatString', 'displayFolder', 'lineageTag', 'isHidden', 'formatStringDefinition'],
  partition: ['mode', 'source'],
  expression: ['lineageTag'],
  relationship: ['isActive', 'crossFilteringBehavior', 'fromColumn', 'toColumn'],
  annotation: [],
  ref: [],
};
/** Which objects stand in which. */
const WITHIN = {
  database: ['top'],
  model: ['top'],
  table: ['top'],
  expression: ['top'],
  relationship: ['top'],
  ref: ['top'],
  column: ['table'],
  measure: ['table'],
  partition: ['table'],
  annotation: ['model', 'table', 'column', 'measure', 'expression', 'relationship', 'partition'],
};

const NAME = String.raw`(?:'(?:[^']|'')+'|[^\s.=:']+)`;
const OBJECT = new RegExp(`^(\\w+)(?: (${NAME}|table ${NAME}))?(?: = ?(.*)| =)?$`);
const PROPERTY = /^(\w+)(?:: (.*)|( =) ?(.*))?$/;

/** @returns {{kind, name, value, description, properties, children, line}[]} the objects of a file */
export function tmdlObjects(path, text, report) {
  const top = { kind: 'top', children: [], depth: -1 };
  const open = [top];
  let description;
  let expression;
  for (const [index, line] of text.split('\n').entries()) {
    const where = `${path}:${index + 1}`;
    if (line.trim() === '') continue;
    const [indent] = /^\s*/.exec(line);
    const depth = /^\t*/.exec(line)[0].length;
    if (expression !== undefined && depth >= expression.depth + 2) {
      expression.lines.push(line.slice(expression.depth + 2));
      continue;
    }
    expression = undefined;
    if (indent.length !== depth) report.fault(where, 'is indented with something else than tabs');
    const words = line.trim();
    if (words.startsWith('///')) {
      description = words.slice(3).trim();
      continue;
    }
    while (open.at(-1).depth >= depth) open.pop();
    const parent = open.at(-1);
    if (depth !== parent.depth + 1) report.fault(where, `stands ${depth - parent.depth - 1} levels too deep`);
    const made = objectOf(words, depth, parent, where) ?? propertyOf(words, depth, parent);
    if (made === undefined)
      report.fault(where, `has the keyword ${words.split(/[\s:=]/)[0]}, which ${parent.kind} does not know`);
    else if (made.object !== undefined) {
      report.count('TMDL objects');
      parent.children.push({ ...made.object, ...(description === undefined ? {} : { description }) });
      open.push(parent.children.at(-1));
    }
    expression = made?.expression;
    description = undefined;
  }
  return top.children;
}

function objectOf(words, depth, parent, where) {
  const [, kind, name = '', value] = OBJECT.exec(words) ?? [];
  if (!Object.hasOwn(OBJECTS, kind ?? '') || !WITHIN[kind].includes(parent.kind)) return undefined;
  const lines = [];
  const object = { kind, name: plain(name), value, lines, properties: new Map(), children: [], depth, where };
  return { object, expression: words.endsWith(' =') ? { depth, lines } : undefined };
}

function propertyOf(words, depth, parent) {
  const [, name, value, equals, inline] = PROPERTY.exec(words) ?? [];
  if (!(OBJECTS[parent.kind] ?? []).includes(name)) return undefined;
  const lines = [];
  parent.properties.set(name, equals === undefined ? (value ?? 'true') : inline === '' ? lines : inline);
  return { expression: equals !== undefined && inline === '' ? { depth, lines } : undefined };
}

/** The DAX or M after an object's equals sign. */
export function expressionText({ value, lines }) {
  return lines.length > 0 ? lines.join('\n') : (value ?? '');
}

/** A name without its quotes. */
export function plain(name) {
  return name
    .replace(/^ref table |^table /, '')
    .replace(/^'(.*)'$/, (_, inner) => inner.replaceAll("''", "'"));
}

/** Both names in `'App usage'.'App key'`. */
export function columnPath(text) {
  const [, table, column] = new RegExp(`^(${NAME})\\.(${NAME})$`).exec(text) ?? [];
  return table === undefined ? undefined : { table: plain(table), column: plain(column) };
}
