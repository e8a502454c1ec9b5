/** Query options and paths that follow the grammar, over the model of the feed. */
import fc from 'fast-check';
import { content, join, list, literals, stringLiteral, word } from './text.mjs';

const NUMBER_TYPES = new Set([
  'Edm.Int32',
  'Edm.Int64',
  'Edm.Double',
  'Edm.Decimal',
  'Edm.Int16',
  'Edm.Single',
]);
/** Where a function wants a position or a length. */
const INDEXES = word('0', '1', '2', '-1', '100', '2147483647');
const FORMATS = word(
  'json',
  'application/json;odata.metadata=full',
  'application/json;metadata=none',
  'application/json;IEEE754Compatible=true',
  'csv',
  'xml',
  'text/html',
);
const CASTS = [
  'Edm.String',
  'Edm.Int32',
  'Edm.Int64',
  'Edm.Double',
  'Edm.Decimal',
  'Edm.Date',
  'Edm.Boolean',
  'Edm.Guid',
  'Edm.Nope',
];
const COUNTS = fc.oneof(
  { weight: 9, arbitrary: word('0', '1', '2', '10', '100', '2147483647') },
  { weight: 1, arbitrary: word('2147483648', '-1', 'x', '') },
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

const names = (set, wanted) => set.type.properties.filter(wanted).map(({ name }) => name);
const kindOf = (type) => (NUMBER_TYPES.has(type) ? 'number' : type);

function expressionGrammar(set, model, bySet) {
  const one = (property) => !property.collection;
  const leafOf = (kind) => {
    const own = names(set, (property) => one(property) && kindOf(property.type) === kind);
    const through = set.type.navigation
      .filter((navigation) => !navigation.collection)
      .flatMap((navigation) =>
        names(bySet.get(navigation.target), (property) => one(property) && kindOf(property.type) === kind)
          .slice(0, 3)
          .map((name) => `${navigation.name}/${name}`),
      );
    const paths = [...own, ...through, ...own.slice(0, 1).map((name) => `$it/${name}`)];
    const literal = literals[kind] ?? word('null');
    const choices = [{ weight: 2, arbitrary: literal }];
    if (paths.length > 0) choices.push({ weight: 4, arbitrary: word(...paths) });
    return fc.oneof(...choices, {
      weight: 1,
      arbitrary: fc.oneof(
        { weight: 9, arbitrary: word('@a', 'null', '@b') },
        { weight: 1, arbitrary: word('$this', 'nope') },
      ),
    });
  };
  const collections = names(set, (property) => property.collection);
  const links = set.type.navigation.filter(({ collection }) => collection);
  const texts = collections.length > 0 ? word(...collections) : word('["a","b"]', '[]', 'tags');
  const size = { maxDepth: 4, withCrossShrink: false, depthIdentifier: fc.createDepthIdentifier() };

  return fc.letrec((tie) => {
    const calls = (kind) => callsOf(model.functions, kind, tie);
    const of = (kind, ...more) => fc.oneof(size, leafOf(kind), ...calls(kind), ...more, generic(kind, tie));
    return {
      'Edm.Boolean': of('Edm.Boolean', ...booleans(tie, texts, links, bySet)),
      number: of(
        'number',
        join(
          word('-', ''),
          '(',
          tie('number'),
          word(' add ', ' sub ', ' mul ', ' div ', ' divby ', ' mod '),
          tie('number'),
          ')',
        ),
        join(tie('Edm.Duration'), ' div ', tie('number')),
        join(texts, '/$count'),
        ...links.map(({ name }) => join(`${name}/$count($filter=`, tie('Edm.Boolean'), ')')),
      ),
      'Edm.String': of('Edm.String'),
      'Edm.DateTimeOffset': of(
        'Edm.DateTimeOffset',
        join('(', tie('Edm.DateTimeOffset'), word(' add ', ' sub '), tie('Edm.Duration'), ')'),
      ),
      'Edm.Date': of('Edm.Date'),
      'Edm.TimeOfDay': of('Edm.TimeOfDay'),
      'Edm.Duration': of(
        'Edm.Duration',
        join('(', tie('Edm.DateTimeOffset'), ' sub ', tie('Edm.DateTimeOffset'), ')'),
      ),
      'Edm.Guid': leafOf('Edm.Guid'),
      'Edm.Binary': leafOf('Edm.Binary'),
      'Collection(Edm.String)': fc.oneof(size, texts, ...calls('Collection(Edm.String)')),
    };
  });
}

/** Calls of every overload whose result is of the kind. */
function callsOf(functions, kind, tie) {
  const found = [];
  for (const [name, overloads] of Object.entries(functions))
    for (const { args, result } of overloads)
      if (kindOf(result) === kind) {
        const argument = (type) =>
          type === 'Edm.Int32' ? fc.oneof(INDEXES, INDEXES, INDEXES, tie('number')) : tie(kindOf(type));
        const parts = args.flatMap((type, at) => (at === 0 ? [argument(type)] : [',', argument(type)]));
        found.push(join(word(name, name, name, name.toUpperCase()), '(', ...parts, ')'));
      }
  return found;
}

const COMPARISON = word(' eq ', ' ne ', ' gt ', ' ge ', ' lt ', ' le ', ' has ', ' EQ ');
const KINDS = [
  'number',
  'Edm.String',
  'Edm.DateTimeOffset',
  'Edm.Date',
  'Edm.TimeOfDay',
  'Edm.Duration',
  'Edm.Guid',
  'Edm.Boolean',
];

function booleans(tie, texts, links, bySet) {
  return [
    ...KINDS.map((kind) => join(tie(kind), COMPARISON, tie(kind))),
    join('(', tie('Edm.Boolean'), word(' and ', ' or ', ' OR '), tie('Edm.Boolean'), ')'),
    join('not (', tie('Edm.Boolean'), ')'),
    join(tie('number'), ' in (', list(literals.number), ')'),
    join(tie('Edm.String'), ' in (', list(literals['Edm.String']), ')'),
    join(tie('Edm.String'), ' in ', texts),
    join(texts, word('/any', '/all'), '(t:contains(t,', tie('Edm.String'), ') and ', tie('Edm.Boolean'), ')'),
    join(texts, '/any()'),
    ...links.map((link) =>
      join(`${link.name}/`, word('any', 'all'), '(x:', lambdaBody(bySet.get(link.target), tie), ')'),
    ),
  ];
}

function lambdaBody(target, tie) {
  const texts = names(target, ({ type, collection }) => type === 'Edm.String' && !collection);
  return join(
    'x/',
    word(...texts),
    word(' eq ', ' lt '),
    tie('Edm.String'),
    word(' or ', ' and '),
    tie('Edm.Boolean'),
  );
}

/** What gives any type: `cast`, `isof`, `case`, `iif`-like constructs. */
function generic(kind, tie) {
  const choices = [join('case(', tie('Edm.Boolean'), ' :', tie(kind), ',true :', tie(kind), ')')];
  if (kind === 'Edm.Boolean') choices.push(join('isof(', tie('Edm.String'), `,${CASTS[0]})`));
  else choices.push(join('cast(', tie('Edm.String'), ',', word(...CASTS), ')'));
  return fc.oneof(...choices);
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

const { search: searchExpression } = fc.letrec((tie) => ({
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

function applyExpression(set, expression) {
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

const systemPaths = word(
  '',
  '$metadata',
  '$batch',
  '$all',
  '$crossjoin(Apps,Tenants)',
  '$entity?$id=Tenants(1)',
  '/',
  '//DiscoveredApps',
  'Nope',
  '$metadata/x',
  '$root/Apps',
);

/** Paths that begin at a set, with the set whose options they take. */
function setPaths(set, { rows, namespace }, expressionsOf, bySet) {
  const { name, type } = set;
  const key = keyPredicate(set, rows[name]);
  const property = word(...names(set, () => true));
  const segment = word('$count', '$ref', '$value', '$each', '$query', '', `${namespace}.${type.name}`);
  return [
    { weight: 12, set, paths: word(name) },
    { weight: 2, set, paths: fc.oneof(join(`${name}/`, segment), word(`${name}()`)) },
    { weight: 2, set, paths: join(`${name}/$filter(`, expressionsOf(set)['Edm.Boolean'], ')') },
    { weight: 6, set, paths: join(name, key) },
    { weight: 4, set, paths: join(name, key, '/', property, word('', '', '/$value', '/$count', '/nope')) },
    ...type.navigation.map((link) => ({
      weight: 2,
      set: bySet.get(link.target),
      paths: join(
        name,
        key,
        `/${link.name}`,
        fc.oneof(
          word('', '', '/$count', '/$ref', '/$value'),
          keyPredicate(bySet.get(link.target), rows[link.target]),
          // Keys that follow from the referential constraint may be left out.
          keyPredicate(withoutConstrained(bySet.get(link.target), link), rows[link.target]),
        ),
      ),
    })),
  ];
}

/** The target of a link, as if its key were what the link does not fix. */
function withoutConstrained(target, { on }) {
  const fixed = new Set(on.map(([, foreign]) => foreign));
  const key = target.type.key.filter((name) => !fixed.has(name));
  return { ...target, type: { ...target.type, key } };
}

/** The key of a row that exists, or of one that does not, in one of three syntaxes. */
function keyPredicate(set, rows) {
  const literalOf = (name, value) =>
    set.type.property(name).type === 'Edm.String'
      ? `'${String(value).replaceAll("'", "''")}'`
      : String(value);
  const named = (values) => `(${set.type.key.map((name, at) => `${name}=${values[at]}`).join(',')})`;
  const texts = (row) => set.type.key.map((name) => literalOf(name, row[name]));
  const choices = [
    join('(', fc.oneof(stringLiteral, literals.number), ')'),
    word('()', "('')", '(null)', '(@a)', "(nope='x')"),
  ];
  if (rows.length > 0) {
    const row = fc.constantFrom(...rows);
    choices.push(row.map((found) => named(texts(found))));
    choices.push(
      row.map((found) => `/${set.type.key.map((name) => encodeURIComponent(String(found[name]))).join('/')}`),
    );
    if (set.type.key.length === 1) choices.push(row.map((found) => `(${texts(found)[0]})`));
  }
  return fc.oneof(...choices);
}
