/** `$apply` in lines for a person. */
import type { Expr } from './ast.js';
import type { Aggregate, OutputColumn, Transformation } from './plan.js';

type Words = (expr: Expr) => string;

/** One line a transformation, those within others indented. @param words writes expressions */
export function applyLines(transformations: readonly Transformation[], words: Words): string[] {
  return transformations.flatMap((each) => lines(each, words));
}

const indented = (inner: readonly string[]) => inner.map((line) => `  ${line}`);

function lines(transformation: Transformation, words: Words): string[] {
  switch (transformation.kind) {
    case 'filter':
      return [`filter ${words(transformation.predicate)}`];
    case 'orderby':
      return [
        `orderby ${transformation.items.map(({ expr, descending }) => words(expr) + (descending ? ' desc' : '')).join(', ')}`,
      ];
    case 'skip':
    case 'top':
      return [`${transformation.kind} ${transformation.count}`];
    case 'best': {
      const { lowest, by, amount, value } = transformation;
      return [`${lowest ? 'bottom' : 'top'}${by} ${amount} of ${words(value)}`];
    }
    case 'aggregate':
      return [`aggregate ${transformation.items.map((item) => aggregateText(item, words)).join(', ')}`];
    case 'concat':
      return transformation.branches.flatMap(({ transformations }, index) => [
        `concat branch ${index + 1}`,
        ...indented(applyLines(transformations, words)),
      ]);
    case 'groupby':
      return [...groupings(transformation, words), ...indented(applyLines(transformation.then ?? [], words))];
  }
}

function aggregateText({ property, method, expr }: Aggregate, words: Words): string {
  return `${expr === undefined ? '$count' : `${words(expr)} with ${method}`} as ${property.name}: ${property.type}`;
}

function groupings(
  { keys, groupings: lists, columns }: Extract<Transformation, { kind: 'groupby' }>,
  words: Words,
) {
  const names = (columns ?? []).map(({ property }: OutputColumn) => property.name).join(', ');
  const by = lists.map(
    (list) => `(${list.map((key) => (keys[key] === undefined ? '' : words(keys[key]))).join(', ')})`,
  );
  return [`groupby ${by.join(' and ')}${names === '' ? '' : ` → ${names}`}`];
}
