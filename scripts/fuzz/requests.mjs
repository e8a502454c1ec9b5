/** Requests of every class: grammatical ones, damaged ones, and bytes that need not be HTTP. */
import fc from 'fast-check';
import { batches } from './batches.mjs';
import { damage, damaged } from './damage.mjs';
import { grammar } from './grammar.mjs';
import { headerLists, methods } from './headers.mjs';
import { rawBytes } from './raw-bytes.mjs';
import { word } from './text.mjs';

/** Classes of requests with the share that each has. */
export const SHARES = { query: 40, path: 10, headers: 10, batch: 8, mutated: 22, bytes: 10 };

/** An arbitrary of requests per class. A request is `{method, target, headers, body?}` or `{bytes}`. */
export function requestsOf(model) {
  const { options, paths } = grammar(model);
  const target = fc.oneof(
    ...paths.map((entry) => ({
      weight: entry.weight,
      arbitrary: targetOf(entry.paths, options(entry.set), 4),
    })),
  );
  const query = fc.oneof(...model.sets.map((set) => targetOf(word(set.name), options(set), 5)));
  const get = (arbitrary) => arbitrary.map((text) => ({ method: 'GET', target: text, headers: [] }));
  const any = fc.oneof(query, target);
  return {
    query: get(query),
    path: get(target),
    headers: fc.record({ method: methods, target: any, headers: headerLists }),
    batch: batches(any),
    mutated: fc
      .record({ method: word('GET'), target: any, headers: fc.oneof(fc.constant([]), headerLists), damage })
      .map(({ damage: done, ...request }) => ({ ...request, target: damaged(request.target, done) })),
    bytes: rawBytes(any),
  };
}

function targetOf(paths, option, maxOptions) {
  const pair = fc.tuple(option, spelling);
  const chosen = fc.oneof(
    { weight: 9, arbitrary: fc.uniqueArray(pair, { maxLength: maxOptions, selector: ([[name]]) => name }) },
    { weight: 1, arbitrary: fc.array(pair, { maxLength: maxOptions }) },
  );
  return fc.tuple(paths, chosen).map(([path, pairs]) => {
    const query = pairs.map(([[name, value], spell]) => spell(name, value)).join('&');
    return `/odata/${wire(path, /[^\u0021-\u007e]|[%#]/gu)}${query === '' ? '' : `?${query}`}`;
  });
}

const isSystem = (name) => /^[a-z]+$/.test(name) && name !== 'custom' && name !== 'asof' && name !== 'key';
const asValue = (value) => wire(value, /[^\u0021-\u007e]|[%#&+]/gu);
const spelling = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constant((name, value) => `${isSystem(name) ? '$' : ''}${name}=${asValue(value)}`),
  },
  { weight: 2, arbitrary: fc.constant((name, value) => `${name}=${asValue(value)}`) },
  {
    weight: 1,
    arbitrary: fc.constant(
      (name, value) => `%24${name.toUpperCase()}=${encodeURIComponent(wellFormed(value))}`,
    ),
  },
);

/** Percent-encodes what cannot stand in a request line. */
function wire(text, unsafe) {
  return wellFormed(text).replace(unsafe, (character) => encodeURIComponent(character));
}

const wellFormed = (text) => text.toWellFormed();
