/**
 * The Tabular Model Definition Language, as far as the model needs it: objects in blocks, one tab a level.
 *
 * Spec: https://learn.microsoft.com/analysis-services/tmdl/tmdl-overview
 */

/** One object: its declaration, what is said about it, what it holds. */
export interface TmdlObject {
  /** One line, with the keyword: `column 'App name'`. */
  readonly declaration: string;
  /** Lines of an expression after `declaration =`; they stand two levels deeper. */
  readonly expression?: readonly string[];
  readonly description?: string;
  /** `name: value`, or a flag that stands alone when its value is true; absent ones are left out. */
  readonly properties?: Readonly<Record<string, string | true | undefined>>;
  /** Expressions on one line, which Power BI writes after a blank one: `formatStringDefinition = …`. */
  readonly definitions?: Readonly<Record<string, string>>;
  /** Lines of the M of a partition. */
  readonly source?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly children?: readonly TmdlObject[];
}

/** A file: objects one after the other, a blank line between them. */
export function tmdlText(objects: readonly TmdlObject[]): string {
  return `${objects.map((object) => blockOf(object, 0)).join('\n\n')}\n`;
}

/** A name as TMDL wants it: quoted unless it is one plain word. @example tmdlName('Risk level') → `'Risk level'` */
export function tmdlName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `'${name.replaceAll("'", "''")}'`;
}

function blockOf(object: TmdlObject, depth: number): string {
  const { description, properties = {}, definitions = {}, annotations = {}, source, children = [] } = object;
  const said = Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : [value === true ? name : `${name}: ${value}`],
  );
  const together = [
    ...(description === undefined ? [] : [`/// ${description}`]),
    ...withExpression(object.declaration, object.expression),
    ...[...said, ...withExpression('source', source ?? [])].map((line) => `\t${line}`),
  ];
  const line = (keyword: string) => ([name, value]: readonly [string, string]) =>
    indent([`\t${keyword}${name} = ${value}`], depth);
  return [
    indent(together, depth),
    ...Object.entries(definitions).map(line('')),
    ...children.map((child) => blockOf(child, depth + 1)),
    ...Object.entries(annotations).map(line('annotation ')),
  ].join('\n\n');
}

/** A declaration with what follows its equals sign: on the same line, or two levels deeper. */
function withExpression(declaration: string, expression: readonly string[] | undefined): string[] {
  if (expression === undefined) return [declaration];
  if (expression.length === 0) return [];
  if (expression.length === 1) return [`${declaration} = ${expression[0] ?? ''}`];
  return [`${declaration} =`, ...expression.map((line) => `\t\t${line}`)];
}

function indent(lines: readonly string[], depth: number): string {
  return lines.map((line) => '\t'.repeat(depth) + line).join('\n');
}
