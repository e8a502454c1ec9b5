/** `$search` and `$apply`. */
import fc from 'fast-check';
import { names } from './expressions.mjs';
import { join, list, word } from './text.mjs';

/** Numbers of rows. */
export const COUNTS = fc.oneof(
  { weight: 9, arbitrary: word('0', '1', '2', '10', '100', '2147483647') },
  { weight: 1, arbitrary: word('2147483648', '-1', 'x', '') },
);

/** Words, phrases, and what joins them. */
export const { search: searchExpression } = fc.letrec((tie) => ({
  search: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(
      {
        weight: 15,
        arbitrary: word('mail', 'Cloud', 'app', 'risk', '"cloud storage"', '"+"', '😀'),
      },
      { weight: 1, arbitrary: word('NOT', '"', '"a\\"b"') },
    ),
    join(tie('search'), word(' AND ', ' OR ', ' ', ' NOT '), tie('search')),
    join('NOT ', tie('search')),
    join('(', tie('search'), ')'),
  ),
}));

/** Sequences of transformations of the rows of a set. */
export function applyExpression(set, expression) {
  const property = word(...names(set, ({ collection }) => !collection));
  const number = fc.oneof(expression.number, property);
  const method = word('sum', 'min', 'max', 'average', 'countdistinct', 'Custom.concat');
  const alias = word('total', 'n', 'alias', 'displayName');
  const aggregate = join(
    'aggregate(',
    list(
      fc.oneof(
        join(number, ' with ', method, ' as ', alias),
        join('$count as ', alias),
        join(number, ' as ', alias),
      ),
      { max: 3 },
    ),
    ')',
  );
  const ranked = word('topcount', 'bottomcount', 'topsum', 'bottomsum', 'toppercent', 'bottompercent');
  const keys = fc.oneof(
    list(property, { max: 3 }),
    join('rollup(', list(fc.oneof(property, word('$all')), { max: 3 }), ')'),
  );
  const { steps } = fc.letrec((tie) => ({
    step: fc.oneof(
      { maxDepth: 3 },
      aggregate,
      join('groupby((', keys, '))'),
      join('groupby((', keys, '),', tie('steps'), ')'),
      join('filter(', expression['Edm.Boolean'], ')'),
      join('compute(', number, ' as ', alias, ')'),
      join('orderby(', property, word('', ' desc'), ')'),
      join(word('top', 'skip'), '(', COUNTS, ')'),
      join(ranked, '(', COUNTS, ',', number, ')'),
      join('search(', searchExpression, ')'),
      join('concat(', tie('steps'), ',', tie('steps'), ')'),
      word('identity', 'identity', 'identity', 'join(appTags as t)', 'ancestors($root/Apps,H,id,identity)'),
    ),
    steps: list(tie('step'), { max: 3, separator: '/' }),
  }));
  return steps;
}
