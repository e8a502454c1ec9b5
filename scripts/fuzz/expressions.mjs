/** Expressions of every type over the properties of a set. */
import fc from 'fast-check';
import { join, list, literals, word } from './text.mjs';

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

/** Names of the properties of a set that are wanted. */
export const names = (set, wanted) => set.type.properties.filter(wanted).map(({ name }) => name);
const kindOf = (type) => (NUMBER_TYPES.has(type) ? 'number' : type);

/** Generators of expressions over a set, by the kind of their value. */
export function expressionGrammar(set, model, bySet) {
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
/** Kinds of values that are compared. */
export const KINDS = [
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
