/** The requests that the queries fold to, asked of a running feed as Power Query asks. */
import { FOLDED_REQUESTS, FURTHER_REQUESTS } from './folded-requests.mjs';

/** Headers of the engine, with the preference that OmitValues in the queries sends. */
const HEADERS = {
  Accept: 'application/json;odata.metadata=minimal',
  'OData-MaxVersion': '4.0',
  'User-Agent': 'Microsoft.Data.Mashup (https://go.microsoft.com/fwlink/?LinkID=304225)',
  Prefer: 'odata.omit-values=nulls',
};

/** Every query has its row in the table, and asks for what its M selects. */
export function checkTable(queries, sets, report, requests = FOLDED_REQUESTS) {
  const byQuery = new Map(
    requests.flatMap(({ queries: names, request }) => names.map((name) => [name, request])),
  );
  for (const { path, set, columns } of queries) {
    const request = byQuery.get(path);
    const wanted = [...columns, ...(sets.get(set)?.key ?? []).filter((key) => !columns.includes(key))];
    if (request === undefined) report.fault(path, 'has no request in the table of folded requests');
    else if (request !== `${set}?$select=${wanted.join(',')}`)
      report.fault(path, `stands in the table as ${request}, but selects ${wanted.join(',')} of ${set}`);
  }
  for (const name of byQuery.keys())
    if (!queries.some(({ path }) => path === name))
      report.fault(name, 'stands in the table of folded requests, and is no query');
}

/** Asks all of them, page after page. @param root address of the feed, with its slash */
export async function replay(root, report, requests = [...FOLDED_REQUESTS, ...FURTHER_REQUESTS]) {
  for (const { request } of requests) {
    report.count('folded requests');
    try {
      await readAll(root, request, report);
    } catch (error) {
      report.fault(request, `could not be read: ${error.message}`);
    }
  }
}

async function readAll(root, request, report) {
  const selected = /\$select=([^&]*)/.exec(request)?.[1].split(',');
  const [path, query] = request.split('?');
  const folded = query === undefined ? path : `${path}?${query.replaceAll(' ', '%20')}`;
  for (let next = root + folded; next !== undefined;) {
    const answer = await globalThis.fetch(next, { headers: HEADERS });
    const text = await answer.text();
    report.count('folded pages');
    if (answer.status !== 200) throw new Error(`status ${answer.status}: ${text.slice(0, 200)}`);
    if (answer.headers.get('odata-version') !== '4.0')
      report.fault(request, 'is answered without OData-Version: 4.0');
    if (path.endsWith('/$count')) return;
    const page = JSON.parse(text);
    checkPage(
      request,
      page,
      { root, selected, omits: answer.headers.get('preference-applied') ?? '' },
      report,
    );
    next = page['@odata.nextLink'];
  }
}

function checkPage(request, page, { root, selected, omits }, report) {
  if (!page['@odata.context']?.startsWith(root))
    report.fault(request, `has the context ${page['@odata.context']}`);
  for (const row of page.value) {
    report.count('folded rows');
    const members = Object.keys(row).filter((name) => !name.includes('@'));
    const extra = selected === undefined ? [] : members.filter((name) => !selected.includes(name));
    if (extra.length > 0) report.fault(request, `answers ${extra.join(', ')}, which was not asked for`);
    if (!omits.includes('omit-values=nulls') && selected?.length !== members.length)
      report.fault(request, 'leaves members out without saying so');
  }
}
