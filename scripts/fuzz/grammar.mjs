/** Query options and paths that follow the grammar, over the model of the feed. */
import fc from 'fast-check';
import { expressionGrammar, KINDS, names } from './expressions.mjs';
import { setPaths, systemPaths } from './paths.mjs';
import { content, join, list, word } from './text.mjs';
import { applyExpression, COUNTS, searchExpression } from './transformations.mjs';

const FORMATS = word(
  'json',
  'application/json;odata.metadata=full',
  'application/json;metadata=none',
  'application/json;IEEE754Compatible=true',
  'csv',
  'xml',
  'text/html',
);
/** Generators of options per set, and of paths with the set whose options they take. */
export function grammar(model) {
  const bySet = new Map(model.sets.map((set) => [set.name, set]));
  const expressionsOf = remembered(({ name }) => expressionGrammar(bySet.get(name), model, bySet));
  const levels = [0, 1, 2].map((depth) =>
    remembered((set) =>
      optionsGrammar(set, { expressionsOf, bySet, deeper: levels[depth - 1], nested: depth < 2 }),
    ),
  );
  return {
    options: levels[2],
    paths: [
      ...model.sets.flatMap((set) => setPaths(set, model, expressionsOf, bySet)),
      { weight: 20, paths: systemPaths, set: model.sets[0] },
    ],
  };
}

/** A function of a set that does its work once. */
function remembered(make) {
  const known = new Map();
  return (set) => {
    if (!known.has(set.name)) known.set(set.name, make(set));
    return known.get(set.name);
  };
}

/** Options of a set as `[name, value]`; `deeper` gives those of the next level of `$expand`, when there is one; few that are `nested` mean nothing there. */
function optionsGrammar(set, { expressionsOf, bySet, deeper, nested }) {
  const expression = expressionsOf(set);
  const any = fc.oneof(...KINDS.slice(0, 4).map((kind) => expression[kind]));
  const property = word(...names(set, () => true));
  const option = (name, value) => value.map((text) => [name, text]);
  const choices = [
    [5, option('filter', expression['Edm.Boolean'])],
    [3, option('orderby', list(join(fc.oneof(property, any), word('', ' asc', ' desc', ' DESC'))))],
    [
      3,
      option(
        'select',
        list(
          fc.oneof(
            property,
            property,
            selectedValues(set, expression),
            word('*', 'nope', 'alias', ...set.type.navigation.map(({ name }) => name)),
          ),
        ),
      ),
    ],
    [3, option('top', COUNTS)],
    [2, option('skip', COUNTS)],
    [2, option('count', word('true', 'true', 'true', 'false', 'maybe'))],
    [2, option('compute', list(join(any, ' as ', word('alias', 'twice', 'displayName'))))],
    [2, option('search', searchExpression)],
    [3, option('apply', applyExpression(set, expression))],
    [1, fc.tuple(word('@a', '@b'), any)],
  ];
  const odd = fc.oneof(
    option('format', FORMATS),
    option('skiptoken', fc.oneof(content, word('eyJnIjoiMSJ9.AAAA'))),
    option('deltatoken', content),
    option('schemaversion', word('*', '1')),
    option('index', COUNTS),
    option('levels', word('1', 'max')),
    fc.tuple(word('custom', 'asof', 'api-version', 'key', ''), content),
  );
  if (!nested) choices.push([1, odd]);
  if (deeper !== undefined && set.type.navigation.length > 0)
    choices.push([3, option('expand', expandItems(set, bySet, deeper))]);
  return fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

function expandItems(set, bySet, deeper) {
  const items = set.type.navigation.map(({ name, target }) => {
    const nested = list(
      deeper(bySet.get(target)).map(([key, value]) =>
        key.startsWith('@') ? `${key}=${value}` : `$${key}=${value}`,
      ),
      { max: 3, separator: ';' },
    );
    return fc.oneof(
      { weight: 3, arbitrary: join(name, '(', nested, ')') },
      {
        weight: 3,
        arbitrary: word(name, `${name}/$count`, `${name}/$ref`, `${name}()`, `${name}($levels=max)`),
      },
    );
  });
  return list(fc.oneof(...items, word('*', '*/$ref', 'nope')), { max: 2 });
}

/** A collection property with options of its own. */
function selectedValues(set, expression) {
  const collections = names(set, ({ collection }) => collection);
  const option = fc.oneof(
    join(
      word('$filter=', 'filter='),
      fc.oneof(word("contains($this,'a')", 'length($this) gt 4'), expression['Edm.Boolean']),
    ),
    join('$orderby=', word('$this', '$this desc', 'length($this),$this')),
    join(word('$top=', '$skip='), COUNTS),
    word('$count=true', '$search=a', '$search=NOT a', '$select=x'),
  );
  const options = list(option, { max: 3, separator: ';' });
  return join(word(...collections, 'id', 'stream'), '(', options, ')');
}
