/** DAX expressions: brackets balance, and every table, column, measure, variable and function is there. */
import { expressionText } from './tmdl-parser.mjs';

/** Functions of the language that a measure may call. One that is missing here is looked up in the reference, then added. */
const FUNCTIONS = new Set(
  `ABS ALL AND AVERAGE AVERAGEX BLANK CALCULATE CONCATENATEX COUNTROWS DATEDIFF DISTINCTCOUNT DIVIDE FALSE FILTER
  HASONEVALUE IF ISBLANK ISEMPTY KEEPFILTERS MAX MAXX MIN MINX NOT OR RELATED REMOVEFILTERS SELECTEDMEASURE SELECTEDVALUE
  SUM SUMMARIZE SUMX SWITCH TRUE UNICHAR USERELATIONSHIP UTCNOW VALUES`.split(/\s+/),
);
const KEYWORDS = new Set(['VAR', 'RETURN', 'IN', 'NOT', 'MINUTE', 'HOUR', 'DAY']);
const TOKEN =
  /(?<string>"(?:[^"]|"")*")|(?<column>'(?<table>(?:[^']|'')+)'\[(?<name>[^\]]+)\])|(?<alone>'(?:[^']|'')+')|(?<bare>\[(?<measure>[^\]]+)\])|(?<word>[A-Za-z_]\w*)|(?<number>\d+(?:\.\d+)?)|(?<bracket>[(){}])|(?<sign>&&|\|\||==|<>|<=|>=|[-+*/&=<>,^])|(?<space>\s+)|(?<other>[\s\S])/gy;
const CLOSES = { ')': '(', '}': '{' };

/** Checks all measures of a model, their format strings too. */
export function checkMeasures({ tables }, report) {
  const measures = new Set([...tables.values()].flatMap((table) => [...table.measures.keys()]));
  for (const table of tables.values())
    for (const measure of table.measures.values()) {
      checkDax(measure.where, expressionText(measure), { tables, measures }, report);
      const format = measure.properties.get('formatStringDefinition');
      if (format !== undefined) checkDax(measure.where, format, { tables, measures }, report);
    }
}

/** Checks one expression. */
export function checkDax(where, dax, { tables, measures }, report) {
  report.count('DAX expressions');
  const tokens = [...dax.matchAll(TOKEN)]
    .map(({ groups }) => groups)
    .filter(({ space }) => space === undefined);
  const variables = new Set(
    tokens.flatMap(({ word }, index) => (word === 'VAR' ? [tokens[index + 1]?.word] : [])),
  );
  const depth = [];
  if (tokens.length === 0) report.fault(where, 'has an empty expression');
  for (const [index, token] of tokens.entries()) {
    if (token.bracket !== undefined) checkBracket(where, token.bracket, depth, report);
    if (token.other !== undefined) report.fault(where, `has the sign ${token.other}, which is no DAX`);
    checkField(where, token, { tables, measures }, report);
    if (token.word !== undefined)
      checkWord(where, token.word, { called: tokens[index + 1]?.bracket === '(', variables }, report);
  }
  if (depth.length > 0) report.fault(where, `leaves ${depth.length} brackets open`);
}

function checkBracket(where, bracket, depth, report) {
  if (CLOSES[bracket] === undefined) depth.push(bracket);
  else if (depth.pop() !== CLOSES[bracket]) report.fault(where, `has a bracket too many: ${bracket}`);
}

function checkField(where, { column, table, name, alone, measure }, { tables, measures }, report) {
  if (column !== undefined || alone !== undefined || measure !== undefined) report.count('DAX references');
  if (column !== undefined && !tables.get(unquoted(table))?.columns.has(name))
    report.fault(where, `names the column '${table}'[${name}], which there is not`);
  if (alone !== undefined && !tables.has(unquoted(alone.slice(1, -1))))
    report.fault(where, `names the table ${alone}, which there is not`);
  if (measure !== undefined && !measures.has(measure))
    report.fault(where, `names the measure [${measure}], which there is not`);
}

function checkWord(where, word, { called, variables }, report) {
  const upper = word.toUpperCase();
  if (called) {
    if (!FUNCTIONS.has(upper))
      report.fault(where, `calls ${word}, which is no function that this check knows`);
  } else if (variables.has(word)) {
    if (FUNCTIONS.has(upper) || KEYWORDS.has(upper))
      report.fault(where, `has a variable ${word}: a word of the language`);
  } else if (!KEYWORDS.has(upper)) report.fault(where, `uses the name ${word}, which nothing defines`);
}

function unquoted(name) {
  return name.replaceAll("''", "'");
}
