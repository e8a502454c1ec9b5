/** Resource paths over the sets, their keys and what hangs on them. */
import fc from 'fast-check';
import { names } from './expressions.mjs';
import { join, literals, stringLiteral, word } from './text.mjs';

/** Paths that begin at no set. */
export const systemPaths = word(
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
export function setPaths(set, { rows, namespace }, expressionsOf, bySet) {
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
