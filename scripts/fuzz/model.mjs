/** What the generators need to know of the feed: its sets, its functions, its error codes, and some real rows. */
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

/**
 * @param dist folder of the compiled server: the generators follow its catalog, functions and error table
 * @param origin where that server listens
 * @param headers of a reader who may read
 */
export async function readModel(dist, origin, headers = {}) {
  const load = (file) => import(pathToFileURL(join(dist, file)).href);
  const [{ ENTITY_SETS }, { NAMESPACE }, { FUNCTIONS }, { ERRORS }] = await Promise.all([
    load('model/catalog.js'),
    load('model/namespace.js'),
    load('query/functions.js'),
    load('errors.js'),
  ]);
  const rows = Object.fromEntries(
    await Promise.all(
      ENTITY_SETS.map(async ({ name }) => [name, await firstRows(`${origin}/odata/${name}`, headers)]),
    ),
  );
  return { sets: ENTITY_SETS, namespace: NAMESPACE, functions: FUNCTIONS, errors: ERRORS, rows };
}

async function firstRows(url, headers) {
  const answer = await globalThis.fetch(`${url}?$top=5`, { headers });
  if (!answer.ok) throw new Error(`${url} was answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()).value;
}
