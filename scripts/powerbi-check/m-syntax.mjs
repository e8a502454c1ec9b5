/** M texts as trees, and what in them matters here: names, calls, literals. */
import parser from '@microsoft/powerquery-parser';

const { DefaultSettings, TaskUtils } = parser;

/** Parsing is the slow part; a process that checks often parses each text once. */
const trees = new Map();

/** The tree of an M document. @throws Error with the parser's words */
export async function treeOf(m) {
  const result = trees.get(m) ?? (await TaskUtils.tryLexParse(DefaultSettings, m));
  trees.set(m, result);
  if (!TaskUtils.isParseStageOk(result)) throw result.error;
  return result.ast;
}

/** Every node below one, itself first, in the order of the text. */
export function* nodesIn(node) {
  if (node === null || typeof node !== 'object') return;
  if (typeof node.kind === 'string') yield node;
  for (const [name, child] of Object.entries(node)) if (name !== 'tokenRange') yield* nodesIn(child);
}

/** The steps of a `let`: name and expression. */
export function stepsOf(letExpression) {
  return letExpression.variableList.elements.map(({ node }) => ({
    name: unquoted(node.key.literal),
    value: node.value,
  }));
}

/** What a call like `Table.SelectColumns(x, {…})` calls, and with what; undefined for another expression. */
export function callOf(node) {
  const [invocation] = node.recursiveExpressions?.elements ?? [];
  if (node.head?.kind !== 'IdentifierExpression' || invocation?.kind !== 'InvokeExpression') return undefined;
  return {
    name: node.head.identifier.literal,
    arguments: invocation.content.elements.map((element) => element.node),
  };
}

/** The value of a text literal node; undefined for any other. */
export function textOf(node) {
  if (node?.kind !== 'LiteralExpression' || node.literalKind !== 'Text') return undefined;
  return node.literal
    .slice(1, -1)
    .replaceAll('""', '"')
    .replaceAll(/#\(([^)]*)\)/g, (_, escape) =>
      escape === '#' ? '#' : String.fromCodePoint(Number.parseInt(escape, 16)),
    );
}

/** Items of a list literal. */
export function itemsOf(node) {
  return node?.kind === 'ListExpression' ? node.content.elements.map((element) => element.node) : [];
}

/** Members of a record literal, by name. */
export function membersOf(node) {
  const pairs = node?.kind === 'RecordExpression' ? node.content.elements : [];
  return new Map(pairs.map((element) => [element.node.key.literal, element.node.value]));
}

/** A quoted identifier without its quotes. */
export function unquoted(name) {
  return name.startsWith('#"') ? name.slice(2, -1) : name;
}
